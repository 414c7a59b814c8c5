"""Verdicts, on effects made up to earn each of them."""

import numpy as np
import polars as pl
import pytest

from experiments.answers.verdict import CONTRADICTED, NO_EFFECT, SUPPORTED, UNDECIDED, Expected, leading_factor, verdict


def gaps(effects):
    return pl.DataFrame({"point": range(len(effects)), "replicate": 0, "difference": [float(one) for one in effects]})


RISES = Expected(1, 0.5)


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        ([2.0] * 8 + [-1.0] * 2, SUPPORTED),  # eight of ten, by 2
        ([2.0] * 7 + [-1.0] * 3, UNDECIDED),  # seven
        ([-2.0] * 8 + [1.0] * 2, CONTRADICTED),
        ([0.4] * 9 + [0.3], NO_EFFECT),  # all above 0, and too small to matter
        ([0.1, -0.1] * 10, NO_EFFECT),
        ([5.0, -5.0] * 10, UNDECIDED),
        ([2.0] * 5, UNDECIDED),  # too few draws
        ([], UNDECIDED),
    ],
)
def test_the_rule(effects, words):
    assert verdict(gaps(effects), RISES).words == words


@pytest.mark.parametrize(("sign", "words"), [(1, CONTRADICTED), (-1, SUPPORTED)])
def test_what_falls_may_be_what_was_expected(sign, words):
    assert verdict(gaps([-2.0] * 10), Expected(sign, 0.5)).words == words


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        ([0.1, -0.1] * 10, SUPPORTED),
        ([2.0] * 10, CONTRADICTED),
        ([-2.0] * 10, CONTRADICTED),
        ([5.0, -5.0] * 5, UNDECIDED),
    ],
)
def test_no_effect_may_be_what_was_expected(effects, words):
    assert verdict(gaps(effects), Expected(0, 0.5)).words == words


def test_an_effect_may_depend_on_a_factor():
    # one way while x is small, the other way while it is large; y has nothing to do with it
    x = np.arange(20.0)
    y = np.tile([1.0, 2.0], 10)
    points = pl.DataFrame({"point": range(20), "x": x, "y": y, "z": 1.0})
    found = verdict(gaps(np.where(x < 10, 3.0, -3.0)), RISES, points)
    assert (found.words, found.factor) == ("depends on x", "x")
    assert verdict(gaps(3.0 * (-1.0) ** (np.arange(20) // 2)), RISES, points).words == UNDECIDED
    assert verdict(gaps([2.0] * 20), RISES, points).words == SUPPORTED, "a clear effect depends on nothing"


def test_no_factor_leads_where_effects_are_alike():
    points = pl.DataFrame({"point": range(8), "x": range(8)})
    by_draw = pl.DataFrame({"point": range(8), "effect": [1.0] * 8})
    assert leading_factor(by_draw, points) == ""
    assert leading_factor(by_draw.with_columns(effect=pl.col("point") * 1.0), points) == "x"


def test_more_of_the_expected_never_makes_a_verdict_worse():
    order = [CONTRADICTED, UNDECIDED, NO_EFFECT, SUPPORTED]
    ranks = [order.index(verdict(gaps([-2.0] * (20 - up) + [2.0] * up), RISES).words) for up in range(21)]
    assert ranks == sorted(ranks)
