"""Stock adjustment: Sterman's numbers, no bias under growth, a steady state that stays still; profitability."""

import math
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import ORDER_UP_TO, PROFIT_LED, REAL_OPTION, SUPPLY_CURVE
from agents.suppliers.investment import (
    Growth,
    StockAdjustment,
    desired_capacity,
    invest,
    learn,
    option_multiple,
    profitability,
    readiness,
    stock_adjustment_order,
)
from tests.worlds import bare_world

NO_GROWTH = Growth(0.0, 0.0, 0.9)


def simulate(wanted, growth, settings, months, installed=None):
    """Order month by month from a steady start for `installed`; return installed capacity after each month's arrivals.

    An order of month t is usable in month t + lead; the pipeline is counted after arrivals and before ordering.
    """
    installed = wanted(0) if installed is None else installed
    steady = installed * settings.depreciation
    monthly = math.exp(growth.trend)
    under_way = deque(steady * monthly ** (1 + ago) for ago in range(settings.lead - 1))
    path = [installed]
    for month in range(1, months + 1):
        ordered = stock_adjustment_order(path[-1], sum(under_way), wanted(month - 1), growth, settings)
        under_way.append(ordered)
        path.append(path[-1] * (1.0 - settings.depreciation) + under_way.popleft())
    return path


@pytest.mark.parametrize(
    ("weight", "overshoot"),
    [(0.0, 18.2656), (0.25, 11.1702), (0.34, 9.2594), (0.5, 6.4312), (0.75, 3.0614), (1.0, 0.5511)],
)
def test_overshoot_of_theory_b4(weight, overshoot):
    # capacity 100, wanted 120, lead 18, adjustment 0.1, life 60 months
    settings = StockAdjustment(18, 1.0 / 60.0, 0.1, weight)
    path = simulate(lambda _: 120.0, NO_GROWTH, settings, 200, installed=100.0)
    assert 100.0 * (max(path) / 120.0 - 1.0) == pytest.approx(overshoot, abs=1e-4)


def test_without_a_supply_line_the_cycle_is_sustained_and_with_one_it_dies():
    def swing(weight):
        settings = StockAdjustment(18, 1.0 / 60.0, 0.1, weight)
        late = simulate(lambda _: 120.0, NO_GROWTH, settings, 600, installed=100.0)[400:]
        return max(late) - min(late)

    assert swing(0.0) == pytest.approx(40.81, abs=0.01)
    assert swing(0.25) == pytest.approx(0.0436, abs=1e-4)
    assert swing(1.0) < 1e-6


@pytest.mark.parametrize("x_per_year", [1.5, 2.0, 2.5])
def test_capacity_keeps_up_with_growth(x_per_year):
    # notes §1, item 1: wanted 1.1 x demand gives K / D = 1.11 where the literal rule gives 0.56, 0.34, 0.23
    monthly = math.log(x_per_year) / 12.0
    settings = StockAdjustment(15, 1.0 / 60.0, 0.06, 0.34)
    months = 240
    path = simulate(lambda month: 110.0 * math.exp(monthly * month), Growth(monthly, monthly, 0.9), settings, months)
    assert path[-1] / (100.0 * math.exp(monthly * months)) == pytest.approx(1.11, abs=0.02)


def test_a_steady_state_stays_still():
    # replacement is 120 / 60 = 2 a month; 17 months of it are under way
    settings = StockAdjustment(18, 1.0 / 60.0, 0.1, 0.34)
    assert stock_adjustment_order(120.0, 34.0, 120.0, NO_GROWTH, settings) == pytest.approx(2.0, rel=1e-12)
    path = simulate(lambda _: 120.0, NO_GROWTH, settings, 240)
    assert path == pytest.approx([120.0] * 241, rel=1e-12)


def test_littles_law_of_the_pipeline():
    # theory B12: 1000 / 60 a month x 18 months = 300 under way, once this month's order is counted
    settings = StockAdjustment(18, 1.0 / 60.0, 0.1, 1.0)
    ordered = stock_adjustment_order(1000.0, 1000.0 / 60.0 * 17, 1000.0, NO_GROWTH, settings)
    assert ordered + 1000.0 / 60.0 * 17 == pytest.approx(300.0, rel=1e-12)


def test_nothing_is_ordered_in_a_glut():
    assert stock_adjustment_order(500.0, 100.0, 100.0, NO_GROWTH, StockAdjustment(12, 0.02, 0.1, 0.5)) == 0.0


def test_growth_at_delivery_is_ordered_by_eye():
    # lead 1, no wear, no gap: the pipeline wanted is K(0) - K = 0, so the order is K(1) - K(0) = 100 (e^0.1 - 1)
    growth = Growth(0.1, 0.1, 0.9)
    ordered = stock_adjustment_order(100.0, 0.0, 100.0, growth, StockAdjustment(1, 0.0, 0.5, 1.0))
    assert ordered == pytest.approx(100.0 * (math.exp(0.1) - 1.0), rel=1e-12)
    assert desired_capacity(100.0, growth, 2.0) == pytest.approx(100.0 * math.exp(0.2), rel=1e-12)


def planning(**parameters):
    """Price 2.5, full cost 2, running cost 0.5; target use 1; 1000 installed and wanted, no growth."""
    world = bare_world(target_utilisation_share=1.0, price_tightness_exponent=1.0, **parameters)
    world.market["installed_h100e"] = world.market["wanted_h100e"] = 1000.0
    world.suppliers["realised_price_usd_per_h100e_hour"] = 2.5
    return world


def test_profitability_is_net_revenue_over_net_cost():
    assert profitability(planning(), 0) == pytest.approx(2.0 / 1.5)  # (2.5 - 0.5) / (2 - 0.5)


def test_expected_tightness_moves_half_of_the_price():
    # twice as much wanted: tightness 2, price 2.5 x (0.5 + 0.5 x 2) = 3.75; then bounded at 2 and 0.4
    world = planning(price_tightness_weight=0.5)
    world.market["wanted_h100e"] = 2000.0
    assert profitability(world, 0) == pytest.approx(3.25 / 1.5)
    world.market["wanted_h100e"] = 9000.0
    assert profitability(world, 0) == pytest.approx(3.25 / 1.5)
    world.market["wanted_h100e"] = 1.0
    assert profitability(world, 0) == pytest.approx((2.5 * 0.7 - 0.5) / 1.5)


def test_part_of_the_rivals_orders_is_overlooked():
    # 1000 installed, own pipeline 200, rivals' 800 seen half: 1600 for 1600 wanted
    world = planning(competition_neglect_share=0.5)
    world.market["pipeline_h100e"], world.suppliers["pipeline_h100e"][0] = 1000.0, 200.0
    world.market["wanted_h100e"] = 1600.0
    assert profitability(world, 0) == pytest.approx(2.0 / 1.5)


@pytest.mark.parametrize(("price", "ramp"), [(1.5, 0.0), (2.15, 0.5), (2.45, 1.0), (9.0, 1.25)])
def test_orders_ramp_up_with_profitability(price, ramp):
    # full cost 1.5 net of running 0.5: index (p - 0.5) / 1.5 = 1.1, 1.3; ramp (index - 0.9) / 0.4 up to 1.25
    world = planning(site_life_months=50, obsolescence_per_year=0.0, usable_share=1.0, capacity_buffer_ratio=1.0)
    world.market["capex_usd_per_h100e"] = 1.5 * 36_500.0
    world.suppliers["wacc_per_year"] = 0.0
    world.suppliers["realised_price_usd_per_h100e_hour"] = price
    world.suppliers["installed_h100e"] = world.suppliers["demand_belief_h100e"] = 1000.0
    world.suppliers["pipeline_h100e"] = world.market["pipeline_h100e"] = 220.0  # 11 months of 1000 / 50
    world.parameters["competition_neglect_share"] = 1.0
    world.market["wanted_h100e"] = 1220.0
    invest(world, 0)
    assert world.suppliers["full_cost_usd_per_h100e_hour"][0] == pytest.approx(2.0)
    assert world.suppliers["order_h100e"][0] == pytest.approx(ramp * 20.0, abs=1e-9)


@pytest.mark.parametrize(("price", "part"), [(1.5, 0.0), (2.15, 1.0), (9.0, 1.0)])
def test_who_has_nothing_orders_its_first_site_whole_once_it_pays(price, part):
    # index (p - 0.5) / 1.5, ramp (index - 0.9) / 0.4 as above: nothing at 0.67, all of it from 0.9 on
    world = planning(site_life_months=50, obsolescence_per_year=0.0, usable_share=1.0)
    world.market["capex_usd_per_h100e"] = 1.5 * 36_500.0
    world.suppliers["wacc_per_year"], world.suppliers["realised_price_usd_per_h100e_hour"] = 0.0, price
    world.suppliers["demand_belief_h100e"] = 10_000.0
    invest(world, 0)
    assert world.suppliers["order_h100e"][0] == pytest.approx(part * 10_000.0)


def test_with_its_first_site_under_way_a_supplier_adjusts_like_any_other():
    # life 50, lead 12: 11 months of 20 under way are wanted, 1000 are; 20 + 0.1 x (1000 - 0 + 220 - 1000) = 42
    world = planning(
        site_life_months=50, usable_share=1.0, capacity_buffer_ratio=1.0, inventory_adjustment_per_month=0.1,
        supply_line_weight=1.0, investment_ramp_cap_ratio=1.0,
    )  # fmt: skip
    world.suppliers["realised_price_usd_per_h100e_hour"] = 9.0
    world.suppliers["demand_belief_h100e"], world.suppliers["pipeline_h100e"] = 1000.0, 1000.0
    invest(world, 0)
    assert world.suppliers["order_h100e"][0] == pytest.approx(42.0)


def selling(believed):
    """A supplier that was asked for 50 + 20 + 10 + 20 = 100 and sold half of its spot offer."""
    world = bare_world(demand_smoothing_per_month=0.5, growth_learning_per_month=0.2, spot_learning_per_month=0.25)
    supplier = world.suppliers[0]
    supplier["installed_h100e"] = 100.0
    supplier["demand_belief_h100e"], supplier["contracted_h100e"] = believed, 50.0
    supplier["enterprise_wanted_h100e"], supplier["refused_h100e"] = 20.0, 20.0
    supplier["spot_sold_h100e"], supplier["spot_offered_h100e"] = 10.0, 20.0
    return world


def test_the_first_belief_is_what_is_wanted():
    world = selling(believed=0.0)
    learn(world, 0)
    assert world.suppliers["demand_belief_h100e"][0] == 100.0
    assert world.suppliers["growth_belief_per_month"][0] == 0.0


def test_before_anything_is_installed_nothing_is_learned():
    world = selling(believed=50.0)
    world.suppliers["installed_h100e"] = 0.0
    before = world.suppliers.copy()
    learn(world, 0)
    assert world.suppliers.tobytes() == before.tobytes()


def test_beliefs_follow_what_was_wanted():
    # wanted 50 + 20 + 10 + 20 = 100; belief 50 + 0.5 x 50 = 75; growth 0.2 ln(75 / 50); half the spot offer sold
    world = selling(believed=50.0)
    learn(world, 0)
    supplier = world.suppliers[0]
    assert supplier["demand_belief_h100e"] == pytest.approx(75.0)
    assert supplier["growth_belief_per_month"] == pytest.approx(0.2 * math.log(1.5))
    assert supplier["trend_belief_per_month"] == pytest.approx(0.1 * math.log(1.5))
    assert supplier["sell_through_share"] == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("rate", "payout", "volatility", "multiple"),
    [
        (0.04, 0.04, 0.2, 2.0),  # Dixit & Pindyck (1994): beta = 1/2 + sqrt(1/4 + 2) = 2
        (0.12, 0.25, 0.4, 1.474453),  # beta = 1.3125 + sqrt(1.3125^2 + 1.5) = 3.107687
    ],
)
def test_the_value_of_waiting(rate, payout, volatility, multiple):
    drift = 0.5 - (rate - payout) / volatility**2
    beta = drift + math.sqrt(drift**2 + 2.0 * rate / volatility**2)
    assert 0.5 * volatility**2 * beta * (beta - 1.0) + (rate - payout) * beta == pytest.approx(rate)
    assert option_multiple(rate, payout, volatility) == pytest.approx(beta / (beta - 1.0))
    assert beta / (beta - 1.0) == pytest.approx(multiple, abs=1e-5)


rates = st.floats(0.01, 0.5)


@given(rates, rates, st.floats(0.05, 1.0), st.floats(1.01, 2.0))
def test_waiting_is_worth_more_the_less_is_certain_and_the_less_it_forgoes(rate, payout, volatility, ratio):
    multiple = option_multiple(rate, payout, volatility)
    assert multiple > 1.0
    assert option_multiple(rate, payout, volatility * ratio) > multiple
    assert option_multiple(rate, payout * ratio, volatility) < multiple


@pytest.mark.parametrize(
    ("index", "weight", "ready"), [(1.49, 0.5, 0), (1.51, 0.5, 1), (0.99, 0, 0), (1, 0, 1), (1.9, 1, 0)]
)
def test_with_the_option_it_is_all_or_nothing(index, weight, ready):
    # a full multiple of 2, of which a part of what exceeds 1 counts
    settings = {"option_payout_per_year": 0.04, "option_volatility_per_root_year": 0.2, "option_weight_share": weight}
    world = bare_world(investment_hurdle=REAL_OPTION, **settings)
    world.suppliers["wacc_per_year"], world.suppliers["profitability_index"] = 0.04, index
    assert readiness(world, 0) == ready


@pytest.mark.parametrize(("index", "ready"), [(0.8, 0.0), (0.9, 0.0), (1.1, 0.5), (1.3, 1.0), (9.0, 1.25)])
def test_the_ramp_by_eye(index, ready):
    ramp = {"investment_ramp_start_ratio": 0.9, "investment_ramp_width_ratio": 0.4, "investment_ramp_cap_ratio": 1.25}
    world = bare_world(**ramp)
    world.suppliers["profitability_index"] = index
    assert readiness(world, 0) == pytest.approx(ready)


def ordering(rule, price=2.0, **parameters):
    """Return the order of a supplier of 100 that believes in 90 and sold 95, with 20 under way."""
    still = {"site_life_months": 50, "usable_share": 0.9, "obsolescence_per_year": 0.0, "price_learning_per_month": 1.0}
    world = bare_world(investment_rule=rule, **(still | parameters))
    supplier = world.suppliers[0]
    supplier["installed_h100e"], supplier["pipeline_h100e"], supplier["wacc_per_year"] = 100.0, 20.0, 0.0
    supplier["demand_belief_h100e"], supplier["contracted_h100e"] = 90.0, 95.0
    supplier["wanted_before_h100e"] = 85.0
    supplier["realised_price_usd_per_h100e_hour"], supplier["lead_months"] = price, 4
    invest(world, 0)
    return float(world.suppliers["order_h100e"][0]), float(world.suppliers["full_cost_usd_per_h100e_hour"][0])


def test_orders_by_price_do_not_wait_for_profitability():
    # 2 wear out a month; the curve wants 100 p / c, 6 should be under way: 2 + half of 100 (p / c - 1) + 6 - 20
    settings = {"supply_curve_slope": 1.0, "inventory_adjustment_per_month": 0.5, "supply_line_weight": 1.0}
    order, cost = ordering(SUPPLY_CURVE, 3.0, **settings)
    assert order == pytest.approx(2.0 + 0.5 * (100.0 * (3.0 / cost - 1.0) + 6.0 - 20.0))
    order, cost = ordering(PROFIT_LED, 3.0, **settings)
    assert order == pytest.approx(2.0 + 0.5 * (100.0 * ((3.0 - 0.5) / (cost - 0.5) - 1.0) + 6.0 - 20.0))


def test_order_up_to_is_scaled_by_what_profitability_says():
    # 10 newly wanted and 2 worn out, over a lead of 4 months; 5 free and 20 under way
    order, _ = ordering(ORDER_UP_TO, 9.0, moving_average_months=1, investment_ramp_cap_ratio=1.0)
    assert order == pytest.approx(4 * 12.0 - 5.0 - 20.0)
    assert ordering(ORDER_UP_TO, 0.5, moving_average_months=1)[0] == 0.0
