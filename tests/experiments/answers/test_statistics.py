"""Effects of paired runs, by hand."""

import math

import numpy as np
import polars as pl
import pytest

from experiments.answers.statistics import (
    effect,
    effects_by_draw,
    holm,
    interval,
    p_of_a_large_effect,
    p_of_no_effect,
    paired_differences,
)
from model.settings import BadRequest


def runs(*rows):
    return pl.DataFrame(
        rows, schema=["arm", "point", "replicate", "failure", "spot_volatility"], orient="row", infer_schema_length=None
    )


PAIRS = runs(
    ("a", 0, 0, None, 1.0),
    ("b", 0, 0, None, 3.0),  # +2
    ("a", 0, 1, None, 2.0),
    ("b", 0, 1, None, 2.0),  # 0: the draw's effect is +1
    ("a", 1, 0, None, 5.0),
    ("b", 1, 0, None, 4.5),  # -0.5
    ("a", 1, 1, "BooksError", None),
    ("b", 1, 1, None, 9.0),  # no pair
    ("a", 2, 0, None, math.nan),
    ("b", 2, 0, None, 9.0),  # no pair
)


def test_differences_are_those_of_pairs_with_a_number_in_both():
    gaps = paired_differences(PAIRS, "spot_volatility", "a", "b")
    assert gaps.rows() == [(0, 0, 2.0), (0, 1, 0.0), (1, 0, -0.5)]
    assert paired_differences(PAIRS, "spot_volatility", "b", "a")["difference"].to_list() == [-2.0, 0.0, 0.5]
    assert effects_by_draw(gaps).rows() == [(0, 1.0), (1, -0.5)]


def test_what_is_not_there_is_refused():
    with pytest.raises(BadRequest, match="no arm is called c; there are a, b"):
        paired_differences(PAIRS, "spot_volatility", "a", "c")
    with pytest.raises(BadRequest, match="hold no contract_price_end"):
        paired_differences(PAIRS, "contract_price_end", "a", "b")


def test_an_effect_is_summed_up_over_draws():
    # effects 1 .. 9 and -5: mean 4, median 4.5, nine of ten above 0. s.d.: squares of -9, -3 .. 5 = 81 + 9 + 4 + 1 + 0
    # + 1 + 4 + 9 + 16 + 25 = 150; s.e. = sqrt(150 / 9 / 10) = 1.291; t(9) = 2.2622
    effects = [float(one) for one in range(1, 10)] + [-5.0]
    gaps = pl.DataFrame({"point": range(10), "replicate": 0, "difference": effects})
    found = effect(gaps)
    assert (found.draws, found.pairs, found.mean, found.median) == (10, 10, 4.0, 4.5)
    assert (found.share_above, found.share_below) == (0.9, 0.1)
    assert (found.mean_low, found.mean_high) == pytest.approx((4 - 2.2622 * 1.291, 4 + 2.2622 * 1.291), abs=1e-3)
    assert found.p_value == pytest.approx(0.0128, abs=1e-3)  # t = 3.098 on 9
    assert found.median_low < 4.5 < found.median_high
    assert found == effect(gaps), "the same runs give the same interval"


def test_few_and_equal_effects():
    assert all(math.isnan(end) for end in interval(np.arange(5.0), "mean"))
    assert math.isnan(p_of_no_effect(np.arange(5.0)))
    assert math.isnan(p_of_a_large_effect(np.arange(5.0), 1.0))
    same = np.full(8, 0.3)
    assert interval(same, "mean") == interval(same, "median") == (0.3, 0.3)
    assert p_of_no_effect(same) == 0.0
    assert p_of_no_effect(np.zeros(8)) == 1.0
    assert p_of_a_large_effect(same, 0.5) == 0.0
    assert p_of_a_large_effect(same, 0.2) == 1.0


def test_intervals_hold_the_truth_as_often_as_they_say():
    random = np.random.default_rng(1)
    for statistic in ("mean", "median"):
        held = [low <= 1.0 <= high for low, high in (interval(random.normal(1, 2, 40), statistic) for _ in range(200))]
        assert 0.89 <= np.mean(held) <= 0.99


def test_an_effect_too_small_to_matter_is_shown_to_be_so():
    # +-1 with mean 0, s.e. 1/sqrt(99): within 0.5 of 0 (t = 0.5 sqrt 99 = 5), not within 0.1 (t = 0.995, p = 0.16)
    values = np.tile([1.0, -1.0], 50)
    assert p_of_a_large_effect(values, 0.5) < 1e-5
    assert p_of_a_large_effect(values, 0.1) == pytest.approx(0.161, abs=1e-3)


def test_holm_multiplies_by_how_many_are_left():
    # sorted 0.01 x 3, 0.02 x 2, 0.04 x 1, none below the one before: 0.03, 0.04, 0.04
    adjusted = holm([0.04, 0.01, math.nan, 0.02])
    assert adjusted[:2] + adjusted[3:] == pytest.approx([0.04, 0.03, 0.04])
    assert math.isnan(adjusted[2])
    assert math.isnan(holm([math.nan])[0])
    assert holm([]) == []
