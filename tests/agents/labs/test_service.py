"""What every lab does alike."""

import math

import pytest

from agents.labs.service import HIGHEST_MARKUP, bid_spot, learn, markup, price_service
from tests.worlds import bare_world


def test_scarcity_raises_the_markup():
    world = bare_world(service_scarcity_markup=0.7)
    world.labs["own_h100e"], world.labs["need_inference_h100e"] = 100.0, 150.0
    assert markup(world, 0) == pytest.approx(1.35)  # 1 + 0.7 x 0.5
    world.labs["need_inference_h100e"] = 50.0
    assert markup(world, 0) == 1.0
    world.labs["own_h100e"] = 0.0
    assert markup(world, 0) == HIGHEST_MARKUP


def test_a_price_at_its_target_stays():
    # cost 2 / (1 - 0.5) / 1.0 = 4
    world = bare_world(usable_share=1.0)
    world.labs["own_h100e"], world.labs["need_inference_h100e"] = 100.0, 100.0
    price_service(world, 0)
    assert world.labs["service_price_usd_per_h100e_hour"][0] == pytest.approx(4.0, rel=1e-12)


def test_a_price_moves_part_of_the_way_in_logs_and_no_further_than_the_guard():
    # need twice the capacity: 1 + 0.7 = 1.7, held at 1.6; 4 x 1.6^0.5
    world = bare_world(usable_share=1.0, service_price_speed_per_month=0.5)
    world.labs["own_h100e"], world.labs["need_inference_h100e"] = 100.0, 200.0
    price_service(world, 0)
    assert world.labs["service_price_usd_per_h100e_hour"][0] == pytest.approx(4.0 * math.sqrt(1.6), rel=1e-12)


def test_cost_is_weighed_between_market_and_own():
    # 0.25 x 2 + 0.75 x 4 = 3.5; / (1 - 0.5) = 7
    world = bare_world(usable_share=1.0, service_market_cost_weight=0.25, service_price_speed_per_month=1.0)
    world.labs["own_h100e"], world.labs["unit_cost_usd_per_h100e_hour"] = 100.0, 4.0
    price_service(world, 0)
    assert world.labs["service_price_usd_per_h100e_hour"][0] == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize(("held", "firm", "flexible"), [(90.0, 50.0, 12.5), (135.0, 0.0, 6.25), (200.0, 0.0, 0.0)])
def test_spot_bids_cover_what_is_missing(held, firm, flexible):
    # wanted: 100 + 40, of which 10 can wait; 90 held: (130 - 90) / 0.8 and 10 / 0.8; 135 held: (10 - 5) / 0.8
    world = bare_world(spot_service_share=0.8, training_flexible_share=0.25)
    world.labs["need_inference_h100e"], world.labs["need_training_h100e"] = 100.0, 40.0
    world.labs["own_h100e"][0] = held
    bid_spot(world, 0)
    assert world.labs["spot_bid_h100e"][0] == pytest.approx(firm)
    assert world.labs["spot_training_bid_h100e"][0] == pytest.approx(flexible)


def test_spot_bids_are_worth_the_work_an_hour_does():
    world = bare_world(spot_service_share=0.8, serving_value_share=0.9, training_value_share=0.6)
    bid_spot(world, 0)
    assert world.labs["spot_bid_usd_per_h100e_hour"][0] == pytest.approx(2.88)  # 0.8 x 0.9 x 4
    assert world.labs["spot_training_bid_usd_per_h100e_hour"][0] == pytest.approx(1.92)  # 0.8 x 0.6 x 4


def test_growth_is_learned_from_the_requirement():
    # ln(200 / 100) = 0.6931; belief 0 + 0.2 x 0.6931, trend 0 + 0.1 x 0.6931
    world = bare_world(growth_learning_per_month=0.2, trend_learning_per_month=0.1)
    world.labs["need_inference_h100e"], world.labs["requirement_last_h100e"] = 200.0, 100.0
    learn(world, 0)
    lab = world.labs[0]
    assert lab["growth_belief_per_month"] == pytest.approx(0.2 * math.log(2.0))
    assert lab["trend_belief_per_month"] == pytest.approx(0.1 * math.log(2.0))
    assert lab["requirement_last_h100e"] == 200.0


def test_the_first_month_teaches_no_growth():
    world = bare_world()
    world.labs["need_inference_h100e"], world.labs["growth_belief_per_month"] = 200.0, 0.03
    learn(world, 0)
    assert world.labs["growth_belief_per_month"][0] == 0.03
    assert world.labs["requirement_last_h100e"][0] == 200.0


def test_spot_beliefs_follow_price_and_fill():
    # ln price 0.5 (ln 2 + ln 8) = ln 4; fill 1 + 0.5 x (30 / 60 - 1) = 0.75
    world = bare_world(spot_learning_per_month=0.5)
    world.market["spot_price_usd_per_h100e_hour"] = 8.0
    world.labs["spot_bid_h100e"], world.labs["spot_training_bid_h100e"], world.labs["spot_h100e"] = 50.0, 10.0, 30.0
    learn(world, 0)
    assert world.labs["spot_price_belief_usd_per_h100e_hour"][0] == pytest.approx(4.0)
    assert world.labs["spot_fill_belief_share"][0] == pytest.approx(0.75)


def test_without_a_bid_nothing_is_learned_of_fills():
    world = bare_world()
    world.labs["spot_fill_belief_share"] = 0.4
    learn(world, 0)
    assert world.labs["spot_fill_belief_share"][0] == 0.4
