"""The spot market of a world: who bids and asks, which rule clears, who owes and earns what."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import AUCTION, DOUBLE_AUCTION, POSTED_SPOT, SMOOTHED
from agents.units import USD_M_PER_MONTH
from model import Ensemble
from model.spot import clear_spot
from tests.worlds import bare_world

RULES = pytest.mark.parametrize("rule", [AUCTION, DOUBLE_AUCTION, POSTED_SPOT, SMOOTHED])


@RULES
def test_without_a_trade_the_last_price_stays(rule):
    world = bare_world(spot_rule=rule)
    world.market["spot_price_usd_per_h100e_hour"] = 1.7
    world.suppliers["spot_offered_h100e"] = 0.0
    clear_spot(world)
    assert world.market["spot_price_usd_per_h100e_hour"][0] == 1.7


def bidding(**parameters):
    """Return a world in which lab 1 wants 50 at 5 and lab 2 30 at 2; supplier 1 offers 60 at 3 and 40 at 1."""
    world = bare_world(fringe_price_elasticity=1.0, **parameters)
    world.labs["spot_bid_h100e"][0], world.labs["spot_bid_usd_per_h100e_hour"][0] = 50.0, 5.0
    world.labs["spot_training_bid_h100e"][1], world.labs["spot_training_bid_usd_per_h100e_hour"][1] = 30.0, 2.0
    supplier = world.suppliers[0]
    supplier["spot_offered_h100e"], supplier["spot_patient_share"] = 100.0, 0.6
    supplier["spot_patient_ask_usd_per_h100e_hour"], supplier["spot_urgent_ask_usd_per_h100e_hour"] = 3.0, 1.0
    return world


def test_the_market_of_a_world():
    world = bidding()
    clear_spot(world)
    # 40 urgent and 10 of the patient hours go to lab 1 at 3; the bid at 2 gets nothing
    assert world.market["spot_price_usd_per_h100e_hour"][0] == 3.0
    assert world.labs["spot_h100e"].tolist() == [50.0, 0.0]
    assert world.suppliers["spot_sold_h100e"].tolist() == pytest.approx([50.0, 0.0])
    assert world.market["spot_fringe_h100e"][0] == 0.0
    assert world.labs["spot_bill_usd_m"].tolist() == pytest.approx([150.0 * USD_M_PER_MONTH, 0.0])
    assert world.suppliers["spot_revenue_usd_m"].tolist() == pytest.approx([150.0 * USD_M_PER_MONTH, 0.0])


def test_a_smoothed_market_moves_a_part_of_the_way():
    # cleared at 3; 0.25 of the way from 2 is 2.25, at which only the 40 urgent hours are for sale
    world = bidding(spot_rule=SMOOTHED, spot_smoothing_per_month=0.25)
    clear_spot(world)
    assert world.market["spot_price_usd_per_h100e_hour"][0] == pytest.approx(2.25)
    assert world.labs["spot_h100e"].tolist() == [40.0, 0.0]
    assert world.labs["spot_bill_usd_m"].tolist() == pytest.approx([90.0 * USD_M_PER_MONTH, 0.0])


def test_posted_prices_differ_from_trade_to_trade():
    # the 40 at 1 go to lab 1, which buys 10 more at 3; the price of the month is the mean of 40 at 1 and 10 at 3
    world = bidding(spot_rule=POSTED_SPOT)
    clear_spot(world)
    assert world.market["spot_price_usd_per_h100e_hour"][0] == pytest.approx(1.4)
    assert world.labs["spot_h100e"].tolist() == [50.0, 0.0]
    assert world.labs["spot_bill_usd_m"].tolist() == pytest.approx([70.0 * USD_M_PER_MONTH, 0.0])


def test_shouts_are_the_same_under_the_same_luck_and_others_in_another_month():
    prices = []
    for month in (3, 3, 4):
        world = bidding(spot_rule=DOUBLE_AUCTION)
        world.market["month"] = month
        clear_spot(world)
        prices.append(float(world.market["spot_price_usd_per_h100e_hour"][0]))
    assert prices[0] == prices[1] != prices[2]


def test_a_fringe_that_grows_takes_what_it_pays_for():
    # fringe 100 at 2 USD, elasticity 1, twice that by now: 200 at 2 USD; 100 on offer at 1: 4 USD
    world = bare_world(fringe_price_elasticity=1.0)
    world.market["fringe_h100e"], world.market["enterprise_scale"] = 100.0, 2.0
    world.suppliers["spot_offered_h100e"][0], world.suppliers["spot_urgent_ask_usd_per_h100e_hour"] = 100.0, 1.0
    clear_spot(world)
    assert world.market["spot_price_usd_per_h100e_hour"][0] == pytest.approx(4.0)
    assert world.market["spot_fringe_h100e"][0] == pytest.approx(100.0)
    assert math.isclose(world.suppliers["spot_sold_h100e"].sum(), 100.0)


some = st.floats(0.0, 100.0)
usd = st.floats(0.5, 20.0)


@pytest.mark.all
@RULES
@given(data=st.data())
def test_what_is_paid_is_earned_and_what_is_bought_is_sold(rule, data):
    world = bare_world(3, 3, spot_rule=rule, spot_shouts=200)
    for table, sides in ((world.labs, ("", "training_")), (world.suppliers, ())):
        for side in sides:
            table[f"spot_{side}bid_h100e"] = data.draw(st.tuples(some, some, some))
            table[f"spot_{side}bid_usd_per_h100e_hour"] = data.draw(st.tuples(usd, usd, usd))
    world.suppliers["spot_offered_h100e"] = data.draw(st.tuples(some, some, some))
    world.suppliers["spot_patient_share"] = data.draw(st.floats(0, 1))
    world.suppliers["spot_patient_ask_usd_per_h100e_hour"] = data.draw(st.tuples(usd, usd, usd))
    world.suppliers["spot_urgent_ask_usd_per_h100e_hour"] = data.draw(usd)
    world.market["fringe_h100e"] = data.draw(some)
    clear_spot(world)
    labs, suppliers, market = world.labs, world.suppliers, world.market[0]
    bought = labs["spot_h100e"].sum() + market["spot_fringe_h100e"]
    paid = labs["spot_bill_usd_m"].sum() + market["spot_fringe_bill_usd_m"]
    assert bought == pytest.approx(suppliers["spot_sold_h100e"].sum(), rel=1e-9, abs=1e-9)
    assert paid == pytest.approx(suppliers["spot_revenue_usd_m"].sum(), rel=1e-9, abs=1e-9)
    assert (suppliers["spot_sold_h100e"] <= suppliers["spot_offered_h100e"] + 1e-9).all()
    if bought > 1e-6:
        mean = suppliers["spot_revenue_usd_m"].sum() / suppliers["spot_sold_h100e"].sum() / USD_M_PER_MONTH
        assert market["spot_price_usd_per_h100e_hour"] == pytest.approx(mean)
        assert np.isfinite(mean)


def test_who_asks_nothing_sells_for_next_to_nothing_and_beliefs_stay_numbers():
    free = {"parameters.fringe_demand_curve": "linear", "parameters.opex_start_usd_per_h100e_hour": 0.0}
    for run in Ensemble("small", runs=4, months=48, overrides=free).histories():
        assert not run.failure
        assert (run.history.market["spot_price_usd_per_h100e_hour"] > 0.0).all()
        labs = run.history.labs[run.history.labs["alive"] == 1]
        assert np.isfinite(labs["spot_price_belief_usd_per_h100e_hour"]).all()
