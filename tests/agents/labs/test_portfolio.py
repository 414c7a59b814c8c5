"""The strategy `portfolio`: forecast, cover, ask."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.base import LEASE, PARTNER
from agents.labs import integrated
from agents.labs.asking import falls_short
from agents.labs.manner import USUAL
from agents.labs.portfolio import (
    NOTHING,
    affordable_share,
    basket_of,
    bid,
    cost_lines,
    cover,
    due_share,
    expect_prices,
    forecast_requirement,
    order_by_price,
    partner_capacity,
    plan,
    rival_quotes,
    spare_capacity,
)
from tests.worlds import bare_world


def riskless(suppliers=2, **parameters):
    """Two labs, and suppliers with capacity but none of it free; no risk charge; prices of 2."""
    none = {"non_delivery_per_month": 0.0, "term_inflexibility_share": 0.0, "rival_discount_share": 0.0}
    world = bare_world(2, suppliers, **(none | {"recall_hazard_per_month": 0.0} | parameters))
    world.labs["need_inference_h100e"], world.labs["need_training_h100e"] = 600.0, 400.0
    world.labs["parent_backed"] = 1
    world.offers["capacity_h100e"] = 1e4
    return world


def test_forecast_grows_by_belief_that_fades_to_the_trend():
    # trend 0.5 x 0.02 + 0.5 x 0.04 = 0.03; departure 0.09 - 0.03 = 0.06, x (0.5 + 0.25): ln growth 0.06 + 0.045
    world = riskless(growth_persistence_per_month=0.5, trend_anchor_share=0.5)
    world.market["growth_per_month"] = 0.02
    world.labs["trend_belief_per_month"], world.labs["growth_belief_per_month"] = 0.04, 0.09
    assert forecast_requirement(world, 0, 2) == pytest.approx(1000.0 * math.exp(0.105), rel=1e-12)


def test_expected_price_is_the_usual_discount_on_the_list_and_the_risks():
    # list 2 x 0.8 + what the terms cost, 0.12; supplier 2 is gone
    world = riskless()
    world.pairs["terms_charge_usd_per_h100e_hour"] = 0.12
    world.market["contract_to_list_ratio"] = 0.8
    world.suppliers["alive"][1] = 0
    expect_prices(world, 0)
    own, others = world.pairs[0], world.pairs[1]
    assert own["risk_charge_usd_per_h100e_hour"] == pytest.approx([0.12, 0.0], rel=1e-12)
    assert own["expected_price_usd_per_h100e_hour"] == pytest.approx([1.72, 0.0], rel=1e-12)
    assert (others["expected_price_usd_per_h100e_hour"] == 0.0).all()


def test_risks_are_weighed_by_what_an_hour_served_is_worth():
    # value 0.9 x 4 = 3.6; a rival's affiliate 0.1 x 3.6 = 0.36 on the list of 2
    world = riskless(rival_discount_share=0.1, serving_value_share=0.9)
    world.suppliers["lab_affiliation_share"][1] = 1.0
    expect_prices(world, 0)
    assert world.pairs["expected_price_usd_per_h100e_hour"][0] == pytest.approx([2.0, 2.36], rel=1e-12)


def lessors(prices, free):
    """A riskless world of lessors with these list prices, and this much free at the second delivery month."""
    world = riskless(suppliers=len(prices))
    world.suppliers["list_price_usd_per_h100e_hour"], world.offers["free_h100e"][:, 1] = prices, free
    expect_prices(world, 0)
    return world


def test_suppliers_in_order_of_price_and_the_first_row_where_they_are_equal():
    world = lessors((2.0, 1.5, 1.5, 1.0), (9.0, 9.0, 9.0, 9.0))
    assert world.pairs["supplier_by_price"][0].tolist() == [3, 1, 2, 0]
    world.suppliers["alive"][3] = 0
    expect_prices(world, 0)
    assert world.pairs["supplier_by_price"][0].tolist() == [1, 2, 0, -1]


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1, max_size=12))
def test_the_order_of_price_is_a_stable_sort_of_those_in_business(firms):
    world = bare_world(1, len(firms))
    prices, alive = zip(*firms, strict=True)
    world.pairs["expected_price_usd_per_h100e_hour"][0], world.suppliers["alive"] = prices, alive
    world.pairs["supplier_by_price"] = 7  # what stood there before does not count
    order_by_price(world, 0)
    expected = [int(j) for j in np.argsort(prices, kind="stable") if alive[j]]
    assert world.pairs["supplier_by_price"][0].tolist() == expected + [-1] * (len(firms) - len(expected))


def test_a_basket_is_filled_from_the_cheapest_on():
    # 40 at 1.5, the other 60 at 2: (60 + 120) / 100
    world = lessors((2.0, 1.5), (100.0, 40.0))
    assert basket_of(world, 0, LEASE, 1, 100.0) == pytest.approx((1.8, 0.9))
    assert basket_of(world, 0, LEASE, 1, 40.0) == pytest.approx((1.5, 0.9))
    world.suppliers["alive"][1] = 0
    expect_prices(world, 0)
    assert basket_of(world, 0, LEASE, 1, 100.0).price == pytest.approx(2.0)


@given(st.integers(0, 2**32 - 1))
def test_a_basket_is_what_a_sort_of_its_channel_by_price_gives(seed):
    draws = np.random.default_rng(seed)
    world = bare_world(1, 6)
    world.suppliers["recallable"], world.suppliers["alive"] = draws.integers(0, 2, 6), draws.integers(0, 2, 6)
    world.pairs["expected_price_usd_per_h100e_hour"][0] = draws.integers(1, 5, 6)
    world.offers["free_h100e"][:, 1] = draws.integers(0, 50, 6)
    order_by_price(world, 0)
    cheapest = sorted((p, j) for j, p in enumerate(world.pairs["expected_price_usd_per_h100e_hour"][0]))
    left, value = 100.0, 0.0
    for price, j in cheapest:
        if world.suppliers["alive"][j] == 1 and world.suppliers["recallable"][j] == 1:
            taken = min(left, world.offers["free_h100e"][j, 1])
            left, value = left - taken, value + taken * price
    mean = value / (100.0 - left) if left < 100.0 else math.inf
    assert basket_of(world, 0, PARTNER, 1, 100.0).price == pytest.approx(mean)


def test_a_small_supplier_does_not_set_the_price_of_a_large_basket():
    # 40 at 1.5 beside 3960 at 2: (60 + 7920) / 4000
    world = lessors((2.0, 1.5), (1e6, 40.0))
    assert basket_of(world, 0, LEASE, 1, 4000.0).price == pytest.approx(1.995)


def test_what_nobody_has_free_is_priced_at_the_mean_of_all_lessors():
    # 40 x 1.5 + 100 x 2, and 860 at 1.75, the mean of two lessors of one size
    world = lessors((2.0, 1.5), (100.0, 40.0))
    assert basket_of(world, 0, LEASE, 1, 1000.0).price == pytest.approx((260.0 + 860.0 * 1.75) / 1000.0)


def test_the_part_due_in_any_case_is_that_of_the_basket():
    # 40 with notice of 3 months, 0.9 x 3 / 12 = 0.225, and 60 for 36 months, 0.9: (9 + 54) / 100
    world = lessors((2.0, 1.5), (100.0, 40.0))
    world.pairs["notice_months"][0, 1] = 3
    assert basket_of(world, 0, LEASE, 1, 100.0).due_share == pytest.approx(0.63)


@pytest.mark.parametrize(("term", "notice", "due"), [(36, 0, 0.9), (6, 0, 0.45), (36, 3, 0.225), (6, 9, 0.45)])
def test_what_is_due_ends_with_notice_or_term_or_after_a_year(term, notice, due):
    world = bare_world()
    world.pairs["term_months"], world.pairs["notice_months"] = term, notice
    assert due_share(world.suppliers[0], world.pairs[0, 0]) == pytest.approx(due)


def test_where_nobody_has_capacity_leases_cost_the_mean_of_all_by_size():
    # capacity 300 at 2 and 100 at 1.5
    world = lessors((2.0, 1.5), (0.0, 0.0))
    world.offers["capacity_h100e"][:, 1] = (300.0, 100.0)
    assert basket_of(world, 0, LEASE, 1, 100.0) == pytest.approx((1.875, 0.9))
    world.suppliers["alive"] = 0
    assert basket_of(world, 0, LEASE, 1, 100.0) == NOTHING


def test_a_partner_counts_where_it_has_capacity_and_for_its_notice_only():
    world = riskless()
    world.suppliers["recallable"][0] = 1
    world.pairs["notice_months"][0, 0] = 3
    expect_prices(world, 0)
    assert basket_of(world, 0, PARTNER, 1, 5.0) == NOTHING
    world.offers["free_h100e"][0, 1] = 5.0
    assert basket_of(world, 0, PARTNER, 1, 5.0) == pytest.approx((2.0, 0.225))


def test_partners_give_what_is_free_and_not_asked_for_earlier():
    # 30 + 50 free of two partners, the lessor's 999 and what a closed partner had do not count; 20 + 10 are asked for
    world = bare_world(2, 4)
    world.suppliers["recallable"], world.suppliers["alive"] = (1, 1, 0, 1), (1, 1, 1, 0)
    world.offers["free_h100e"][:, 2] = (30.0, 50.0, 999.0, 999.0)
    world.requirements["partner_h100e"][0] = (20.0, 10.0, 7.0, 7.0)
    assert partner_capacity(world, 0, 2) == pytest.approx(50.0)
    world.requirements["partner_h100e"][0, 0] = 200.0
    assert partner_capacity(world, 0, 2) == 0.0


def test_cost_lines_by_eye():
    # lease 2: 0.9 of it is due for a year or more, so 1.8 + 0.2 pi; partner 2 with 3 months' notice: due 0.9 / 4
    world = riskless(serving_value_share=0.9, spot_service_share=0.8, risk_aversion=0.0)
    world.suppliers["recallable"][1] = 1
    world.pairs["notice_months"][0, 1] = 3
    world.offers["free_h100e"] = 9.0
    expect_prices(world, 0)
    lines = cost_lines(world, 0, 0, 7.0, USUAL, 9.0)
    assert lines.fixed == pytest.approx((0.0, 0.0, 1.8, 0.45, 7.0))
    assert lines.variable == pytest.approx((3.6, 2.5, 0.2, 1.55, 0.0))
    builder = cost_lines(world, 0, 0, 7.0, integrated.MANNER, 9.0)  # who rents nothing
    assert builder.fixed == pytest.approx((0.0, 0.0, math.inf, math.inf, 7.0))
    assert builder.variable == pytest.approx((3.6, 2.5, 0.0, 0.0, 0.0))


def test_bills_stay_under_revenue_and_a_part_of_cash():
    # 1.2 x 10 + 18 / 18 = 13 USD m; 5000 H100e x 2 USD x 0.00073 = 7.3 are spoken for; 5.7 left of 11.4 wanted
    world = riskless(bill_revenue_cap_ratio=1.2, bill_cash_months=18)
    world.labs["parent_backed"] = 0
    world.labs["revenue_usd_m"], world.labs["cash_usd_m"] = 10.0, 18.0
    assert affordable_share(world, 0, 1.0, 5000.0, 11.4) == pytest.approx(0.5, rel=1e-12)
    assert affordable_share(world, 0, 1.0, 5000.0, 5.0) == 1.0
    assert affordable_share(world, 0, 1.0, 9000.0, 5.0) == 0.0  # 13.14 spoken for
    world.labs["cash_usd_m"] = -100.0
    assert affordable_share(world, 0, 1.0, 5000.0, 9.4) == pytest.approx(0.5, rel=1e-12)  # 12 - 7.3 = 4.7


def test_a_parent_pays_any_bill():
    world = riskless()
    assert affordable_share(world, 0, 1.0, 1e9, 1e9) == 1.0


def test_cover_writes_the_split_and_returns_what_lasts():
    # no spot to be had below the value: lease everything but the blocks hardly needed
    world = riskless(spot_plan_cap_share=0.0)
    row = world.requirements[0, 1]
    row["forecast_h100e"] = 1000.0
    lasts = cover(world, 0, 1, math.inf, 0.0, USUAL)
    assert lasts == row["lease_h100e"] == row["open_h100e"] > 900.0
    assert (row["build_h100e"], row["partner_h100e"]) == (0.0, 0.0)


def test_partners_are_asked_for_no_more_than_they_have():
    # a partner at 1 beats leases at 2 wherever it has something: 30; leases take the rest of what they would have taken
    world = riskless(spot_plan_cap_share=0.0)
    row = world.requirements[0, 1]
    row["forecast_h100e"] = 1000.0
    expect_prices(world, 0)
    leases_alone = cover(world, 0, 1, math.inf, 0.0, USUAL)
    world.suppliers["recallable"][1] = 1
    world.suppliers["list_price_usd_per_h100e_hour"][1] = 1.0
    world.offers["free_h100e"][1] = 30.0
    expect_prices(world, 0)
    cover(world, 0, 1, math.inf, 0.0, USUAL)
    assert row["partner_h100e"] == pytest.approx(30.0)
    assert row["lease_h100e"] == pytest.approx(leases_alone - 30.0)


def test_too_small_a_deal_is_not_asked_for():
    world = riskless(smallest_deal_share=0.02, spot_plan_cap_share=0.0)
    row = world.requirements[0, 1]
    row["forecast_h100e"] = 1000.0
    wanted = cover(world, 0, 1, math.inf, 0.0, USUAL)
    assert cover(world, 0, 1, math.inf, wanted - 15.0, USUAL) == 0.0
    assert row["open_h100e"] == 0.0
    assert cover(world, 0, 1, math.inf, wanted - 25.0, USUAL) == pytest.approx(25.0)


def test_a_planning_month_covers_every_delivery_month_others_only_the_promptest():
    world = riskless(plan_cycle_months=3, spot_plan_cap_share=0.0)
    world.labs["growth_belief_per_month"] = world.labs["trend_belief_per_month"] = 0.1
    world.market["month"] = 2  # lab 1 plans where (month + 1) is a multiple of 3
    plan(world, 0)
    assert (world.requirements["open_h100e"][0] > 0.0).all()
    world.market["month"] = 3
    plan(world, 0)
    assert (world.requirements["open_h100e"][0] > 0.0).tolist() == [True, False, False, False]
    assert (world.requirements["forecast_h100e"][0] > 0.0).all()


def test_what_is_bought_for_a_month_covers_the_later_ones():
    world = riskless(plan_cycle_months=1, spot_plan_cap_share=0.0, trend_anchor_share=0.0)
    plan(world, 0)  # no growth: what is bought for the promptest month suffices but for the wider spread
    prompt, short, *_ = world.requirements["open_h100e"][0]
    assert prompt > 900.0
    assert short < 0.3 * prompt


@pytest.mark.parametrize(("lead", "built"), [(1, 0), (2, 1), (6, 1), (12, 2), (13, 3), (25, None)])
def test_own_sites_are_planned_for_the_first_month_they_can_reach_and_no_other(lead, built):
    # delivery months 1, 6, 12 and 24 ahead; the need grows, so every one of them wants more than the one before
    world = riskless(plan_cycle_months=1, build_hurdle_ratio=1.0, spot_plan_cap_share=0.0)
    world.labs["growth_belief_per_month"] = world.labs["trend_belief_per_month"] = 0.1
    world.labs["build_cost_ratio"] = 0.01
    world.labs["build_lead_months"] = lead
    plan(world, 0)
    assert (world.requirements["build_h100e"][0] > 0.0).tolist() == [delivery == built for delivery in range(4)]
    wanted = world.requirements["build_h100e"][0] + world.requirements["open_h100e"][0]
    assert (wanted > 0.0).all()
    assert world.labs["planned_build_h100e"][0] == world.requirements["build_h100e"][0].sum()


def test_spare_capacity_is_what_exceeds_the_forecast_and_some_slack():
    world = riskless(renewal_slack_share=0.1)
    world.requirements["forecast_h100e"][0, 1] = 100.0
    world.requirements["coverage_h100e"][0, 1] = 150.0
    assert spare_capacity(world, 0) == pytest.approx(40.0)
    world.requirements["coverage_h100e"][0, 1] = 105.0
    assert spare_capacity(world, 0) == 0.0


def test_the_cheapest_with_capacity_are_asked_first():
    world = bare_world(suppliers=4, suppliers_asked=3)
    world.suppliers["list_price_usd_per_h100e_hour"] = (1.0, 4.0, 2.0, 3.0)
    world.suppliers["alive"][3] = 0
    world.offers["free_h100e"][1:, 3] = 5.0  # from the last delivery month on is soon enough
    bid(world, 0)
    assert world.pairs["asked_rank"][0].tolist() == [3, 2, 1, 0]


def test_of_equal_prices_the_first_row_is_asked_first():
    world = bare_world(suppliers=3, suppliers_asked=3)
    world.offers["free_h100e"] = 5.0
    bid(world, 0)
    assert world.pairs["asked_rank"][0].tolist() == [1, 2, 3]


def test_no_more_are_asked_than_the_parameter_says():
    world = bare_world(suppliers=4, suppliers_asked=2)
    bid(world, 0)
    assert sorted(world.pairs["asked_rank"][0].tolist()) == [0, 0, 1, 2]


@pytest.mark.parametrize(("wanted", "asked"), [(30.0, 1), (40.0, 1), (70.0, 2), (100.0, 3), (1000.0, 3)])
def test_more_are_asked_while_those_asked_have_too_little(wanted, asked):
    # 40 free each, one to be asked: 40 suffice for 30 and 40, two have 80, three 120; then there is nobody left
    world = bare_world(2, 3, suppliers_asked=1)
    world.offers["free_h100e"], world.requirements["open_h100e"][0, 0] = 40.0, wanted
    bid(world, 0)
    assert np.sort(world.pairs["asked_rank"][0]).tolist() == [*[0] * (3 - asked), *range(1, asked + 1)]
    assert falls_short(world, 0) == (wanted > 40.0 * asked)


def test_too_little_at_a_later_delivery_month_is_too_little():
    # wanted 50 by the third month, 100 by the fourth; the first supplier has 60
    world = bare_world(2, 3, suppliers_asked=1)
    world.offers["free_h100e"][:, 2:] = 60.0
    world.requirements["open_h100e"][0] = (0.0, 0.0, 50.0, 0.0)
    bid(world, 0)
    assert (world.pairs["asked_rank"][0] > 0).sum() == 1
    world.requirements["open_h100e"][0, 3] = 50.0
    bid(world, 0)
    assert (world.pairs["asked_rank"][0] > 0).sum() == 2


def test_the_most_a_lab_pays_is_its_best_alternative_less_the_risk():
    # value 3.6, spot 2 / 0.8 = 2.5; the other posts 2 (1 - 0.1 ln 4) = 1.7227: that is the best alternative
    world = riskless(risk_aversion=0.0, term_discount_share=0.1)
    world.offers["free_h100e"] = 5.0
    bid(world, 0)
    posted = 2.0 * (1.0 - 0.1 * math.log(4.0))
    assert world.pairs["buyer_reservation_usd_per_h100e_hour"][0] == pytest.approx([posted, posted], rel=1e-12)
    world.offers["free_h100e"] = 0.0
    world.suppliers["list_price_usd_per_h100e_hour"] = 4.0
    bid(world, 0)
    assert world.pairs["buyer_reservation_usd_per_h100e_hour"][0] == pytest.approx([2.5, 2.5], rel=1e-12)


def test_refused_users_raise_what_a_lab_pays():
    # 2.5 + 0.5 x (3.6 - 2.5)
    world = riskless(risk_aversion=0.0)
    world.suppliers["list_price_usd_per_h100e_hour"] = 4.0
    world.labs["unserved_share"] = 0.5
    bid(world, 0)
    assert world.pairs["buyer_reservation_usd_per_h100e_hour"][0] == pytest.approx([3.05, 3.05], rel=1e-12)


def test_without_a_rival_its_quote_is_infinite():
    world = bare_world()
    world.offers["free_h100e"][0] = 5.0
    posted = 2.0 * (1.0 - 0.1 * math.log(4.0))
    assert rival_quotes(world, 0, 5.0) == (0, pytest.approx(posted), math.inf)
    world.offers["free_h100e"] = 0.0
    assert rival_quotes(world, 0, 5.0) == (-1, math.inf, math.inf)


def test_only_who_could_carry_its_part_is_named_as_a_rival():
    # 300 wanted of 3 suppliers: 100 each; the cheap one with 99 is no rival, with 100 it is
    world = bare_world(2, 3, suppliers_asked=3, term_discount_share=0.0)
    world.suppliers["list_price_usd_per_h100e_hour"] = (2.0, 1.0, 3.0)
    world.offers["free_h100e"][:, 3] = (500.0, 99.0, 500.0)
    assert rival_quotes(world, 0, 300.0) == (0, pytest.approx(2.0), pytest.approx(3.0))
    world.offers["free_h100e"][1, 3] = 100.0
    assert rival_quotes(world, 0, 300.0) == (1, pytest.approx(1.0), pytest.approx(2.0))
