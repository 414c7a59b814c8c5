"""Paired differences by hand: means, intervals, what too few pairs cannot tell, and what cannot be paired."""

import math

import numpy as np
import polars as pl
import pytest
from scipy import stats

from experiments.compare.pairs import (
    EQUAL,
    FEW,
    FEWEST,
    HIGHER,
    LEVEL,
    LOWER,
    UNCLEAR,
    by_chance,
    difference,
    differences,
    interval,
    paired,
)
from model.metrics import METRICS
from model.settings import BadRequest

PRICE = next(metric for metric in METRICS if metric.name == "spot_price_mean")


def runs(values, seeds=None, failure=None):
    """Return a table of runs with one metric."""
    count = len(values)
    columns = {"run": range(count), "seed": seeds or range(10, 10 + count), PRICE.name: values}
    failures = pl.Series("failure", failure or [None] * count, dtype=pl.String)
    return pl.DataFrame(columns, schema_overrides={PRICE.name: pl.Float64}).insert_column(2, failures)


def between(a, b):
    return difference(PRICE, np.array(a, float), np.array(b, float))


def test_means_and_interval_are_those_worked_out_by_hand():
    row = between([1, 2, 3, 4, 5, 6], [2, 4, 3.5, 6, 6, 9])
    gap = [1, 2, 0.5, 2, 1, 3]  # mean 19/12, variance 4.0417 / 5
    assert (row.mean_a, row.pairs, row.differing, row.b_larger) == (3.5, 6, 6, 1.0)
    assert row.difference == pytest.approx(9.5 / 6)
    spread = math.sqrt(sum((one - 9.5 / 6) ** 2 for one in gap) / 5)
    half = 2.570582 * spread / math.sqrt(6)  # Student's t with 5 degrees of freedom
    assert (row.low, row.high) == pytest.approx((9.5 / 6 - half, 9.5 / 6 + half), rel=1e-6)
    assert row.verdict == HIGHER


def test_the_interval_is_that_of_scipy():
    luck = np.random.default_rng(1)
    a, b = luck.normal(size=30), luck.normal(0.2, size=30)
    known = stats.ttest_rel(b, a).confidence_interval(LEVEL)
    assert interval(b - a) == pytest.approx((known.low, known.high))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    luck = np.random.default_rng(2)
    held = [low <= 0.3 <= high for low, high in (interval(luck.normal(0.3, 1.0, 12)) for _ in range(2000))]
    assert np.mean(held) == pytest.approx(LEVEL, abs=0.015)


def test_verdicts():
    ups, same = [1.0, 1.1, 0.9, 1.2, 1.0, 0.8], [0.0] * 6
    assert between(same, ups).verdict == HIGHER
    assert between(ups, same).verdict == LOWER
    assert between([-1, 1, -1, 1, -1, 1], same).verdict == UNCLEAR
    assert between(ups, ups).verdict == EQUAL


@pytest.mark.parametrize("differing", range(FEWEST + 1))
def test_too_few_pairs_that_differ_get_no_interval(differing):
    row = between([0.0] * 100, [1.0] * differing + [0.0] * (100 - differing))
    assert row.b_larger == differing / 100
    if differing == 0:
        assert (row.verdict, row.difference, math.isnan(row.low)) == (EQUAL, 0.0, True)
    elif differing < FEWEST:
        assert (row.verdict, math.isnan(row.low), math.isnan(row.high)) == (FEW, True, True)
    else:
        assert row.verdict == HIGHER


def test_a_difference_that_never_varies_has_an_interval_of_one_point():
    row = between([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert (row.low, row.difference, row.high, row.variance_ratio) == (1.0, 1.0, 1.0, 0.0)


def test_one_pair_says_nothing_of_spread():
    row = between([1.0], [2.0])
    assert row.verdict == FEW
    assert math.isnan(row.variance_ratio)


def test_shared_luck_narrows_the_interval_by_what_the_ratio_says():
    luck = np.random.default_rng(3)
    weather, own_a, own_b = luck.normal(size=(3, 20_000))
    assert between(3 * weather + own_a, 3 * weather + own_b).variance_ratio == pytest.approx(0.1, rel=0.05)
    assert between(own_a, own_b).variance_ratio == pytest.approx(1.0, rel=0.05)


def test_runs_are_paired_by_seed_in_whatever_order():
    pairs = paired(runs([1, 2, 3], seeds=[7, 8, 9]), runs([30, 10, 40], seeds=[9, 7, 5]))
    assert pairs.a["seed"].to_list() == pairs.b["seed"].to_list() == [7, 9]
    assert pairs.a[PRICE.name].to_list() == [1, 3]
    assert pairs.b[PRICE.name].to_list() == [10, 30]
    assert pairs.unpaired == 2


def test_pairs_in_which_a_run_failed_are_left_out_and_counted():
    pairs = paired(runs([1, 2, 3]), runs([1, 2, 3], failure=[None, "BooksError: 3 H100e are missing", None]))
    assert (pairs.a.height, pairs.failed, pairs.unpaired) == (2, 1, 0)


def test_what_cannot_be_paired_is_refused_in_words():
    with pytest.raises(BadRequest, match="no run of a has the luck of a run of b; give both the same seed="):
        paired(runs([1, 2], seeds=[1, 2]), runs([1, 2], seeds=[3, 4]))
    with pytest.raises(BadRequest, match="runs of b share a seed"):
        paired(runs([1, 2]), runs([1, 2], seeds=[10, 10]))
    with pytest.raises(BadRequest, match=r"in each of 1 pairs a run failed.*; BooksError: x"):
        paired(runs([1.0], failure=["BooksError: x"]), runs([1.0]))


def test_runs_without_the_number_are_left_out_of_their_metric():
    pairs = paired(runs([1, math.nan, 3, None]), runs([2, 2, math.inf, 2]))
    (row,) = differences(pairs)
    assert (row.pairs, row.mean_a, row.mean_b) == (1, 1.0, 2.0)
    assert differences(paired(runs([math.nan]), runs([1.0]))) == []


def test_what_chance_alone_would_give_is_counted_over_the_intervals_that_there_are():
    ups, same = [1.0, 1.1, 0.9, 1.2, 1.0, 0.8], [0.0] * 6
    rows = [between(same, ups), between(ups, ups), between([-1, 1, -1, 1, -1, 1], same), between([0.0], [1.0])]
    assert by_chance(rows) == {"intervals": 2, "excluding_zero": 1, "expected_by_chance": 0.1}
