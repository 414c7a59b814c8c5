"""Sums, prices and concentration of the month."""

import pytest

from agents.costs import full_cost
from model.measure import count_firms, measure_channels, measure_labs, measure_suppliers, note_use
from model.orders import PRICE_CEILING
from tests.worlds import bare_world, put_contract


def supplying():
    """60 and 40 installed; 10 of the second cannot be used; 9 + 1 refused."""
    world = bare_world(2, 3, target_utilisation_share=0.8)
    world.suppliers["alive"] = (1, 1, 0)
    for column, values in {
        "installed": (60, 40, 0),
        "usable": (60, 30, 0),
        "delivered": (30, 10, 0),
        "enterprise_served": (10, 5, 0),
        "enterprise_wanted": (10, 6, 0),
        "spot_sold": (5, 10, 0),
        "spot_offered": (20, 15, 0),
        "refused": (9, 0, 7),
    }.items():
        world.suppliers[f"{column}_h100e"] = values
    return world


def test_use_of_a_supplier():
    world = supplying()
    note_use(world)
    assert world.suppliers["idle_h100e"].tolist() == [15.0, 5.0, 0.0]
    assert world.suppliers["down_h100e"].tolist() == [0.0, 10.0, 0.0]
    assert world.suppliers["utilisation_share"].tolist() == [0.75, 0.625, 0.0]


def test_the_supply_side():
    world = supplying()
    world.suppliers["list_price_usd_per_h100e_hour"] = (2.0, 3.0, 99.0)
    note_use(world)
    measure_suppliers(world)
    market = world.market[0]
    assert (market["installed_h100e"], market["usable_h100e"], market["down_h100e"]) == (100.0, 90.0, 10.0)
    assert (market["enterprise_h100e"], market["idle_h100e"]) == (15.0, 20.0)
    assert market["utilisation_share"] == pytest.approx(0.70)  # 40 + 15 + 15
    assert market["wanted_h100e"] == pytest.approx(80.0)  # 70 + 9 + 1
    assert market["tightness"] == pytest.approx(1.0)  # 80 / (0.8 x 100)
    assert market["hhi_suppliers"] == pytest.approx(5200.0)  # 60^2 + 40^2
    assert market["list_price_usd_per_h100e_hour"] == pytest.approx(2.4)
    cost = full_cost(36_500.0, 0.5, 0.1, world.parameters[0])
    assert market["full_cost_usd_per_h100e_hour"] == pytest.approx(cost)


def test_without_suppliers_the_prices_stay():
    world = bare_world()
    world.suppliers["alive"] = 0
    measure_suppliers(world)
    assert world.market["list_price_usd_per_h100e_hour"][0] == 2.0
    assert world.market["tightness"][0] == 1.0


def test_the_labs_side():
    world = bare_world(3)
    world.labs["alive"] = (1, 1, 0)
    for column, values in {
        "need_inference_h100e": (80, 20, 999),
        "need_training_h100e": (40, 10, 999),
        "served_inference_h100e": (70, 20, 999),
        "own_h100e": (200, 300, 999),
        "spot_h100e": (4, 7, 999),
        "revenue_usd_m": (5, 6, 999),
        "users_h100e": (75, 25, 999),
        "service_price_usd_per_h100e_hour": (4, 8, 999),
    }.items():
        world.labs[column] = values
    measure_labs(world)
    market = world.market[0]
    assert (market["lab_need_h100e"], market["served_inference_h100e"]) == (150.0, 90.0)
    assert market["unserved_share"] == pytest.approx(0.1)
    assert (market["build_h100e"], market["lab_revenue_usd_m"], market["spot_lab_h100e"]) == (500.0, 11.0, 11.0)
    assert market["service_price_usd_per_h100e_hour"] == pytest.approx(5.0)
    assert market["hhi_labs"] == pytest.approx(6250.0)  # 75^2 + 25^2
    assert market["guard_bindings"] == 0


def test_guards_are_counted():
    world = bare_world()
    world.labs["guard_bound"] = (0, 1)  # as `price_service` noted
    measure_labs(world)
    assert world.market["guard_bindings"][0] == 1
    world.market["spot_price_usd_per_h100e_hour"] = PRICE_CEILING
    measure_labs(world)
    assert world.market["guard_bindings"][0] == 2


def test_channels():
    world = bare_world()
    for channel, delivered in ((0, 30.0), (1, 5.0), (0, 20.0)):
        row = put_contract(world, 0, 0, 99.0, channel=channel)
        world.contracts["delivered_h100e"][row] = delivered
    world.contracts["id"][2] = 0
    measure_channels(world)
    assert (world.market["lease_h100e"][0], world.market["partner_h100e"][0]) == (30.0, 5.0)


def test_firms_are_counted():
    world = bare_world(3, 2)
    world.labs["alive"], world.suppliers["alive"] = (1, 0, 1), (0, 1)
    count_firms(world)
    assert (world.market["labs_alive"][0], world.market["suppliers_alive"][0]) == (2, 1)
