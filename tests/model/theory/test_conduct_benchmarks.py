"""How suppliers build, price and enter: published numbers, cases done by hand, and what is said where none holds."""

import math

import numpy as np
import pytest

from model.theory import (
    capacity_then_price,
    cournot,
    endogenous_sunk_cost,
    free_entry,
    peak_load,
    real_option,
    time_to_build,
)
from model.theory.benchmark import values_of
from model.theory.capacity_then_price import Prices, drawn, prices_of, sold_for

pytestmark = pytest.mark.all


def outcome(module, **overrides):
    return module.BENCHMARK.ask(values_of(module.BENCHMARK, overrides))


def rows(module, **overrides):
    """Return theory and simulation of each quantity, which must agree."""
    found = outcome(module, **overrides)
    assert found.quantities, found.said
    assert all(quantity.passed for quantity in found.quantities), found.quantities
    return {quantity.name: (quantity.theory, quantity.simulated) for quantity in found.quantities}


def close(pair, value, within):
    assert pair == pytest.approx((value, value), abs=within)


# --- Cournot ---

COURNOT = {
    1: (4.5, 5.5, 20.25, 10000, 0.81818),
    2: (3, 4, 9, 5000, 0.75),
    3: (2.25, 3.25, 5.0625, 3333.3, 0.69231),
    5: (1.5, 2.5, 2.25, 2000, 0.6),
    10: (0.81818, 1.81818, 0.66942, 1000, 0.45),
}


@pytest.mark.parametrize(("firms", "published"), COURNOT.items())
def test_cournot_as_published(firms, published):
    found = rows(cournot, n=firms)
    for name, value in zip(("quantity", "price", "profit", "hhi", "lerner"), published, strict=True):
        close(found[name], value, 1e-4 * value)


@pytest.mark.parametrize(("firms", "multiplier"), [(1, 0), (2, -0.5), (3, -1), (5, -2), (10, -4.5)])
def test_best_replies_correct_or_overshoot_as_published(firms, multiplier):
    close(rows(cournot, n=firms, inertia=1)["multiplier"], multiplier, 1e-5)


@pytest.mark.parametrize(("firms", "inertia"), [(3, 1), (4, 1), (4, 0.8), (9, 0.4)])
def test_where_best_replies_do_not_settle_it_is_said(firms, inertia):
    found = outcome(cournot, n=firms, inertia=inertia)
    assert [quantity.name for quantity in found.quantities] == ["multiplier"]
    assert "Theocharis" in found.said


@pytest.mark.parametrize(("firms", "inertia"), [(4, 0.79), (9, 0.39)])
def test_inertia_below_four_by_one_more_than_the_firms_settles(firms, inertia):
    assert "price" in rows(cournot, n=firms, inertia=inertia)


def test_nobody_sells_where_cost_is_what_demand_ends_at():
    found = outcome(cournot, c=10)
    assert found.quantities == ()
    assert "nobody builds" in found.said


# --- capacity, then price ---


def test_two_who_build_as_in_cournot_sell_at_its_price():
    found = rows(capacity_then_price)
    close(found["price"], 4, 0.02)
    close(found["best_reply"], 3, 1e-9)


def test_ample_capacity_makes_prices_cycle_within_the_published_support():
    found = outcome(capacity_then_price, capacity_1=6, capacity_2=6)
    low, high, revenue = found.quantities
    assert all(quantity.passed for quantity in found.quantities)
    assert (low.theory, high.theory) == pytest.approx((0.666667, 2.0), abs=1e-6)
    assert (revenue.theory, revenue.simulated) == pytest.approx((4, 4), abs=1e-6)
    assert "no equilibrium" in found.said
    assert "jump" in found.said
    assert "5.76 a month, and by the lottery 4.00" in found.said


def test_the_means_of_a_cycle_are_told_beside_those_of_the_lottery():
    revenue, asked = outcome(capacity_then_price, capacity_1=6, capacity_2=6).comparisons
    assert (revenue.published, revenue.simulated) == pytest.approx((4.0, 5.7556), abs=1e-3)
    assert (asked.published, asked.simulated) == pytest.approx((0.9535, 1.3484), abs=1e-3)
    larger, smaller = outcome(capacity_then_price, capacity_1=3, capacity_2=4).comparisons
    assert larger.published == pytest.approx(12.25)  # 3.5 x 3.5, by the second
    assert smaller.published < smaller.simulated < 3.5
    assert outcome(capacity_then_price).comparisons == ()


def test_who_looks_for_the_best_capacity_is_the_benchmark():
    price, reply = outcome(capacity_then_price).quantities
    assert (price.counted, reply.counted) == (True, False)


def test_the_lottery_of_prices_is_the_published_one():
    support = prices_of(6.0, 6.0)
    chances = (np.arange(4000) + 0.5) / 4000
    prices = drawn(6.0, 6.0, support, chances)
    assert (6 * prices - 4) / (prices * (prices + 2)) == pytest.approx(chances)
    assert prices.mean() == pytest.approx(0.953504, abs=1e-5)


@pytest.mark.parametrize("capacity", [10, 15])
def test_who_could_serve_all_alone_sells_at_cost(capacity):
    close(rows(capacity_then_price, capacity_1=capacity, capacity_2=capacity)["price"], 0, 0.011)


@pytest.mark.parametrize(
    ("first", "second", "prices"),
    [
        (2, 2, Prices(6, 6)),
        (3.5, 3, Prices(3.5, 3.5)),
        (4, 3, Prices(49 / 16, 3.5)),
        (3, 4, Prices(49 / 16, 3.5)),
        (20, 5, Prices(5 - math.sqrt(18.75), 2.5)),
        (10, 12, Prices(0, 0)),
    ],
)
def test_prices_by_hand(first, second, prices):
    assert prices_of(first, second) == pytest.approx(prices)


def test_the_cheaper_one_sells_first_and_the_dearer_to_who_is_left():
    assert sold_for([(1.0, 6.0), (2.0, 6.0)]) == pytest.approx(6.0)
    assert sold_for([(2.0, 6.0), (1.0, 6.0)]) == pytest.approx(2.0 * (10.0 - 2.0 - 6.0))
    assert sold_for([(2.0, 6.0), (2.0, 6.0)]) == pytest.approx(2.0 * 4.0)


def test_steps_too_large_for_a_cycle_are_told():
    found = outcome(capacity_then_price, capacity_1=9.9, capacity_2=9.9)
    assert [quantity.name for quantity in found.quantities] == ["revenue"]
    assert "steps too large" in found.said


# --- free entry ---

FIRMS = {4: 1, 9: 2, 16: 3, 25: 4, 100: 9, 400: 19, 8.99: 1, 15.99: 2, 399: 18}


@pytest.mark.parametrize(("size", "firms"), FIRMS.items())
def test_free_entry_as_published(size, firms):
    found = rows(free_entry, s_over_f=size, largest=4)
    assert found["firms"] == (firms, firms)
    close(found["price"], 1 + 1 / (firms + 1), 1e-4)


@pytest.mark.parametrize(("size", "ratio"), [(4, 1.1250), (9, 1.1852), (16, 1.1719), (25, 1.1520)])
def test_entry_thresholds_rise_per_firm_as_published(size, ratio):
    close(rows(free_entry, s_over_f=size, largest=4)["threshold_ratio"], ratio, 2e-4)


def test_firms_grow_with_the_root_of_the_market():
    close(rows(free_entry)["slope"], 0.5, 0.03)


@pytest.mark.parametrize("largest", [11, 31, 110, 390])
def test_the_slope_is_measured_where_firms_are_whole(largest):
    theory, measured = rows(free_entry, s_over_f=4, largest=largest)["slope"]
    assert theory == 0.5
    assert measured != pytest.approx(0.5, abs=1e-4)


def test_the_threshold_comes_from_a_market_with_one_more_firm():
    more = free_entry.grown(4.5**2, 3)[-1]
    assert more.firms == 3
    assert more.size == pytest.approx(16.0, rel=1e-6)


def test_a_market_too_small_for_one_is_told():
    found = outcome(free_entry, s_over_f=3.9)
    assert found.quantities == ()
    assert "nobody lives there" in found.said


# --- peak load ---


def test_peak_load_as_published():
    found = rows(peak_load)
    close(found["capacity"], 7, 0.14)
    close(found["mean_price"], 3, 0.03)
    close(found["high_price"], 5, 0.14)
    close(found["low_price"], 1, 0.14)
    close(found["sd"], 2, 0.14)


def test_capacity_is_scarce_in_both_states_where_it_is_dear():
    found = rows(peak_load, k=4)
    assert [theory for theory, _ in found.values()] == pytest.approx([4, 5, 8, 2, 3])


def test_capacity_that_costs_next_to_nothing_serves_nearly_all():
    assert rows(peak_load, k=0.01)["capacity"][0] == pytest.approx(10.98)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"k": 8}, "does not earn back"),
        ({"k": 7.9}, "drowns"),
        ({"a_low": 0.5}, "no price"),
        ({"a_low": 12}, "no peak"),
    ],
)
def test_where_there_is_no_peak_to_pay_for_it_is_said(overrides, words):
    found = outcome(peak_load, **overrides)
    assert found.quantities == ()
    assert words in found.said


# --- real options ---

TRIGGERS = [
    (0.04, 0.04, 0.2, 2),
    (0.04, 0.04, 0.4, 3.732051),
    (0.12, 0.25, 0.4, 1.474456),
    (0.12, 0.25, 0.01, 1.000384),
]


@pytest.mark.parametrize(("rate", "payout", "volatility", "trigger"), TRIGGERS)
def test_real_option_as_published(rate, payout, volatility, trigger):
    found = rows(real_option, r=rate, d=payout, sigma=volatility)
    close(found["trigger"], trigger, 1e-6 * trigger)
    close(found["best_trigger"], trigger, 2e-5 * trigger)


def test_who_loses_nothing_by_waiting_waits():
    found = outcome(real_option, d=0)
    assert found.quantities == ()
    assert "nobody invests" in found.said


# --- time to build ---

CRITICAL = [
    (12, 60, 42.887, 0.146103),
    (18, 60, 63.256, 0.099859),
    (24, 60, 82.577, 0.077253),
    (12, 10**6, 46.0, 0.136485),
    (18, 10**6, 70.0, 0.089730),
    (24, 10**6, 94.0, 0.066830),
]


@pytest.mark.parametrize(("lead", "life", "period", "gain"), CRITICAL)
def test_the_gain_from_which_swings_grow_is_the_published_one(lead, life, period, gain):
    near = {"gain": 0.01, "supply_line_weight": 0, "start": 120 - 1e-7}
    found = rows(time_to_build, lead_months=lead, life_months=life, **near)
    close(found["critical_gain"], gain, 1e-6)
    close(found["critical_period"], period, 1e-3)


@pytest.mark.parametrize("lead", [12, 18, 24])
def test_the_boundary_of_capital_that_lasts_is_the_closed_form(lead):
    values = values_of(time_to_build.BENCHMARK, {"lead_months": lead, "supply_line_weight": 0}) | {"life_months": 1e12}
    gain, period = time_to_build.boundary(values)
    assert period == pytest.approx(4 * lead - 2)
    assert gain == pytest.approx(2 * math.sin(math.pi / (2 * (2 * lead - 1))))


@pytest.mark.parametrize(("lead", "cycle"), [(12, 24), (18, 36), (24, 48)])
def test_full_replacement_cycles_in_twice_the_lead(lead, cycle):
    close(rows(time_to_build, lead_months=lead, start=119)["cycle_of_full_replacement"], cycle, 1e-5)


def test_orders_under_way_obey_littles_law_as_published():
    close(rows(time_to_build, desired=1000, start=990)["under_way"], 300, 1e-3)


@pytest.mark.parametrize(("gamma", "firms"), [(2, 2.6180), (3, 3.1861), (4, 3.7321)])
def test_a_race_for_quality_holds_as_few_firms_as_published(gamma, firms):
    close(rows(endogenous_sunk_cost, gamma=gamma)["firms"], firms, 1e-3)


def test_a_race_in_a_small_market_is_won_by_nobody():
    found = outcome(endogenous_sunk_cost, size=50, setup=100)
    assert found.quantities == ()
    assert "Nobody earns" in found.said
