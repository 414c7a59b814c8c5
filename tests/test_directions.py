"""What each rule and each number does to a market, against what theory says: the sign over worlds that share luck.

A pair is two worlds under one seed, before and after. The sign holds if pairs that differ do so the same way far more
often than a coin would, and the median pair differs by more than one per cent. Where the market goes another way than
the textbook, the comment at the case says why.
"""

import numpy as np
import pytest
from scipy.stats import binomtest

from model.parameters import PARAMETERS
from tests.directions import AMBIGUOUS, CASES, THEMES
from tests.directions.figures import DOWN, RUNS, UP, Case, entries, installed, pairs
from tests.directions.rules import FORESEES

pytestmark = pytest.mark.all

SURE, NOTABLE = 0.01, 0.01
PLAUSIBLE_COST = {"supplier_entry_cost_usd_m": 200}
"""A permit, a team and a network, and no more."""


@pytest.mark.parametrize("name", CASES)
def test_direction(name: str) -> None:
    before, after = pairs(CASES[name])
    known = np.isfinite(before) & np.isfinite(after)
    change = CASES[name].sign * (after - before)[known]
    right, differ = int((change > 0.0).sum()), int((change != 0.0).sum())
    assert differ > 0, "nothing differs"
    assert binomtest(right, differ).pvalue < SURE, f"{right} of {differ} pairs go that way"
    assert right > differ / 2
    assert np.median(change / np.abs(before[known])) > NOTABLE


def test_a_sunk_cost_of_the_usual_size_keeps_nobody_out() -> None:
    before, after = pairs(Case(PLAUSIBLE_COST, entries, DOWN, FORESEES))
    assert (after == before).mean() > 0.95


def test_two_point_news_moves_no_mean() -> None:
    """It has the mean and the s.d. of normal news; only the tails differ, and no median shows that."""
    before, after = pairs(Case({"demand_news_rule": "two_point"}, installed, UP))
    assert binomtest(int((after > before).sum()), RUNS).pvalue > SURE


def test_no_case_is_told_twice() -> None:
    assert len(CASES) == sum(len(theme.CASES) for theme in THEMES)


def test_every_parameter_is_turned_or_said_to_be_ambiguous() -> None:
    turned = {name for case in CASES.values() for name in case.change}
    names = {parameter.name for parameter in PARAMETERS}
    assert names - turned - set(AMBIGUOUS) == set()
    assert set(AMBIGUOUS) <= names - turned
    assert len(AMBIGUOUS) <= len(names) / 10
