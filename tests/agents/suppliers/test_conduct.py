"""Capacity planned by price: supply curve and S-curve, Cournot's best reply, growth out of profit."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import COURNOT, LINEAR, PROFIT_LED, S_CURVE, SUPPLY_CURVE
from agents.suppliers.conduct import adjusting_order, best_reply, capacity_by_price, curve_capacity, demand_response
from tests.worlds import bare_world

share = st.floats(0.01, 1.0)
capacity = st.floats(0.0, 1e6)


def adjusting(life=10, speed=0.5, weight=1.0):
    """Settings of the adjustment."""
    values = {"site_life_months": life, "inventory_adjustment_per_month": speed, "supply_line_weight": weight}
    return bare_world(**values).parameters[0]


def test_with_a_life_and_a_lead_of_a_month_the_order_is_what_is_wanted():
    # all 80 wear out; 80 + (100 - 80)
    assert adjusting_order(80.0, 0.0, 100.0, 1, adjusting(life=1, speed=1.0)) == 100.0


def test_an_order_by_eye():
    # 10 wear out; half of 20 missing and of 10 x 3 - 25 that should be under way and are not: 10 + 0.5 x 25
    assert adjusting_order(100.0, 25.0, 120.0, 4, adjusting()) == pytest.approx(22.5)
    assert adjusting_order(100.0, 25.0, 120.0, 4, adjusting(weight=0.0)) == pytest.approx(20.0)
    assert adjusting_order(100.0, 25.0, 10.0, 4, adjusting()) == 0.0


@given(capacity, st.integers(1, 120), share, share, st.integers(1, 24))
def test_who_has_what_it_wants_replaces_what_wears_out(installed, life, speed, weight, lead):
    worn = installed / life
    order = adjusting_order(installed, worn * (lead - 1), installed, lead, adjusting(life, speed, weight))
    assert order == pytest.approx(worn)


def test_the_supply_curve_by_eye():
    assert curve_capacity(100.0, 0.2, 2.0, False) == pytest.approx(140.0)
    assert curve_capacity(100.0, 0.2, 2.0, True) == pytest.approx(100.0 * (1.0 + math.tanh(0.4)))
    assert curve_capacity(100.0, -1.0, 2.0, False) == 0.0


@given(st.floats(-2, 5), st.floats(-2, 5), st.floats(0, 10))
def test_more_is_planned_at_a_higher_price_and_an_s_stays_below_twice_the_reference(margin, other, slope):
    low, high = sorted((margin, other))
    for bounded in (False, True):
        assert curve_capacity(100.0, low, slope, bounded) <= curve_capacity(100.0, high, slope, bounded)
    assert 0.0 <= curve_capacity(100.0, margin, slope, True) <= 200.0


def cournot(own, rivals):
    """Demand 10 - P, unit cost 1; own and rivals' capacity is all sold."""
    world = bare_world(
        fringe_demand_curve=LINEAR,
        fringe_price_elasticity=1.0,
        enterprise_price_elasticity=0.0,
        service_price_elasticity=0.0,
        usable_share=1.0,
        investment_rule=COURNOT,
    )
    world.market["fringe_h100e"], world.market["fringe_reference_usd_per_h100e_hour"] = 5.0, 5.0
    world.suppliers["installed_h100e"] = (own, rivals)
    world.suppliers["full_cost_usd_per_h100e_hour"] = 1.0
    world.suppliers["price_belief_usd_per_h100e_hour"] = 10.0 - own - rivals
    return world


@given(st.floats(0, 5), st.floats(0, 5))
def test_the_best_reply_to_rivals_does_not_depend_on_own_capacity(own, rivals):
    # (a - c - rivals) / 2 on linear demand
    assert best_reply(cournot(own, rivals), 0) == pytest.approx((9.0 - rivals) / 2.0)


def test_replies_in_turn_lead_to_the_cournot_quantities():
    own, rivals = 1.0, 0.5
    for _ in range(40):
        own = best_reply(cournot(own, rivals), 0)
        rivals = best_reply(cournot(rivals, own), 0)
    assert (own, rivals) == pytest.approx((3.0, 3.0))  # (a - c) / 3


def test_a_best_reply_allows_for_what_is_not_usable():
    world = cournot(2.0, 3.0)
    usable = best_reply(world, 0)
    world.parameters["usable_share"], world.suppliers["installed_h100e"] = 0.5, (4.0, 6.0)
    assert best_reply(world, 0) == pytest.approx(usable / 0.5)


def test_who_makes_a_loss_on_all_wants_none():
    world = cournot(2.0, 3.0)
    world.suppliers["price_belief_usd_per_h100e_hour"] = -9.0
    assert best_reply(world, 0) == 0.0


def test_enterprises_and_users_answer_to_price_too():
    # 0.5 x 100 for enterprises; of lab 0, which owns a quarter of what it needs, 0.75 x (0.25 x 0.4 x 120 + 0.5 x 80);
    # all over 2 USD, and no fringe
    world = bare_world(
        enterprise_price_elasticity=0.5,
        service_price_elasticity=0.25,
        service_market_cost_weight=0.4,
        training_price_elasticity=0.5,
    )
    world.market["enterprise_h100e"] = 100.0
    world.labs["need_inference_h100e"][0], world.labs["need_training_h100e"][0] = 120.0, 80.0
    world.labs["own_h100e"][0] = 50.0
    assert demand_response(world) == pytest.approx((50.0 + 0.75 * (12.0 + 40.0)) / 2.0)


@pytest.mark.parametrize(
    ("rule", "price", "wanted"),
    [
        (SUPPLY_CURVE, 3.0, 150.0),  # 95 believed / 0.95 usable = 100; half above cost, slope 1
        (SUPPLY_CURVE, 1.0, 50.0),
        (S_CURVE, 3.0, 100.0 * (1.0 + math.tanh(0.5))),
        (PROFIT_LED, 3.0, 80.0 * 2.5 / 1.5),  # (3 - 0.5) / (2 - 0.5) of what is installed
        (PROFIT_LED, 2.0, 80.0),
        (PROFIT_LED, 0.4, 0.0),
    ],
)
def test_capacity_by_price_by_eye(rule, price, wanted):
    world = bare_world(investment_rule=rule, supply_curve_slope=1.0, usable_share=0.95)
    world.suppliers["demand_belief_h100e"], world.suppliers["installed_h100e"] = 95.0, 80.0
    world.suppliers["price_belief_usd_per_h100e_hour"] = price
    assert capacity_by_price(world, 0) == pytest.approx(wanted)
