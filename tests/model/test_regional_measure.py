"""Sums by region."""

import math

import pytest

from model.regional_measure import measure_regions
from tests.regional import regional_world
from tests.worlds import put_contract


def test_new_contracts_are_priced_where_their_suppliers_are():
    world = regional_world(1, suppliers=3)
    world.suppliers["region"] = (0, -1, 0)
    world.market["month"] = 4
    put_contract(world, 0, 0, 100.0, price_usd_per_h100e_hour=2.0, signed_month=4)
    put_contract(world, 0, 1, 200.0, price_usd_per_h100e_hour=3.0, signed_month=4)
    put_contract(world, 0, 2, 500.0, price_usd_per_h100e_hour=9.0, signed_month=3)
    measure_regions(world)
    assert world.regions["signed_h100e"].tolist() == [200.0, 100.0]
    assert world.regions["contract_price_usd_per_h100e_hour"].tolist() == pytest.approx([2.5, 3.0])


def test_a_region_without_new_contracts_has_no_price():
    world = regional_world()
    measure_regions(world)
    assert all(math.isnan(price) for price in world.regions["contract_price_usd_per_h100e_hour"])


def test_use_is_weighted_by_what_stands_there():
    world = regional_world(1, suppliers=3)
    world.suppliers["region"] = (0, -1, 1)
    world.suppliers["installed_h100e"] = (100.0, 200.0, 0.0)
    world.suppliers["utilisation_share"] = (0.4, 0.8, 0.0)
    measure_regions(world)
    assert world.regions["installed_h100e"].tolist() == [200.0, 100.0]
    assert world.regions["utilisation_share"].tolist() == pytest.approx([0.6, 0.8])


def test_service_is_added_up_over_labs():
    world = regional_world(2)
    for column, value in (("demand", 10.0), ("served", 7.0), ("imported", 2.0), ("misplaced", 1.0), ("capacity", 20.0)):
        world.lab_regions[f"{column}_h100e"][:, 1] = value
    measure_regions(world)
    sums = {name: world.regions[f"{name}_h100e"][1] for name in ("demand", "served", "imported", "misplaced")}
    assert sums == {"demand": 20.0, "served": 14.0, "imported": 4.0, "misplaced": 2.0}
    assert world.regions["capacity_h100e"].tolist() == [0.0, 40.0]
