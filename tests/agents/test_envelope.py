"""The portfolio of one delivery month: the newsvendor, the brute-force blocks, and limits."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.choices import NORMAL
from agents.envelope import (
    BUILD,
    LEASE_LINE,
    LEAST_NEED,
    NONE,
    PARTNER_LINE,
    SPOT,
    Limits,
    Lines,
    cheapest_channel,
    next_corner,
    probability_of_need,
    requirement_quantile,
    split_requirement,
    without_channel,
)

NOTHING = math.inf
NO_LIMITS = Limits(math.inf, math.inf)


def lines(value=9.0, spot=NOTHING, lease=(NOTHING, 0.0), partner=(NOTHING, 0.0), build=NOTHING):
    """Lines of given cost; a channel left out is not to be had."""
    fixed = (0.0, 0.0 if spot < NOTHING else NOTHING, lease[0], partner[0], build)
    return Lines(fixed, (value, spot if spot < NOTHING else 0.0, lease[1], partner[1], 0.0))


def test_newsvendor_commits_to_the_critical_ratio():
    # theory B10: commit at 2, spot 4, resale 0.5, so CR = (4 - 2) / (4 - 0.5) = 0.571429; lognormal, mean 100, CV 0.5
    spread = math.sqrt(math.log(1.25))
    median = 100.0 / math.sqrt(1.25)
    split = split_requirement(lines(spot=4.0, lease=(1.5, 0.5)), median, spread, 0.0, NO_LIMITS)
    assert split.lease == pytest.approx(97.381162, abs=1e-5)
    assert (split.build, split.partner) == (0.0, 0.0)
    assert split.spot == 0.0  # 97.4 is more than the median 89.4


def test_the_plan_for_ten_times_met_by_eighty():
    # theory B10: median 10, ln-s.d. 1: P(D > 80) = 0.018788; at CR = 0.9 the commitment is 36.02
    assert probability_of_need(10.0, 1.0, 80.0) == pytest.approx(0.018788, abs=1e-6)
    split = split_requirement(lines(value=99.0, spot=10.0, lease=(1.0, 0.0)), 10.0, 1.0, 0.0, NO_LIMITS)
    assert split.lease == pytest.approx(36.0222, abs=1e-4)


def test_by_eye_build_up_to_the_median():
    # building costs 1 whether needed or not, spot 2 if needed: build what is needed with more than 1/2, the median
    split = split_requirement(lines(spot=2.0, build=1.0), 100.0, 0.3, 0.0, NO_LIMITS)
    assert split.build == pytest.approx(100.0, rel=1e-9)
    assert split.spot == pytest.approx(0.0, abs=1e-6)


def test_what_is_covered_is_not_bought_again():
    split = split_requirement(lines(spot=2.0, build=1.0), 100.0, 0.3, 60.0, NO_LIMITS)
    assert split.build == pytest.approx(40.0, rel=1e-9)
    split = split_requirement(lines(spot=2.0, build=1.0), 100.0, 0.3, 130.0, NO_LIMITS)
    assert split == (0.0, 0.0, 0.0, 0.0)


def test_next_to_nothing_covered_is_nothing():
    # 5e-324 / 100 is no number above 0
    assert probability_of_need(100.0, 0.3, 5e-324) == 1.0


def test_spot_beyond_its_limit_goes_to_the_cheapest_commitment():
    # spot 1 is cheaper than a lease at 1.2 for every block: all 100 on spot; the limit leaves 25, the lease takes 75
    cheap_spot = lines(spot=1.0, lease=(1.2, 0.0), partner=(1.3, 0.0))
    assert split_requirement(cheap_spot, 100.0, 0.3, 0.0, NO_LIMITS).spot == pytest.approx(100.0)
    split = split_requirement(cheap_spot, 100.0, 0.3, 0.0, Limits(math.inf, 25.0))
    assert split == pytest.approx((0.0, 75.0, 0.0, 25.0))


def test_spot_beyond_its_limit_goes_to_partners_only_as_far_as_they_have_it():
    # of the 75 too much for spot, partners are the cheapest commitment and have 40, the lease takes the other 35
    cheap_spot = lines(spot=1.0, lease=(1.3, 0.0), partner=(1.2, 0.0))
    split = split_requirement(cheap_spot, 100.0, 0.3, 0.0, Limits(40.0, 25.0))
    assert split == pytest.approx((0.0, 35.0, 40.0, 25.0))
    alone = lines(spot=1.0, partner=(1.2, 0.0))
    assert split_requirement(alone, 100.0, 0.3, 0.0, Limits(40.0, 25.0)) == pytest.approx((0.0, 0.0, 40.0, 60.0))


def test_spot_beyond_its_limit_stays_where_every_commitment_costs_more_than_going_without():
    # at a need of 0.75 a lease costs 1.2 and going without 0.75 x 1 = 0.75
    split = split_requirement(lines(value=1.0, spot=0.9, lease=(1.2, 0.0)), 100.0, 0.3, 0.0, Limits(math.inf, 25.0))
    assert split == pytest.approx((0.0, 0.0, 0.0, 100.0))


def test_what_partners_do_not_have_goes_to_the_next_best_channel():
    # partners at 1 beat a lease at 1.2 for every block; going without costs 9 pi, so the lease stops at 1.2 / 9
    firm = lines(partner=(1.0, 0.0), lease=(1.2, 0.0))
    down_to = requirement_quantile(100.0, 0.3, 1.2 / 9.0)
    split = split_requirement(firm, 100.0, 0.3, 0.0, Limits(30.0, math.inf))
    assert split == pytest.approx((0.0, down_to - 30.0, 30.0, 0.0))
    split = split_requirement(firm, 100.0, 0.3, 0.0, Limits(0.0, math.inf))
    assert split == pytest.approx((0.0, down_to, 0.0, 0.0))
    # with spot at 2, partners are used down to a need of 1/2, the median 100: they have 30, and 70 are left to spot
    split = split_requirement(lines(spot=2.0, partner=(1.0, 0.0)), 100.0, 0.3, 0.0, Limits(30.0, math.inf))
    assert split == pytest.approx((0.0, 0.0, 30.0, 70.0))


def test_a_channel_that_is_not_to_be_had_is_never_the_cheapest():
    both = lines(spot=1.0, partner=(0.5, 0.25))
    assert cheapest_channel(both, 1.0) == PARTNER_LINE
    assert cheapest_channel(without_channel(both, PARTNER_LINE), 1.0) == SPOT
    assert cheapest_channel(without_channel(without_channel(both, PARTNER_LINE), SPOT), 1.0) == NONE


def test_nobody_plans_for_blocks_that_are_hardly_needed():
    # with nothing else to be had, going without costs 9 per need: build down to the least need 0.02
    split = split_requirement(lines(value=900.0, build=1.0), 100.0, 0.3, 0.0, NO_LIMITS)
    assert split.build == pytest.approx(requirement_quantile(100.0, 0.3, LEAST_NEED), rel=1e-9)


def test_the_least_committing_channel_wins_a_tie():
    tied = lines(value=1.0, spot=1.0, lease=(0.5, 0.5), build=1.0)
    assert cheapest_channel(tied, 1.0) == NONE
    assert cheapest_channel(lines(value=2.0, spot=1.0, lease=(0.5, 0.5), build=1.0), 1.0) == SPOT
    assert cheapest_channel(lines(value=2.0, lease=(0.5, 0.5), partner=(0.5, 0.5), build=1.0), 1.0) == LEASE_LINE


def test_corners_from_the_top():
    # build 1, partner 0.5 + 0.75 pi, spot 2 pi: 1 = 0.5 + 0.75 pi at 2/3, 0.5 + 0.75 pi = 2 pi at 0.4
    three = lines(spot=2.0, partner=(0.5, 0.75), build=1.0)
    assert next_corner(three, BUILD, 1.0) == (PARTNER_LINE, pytest.approx(2 / 3))
    assert next_corner(three, PARTNER_LINE, 2 / 3) == (SPOT, pytest.approx(0.4))
    assert next_corner(three, SPOT, 0.4) == (-1, 0.0)


def blocks(given_lines, forecast, spread, covered, partner=math.inf, count=2000):
    """Split block by block, the surest first: the cheapest channel at the need of the middle of each, of equal size.

    Partners take the blocks that they have not run out of.
    """
    edges = np.linspace(covered, max(covered, requirement_quantile(forecast, spread, LEAST_NEED)), count + 1)
    width = edges[1] - edges[0]
    bought = [0.0] * 5
    for middle in (edges[1:] + edges[:-1]) / 2.0:
        had = given_lines if bought[PARTNER_LINE] < partner else without_channel(given_lines, PARTNER_LINE)
        bought[cheapest_channel(had, probability_of_need(forecast, spread, middle))] += width
    committed = covered + bought[BUILD] + bought[LEASE_LINE] + bought[PARTNER_LINE]
    expected_spot = max(0.0, forecast - committed) if bought[SPOT] > 0.0 else 0.0
    return bought[BUILD], bought[LEASE_LINE], bought[PARTNER_LINE], expected_spot


price = st.floats(0.2, 6.0)
due = st.floats(0.1, 1.0)
some_lines = st.builds(
    lambda value, spot, lease, lease_due, partner, partner_due, build: lines(
        value,
        spot,
        (lease * lease_due, lease * (1 - lease_due)),
        (partner * partner_due, partner * (1 - partner_due)),
        build,
    ),
    st.floats(3.0, 9.0), price, price, due, price, due, price,
)  # fmt: skip


def test_a_tie_at_the_first_block_goes_to_whichever_is_cheaper_after_it():
    # lease and partner both cost 1 if needed for sure; below that the partner, of which half is due, costs less
    tied = lines(value=3.0, spot=2.0, lease=(1.0, 0.0), partner=(0.5, 0.5))
    # and below a third spot does, so that the partner covers e^(0.25 x 0.43073), what is needed with that probability
    split = split_requirement(tied, 1.0, 0.25, 0.0, NO_LIMITS)
    assert split == pytest.approx((0.0, 0.0, math.exp(0.25 * 0.4307273), 0.0), abs=1e-6)


@settings(max_examples=25)
@given(some_lines, st.floats(0.05, 0.3), st.floats(0.0, 1.2), st.one_of(st.just(math.inf), st.floats(0.0, 1.0)))
def test_envelope_equals_two_thousand_blocks(some, spread, covered, partner):
    need = probability_of_need(1.0, spread, covered)
    costs = sorted(fixed + variable * need for fixed, variable in zip(*some, strict=True))
    assume(costs[1] > costs[0] * (1.0 + 1e-9))  # a tie at the first block is tested by itself
    split = split_requirement(some, 1.0, spread, covered, Limits(partner, math.inf))
    assert tuple(split) == pytest.approx(blocks(some, 1.0, spread, covered, partner), abs=2e-3)


@given(
    some_lines, st.floats(1.0, 1e7), st.floats(0.02, 2.0), st.floats(0.0, 1e7), st.floats(0.0, 1e7), st.floats(0.0, 1e7)
)
def test_quantities_are_never_negative_and_partners_give_no_more_than_they_have(
    some, forecast, spread, covered, partner, spot
):
    split = split_requirement(some, forecast, spread, covered, Limits(partner, spot))
    assert min(split) >= 0.0
    assert all(map(math.isfinite, split))
    assert split.partner <= partner + 1e-9 * (forecast + covered)


@given(some_lines, st.floats(0.05, 1.0), st.floats(0.0, 1.2), st.floats(1.0, 2.0))
def test_dearer_spot_never_means_fewer_commitments(some, spread, covered, dearer):
    def committed(factor):
        variable = (some.variable[0], some.variable[1] * factor, *some.variable[2:])
        split = split_requirement(Lines(some.fixed, variable), 1.0, spread, covered, NO_LIMITS)
        return split.build + split.lease + split.partner

    assert committed(dearer) >= committed(1.0) - 1e-9


@given(some_lines, st.floats(0.05, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_coverage_never_means_more_purchases(some, spread, covered, more):
    def bought(level):
        return sum(split_requirement(some, 1.0, spread, level, NO_LIMITS)[:3])

    assert bought(covered + more) <= bought(covered) + 1e-9


def test_spot_takes_over_where_nothing_is_needed_for_sure():
    assert probability_of_need(10.0, 1.0, 0.0) == 1.0
    assert probability_of_need(10.0, 1.0, 10.0) == pytest.approx(0.5)
    assert requirement_quantile(10.0, 1.0, 0.5) == pytest.approx(10.0)


def test_a_normal_requirement():
    # s.d. 0.5 x 100: above 150 with the chance of one s.d.; one in a hundred would be below nothing
    assert probability_of_need(100.0, 0.5, 150.0, NORMAL) == pytest.approx(0.158655, abs=1e-6)
    assert requirement_quantile(100.0, 0.5, 0.5, NORMAL) == pytest.approx(100.0)
    assert requirement_quantile(100.0, 0.5, 0.158655, NORMAL) == pytest.approx(150.0, abs=1e-3)
    assert requirement_quantile(100.0, 0.5, 0.99, NORMAL) == 0.0
    assert requirement_quantile(100.0, 0.5, 1.0, NORMAL) == 0.0
    assert probability_of_need(100.0, 0.5, 0.0, NORMAL) == 1.0


@given(st.floats(0.01, 2.0), st.floats(0.001, 0.999))
def test_the_normal_quantile_undoes_the_normal_probability(spread, need):
    level = requirement_quantile(100.0, spread, need, NORMAL)
    if level > 0.0:
        assert probability_of_need(100.0, spread, level, NORMAL) == pytest.approx(need, abs=1e-7)


@given(st.floats(0.01, 2.0), st.floats(0.001, 0.999))
def test_a_normal_requirement_is_never_above_a_lognormal_one_of_that_need(spread, need):
    # 1 + x <= e^x
    assert requirement_quantile(100.0, spread, need, NORMAL) <= requirement_quantile(100.0, spread, need) + 1e-9


def test_the_normal_newsvendor_commits_to_the_critical_ratio():
    # theory B10: CR = (4 - 2) / (4 - 0.5) = 0.571429, z = 0.180012; mean 100, s.d. 50
    split = split_requirement(lines(spot=4.0, lease=(1.5, 0.5)), 100.0, 0.5, 0.0, NO_LIMITS, NORMAL)
    assert split.lease == pytest.approx(100.0 + 50.0 * 0.180012, abs=1e-3)
    assert split.spot == 0.0
