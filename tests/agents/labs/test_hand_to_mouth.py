"""The strategy `hand_to_mouth`."""

from agents.labs.hand_to_mouth import plan
from tests.worlds import bare_world


def test_it_leases_what_is_missing_next_month_and_commits_to_nothing_else():
    world = bare_world(spot_plan_cap_share=0.0, plan_cycle_months=1)
    world.labs["need_inference_h100e"], world.labs["parent_backed"] = 1000.0, 1
    world.labs["build_lead_months"], world.labs["build_cost_ratio"] = 1, 0.01
    world.requirements["lease_h100e"], world.offers["capacity_h100e"] = 77.0, 1e4
    plan(world, 0)
    rows = world.requirements[0]
    assert rows["open_h100e"][0] > 900.0
    assert (rows["open_h100e"][1:] == 0.0).all()
    assert (rows["lease_h100e"][1:] == 0.0).all()
    assert (rows["build_h100e"] == 0.0).all()
    assert world.labs["planned_build_h100e"][0] == 0.0


def test_it_still_forecasts_every_delivery_month():
    world = bare_world(trend_anchor_share=0.0)
    world.labs["need_inference_h100e"], world.labs["trend_belief_per_month"] = 1000.0, 0.1
    world.labs["growth_belief_per_month"] = 0.1
    plan(world, 0)
    forecasts = world.requirements["forecast_h100e"][0].tolist()
    assert forecasts == sorted(forecasts)
    assert world.requirements["months_ahead"][0].tolist() == [1, 6, 12, 24]
