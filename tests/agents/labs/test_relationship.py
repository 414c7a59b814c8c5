"""Relationships: what setting up a deal costs, and how that is foreseen."""

import pytest

from agents.labs.costs import risk_charge
from agents.labs.relationship import set_up_charge, set_up_cost_usd_m, set_up_months
from tests.worlds import bare_world


def test_cost_and_months_fall_with_each_deal():
    # 10, 8, 6.4 USD m; 3, 2.4, 1.92 and 1.536 months
    parameters = bare_world(relationship_cost_usd_m=10.0, relationship_months=3).parameters[0]
    assert [set_up_cost_usd_m(parameters, deals) for deals in range(3)] == pytest.approx([10.0, 8.0, 6.4])
    assert [set_up_months(parameters, deals) for deals in range(4)] == [3, 2, 2, 2]
    assert (set_up_cost_usd_m(bare_world().parameters[0], 0), set_up_months(bare_world().parameters[0], 0)) == (0.0, 0)


def test_a_lab_spreads_the_cost_over_what_it_would_buy():
    # a third of the 300 missing, for 36 months: 100 x 36 x 0.00073 = 2.628; 10 / 2.628. Three months of 36 are lost,
    # at 4 - 2 an hour: 1/6
    world = bare_world(relationship_cost_usd_m=10.0, relationship_months=0, suppliers_asked=3)
    world.requirements["forecast_h100e"][0, 3], world.requirements["coverage_h100e"][0, 3] = 1300.0, 1000.0
    assert set_up_charge(world, 0, 0, 4.0) == pytest.approx(10.0 / 2.628)
    world.parameters["relationship_months"] = 3
    assert set_up_charge(world, 0, 0, 4.0) == pytest.approx(10.0 / 2.628 + 1.0 / 6.0)
    before = risk_charge(world, 0, 1, 4.0)
    world.pairs["deals_count"][0, 1] = 1
    assert risk_charge(world, 0, 1, 4.0) == pytest.approx(before - 2.0 / 2.628 - 2.0 / 36.0)
    world.requirements["coverage_h100e"][0, 3] = 5000.0  # nothing missing: the smallest deal, 26
    assert set_up_charge(world, 0, 1, 2.0) == pytest.approx(8.0 / (26.0 / 3.0 * 36.0 * 0.00073))


def test_without_relationships_nothing_is_charged():
    assert set_up_charge(bare_world(), 0, 0, 4.0) == 0.0
