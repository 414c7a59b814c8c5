"""The strategy `adaptive`: experience and choice."""

import pytest

from agents.labs.adaptive import choose, cost_of_an_hour, learn, remember, remembered
from agents.labs.names import ADAPTIVE, INTEGRATED, PORTFOLIO, RENTER, TRIED
from tests.worlds import bare_world


def lab_of_experience(*costs, **parameters):
    """An adaptive lab that plays portfolio, plans every month and remembers these costs."""
    world = bare_world(3, 1, **({"plan_cycle_months": 1, "strategy_inertia_share": 0.5} | parameters))
    world.labs["strategy"][0] = ADAPTIVE
    for strategy, cost in enumerate(costs):
        remember(world.labs[0], strategy, cost)
    return world


def test_each_strategy_is_remembered_by_itself():
    costs = [1.0 + strategy for strategy in range(TRIED)]
    lab = lab_of_experience(*costs).labs[0]
    assert [remembered(lab, strategy) for strategy in range(TRIED)] == costs


@pytest.mark.parametrize(
    ("first", "second", "chosen"), [(0.49, 0.9, 0), (0.5, 0.18, 0), (0.5, 0.21, 1), (0.5, 0.7, 1), (0.5, 0.99, 5)]
)
def test_choice_is_a_logit_with_inertia(first, second, chosen):
    # weights: 1 for what it plays, at 2 USD; e for the one at 1.8, with 10 x 0.1; 1 / e for those at 2.2
    # of their sum, 1 + e + 4 / e = 5.19, the first has 0.193, and the second ends at 0.716
    world = lab_of_experience(2.0, 1.8, 2.2, 2.2, 2.2, 2.2, strategy_choice_intensity=10.0)
    world.requirements["draw_share"][0, 0], world.requirements["draw_share"][0, 1] = first, second
    choose(world, 0)
    assert world.labs["plays"][0] == chosen


def test_it_chooses_in_its_planning_month_only():
    world = lab_of_experience(2.0, 0.1, 2.0, 2.0, 2.0, 2.0, plan_cycle_months=2, strategy_choice_intensity=100.0)
    world.requirements["draw_share"] = 0.6
    choose(world, 0)
    assert world.labs["plays"][0] == PORTFOLIO  # month 0 + lab 1 is odd
    world.market["month"] = 1
    choose(world, 0)
    assert world.labs["plays"][0] == 1


def test_an_hour_refused_costs_what_it_would_have_earned():
    # a bill of 0.73 USD m is 1000 USD an hour; 100 refused at 0.9 x 4: 1360 over 1000 wanted
    world = bare_world(serving_value_share=0.9)
    world.labs["compute_bill_usd_m"][0], world.labs["need_training_h100e"][0] = 0.73, 400.0
    world.labs["need_inference_h100e"][0], world.labs["served_inference_h100e"][0] = 600.0, 500.0
    assert cost_of_an_hour(world, 0) == pytest.approx(1.36)
    assert cost_of_an_hour(world, 1) == 0.0


def test_it_learns_from_itself_and_half_as_much_from_others():
    # own portfolio 1.36, another's 4.36: (1.36 + 0.5 x 4.36) / 1.5 = 2.36; 2 + 0.1 x 0.36; a renter at 4.36 alone
    world = lab_of_experience(*[2.0] * TRIED, strategy_learning_per_month=0.1, strategy_imitation_share=0.5)
    world.labs["need_inference_h100e"], world.labs["served_inference_h100e"] = 1000.0, 1000.0
    world.labs["compute_bill_usd_m"] = [1.36 * 0.73, 4.36 * 0.73, 4.36 * 0.73]
    world.labs["strategy"][1:] = PORTFOLIO, RENTER
    learn(world, 0)
    lab = world.labs[0]
    assert remembered(lab, PORTFOLIO) == pytest.approx(2.036)
    assert remembered(lab, RENTER) == pytest.approx(2.236)
    assert remembered(lab, INTEGRATED) == 2.0
