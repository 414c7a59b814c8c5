"""Golden results: a dozen series of `small` and `colossus`, so that no change of the model goes unnoticed.

If this fails and the change of results is meant, renew the files and say why in CHANGELOG.md:

    make golden
"""

import json

import pytest

from tests.renew_golden import SEEDS, golden, stored

pytestmark = pytest.mark.all


@pytest.mark.parametrize("scenario", SEEDS)
def test_a_scenario_gives_the_golden_results(scenario):
    before, now = json.loads(stored(scenario).read_text(encoding="utf-8")), golden(scenario)
    changed = [
        f"{place}: {was} became {became}"
        for (place, was), (_, became) in zip(flatten(before), flatten(now), strict=True)
        if was != pytest.approx(became, rel=2e-6)
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
