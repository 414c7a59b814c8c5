"""The switch between procurement strategies."""

import numpy as np
import pytest

from agents.labs import STRATEGIES, hand_to_mouth, hedger, integrated, plan, portfolio
from tests.worlds import bare_world


@pytest.mark.parametrize(("strategy", "module"), list(enumerate((portfolio, hand_to_mouth, integrated, hedger))))
def test_each_value_plans_by_its_file(strategy, module):
    assert STRATEGIES[strategy] == module.__name__.rsplit(".", 1)[1]
    by_switch, by_hand = bare_world(plan_cycle_months=1), bare_world(plan_cycle_months=1)
    for world in (by_switch, by_hand):
        world.labs["strategy"], world.labs["need_inference_h100e"], world.labs["parent_backed"] = strategy, 1e3, 1
    plan(by_switch, 0)
    module.plan(by_hand, 0)
    assert by_switch.requirements.tobytes() == by_hand.requirements.tobytes()
    assert np.isfinite(by_switch.requirements["open_h100e"]).all()


def test_strategies_differ():
    plans = []
    for strategy in range(len(STRATEGIES)):
        world = bare_world(plan_cycle_months=1)
        world.labs["strategy"], world.labs["need_inference_h100e"], world.labs["parent_backed"] = strategy, 1e3, 1
        world.labs["growth_belief_per_month"], world.offers["capacity_h100e"] = 0.1, 1e4
        world.labs["hedged_share"] = 1.0
        plan(world, 0)
        plans.append(world.requirements.tobytes())
    assert len(set(plans)) == len(STRATEGIES)
