"""The forward market by hand: expectation, price, what is held, settlement, deposits, failure."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Ensemble, load_scenario
from model.books import FORWARD_MARGINS, FORWARD_POSITIONS
from model.entry import close_lab
from model.forwards import (
    LAB_SIDE,
    SUPPLIER_SIDE,
    TRADER_SIDE,
    check_forwards,
    clear_forwards,
    expected_spot_price,
    trade_forwards,
)
from model.state import CLEARING_HOUSE, TRADERS
from tests.worlds import all_cash, bare_world

pytestmark = pytest.mark.all

UNIT = 0.00073
"""USD m a month of one H100e at one USD an hour: 730 hours."""
STILL = {
    "capex_growth_start_x_per_year": 1.0,
    "capex_growth_long_run_x_per_year": 1.0,
    "forward_reversion_per_month": 0.0,
}
"""Nothing is expected to move."""


def trading(horizon=1, **parameters):
    """Return a world in which lab 1 buys 100 on spot at 2 USD, of suppliers 1 and 2 half each; risk 0.1, no growth."""
    free = {"forward_premium_share": 0.0, "supplier_hedge_share": 0.0, "forward_margin_cash_share": 1.0}
    given = {"forward_horizon_months": horizon, "risk_aversion": 1.0, "forward_margin_share": 0.1}
    world = bare_world(**(STILL | free | given | parameters))
    world.market["spot_price_variance_log"] = 0.1
    world.labs["hedge_share"][0], world.labs["spot_h100e"][0] = 1.0, 100.0
    world.labs["need_inference_h100e"], world.labs["cash_usd_m"] = 1000.0, 1000.0
    world.suppliers["spot_sold_h100e"], world.suppliers["cash_usd_m"] = 50.0, 1000.0
    world.labs["wacc_per_year"] = world.suppliers["wacc_per_year"] = 0.0
    return world


def next_month(world, spot):
    world.market["month"] += 1
    world.market["spot_price_usd_per_h100e_hour"] = spot
    trade_forwards(world)


def test_without_a_horizon_there_is_no_market():
    world = trading(0)
    before = [table.tobytes() for table in world]
    trade_forwards(world)
    assert [table.tobytes() for table in world] == before


def test_the_spot_price_is_expected_to_go_back_and_to_fall_with_cost():
    # spot 4, slow mean 2, a fifth of the way a month: ln 4 - (1 - 0.8^2) ln 2; cost falls to 0.81 in a year: 0.9 in six
    world = bare_world(**(STILL | {"forward_reversion_per_month": 0.2}))
    world.market["spot_price_usd_per_h100e_hour"] = 4.0
    assert expected_spot_price(world, 2) == pytest.approx(4.0 * 2.0**-0.36)
    falling = {"capex_growth_start_x_per_year": 0.81, "capex_growth_long_run_x_per_year": 0.81}
    world = bare_world(**(STILL | falling))
    assert expected_spot_price(world, 6) == pytest.approx(2.0 * 0.9)


def test_a_slow_mean_is_corrected_for_its_lag():
    # a log price that falls by g a month; in the end the mean of weight w up to last month is g / w behind
    w, g, price, mean = 0.25, math.log(0.81) / 12.0, 0.0, 0.0
    for _ in range(200):
        mean += w * (price - mean)
        price += g
    world = bare_world(
        capex_growth_start_x_per_year=0.81,
        capex_growth_long_run_x_per_year=0.81,
        forward_reversion_per_month=0.5,
        spot_risk_learning_per_month=w,
    )
    world.market["spot_price_usd_per_h100e_hour"], world.market["spot_price_mean_log"] = math.exp(price), mean
    world.market["month"] = 200
    assert math.log(expected_spot_price(world, 3)) == pytest.approx(price + 3 * g)


@pytest.mark.parametrize(
    ("bought", "sold", "premium", "bought_share", "sold_share"),
    [
        # k 0.1, p 0.2, size 100: 0.2 x 50 / (0.1 x 100 + 0.2 x 50) = 1/2 of buyers stay: 0.2 x (25 - 0) / 100 = 0.05
        (50.0, 0.0, 0.05, 0.5, 1.0),
        (0.0, 50.0, -0.05, 1.0, 0.5),
        # 0.2 x 30 / (10 + 10) = 0.3 stay away: 0.2 x (35 - 20) / 100 = 0.03
        (50.0, 20.0, 0.03, 0.7, 1.0),
        (20.0, 50.0, -0.03, 1.0, 0.7),
        (30.0, 30.0, 0.0, 1.0, 1.0),
        (0.0, 0.0, 0.0, 1.0, 1.0),
    ],
)
def test_the_premium_clears_the_market(bought, sold, premium, bought_share, sold_share):
    clearing = clear_forwards(0.1, 0.2, bought, sold, 100.0)
    assert clearing == pytest.approx((premium, bought_share, sold_share))


@given(*(st.floats(0.001, 2.0), st.floats(0.0, 0.9)), *(st.floats(0.0, 1e6) for _ in range(2)), st.floats(1.0, 1e6))
def test_the_premium_is_what_traders_ask_and_firms_pay(risk, premium, bought, sold, size):
    clearing = clear_forwards(risk, premium, bought, sold, size)
    net = clearing.bought_share * bought - clearing.sold_share * sold
    assert clearing.premium == pytest.approx(premium * net / size, rel=1e-9, abs=1e-9)
    assert abs(clearing.premium) <= risk
    if clearing.premium > 0.0:
        assert clearing.bought_share == pytest.approx(1.0 - clearing.premium / risk)


def test_without_a_premium_all_is_hedged_at_the_price_expected():
    world = trading()
    trade_forwards(world)
    assert world.labs["forward_h100e"].tolist() == [100.0, 0.0]
    assert world.labs["hedged_share"][0] == 1.0
    assert world.forwards[TRADER_SIDE, 0, 1]["quantity_h100e"] == -100.0
    assert world.market["forward_price_usd_per_h100e_hour"][0] == pytest.approx(2.0)
    assert world.labs["margin_usd_m"][0] == pytest.approx(0.1 * 200.0 * UNIT)
    assert world.labs["cash_usd_m"][0] == pytest.approx(1000.0 - 20.0 * UNIT)
    check_forwards(world)
    assert world.market["breach"][0] == 0


def test_delivery_pays_the_spot_price_over_the_price_agreed():
    # 100 at 2 USD, spot 3: 100 x 1 x 730 h; the traders pay, the deposit is for the next 100 at 3
    world = trading()
    trade_forwards(world)
    next_month(world, 3.0)
    assert world.labs["forward_gain_usd_m"][0] == pytest.approx(100.0 * UNIT)
    assert world.labs["variation_usd_m"][0] == pytest.approx(100.0 * UNIT)
    assert world.accounts["cash_usd_m"][TRADERS] == pytest.approx(-100.0 * UNIT)
    assert world.accounts["cash_usd_m"][CLEARING_HOUSE] == pytest.approx(30.0 * UNIT)
    assert world.labs["cash_usd_m"][0] == pytest.approx(1000.0 + 70.0 * UNIT)
    assert all_cash(world) == pytest.approx(4000.0)


def test_losses_are_paid_as_prices_move_and_count_at_delivery():
    # two months ahead at 2, marked at 1.5 and settled at 1: 50 and 50 USD an hour of 100; all of it counts at the end
    world = trading(2)
    trade_forwards(world)
    world.labs["hedge_share"] = 0.0  # what is held for month 1 is gone at 2 USD, of month 2 sold back at 1.5
    held = world.forwards[LAB_SIDE, 0, 2].copy()
    assert held["quantity_h100e"] == 100.0
    next_month(world, 1.5)
    assert world.labs["variation_usd_m"][0] == pytest.approx(-2 * 50.0 * UNIT)
    assert world.labs["forward_gain_usd_m"][0] == pytest.approx(-50.0 * UNIT)
    assert world.labs["margin_usd_m"][0] == 0.0
    next_month(world, 1.0)
    assert world.labs["variation_usd_m"][0] == 0.0
    assert world.labs["forward_gain_usd_m"][0] == pytest.approx(-50.0 * UNIT)  # bought at 2, sold at 1.5
    check_forwards(world)
    assert world.market["breach"][0] == 0


def test_suppliers_sell_to_labs_and_traders_take_the_rest():
    # 100 wanted and 80 sold of a size of 100; p 0.2: 0.2 x 20 / (0.1 x 100 + 0.2 x 100) of the labs stay away: 2/15
    world = trading(forward_premium_share=0.2, supplier_hedge_share=0.8)
    trade_forwards(world)
    assert world.labs["forward_h100e"][0] == pytest.approx(100.0 * 13 / 15)
    assert world.suppliers["forward_h100e"].tolist() == pytest.approx([-40.0, -40.0])
    assert world.forwards[TRADER_SIDE, 0, 1]["quantity_h100e"] == pytest.approx(80.0 - 100.0 * 13 / 15)
    assert world.market["forward_premium"][0] == pytest.approx(0.1 * 2 / 15)
    assert world.suppliers["hedged_share"].tolist() == pytest.approx([0.8, 0.8])
    assert world.forwards[SUPPLIER_SIDE, 0, 1]["cost_usd_per_hour"] == pytest.approx(-40.0 * 2.0 * (1 + 0.1 * 2 / 15))


def test_a_lab_with_little_cash_hedges_less():
    # at 2 USD x (1 + k) 100 H100e need 0.1 x 220 x 730 h; with half of that in reach it holds half
    world = trading(forward_margin_cash_share=0.5)
    world.labs["cash_usd_m"][0] = 22.0 * UNIT
    trade_forwards(world)
    assert world.labs["forward_h100e"][0] == pytest.approx(50.0)
    assert world.labs["margin_usd_m"][0] <= 0.5 * 22.0 * UNIT


def test_a_lab_squeezed_by_losses_must_close_what_it_holds():
    world = trading(2, forward_margin_cash_share=1.0)
    world.labs["cash_usd_m"][0] = 0.1
    trade_forwards(world)
    assert world.labs["hedged_share"][0] == 1.0
    next_month(world, 1.0)  # it pays 2 x 100 x 730 h = 0.146: cash is gone, and with it the next deposit
    next_month(world, 1.0)
    assert world.labs["cash_usd_m"][0] < 0.0
    assert world.labs["forward_h100e"][0] == 0.0
    assert world.labs["margin_usd_m"][0] == 0.0


def test_a_failed_lab_is_closed_and_its_deposit_covers_its_losses():
    # it owes 0.146, has 0.05 in cash and 0.0292 with the clearing house, which loses 0.0668; nothing is left to lenders
    world = trading(2, forward_margin_cash_share=1.0)
    world.labs["cash_usd_m"][0] = 0.05 + 0.1 * 2 * 200.0 * UNIT
    trade_forwards(world)
    assert world.labs["cash_usd_m"][0] == pytest.approx(0.05)
    next_month(world, 1.0)
    total = all_cash(world)
    close_lab(world, 0)
    assert world.market["clearing_loss_usd_m"][0] == pytest.approx(0.146 - 0.05 - 0.0292)
    assert world.labs["cash_usd_m"][0] == pytest.approx(0.0)
    assert world.accounts["cash_usd_m"][CLEARING_HOUSE] == pytest.approx(-0.0668)
    assert (world.forwards["quantity_h100e"] == 0.0).all()
    assert all_cash(world) == pytest.approx(total)
    check_forwards(world)
    assert world.market["breach"][0] == 0


@pytest.mark.parametrize(
    ("identity", "spoil"),
    [
        (FORWARD_POSITIONS, lambda world: world.forwards["quantity_h100e"].__setitem__((LAB_SIDE, 0, 1), 101.0)),
        (FORWARD_MARGINS, lambda world: world.labs["margin_usd_m"].__setitem__(0, 1.0)),
    ],
)
def test_the_books_find_what_does_not_add_up(identity, spoil):
    world = trading()
    trade_forwards(world)
    spoil(world)
    check_forwards(world)
    assert world.market["breach"][0] == identity


SPOT_LABS = {f"labs.{lab}.strategy": "integrated" for lab in load_scenario("small").labs}
FAIR = {
    "parameters.forward_horizon_months": 6,
    "parameters.forward_premium_share": 0.0,
    "parameters.build_to_suit_share": 0.0,
}
"""No premium, and no sites built to suit: they bring a glut nearer, which nobody foresees and which takes 1% more."""


def errors_of_forwards(months_ahead, overrides):
    """Return mean spot price over the forward price of so many months before, less one, run by run."""
    found = []
    for run in Ensemble("small", runs=32, seed=1, overrides=FAIR | overrides).histories():
        market = run.history.market[6:]
        forward = market["forward_price_usd_per_h100e_hour"][:-months_ahead]
        found.append(market["spot_price_usd_per_h100e_hour"][months_ahead:].mean() / forward.mean() - 1.0)
    return np.array(found)


def test_without_a_premium_the_forward_price_of_a_month_is_right_on_average():
    errors = errors_of_forwards(1, {"parameters.forward_horizon_months": 1})
    assert abs(errors.mean()) < 0.01


def test_without_a_premium_a_quarter_is_a_little_too_dear():
    """Nobody foresees the glut, and a forecast in logs is a median; both are small beside what prices move."""
    errors = errors_of_forwards(3, {})
    assert -0.06 < errors.mean() < 0.0
