"""What the month does beside its stages."""

import math

import pytest

from model.columns import MARKET_COLUMNS
from model.month import note_spot_price, open_month
from tests.worlds import bare_world, run_scenario

pytestmark = pytest.mark.all

EVENTS = ("recalls", "lab_defaults", "supplier_exits", "lab_entries", "supplier_entries")


def test_a_month_opens_with_no_events():
    world = bare_world()
    for event in EVENTS:
        world.market[event] = 5
    open_month(world)
    assert [world.market[event][0] for event in EVENTS] == [0] * 5


def test_the_slow_mean_and_variance_of_the_spot_price():
    # weight 0.1; ln 2 -> ln 4: news ln 2; mean ln 2 + 0.1 ln 2; variance 0 + 0.1 (ln 2)^2
    world = bare_world(spot_risk_learning_per_month=0.1)
    world.market["spot_price_usd_per_h100e_hour"] = 4.0
    note_spot_price(world)
    assert world.market["spot_price_mean_log"][0] == pytest.approx(1.1 * math.log(2.0))
    assert world.market["spot_price_variance_log"][0] == pytest.approx(0.1 * math.log(2.0) ** 2)


def test_events_and_quantities_are_plausible(small):
    market = run_scenario(small, 36).history.market
    shares = [c.name for c in MARKET_COLUMNS if c.unit == "share"]
    assert len(shares) >= 3
    for name in shares:
        assert (market[name] >= 0.0).all(), name
        assert (market[name] <= 1.0 + 1e-9).all(), name
    for name in ("installed_h100e", "usable_h100e", "lab_need_h100e", "spot_price_usd_per_h100e_hour"):
        assert (market[name] > 0.0).all(), name
