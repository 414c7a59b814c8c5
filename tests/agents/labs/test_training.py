"""How much a lab trains, by hand."""

import pytest

from agents.choices import ENDOGENOUS_TRAINING, FRONTIER_SPILLOVER
from agents.labs import learn
from agents.labs.training import (
    LEAST_SHARE,
    MOST_SHARE,
    choose_training,
    cost_of_training,
    margin_of_serving,
    stock_to_learn,
    users_to_win,
    wanted_stock,
)
from model.demand import need_compute
from tests.worlds import bare_world


def racing(**parameters):
    """Two labs with 600 and 400 users; an hour costs 2 and earns 0.8 x 4 - 2 = 1.2; r 0.01, k 0.05, d 0.05 a month."""
    given = {
        "user_switching_per_month": 0.05,
        "training_stock_life_months": 20,
        "demand_growth_long_run_x_per_year": 1.0,
        "quality_compute_elasticity": 0.3,
        "user_quality_weight": 1.0,
        "other_cost_share": 0.2,
        "serving_value_share": 0.9,
        "training_rule": ENDOGENOUS_TRAINING,
        "training_adjustment_per_month": 0.1,
    }
    world = bare_world(2, 1, **(given | parameters))
    world.labs["users_h100e"], world.labs["wacc_per_year"] = (600.0, 400.0), 0.12
    world.labs["training_stock_h100e_months"] = 100.0
    return world


def test_the_parts_of_the_choice():
    world = racing()
    assert margin_of_serving(world, 0) == pytest.approx(1.2)
    assert users_to_win(world, 0) == pytest.approx(0.4)
    assert cost_of_training(world, 0) == pytest.approx(2.0)
    world.labs["unserved_share"][0] = 0.5  # half of the way to the 3.6 that an hour of serving is worth
    assert cost_of_training(world, 0) == pytest.approx(2.8)
    world.market["outside_users_h100e"] = 1000.0
    assert users_to_win(world, 0) == pytest.approx(0.7)


def test_the_stock_that_pays():
    # 0.3 x 600 x 0.4 x 0.05 / (0.06 x 0.06) = 1000, times 1.2 / 2
    assert wanted_stock(racing(), 0) == pytest.approx(600.0)


def test_what_others_learn_is_worth_less():
    # what it is ahead by is lost twice as fast
    world = racing(spillover_rule=FRONTIER_SPILLOVER, training_spillover_per_month=0.05)
    assert wanted_stock(world, 0) == pytest.approx(600.0 * 0.06 / 0.11)


def test_what_is_learnt_need_not_be_trained():
    # 0.05 x 600 x 0.06 / 0.11 and 0.1 x (that - 100), less a twentieth of the 200 that the other lab is ahead by
    world = racing(spillover_rule=FRONTIER_SPILLOVER, training_spillover_per_month=0.05)
    world.labs["training_stock_h100e_months"] = (100.0, 300.0)
    stock = 600.0 * 0.06 / 0.11
    training = 0.05 * stock + 0.1 * (stock - 100.0) - 10.0
    choose_training(world, 0)
    assert stock_to_learn(world, 0) == pytest.approx(200.0)
    assert stock_to_learn(world, 1) == 0.0
    assert world.labs["training_share"][0] == pytest.approx(training / (training + 600.0))


def test_a_market_that_grows_is_a_larger_prize():
    # growth of 6 in 100 a year takes half of the discount rate
    assert wanted_stock(racing(demand_growth_long_run_x_per_year=2.718281828**0.06), 0) == pytest.approx(
        600.0 * (0.06 * 0.06) / (0.055 * 0.055)
    )


def test_nobody_counts_on_more_than_ten_years():
    world = racing(demand_growth_long_run_x_per_year=5.0)  # 0.134 a month, more than any rate
    assert wanted_stock(world, 0) == pytest.approx(600.0 * (0.06 * 0.06) * 120.0 * 120.0)


def test_the_stock_is_kept_up_and_a_part_of_the_gap_closed():
    # 0.05 x 600 and 0.1 x (600 - 100), of that and 600 users
    world = racing()
    choose_training(world, 0)
    assert world.labs["training_share"][0] == pytest.approx(80.0 / 680.0)
    world.labs["training_stock_h100e_months"] = 1e6
    choose_training(world, 0)
    assert world.labs["training_share"][0] == LEAST_SHARE
    world.parameters["quality_compute_elasticity"] = 100.0
    world.labs["training_stock_h100e_months"] = 0.0
    choose_training(world, 0)
    assert world.labs["training_share"][0] == MOST_SHARE


def test_who_cannot_win_users_trains_as_little_as_it_may():
    world = racing(user_switching_per_month=0.0)
    choose_training(world, 0)
    assert world.labs["training_share"][0] == LEAST_SHARE


def test_the_choice_is_made_when_labs_learn_and_felt_when_they_need():
    world = racing()
    world.labs["training_share"] = 0.4
    learn(world, 0)
    assert world.labs["training_share"].tolist() == pytest.approx([80.0 / 680.0, 0.4])
    need_compute(world)
    assert world.labs["need_training_h100e"].tolist() == pytest.approx([80.0, 400.0 * 0.4 / 0.6])


def test_fixed_training_stays():
    world = racing(training_rule=0, training_share=0.4)
    world.labs["training_share"] = 0.25
    learn(world, 0)
    need_compute(world)
    assert world.labs["training_share"][0] == 0.25
    assert world.labs["need_training_h100e"][0] == pytest.approx(400.0)
