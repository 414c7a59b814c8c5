"""The strategy `integrated`."""

import pytest

from agents.labs.integrated import plan
from tests.worlds import bare_world


def growing(lead):
    """A lab whose need grows, and to which everything would be leased for next to nothing."""
    world = bare_world(plan_cycle_months=2, spot_plan_cap_share=0.0, build_hurdle_ratio=1.0)
    world.labs["need_inference_h100e"], world.labs["parent_backed"] = 1000.0, 1
    world.labs["growth_belief_per_month"] = world.labs["trend_belief_per_month"] = 0.1
    world.labs["build_lead_months"] = lead
    world.suppliers["list_price_usd_per_h100e_hour"], world.offers["free_h100e"] = 0.001, 1e9
    world.suppliers["recallable"][1] = 1
    return world


@pytest.mark.parametrize(("lead", "built"), [(1, 0), (6, 1), (12, 2), (24, 3)])
def test_it_builds_for_the_first_month_its_sites_can_reach_and_rents_nothing(lead, built):
    world = growing(lead)
    world.market["month"] = 1  # lab 1 plans where (month + 1) is a multiple of 2
    plan(world, 0)
    rows = world.requirements[0]
    assert (rows["build_h100e"] > 900.0).tolist() == [delivery == built for delivery in range(4)]
    assert (rows["open_h100e"] == 0.0).all()
    assert (rows["lease_h100e"] + rows["partner_h100e"] == 0.0).all()
    assert world.labs["planned_build_h100e"][0] == rows["build_h100e"].sum()


def test_between_plans_what_it_builds_stays_planned():
    world = growing(12)
    world.market["month"], world.labs["planned_build_h100e"] = 2, 500.0
    plan(world, 0)
    assert world.labs["planned_build_h100e"][0] == 500.0
    assert (world.requirements["build_h100e"][0] == 0.0).all()
