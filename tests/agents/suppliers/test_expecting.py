"""Expected prices: slow learning, extrapolation, and the one that did better."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import ADAPTIVE, SWITCHING, TREND
from agents.suppliers.expecting import expect_price, learn_price, logit_share
from tests.worlds import bare_world


def test_the_share_of_a_rule_by_its_errors():
    assert logit_share(1.0, 1.0, 3.0) == 0.5
    assert logit_share(9.0, 1.0, 0.0) == 0.5
    assert logit_share(1.0, 1.0 + math.log(3.0), 1.0) == pytest.approx(0.75)
    assert logit_share(1e9, 0.0, 1e6) == pytest.approx(0.0, abs=1e-300)
    assert logit_share(0.0, 1e9, 1e6) == 1.0


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 10))
def test_two_shares_are_one(error, other, intensity):
    assert logit_share(error, other, intensity) + logit_share(other, error, intensity) == pytest.approx(1.0)


def after(price, *, adaptive=2.0, trend=2.0, seen=2.0, errors=(0.0, 0.0), **parameters):
    """Return a supplier that has learned a price."""
    world = bare_world(**parameters)
    supplier = world.suppliers[0]
    expect_price(supplier, 2.0)
    supplier["adaptive_belief_usd_per_h100e_hour"], supplier["trend_belief_usd_per_h100e_hour"] = adaptive, trend
    supplier["price_seen_usd_per_h100e_hour"], supplier["realised_price_usd_per_h100e_hour"] = seen, price
    supplier["adaptive_error_usd2"], supplier["trend_error_usd2"] = errors
    learn_price(world, 0)
    return world.suppliers[0]


@pytest.mark.parametrize(("weight", "belief"), [(0.25, 2.5), (1.0, 4.0), (0.0, 2.0)])
def test_slow_learning_goes_part_of_the_way(weight, belief):
    learned = after(4.0, price_expectation=ADAPTIVE, price_learning_per_month=weight)
    assert learned["price_belief_usd_per_h100e_hour"] == pytest.approx(belief)


@pytest.mark.parametrize(
    ("price", "gain", "belief"),
    [(4.0, 1.0, 6.0), (4.0, 0.5, 5.0), (4.0, 0.0, 4.0), (4.0, -0.5, 3.0), (0.5, 1.0, 0.0)],
)
def test_extrapolation_carries_the_last_change_on(price, gain, belief):
    learned = after(price, price_expectation=TREND, price_extrapolation=gain)
    assert learned["price_belief_usd_per_h100e_hour"] == pytest.approx(belief)
    assert learned["price_seen_usd_per_h100e_hour"] == price


def test_the_better_rule_is_trusted_by_eye():
    # at 4 slow learning (3) erred by 1, extrapolation (6) by 4, and 2 x 0.5 of old errors: 2 and 4 against 1 and 0
    settings = {"switching_memory_share": 0.5, "switching_inertia_share": 0.2, "switching_intensity_per_usd2": 0.4}
    rules = {"price_expectation": SWITCHING, "price_learning_per_month": 0.5, "price_extrapolation": 1.0}
    learned = after(4.0, adaptive=3.0, trend=6.0, seen=3.5, errors=(2.0, 0.0), **settings, **rules)
    assert (learned["adaptive_error_usd2"], learned["trend_error_usd2"]) == (2.0, 4.0)
    trust = 0.2 * 0.5 + 0.8 / (1.0 + math.exp(0.4 * (2.0 - 4.0)))
    assert learned["adaptive_trust_share"] == pytest.approx(trust)
    # next: 3 + 0.5 x 1 = 3.5 by the one, 4 + 0.5 = 4.5 by the other
    assert learned["price_belief_usd_per_h100e_hour"] == pytest.approx(trust * 3.5 + (1.0 - trust) * 4.5)


@given(st.sampled_from([ADAPTIVE, TREND, SWITCHING]), st.floats(0.1, 20.0), st.floats(0, 1), st.floats(-2, 2))
def test_a_price_that_stays_is_expected_to_stay(rule, price, weight, gain):
    values = {"price_expectation": rule, "price_learning_per_month": weight, "price_extrapolation": gain}
    world = bare_world(**values)
    expect_price(world.suppliers[0], price)
    world.suppliers["realised_price_usd_per_h100e_hour"] = price
    for _ in range(3):
        learn_price(world, 0)
    assert world.suppliers["price_belief_usd_per_h100e_hour"][0] == pytest.approx(price)
    assert world.suppliers["adaptive_trust_share"][0] == pytest.approx(0.5)
