"""Golden results: a dozen series of `small`, so that no change of the model goes unnoticed.

If this fails and the change of results is meant, renew the file and say why in CHANGELOG.md:

    make golden
"""

import json

import pytest

from tests.renew_golden import GOLDEN, golden


def test_small_gives_the_golden_results():
    stored, now = json.loads(GOLDEN.read_text(encoding="utf-8")), golden()
    changed = [
        f"{place}: {before} became {after}"
        for (place, before), (_, after) in zip(flatten(stored), flatten(now), strict=True)
        if before != pytest.approx(after, rel=2e-6)
    ]
    assert not changed, (
        f"{len(changed)} golden results changed, the first: {'; '.join(changed[:3])}. If that is meant, "
        "run `make golden` and say why in CHANGELOG.md."
    )


def flatten(values, place=""):
    """Return the numbers of nested dicts with their places."""
    if not isinstance(values, dict):
        return [(place, values)]
    return [pair for key in sorted(values) for pair in flatten(values[key], f"{place} {key}".strip())]
