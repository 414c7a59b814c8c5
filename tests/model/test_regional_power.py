"""What power costs where a firm is, and how much of it a region connects."""

import pytest

from agents.costs import new_running_cost
from model.ordering import place_orders
from model.regional_power import price_power
from tests.regional import regional_world
from tests.worlds import bare_world


def test_dear_power_is_paid_where_sites_are():
    world = regional_world(2, power_price_usual_usd_per_mwh=75.0)
    world.regions["power_price_usd_per_mwh"] = (75.0, 175.0)
    world.suppliers["region"] = (1, -1)
    price_power(world)
    # 1 kW per H100e x 100 USD/MWh; in both regions by halves
    assert world.labs["power_premium_usd_per_h100e_hour"].tolist() == pytest.approx([0.0, 0.1])
    assert world.suppliers["power_premium_usd_per_h100e_hour"].tolist() == pytest.approx([0.1, 0.05])
    assert new_running_cost(world.market[0], world.suppliers[0]) == pytest.approx(0.6)


def test_running_cost_never_falls_below_nothing():
    world = regional_world(power_price_usual_usd_per_mwh=900.0)
    price_power(world)
    assert new_running_cost(world.market[0], world.labs[0]) == 0.0


def test_without_regions_power_costs_what_is_usual():
    world = bare_world()
    price_power(world)
    assert (world.suppliers["power_premium_usd_per_h100e_hour"] == 0.0).all()


def ordering_world(limits):
    """Return a world in which two suppliers order 30,000 H100e each of 1 kW, and a lab builds as much."""
    world = regional_world(
        1, power_start_kw_per_h100e=1.0, power_growth_x_per_year=1.0, power_supply_growth_x_per_year=1.0
    )
    world.regions["power_mw_per_month"] = limits
    world.suppliers["order_h100e"] = 30_000.0
    world.labs["planned_build_h100e"] = 30_000.0 * world.parameters["usable_share"][0]
    place_orders(world)
    return world


def test_a_region_connects_what_it_can_the_same_part_of_each_order():
    world = ordering_world((30.0, 1e6))
    assert world.regions["connected_share"].tolist() == pytest.approx([0.5, 1.0])
    assert world.suppliers["ordered_h100e"].tolist() == pytest.approx([15_000.0, 30_000.0])
    assert world.labs["ordered_h100e"][0] == pytest.approx(15_000.0)
    assert world.regions["ordered_mw_per_month"].tolist() == pytest.approx([30.0, 30.0])
    assert world.market["orders_wanted_h100e"][0] == pytest.approx(60_000.0)


def test_a_region_without_power_connects_nothing():
    world = ordering_world((1e6, 0.0))
    assert world.suppliers["ordered_h100e"].tolist() == pytest.approx([30_000.0, 0.0])


def test_a_firm_in_all_regions_loses_only_the_part_that_a_full_one_cannot_connect():
    world = regional_world(1, power_start_kw_per_h100e=1.0, power_growth_x_per_year=1.0)
    world.parameters["power_supply_growth_x_per_year"] = 1.0
    world.suppliers["region"] = -1
    world.suppliers["order_h100e"] = (40_000.0, 0.0)
    world.regions["power_mw_per_month"] = (5.0, 1e6)
    place_orders(world)
    # half of 40 MW in region 0, of which a quarter is connected
    assert world.suppliers["ordered_h100e"][0] == pytest.approx(0.5 * 40_000.0 * 0.25 + 0.5 * 40_000.0)


def test_limits_grow_with_the_power_that_can_be_connected():
    world = regional_world(1, power_start_kw_per_h100e=1.0, power_growth_x_per_year=1.0)
    world.parameters["power_supply_growth_x_per_year"] = 2.0
    world.suppliers["order_h100e"] = (40_000.0, 0.0)
    world.regions["power_mw_per_month"] = (10.0, 1e6)
    place_orders(world)  # ready in a year, when twice as much can be connected
    assert world.suppliers["ordered_h100e"][0] == pytest.approx(20_000.0)
