"""Bills, credits, rounds, and who pays whom."""

import math

import pytest

from agents.costs import term_discount
from model.finance import contract_bill, round_size, service_credit, settle
from model.state import ENTERPRISES, FRINGE, INVESTORS, LENDERS, POWER_AND_LAND, STAFF, USERS
from tests.worlds import all_cash, bare_world, put_contract

UNIT = 0.00073
"""USD m a month of one H100e at one USD an hour: 730 hours."""


def contract(due=1000.0, delivered=1000.0):
    world = bare_world()
    row = put_contract(world, 0, 0, due)
    world.contracts["due_h100e"][row], world.contracts["delivered_h100e"][row] = due, delivered
    return world


@pytest.mark.parametrize(("used", "bill"), [(1.0, 1.46), (0.5, 1.387), (0.0, 1.314)])
def test_take_or_pay(used, bill):
    # 1000 H100e x 2 USD x 730 h = 1.46 USD m, 0.9 of it in any case: 1.46 x (0.9 + 0.1 x used)
    assert contract_bill(contract().contracts[0], used, 9) == pytest.approx(bill)


@pytest.mark.parametrize(("delivered", "credit"), [(1000.0, 0.0), (900.0, 0.146), (500.0, 0.219), (0.0, 0.0)])
def test_credit_for_what_was_not_delivered(delivered, credit):
    # 100 missing x 2 USD x 730 h = 0.146; never more than 0.3 of what is delivered: 0.3 x 500 x 2 x 730 = 0.219
    world = contract(delivered=delivered)
    world.parameters["service_credit_ratio"], world.parameters["service_credit_cap_share"] = 1.0, 0.3
    assert service_credit(world.contracts[0], world.parameters[0]) == pytest.approx(credit)


def test_nobody_is_paid_for_nothing():
    world = bare_world()
    settle(world)
    assert all_cash(world) == 0.0
    assert (world.labs["cash_usd_m"] == 0.0).all()


def test_revenue_and_costs_of_a_lab():
    # 1000 served x 4 USD = 2.92 USD m; 0.2 of it to staff; 500 own, half used, 0.5 USD x 1.1; repayment 0.4
    world = bare_world(other_cost_share=0.2, integration_overhead_share=0.1)
    lab = world.labs[0]
    lab["served_inference_h100e"], lab["own_h100e"], lab["used_share"] = 1000.0, 500.0, 0.5
    lab["repayment_usd_m"] = 0.4
    settle(world)
    running = 0.5 * 500 * 0.5 * 1.1 * UNIT
    lab = world.labs[0]
    assert lab["revenue_usd_m"] == pytest.approx(2.92)
    assert lab["compute_bill_usd_m"] == pytest.approx(running + 0.4)
    assert lab["cost_usd_m"] == pytest.approx(running + 0.4 + 0.584)
    assert lab["cash_usd_m"] == pytest.approx(2.92 - lab["cost_usd_m"])
    account = world.accounts["cash_usd_m"]
    expected = {USERS: -2.92, STAFF: 0.584, POWER_AND_LAND: running, LENDERS: 0.4}
    assert {row: account[row] for row in expected} == pytest.approx(expected)
    assert all_cash(world) == pytest.approx(0.0, abs=1e-12)


def test_revenue_and_costs_of_a_supplier():
    # enterprises: 1000 at list 2 less the discount of a year; 1000 + 500 used x 0.5 USD; repayment 0.3
    world = bare_world()
    supplier = world.suppliers[0]
    supplier["enterprise_served_h100e"], supplier["delivered_h100e"] = 1000.0, 500.0
    supplier["repayment_usd_m"] = 0.3
    settle(world)
    revenue = 1000 * 2 * (1 - term_discount(world.parameters[0], 12.0)) * UNIT
    supplier = world.suppliers[0]
    assert supplier["revenue_usd_m"] == pytest.approx(revenue)
    assert supplier["cost_usd_m"] == pytest.approx(1500 * 0.5 * UNIT + 0.3)
    assert supplier["cash_usd_m"] == pytest.approx(revenue - supplier["cost_usd_m"])
    assert world.accounts["cash_usd_m"][ENTERPRISES] == pytest.approx(-revenue)


def test_a_contract_is_paid_by_its_lab_less_the_credit():
    # 900 delivered of 1000: 900 x 2 x 0.00073 = 1.314, used in full; credit 0.146
    world = contract(delivered=900.0)
    world.labs["used_share"] = 1.0
    settle(world)
    assert world.labs["cash_usd_m"][0] == pytest.approx(-1.168)
    assert world.suppliers["cash_usd_m"][0] == pytest.approx(1.168)
    assert world.labs["compute_bill_usd_m"][0] == world.suppliers["revenue_usd_m"][0] == pytest.approx(1.168)


def test_what_is_paid_for_unused_capacity_is_waste():
    # half used: 0.5 x 0.9 x 1000 x 2 USD x 730 h
    world = contract()
    world.labs["used_share"] = 0.5
    settle(world)
    assert world.market["take_or_pay_waste_usd_m"][0] == pytest.approx(0.657)


def test_a_contract_that_has_not_begun_costs_nothing():
    world = contract()
    world.contracts["due_h100e"] = 0.0
    settle(world)
    assert world.labs["cash_usd_m"][0] == 0.0


def test_a_lab_never_earns_from_a_contract_that_is_not_delivered():
    # 100 of 1000 delivered: bill 0.146, credit 0.438; unit cost turns negative and its logarithm is not a number
    world = contract(delivered=100.0)
    world.labs["used_share"] = 1.0
    settle(world)
    assert world.labs["compute_bill_usd_m"][0] >= 0.0


def test_spot_buyers_pay_spot_sellers_in_proportion():
    # 60 to lab 1, 40 to the fringe, from suppliers 25 : 75, at 2 USD
    world = bare_world()
    world.labs["spot_h100e"][0], world.market["spot_fringe_h100e"] = 60e3, 40e3
    world.labs["spot_bill_usd_m"][0], world.market["spot_fringe_bill_usd_m"] = 87.6, 58.4  # 60,000 x 2 x 0.00073
    world.suppliers["spot_sold_h100e"], world.suppliers["spot_revenue_usd_m"] = (25e3, 75e3), (36.5, 109.5)
    world.market["opex_usd_per_h100e_hour"] = 0.0
    settle(world)
    assert world.labs["cash_usd_m"].tolist() == pytest.approx([-87.6, 0.0])
    assert world.accounts["cash_usd_m"][FRINGE] == pytest.approx(-58.4)
    assert world.suppliers["cash_usd_m"].tolist() == pytest.approx([36.5, 109.5])
    assert world.suppliers["revenue_usd_m"].tolist() == pytest.approx([36.5, 109.5])
    assert world.labs["compute_bill_usd_m"][0] == pytest.approx(87.6)


def test_each_spot_trade_has_its_own_price():
    # lab 1 pays 3 USD for 10,000 h and lab 2 pays 1 USD for 10,000; supplier 1 sold what brought 30 : 10 of the bill
    world = bare_world()
    world.labs["spot_h100e"], world.labs["spot_bill_usd_m"] = 10e3, (21.9, 7.3)
    world.suppliers["spot_sold_h100e"], world.suppliers["spot_revenue_usd_m"] = 10e3, (21.9, 7.3)
    world.market["opex_usd_per_h100e_hour"] = 0.0
    settle(world)
    assert world.labs["cash_usd_m"].tolist() == pytest.approx([-21.9, -7.3])
    assert world.suppliers["cash_usd_m"].tolist() == pytest.approx([21.9, 7.3])
    assert world.labs["compute_bill_usd_m"].tolist() == pytest.approx([21.9, 7.3])


def test_nobody_pays_where_nothing_was_earned():
    world = bare_world()
    world.labs["spot_bill_usd_m"] = 5.0
    settle(world)
    assert (world.labs["cash_usd_m"] == 0.0).all()


def test_unit_cost_follows_the_bill():
    # 100 H100e cost 4 USD an hour: 2 + 0.3 x (4 - 2)
    world = bare_world(deal_price_smoothing_per_month=0.3)
    row = put_contract(world, 0, 0, 100.0, price_usd_per_h100e_hour=4.0)
    world.contracts["due_h100e"][row] = world.contracts["delivered_h100e"][row] = 100.0
    world.labs["contract_h100e"][0], world.labs["used_share"] = 100.0, 1.0
    settle(world)
    assert world.labs["unit_cost_usd_per_h100e_hour"].tolist() == pytest.approx([2.6, 2.0])


def test_realised_price_follows_revenue():
    world = bare_world(deal_price_smoothing_per_month=0.3)
    row = put_contract(world, 0, 0, 100.0, price_usd_per_h100e_hour=4.0)
    world.contracts["due_h100e"][row] = world.contracts["delivered_h100e"][row] = 100.0
    world.suppliers["delivered_h100e"][0], world.labs["used_share"] = 100.0, 1.0
    settle(world)
    assert world.suppliers["realised_price_usd_per_h100e_hour"].tolist() == pytest.approx([2.6, 2.0])


def test_what_forwards_bring_is_revenue_and_no_price():
    # 100 x 4 USD is 0.292 USD m a month; forwards lose more than that, on hours that it did not sell
    world = bare_world(deal_price_smoothing_per_month=0.3)
    row = put_contract(world, 0, 0, 100.0, price_usd_per_h100e_hour=4.0)
    world.contracts["due_h100e"][row] = world.contracts["delivered_h100e"][row] = 100.0
    world.suppliers["delivered_h100e"][0], world.labs["used_share"] = 100.0, 1.0
    world.suppliers["forward_gain_usd_m"][0] = -1.0
    settle(world)
    assert world.suppliers["realised_price_usd_per_h100e_hour"][0] == pytest.approx(2.6)
    assert world.suppliers["revenue_usd_m"][0] == pytest.approx(0.292 - 1.0)


def test_growth_of_revenue_is_smoothed():
    # from 1 to 2.92 USD m: 12 x 1.92 a year, a fifth of it
    world = bare_world(growth_learning_per_month=0.2)
    world.labs["revenue_usd_m"], world.labs["served_inference_h100e"] = 1.0, 1000.0
    settle(world)
    assert world.labs["revenue_growth_per_year"][0] == pytest.approx(0.2 * 12 * 1.92)


def raising(cost, revenue, cash, growth):
    world = bare_world(
        round_burn_months=24,
        round_cost_months=6,
        round_revenue_months=18,
        round_growth_scale_per_year=0.9,
        round_growth_cap_ratio=1.5,
    )
    lab = world.labs[0]
    lab["cost_usd_m"], lab["revenue_usd_m"], lab["cash_usd_m"] = cost, revenue, cash
    lab["revenue_growth_per_year"] = growth
    return round_size(lab, world.parameters[0])


@pytest.mark.parametrize(
    ("cost", "revenue", "cash", "growth", "raised"),
    [
        (15, 10, 20, 0.9, 180),  # wants 24 x 5 + 6 x 15 - 20 = 190, is given 18 x 10 x 1 = 180
        (15, 10, 50, 0.9, 160),  # wants 160
        (15, 10, 20, 9.0, 190),  # given up to 18 x 10 x 1.5 = 270, wants 190
        (15, 10, 20, 0.45, 90),  # 18 x 10 x 0.5 = 90, and at least 6 x 15 = 90
        (15, 10, 20, 0.01, 90),  # grows, so 90
        (15, 10, 20, -0.1, 0),  # shrinks
        (10, 15, 70, 0.9, 0),  # no burn and 60 in hand
        (15, 0, 0, 1.0, 90),  # no revenue yet, but growing: 90 of 450
    ],
)
def test_rounds_by_eye(cost, revenue, cash, growth, raised):
    assert raising(cost, revenue, cash, growth) == pytest.approx(raised)


def settle_with(column, **values):
    world = bare_world(round_interval_months=15)
    for name, value in values.items():
        getattr(world, column)[name] = value
    settle(world)
    return world


def test_a_parent_covers_what_is_missing_and_no_more():
    world = settle_with("labs", cash_usd_m=-5.0, parent_backed=1)
    assert world.labs["cash_usd_m"].tolist() == [0.0, 0.0]
    assert world.accounts["cash_usd_m"][INVESTORS] == -10.0
    world = settle_with("suppliers", cash_usd_m=-5.0, parent_backed=1)
    assert world.suppliers["cash_usd_m"].tolist() == [0.0, 0.0]
    assert settle_with("labs", cash_usd_m=5.0, parent_backed=1).labs["cash_usd_m"].tolist() == [5.0, 5.0]


def test_a_lab_raises_money_once_the_interval_is_over():
    values = {"cash_usd_m": -5.0, "revenue_growth_per_year": 1.0, "repayment_usd_m": 1.0}
    early = settle_with("labs", months_since_round=13, **values)
    assert early.labs["cash_usd_m"].tolist() == [-6.0, -6.0]
    assert early.labs["months_since_round"].tolist() == [14, 14]
    due = settle_with("labs", months_since_round=14, **values)
    # cost 1: wants 24 x 1 + 6 x 1 + 6 = 36, is given 6 x 1
    assert due.labs["cash_usd_m"].tolist() == pytest.approx([0.0, 0.0])
    assert due.labs["months_since_round"].tolist() == [0, 0]


@pytest.mark.parametrize("column", ["labs", "suppliers"])
def test_in_a_credit_crunch_nobody_raises_money_but_parents_pay(column):
    world = bare_world(round_interval_months=15)
    firms = getattr(world, column)
    firms["cash_usd_m"], firms["repayment_usd_m"], firms["months_since_round"] = -5.0, 1.0, 20
    world.labs["revenue_growth_per_year"], world.suppliers["profitability_index"] = 1.0, 1.0
    firms["parent_backed"], world.market["credit_closed"] = (0, 1), 1
    settle(world)
    assert firms["cash_usd_m"].tolist() == [-6.0, 0.0]
    assert firms["months_since_round"].tolist() == [21, 21]
    world.market["credit_closed"] = 0
    settle(world)
    assert firms["cash_usd_m"][0] > -7.0  # a round came in
    assert firms["months_since_round"][0] == 0


@pytest.mark.parametrize(("index", "cash"), [(1.0, 6.0), (0.99, -6.0)])
def test_investors_refill_a_supplier_while_new_sites_pay(index, cash):
    # six months of a cost of 1, after paying it
    values = {"cash_usd_m": -5.0, "repayment_usd_m": 1.0, "months_since_round": 20, "profitability_index": index}
    world = settle_with("suppliers", **values)
    assert world.suppliers["cash_usd_m"].tolist() == pytest.approx([cash, cash])


def test_everything_together_sums_to_zero():
    world = contract(delivered=800.0)
    world.labs["served_inference_h100e"], world.labs["own_h100e"], world.labs["used_share"] = 700.0, 50.0, 0.7
    world.labs["spot_h100e"], world.market["spot_fringe_h100e"] = 30.0, 40.0
    world.labs["spot_bill_usd_m"], world.market["spot_fringe_bill_usd_m"] = 3.0, 4.0
    world.suppliers["spot_sold_h100e"], world.suppliers["enterprise_served_h100e"] = 50.0, 90.0
    world.suppliers["spot_revenue_usd_m"] = 5.0
    world.labs["months_since_round"], world.labs["revenue_growth_per_year"] = 99, 0.5
    settle(world)
    assert all_cash(world) == pytest.approx(0.0, abs=1e-12)
    assert math.isclose(
        sum(table["received_usd_m"].sum() for table in (world.labs, world.suppliers, world.accounts)),
        sum(table["paid_usd_m"].sum() for table in (world.labs, world.suppliers, world.accounts)),
    )


def test_who_sets_up_deals_is_paid_and_counts_as_compute():
    world = bare_world(other_cost_share=0.0)
    world.labs["set_up_bill_usd_m"][0] = 8.0
    settle(world)
    assert world.labs["compute_bill_usd_m"][0] == world.labs["cost_usd_m"][0] == 8.0
    assert world.accounts["cash_usd_m"][STAFF] == 8.0
    assert all_cash(world) == 0.0
