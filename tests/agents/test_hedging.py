"""How much of its spot hours a firm hedges: by hand."""

import math

import pytest

from agents.hedging import affordable_hedge, margin_cost, margin_limit, price_risk, wanted_share
from agents.labs import STRATEGIES, plan
from agents.labs.costs import spot_cost
from agents.labs.hedger import expected_spot_hours
from tests.worlds import bare_world


def test_the_risk_is_aversion_times_variance():
    world = bare_world(risk_aversion=2.0)
    world.market["spot_price_variance_log"] = 0.15
    assert price_risk(world.market[0], world.parameters[0]) == pytest.approx(0.3)


def test_the_deposit_costs_capital_until_delivery():
    # 0.2 of the value, at 0.12 a year, for half a year
    assert margin_cost(bare_world(forward_margin_share=0.2).parameters[0], 0.12, 6) == pytest.approx(0.012)


@pytest.mark.parametrize(
    ("most", "cost", "risk", "share"),
    [(1.0, 0.0, 0.1, 1.0), (1.0, 0.02, 0.1, 0.8), (0.5, 0.02, 0.1, 0.4), (1.0, 0.2, 0.1, 0.0), (1.0, 0.0, 0.0, 0.0)],
)
def test_hedging_ends_where_risk_is_worth_its_cost(most, cost, risk, share):
    assert wanted_share(most, cost, risk) == pytest.approx(share)


def test_the_hedge_is_the_cheapest_of_all():
    # premium x on the part u held, k (1 - u)^2 / 2 on the rest: least at u = 1 - x / k
    cost, risk = 0.03, 0.12
    best = min(range(101), key=lambda percent: cost * percent / 100 + 0.5 * risk * (1 - percent / 100) ** 2)
    assert wanted_share(1.0, cost, risk) == pytest.approx(best / 100)


@pytest.mark.parametrize(
    ("cash", "margin", "parent", "limit"), [(90, 10, 0, 20), (-50, 10, 0, 0), (-50, 0, 1, math.inf)]
)
def test_a_part_of_the_cash_may_be_deposited(cash, margin, parent, limit):
    world = bare_world(forward_margin_cash_share=0.2)
    lab = world.labs[0]
    lab["cash_usd_m"], lab["margin_usd_m"], lab["parent_backed"] = cash, margin, parent
    assert margin_limit(lab, world.parameters[0]) == limit


def test_a_hedge_is_cut_to_what_can_be_deposited():
    # 1000 H100e x 2 USD x 730 h = 1.46 USD m, a tenth of it 0.146: with 0.073 there is half
    parameters = bare_world(forward_margin_share=0.1).parameters[0]
    assert affordable_hedge(0.073, 2000.0, parameters) == pytest.approx(0.5)
    assert affordable_hedge(1.0, 2000.0, parameters) == 1.0
    assert affordable_hedge(0.0, 0.0, parameters) == 1.0


def test_a_lab_expects_the_same_part_of_its_forecast_from_spot():
    # 100 of 1000 today; ln growth 0.1 a month for good: 100 e^0.2 in two months
    world = bare_world(trend_anchor_share=0.0)
    lab = world.labs[0]
    lab["need_inference_h100e"], lab["need_training_h100e"], lab["spot_h100e"] = 600.0, 400.0, 100.0
    lab["growth_belief_per_month"] = lab["trend_belief_per_month"] = 0.1
    assert expected_spot_hours(world, 0, 2) == pytest.approx(100.0 * math.exp(0.2))
    assert expected_spot_hours(world, 1, 2) == 0.0


def test_what_is_held_forward_carries_the_premium_and_no_risk():
    # 2 / 0.8 = 2.5; open x (1 + 2 x 0.1 / 2) = 2.75; half hedged at a premium of 0.04 x (1 + 0.02 + 0.1 / 4) = 2.6125
    world = bare_world(spot_service_share=0.8, risk_aversion=2.0)
    world.market["spot_price_variance_log"], world.market["forward_premium"] = 0.1, 0.04
    assert spot_cost(world, 0, 9.0) == pytest.approx(2.75)
    world.labs["planned_hedge_share"][0] = 0.5
    assert spot_cost(world, 0, 9.0) == pytest.approx(2.6125)


def test_only_a_hedger_counts_on_its_hedge():
    world = bare_world(lab_hedge_share=0.3)
    world.labs["hedged_share"], world.labs["strategy"] = 0.8, (0, STRATEGIES.index("hedger"))
    for i in range(2):
        plan(world, i)
    assert world.labs["hedge_share"].tolist() == [0.3, 1.0]
    assert world.labs["planned_hedge_share"].tolist() == [0.0, 0.8]


def test_a_hedger_leaves_more_to_spot():
    # half hedged, it leaves 0.5 x 0.2 of 1000 to spot, and plans the other 900 as the usual lab plans 1000
    world = bare_world(plan_cycle_months=1, hedger_spot_share=0.2)
    world.labs["need_inference_h100e"], world.labs["parent_backed"] = 1000.0, 1
    world.labs["hedged_share"], world.labs["strategy"] = 0.5, (0, STRATEGIES.index("hedger"))
    world.offers["capacity_h100e"] = world.offers["free_h100e"] = 1e4
    for i in range(2):
        plan(world, i)
    usual, hedger = world.requirements[:, 0]
    assert hedger["forecast_h100e"] == usual["forecast_h100e"] == 1000.0
    assert hedger["open_h100e"] == pytest.approx(0.9 * usual["open_h100e"])
    assert hedger["spot_h100e"] == pytest.approx(0.9 * usual["spot_h100e"] + 100.0)
