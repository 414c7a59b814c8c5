"""The market's rules give what economics knows, over the whole range of each parameter."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from model.settings import BadRequest, CommandText
from model.theory import BENCHMARKS
from model.theory.benchmark import values_of

pytestmark = pytest.mark.all

NAMED = {benchmark.name: benchmark for benchmark in BENCHMARKS}
each = pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda benchmark: benchmark.name)


def outcome(name, **overrides):
    return NAMED[name].ask(values_of(NAMED[name], overrides))


def rows(name, **overrides):
    """Return theory and simulation of each quantity, which must agree."""
    found = outcome(name, **overrides)
    assert found.quantities, found.said
    assert all(quantity.passed for quantity in found.quantities), found.quantities
    return {quantity.name: (quantity.theory, quantity.simulated) for quantity in found.quantities}


def close(pair, value, within):
    assert pair == pytest.approx((value, value), abs=within)


@each
def test_it_passes_at_its_defaults_without_a_word(benchmark):
    found = benchmark.ask(values_of(benchmark, {}))
    assert found.quantities
    assert all(quantity.passed for quantity in found.quantities)
    assert not found.said


@each
def test_it_can_be_drawn(benchmark):
    series = benchmark.ask(values_of(benchmark, {})).picture.series
    assert {one.simulated for one in series} == {True, False}
    assert all(len(one.x) == len(one.y) > 0 and np.isfinite(one.y).all() for one in series)


# --- published numbers ---


def test_spot_clearing_as_published():
    found = rows("spot_clearing")
    assert found == {"price": (4, 4), "quantity": (25, 25), "surplus": (115, 115)}


def test_spot_clearing_as_published_when_the_cheapest_is_gone():
    found = rows("spot_clearing", asks=[[10, 3], [10, 5]])
    assert found == {"price": (5.5, 5.5), "quantity": (20, 20), "surplus": (60, 60)}


steps = st.lists(st.lists(st.integers(0, 20), min_size=2, max_size=2), min_size=1, max_size=6)


@given(steps, steps)
def test_spot_clearing_finds_the_surplus_of_linear_programming(bids, asks):
    gain = np.array([price for _, price in bids] + [-price for _, price in asks])
    sides = np.array([[1.0] * len(bids) + [-1.0] * len(asks)])
    bounds = [(0.0, quantity) for quantity, _ in (*bids, *asks)]
    most = -linprog(-gain, A_eq=sides, b_eq=[0.0], bounds=bounds, method="highs").fun
    found = outcome("spot_clearing", bids=bids, asks=asks)
    if found.quantities:
        assert found.quantities[2].simulated == pytest.approx(most)
    else:
        assert most == pytest.approx(0.0, abs=1e-9)


OVERSHOOTS = {0.34: 9.2594, 0.25: 11.1702, 0.5: 6.4312, 0.75: 3.0614, 1: 0.5511}


@pytest.mark.parametrize(("weight", "overshoot"), OVERSHOOTS.items())
def test_time_to_build_as_published(weight, overshoot):
    close(rows("time_to_build", supply_line_weight=weight)["overshoot"], overshoot, 1e-4)


@pytest.mark.parametrize(("lead", "critical"), [(18, 0.089730), (24, 0.066830)])
def test_a_cycle_that_nearly_lasts_takes_four_leads_less_two_months(lead, critical):
    near = {"gain": 0.98 * critical, "life_months": 1200, "supply_line_weight": 0, "start": 119}
    period = 4 * lead - 2
    close(rows("time_to_build", lead_months=lead, **near)["period"], period, 0.02 * period)


@pytest.mark.parametrize("beta", [0.2, 0.5, 1, 3, 5, 10])
def test_faratin_as_published_with_equal_paces(beta):
    close(rows("faratin", buyer_beta=beta, seller_beta=beta)["price"], 2.25, 3e-6)


def test_faratin_meets_at_the_end_where_the_limits_are_equal():
    close(rows("faratin", buyer_reservation=1.3, seller_reservation=1.3)["price"], 1.3, 3e-6)


def test_faratin_as_published_with_one_side_slow():
    close(rows("faratin", buyer_beta=0.2)["price"], 1.718446, 3e-6)
    close(rows("faratin", seller_beta=0.2)["price"], 2.712242, 3e-6)


@pytest.mark.parametrize(("power", "price"), [(0.3, 2.01), (0.5, 2.15), (0.7, 2.29)])
def test_outside_options_as_published(power, price):
    close(rows("outside_options", seller_power=power)["price"], price, 3e-6)


def test_newsvendor_as_published():
    found = rows("newsvendor", mean=100, sd=30, distribution="normal")
    close(found["commitment"], 105.400371, 1e-5)
    close(found["probability_covered"], 0.571429, 1e-6)
    close(found["cost"], 241.215714, 1e-5)
    close(rows("newsvendor", mean=100, sd=50, distribution="lognormal")["commitment"], 97.381162, 1e-5)


def test_owned_cost_beside_the_published_one_of_yearly_compounding():
    close(rows("owned_cost")["cost"], 1.775677, 1e-6)
    (yearly,) = outcome("owned_cost").comparisons
    assert (yearly.published, yearly.simulated) == pytest.approx((1.7524, 1.775677), abs=6e-5)


# --- everywhere ---


def drawn(option):
    """Return a strategy for an option: anywhere, at its bounds, or its default."""
    setting = option.setting
    if setting.choices:
        return st.sampled_from(setting.choices)
    if setting.kind is int:
        return st.integers(setting.low, setting.high)
    edges = st.sampled_from([setting.low, setting.high, *([] if option.default else [setting.default])])
    plain = st.floats(max(setting.low, min(setting.high, 0.1)), min(setting.high, 20.0))
    one = edges | plain | st.floats(setting.low, setting.high)
    if option.pairs:
        return st.lists(st.tuples(one | st.integers(0, 20), one | st.integers(0, 20)).map(list), min_size=1, max_size=6)
    return st.lists(one, min_size=1, max_size=5) if option.default else one


@each
@given(data=st.data())
@settings(max_examples=40)
def test_it_passes_or_says_in_words_why_not(benchmark, data):
    some = data.draw(st.sets(st.sampled_from([option.setting.name for option in benchmark.options])))
    overrides = {o.setting.name: data.draw(drawn(o)) for o in benchmark.options if o.setting.name in some}
    found = benchmark.ask(values_of(benchmark, overrides))
    assert all(quantity.passed for quantity in found.quantities), found.quantities
    assert found.quantities or len(found.said.split()) > 4
    assert "\n" not in found.said


BOUNDS = [
    (benchmark, option.setting.name, bound)
    for benchmark in BENCHMARKS
    for option in benchmark.options
    if option.default is None
    for bound in option.setting.choices or (option.setting.low, option.setting.high)
]


@pytest.mark.parametrize(("benchmark", "name", "bound"), BOUNDS, ids=lambda value: getattr(value, "name", str(value)))
def test_the_bounds_of_each_option_are_met_or_told(benchmark, name, bound):
    found = benchmark.ask(values_of(benchmark, {name: bound}))
    assert all(quantity.passed for quantity in found.quantities), found.quantities
    assert found.quantities or found.said


SAID = [
    ("spot_clearing", {"bids": [[10, 1]], "asks": [[10, 2]]}, "nothing to gain"),
    ("spot_clearing", {"bids": [[0, 9]], "asks": [[10, 2]]}, "nothing to gain"),
    ("spot_clearing", {"bids": [[1e9, 0], [0.1, 1]], "asks": [[1e-16, 0]]}, "drowns in rounding"),
    ("faratin", {"buyer_reservation": 1.1}, "no agreement"),
    ("faratin", {"buyer_start": 4.5, "buyer_reservation": 5}, "agree at once"),
    ("faratin", {"buyer_start": 3.5}, "beyond its own limit"),
    ("outside_options", {"buyer_outside": 1.5}, "no deal"),
    ("newsvendor", {"commit_price": 4}, "not a quantile"),
    ("newsvendor", {"commit_price": 5}, "not a quantile"),
    ("newsvendor", {"resale_price": 2}, "not a quantile"),
    ("newsvendor", {"spot_price": 500}, "98%"),
    ("newsvendor", {"spot_price": 500, "distribution": "lognormal"}, "98%"),
    ("newsvendor", {"sd": 1e-6}, "certain"),
    ("newsvendor", {"distribution": "normal", "sd": 600, "spot_price": 2.5}, "below nothing"),
    ("time_to_build", {"start": 120}, "nothing to adjust"),
    ("time_to_build", {"start": 1e6}, "before the first peak"),
]


@pytest.mark.parametrize(("name", "overrides", "words"), SAID)
def test_where_theory_does_not_hold_it_is_said(name, overrides, words):
    found = outcome(name, **overrides)
    assert found.quantities == ()
    assert words in found.said


def test_only_the_first_swing_counts_where_orders_reach_zero():
    found = outcome("time_to_build", supply_line_weight=0)
    assert "period" not in [quantity.name for quantity in found.quantities]
    assert all(quantity.passed for quantity in found.quantities)
    assert found.quantities[0].theory == pytest.approx(18.2656, abs=1e-4)
    assert "only the first" in found.said


def test_rounded_sums_may_choose_among_the_prices_that_clear():
    found = outcome("spot_clearing", bids=[[0.1, 8], [0.2, 8]], asks=[[0.3, 1]])
    assert "rounded sums" in found.said
    assert all(quantity.passed for quantity in found.quantities)


# --- what is given ---


@each
def test_an_unknown_key_is_answered_with_those_there_are(benchmark):
    with pytest.raises(BadRequest) as refusal:
        values_of(benchmark, {"colour": 1})
    line = str(refusal.value)
    assert line.startswith(f"{benchmark.name}.colour is unknown")
    assert "\n" not in line
    assert all(option.setting.name in line for option in benchmark.options)


LISTS = ["5", "", "[]", "[[1, 2]", "[1,\n2", "{a: 1}", "[1, [2]]", "[[a, 1]]", "[[1, -1]]", "[[.inf, 1]]", "x" * 200]


@pytest.mark.parametrize("text", LISTS)
@pytest.mark.parametrize(("name", "key"), [("spot_clearing", "bids"), ("diversification", "shares")])
def test_what_is_no_list_is_refused_in_one_short_line(name, key, text):
    with pytest.raises(BadRequest) as refusal:
        values_of(NAMED[name], {key: CommandText(text)})
    line = str(refusal.value)
    assert line.startswith(f"{name}.{key} = ")
    assert "\n" not in line
    assert len(line) < 120


def test_a_list_may_be_given_as_text():
    values = values_of(NAMED["spot_clearing"], {"bids": CommandText("[[10, 8.5], [1e3, 2]]")})
    assert values["bids"] == [[10, 8.5], [1000, 2]]
    assert values_of(NAMED["diversification"], {"shares": CommandText("[1, 1]")})["shares"] == [1, 1]


@pytest.mark.parametrize("value", [math.nan, math.inf, -1, "much", None, True])
def test_a_bad_number_is_refused_in_one_line(value):
    with pytest.raises(BadRequest, match=r"^newsvendor\.spot_price = [^\n]*$"):
        values_of(NAMED["newsvendor"], {"spot_price": value})
