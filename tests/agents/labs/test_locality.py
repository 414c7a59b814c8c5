"""What place is worth to a lab."""

import pytest

from agents.labs.locality import locality_charge
from agents.labs.portfolio import forecast_requirement
from tests.regional import regional_world


def short_world(weight=0.5):
    """Return a world in which a lab misses 20 of 50 in region 1 and nothing of 50 in region 0."""
    shares = {"localised_share": 0.2, "latency_sensitive_share": 0.5}
    world = regional_world(1, suppliers=3, locality_weight_share=weight, **shares)
    world.suppliers["region"] = (0, 1, -1)
    world.lab_regions["demand_h100e"][0] = 50.0
    world.lab_regions["misplaced_h100e"][0] = (0.0, 20.0)
    world.labs["misplaced_h100e"] = 20.0
    return world


def test_a_supplier_is_worth_more_where_the_lab_is_short():
    world = short_world()
    # 0.6 of 50 is bound to region 1, and 20 of these 30 are missing, a third of all: 0.5 x 3 USD x (1/3 - 2/3)
    assert [locality_charge(world, 0, j, 3.0) for j in range(3)] == pytest.approx([0.5, -0.5, 0.0])


def test_place_is_worth_nothing_while_nothing_is_misplaced():
    world = short_world()
    world.labs["misplaced_h100e"] = 0.0
    assert locality_charge(world, 0, 0, 3.0) == 0.0
    assert locality_charge(short_world(0.0), 0, 0, 3.0) == 0.0


def test_what_is_misplaced_is_needed_once_more():
    world = short_world()
    world.labs["need_inference_h100e"] = 100.0
    more = forecast_requirement(world, 0, 1)
    world.labs["misplaced_h100e"] = 0.0
    assert more == pytest.approx(1.2 * forecast_requirement(world, 0, 1))
