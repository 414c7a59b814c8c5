"""Own hardware: the work it does, and the organisation it takes."""

import pytest

from agents.labs.costs import own_cost
from agents.labs.integration import overhead_share, own_work_h100e
from tests.worlds import bare_world


def test_overhead_rises_with_the_part_of_need_on_own_sites():
    # 0.1 + 0.2 x 250 / 1000, and 0.1 + 0.2 once all is there
    parameters = bare_world(integration_overhead_share=0.1, integration_overhead_rise_share=0.2).parameters[0]
    assert overhead_share(250.0, 1000.0, parameters) == pytest.approx(0.15)
    assert overhead_share(5000.0, 1000.0, parameters) == pytest.approx(0.3)
    assert overhead_share(250.0, 0.0, parameters) == pytest.approx(0.1)


def test_an_hour_of_work_costs_less_where_hardware_does_more_of_it():
    world = bare_world(integration_gain_share=0.25)
    assert own_work_h100e(100.0, world.parameters[0]) == pytest.approx(125.0)
    gained = own_cost(world, 0)
    world.parameters["integration_gain_share"] = 0.0
    assert own_cost(world, 0) == pytest.approx(1.25 * gained)
