"""The cases of direction, by theme: one module each with its `CASES`; `tests/test_directions.py` runs them all."""

import functools

import numpy as np

from tests.directions import (
    bargaining,
    deals,
    demand,
    entry,
    finance,
    forwards,
    hardware,
    investment,
    network,
    plans,
    prices,
    recall,
    regions,
    rules,
    strategies,
    technology,
    trades,
)
from tests.directions.figures import Arm, Case, Figure, arms_of, measure
from tests.directions.placebos import AMBIGUOUS, LITTLE, NOTHING

__all__ = ["AMBIGUOUS", "CASES", "LITTLE", "NOTHING", "THEMES", "Case", "pairs"]

THEMES = (
    rules,
    demand,
    plans,
    bargaining,
    recall,
    prices,
    technology,
    investment,
    finance,
    entry,
    deals,
    forwards,
    strategies,
    regions,
    hardware,
    network,
    trades,
)
CASES: dict[str, Case] = {name: case for theme in THEMES for name, case in theme.CASES.items()}


def _asked() -> dict[Arm, list[Figure]]:
    """Return the worlds of all cases, and the figures that cases ask of each, so that none is run twice."""
    asked: dict[Arm, dict[Figure, None]] = {}
    for case in (*CASES.values(), *NOTHING.values(), *AMBIGUOUS.values(), *LITTLE.values()):
        for arm in arms_of(case):
            asked.setdefault(arm, {})[case.figure] = None
    return {arm: list(figures) for arm, figures in asked.items()}


ASKED = _asked()


@functools.cache
def figures(arm: Arm) -> dict[Figure, np.ndarray]:
    """Return all that the cases ask of a world."""
    return measure(arm, ASKED[arm])


def pairs(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return the figure of each seed before and after."""
    before, after = (figures(arm)[case.figure] for arm in arms_of(case))
    return before, after
