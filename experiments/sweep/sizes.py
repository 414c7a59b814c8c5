"""The size of an experiment: full, as its page says, or quick, to see in a minute or two that all of it works."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.sweep.designs import SAMPLED
from model.settings import BadRequest, nearest

FULL, QUICK = "full", "quick"
SIZES = (FULL, QUICK)
QUICK_POINTS = 4
QUICK_LEVELS = 2
KEY = "quick"
"""The section of a page that says what is otherwise in the quick size."""


def sized(name: str, page: Mapping[str, Any], size: str, names: Sequence[str]) -> dict[str, Any]:
    """Return the page of an experiment in a size.

    A page that says nothing of the quick size has four points of a sample, or two levels of a grid, and one run each.

    Raises
    ------
    BadRequest
        Where the section is no mapping, or names anything but `names`, the settings of an experiment.
    """
    section = page.get(KEY) or {}
    if not isinstance(section, dict):
        raise BadRequest(f"experiment {name}: {KEY} = {section} is to be settings, such as {{points: 4, runs: 1}}")
    for key in section:
        if key not in names:
            raise BadRequest(f"experiment {name}: {KEY}.{key} is no setting{nearest(str(key), names)}")
    plain = {key: value for key, value in page.items() if key != KEY}
    return plain | (usual(plain) | section if size == QUICK else {})


def usual(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page that says nothing of it has otherwise in the quick size."""
    kind, points = page.get("design"), page.get("points")
    if kind in SAMPLED:
        return {"points": min(QUICK_POINTS, points) if isinstance(points, int) else QUICK_POINTS, "runs": 1}
    return {"levels": QUICK_LEVELS, "runs": 1} if kind == "grid" else {"runs": 1}


def folder_name(name: str, size: str) -> str:
    """Return how the results of an experiment are called where nobody says otherwise."""
    return name if size == FULL else f"{name}_{size}"
