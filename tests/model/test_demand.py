"""Users are conserved; needs follow prices."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import LOGIT, TWO_POINT_NEWS
from model.demand import (
    admit_overflow,
    attraction,
    choose_labs,
    grow_demand,
    lose_refused_users,
    move_users,
    need_compute,
    news_level,
    return_users,
    settle_brand,
    value_to_users,
)
from tests.worlds import bare_world


def everybody(world):
    """Return all users: of labs, on their way, and outside."""
    labs = world.labs
    return float((labs["users_h100e"] + labs["arriving_users_h100e"]).sum() + world.market["outside_users_h100e"][0])


def still(**parameters):
    """No news; growth fixed at 2x a year."""
    none = {"lab_demand_noise_per_month": 0.0, "market_demand_noise_per_month": 0.0}
    rates = {"demand_growth_start_x_per_year": 2.0, "demand_growth_long_run_x_per_year": 2.0}
    return bare_world(**(none | rates | parameters))


def test_users_grow_by_the_trend():
    world = still(enterprise_growth_ratio=0.5)
    world.labs["users_h100e"], world.market["outside_users_h100e"] = 100.0, 10.0
    for _ in range(12):
        grow_demand(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([200.0, 200.0])
    assert world.market["outside_users_h100e"][0] == pytest.approx(20.0)
    assert world.market["enterprise_scale"][0] == pytest.approx(math.sqrt(2.0))
    assert world.market["growth_per_month"][0] == pytest.approx(math.log(2.0) / 12.0)


def test_a_surge_replaces_the_trend_while_it_lasts():
    # 80x a year for three months from month 2: 80^(3/12) = 2.9907; else 2x a year
    world = still()
    world.labs["users_h100e"] = 100.0
    world.labs["surge_start_month"], world.labs["surge_months"] = (2, 0), (3, 9)
    world.labs["surge_growth_x_per_year"] = 80.0
    for month in range(12):
        world.market["month"] = month
        grow_demand(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([100.0 * 80**0.25 * 2**0.75, 200.0])


def test_news_is_common_or_a_labs_own_and_has_mean_one():
    common = bare_world(lab_demand_noise_per_month=0.0, market_demand_noise_per_month=0.3)
    own = bare_world(lab_demand_noise_per_month=0.3, market_demand_noise_per_month=0.0)
    common.labs["luck_key"] = own.labs["luck_key"] = (1, 2)
    factors = {}
    for name, world in (("common", common), ("own", own)):
        factors[name] = []
        for month in range(1000):
            world.market["month"], world.labs["users_h100e"] = month, 1.0
            grow_demand(world)
            factors[name].append(world.labs["users_h100e"] / math.exp(world.market["growth_per_month"][0]))
        factors[name] = np.array(factors[name])
        assert factors[name].mean() == pytest.approx(1.0, abs=0.04)  # s.e. 0.0097
        assert np.log(factors[name]).std() == pytest.approx(0.3, abs=0.02)
    assert (factors["common"][:, 0] == factors["common"][:, 1]).all()
    assert abs(np.corrcoef(factors["own"].T)[0, 1]) < 0.13  # four standard errors


@pytest.mark.parametrize(("persistence", "level"), [(1.0, 0.515), (0.5, 0.265), (0.0, 0.015)])
def test_news_adds_to_what_lasts_of_the_news_before(persistence, level):
    # what lasts of 0.5, + 0.1 x 0.2, - 0.1^2 / 2, so that news of log-normal size has mean 1
    parameters = bare_world(demand_news_persistence_per_month=persistence).parameters[0]
    assert news_level(0.5, 0.1, 0.2, parameters) == pytest.approx(level)


def test_news_that_lasts_moves_demand_for_good_and_news_that_fades_wears_off():
    # no trend, no new news: half of ln 2 is left after a month, a quarter after two; or all of it
    for persistence, users in ((0.5, (100.0 / 2**0.5, 100.0 / 2**0.75)), (1.0, (100.0, 100.0))):
        world = still(demand_news_persistence_per_month=persistence)
        world.parameters["demand_growth_start_x_per_year"] = world.parameters["demand_growth_long_run_x_per_year"] = 1.0
        world.labs["users_h100e"] = world.market["outside_users_h100e"] = 100.0
        world.labs["demand_news_log"] = (math.log(2.0), 0.0)
        for expected in users:
            grow_demand(world)
            assert world.labs["users_h100e"].tolist() == pytest.approx([expected, 100.0])
            assert world.market["outside_users_h100e"][0] == pytest.approx(100.0)
        world.market["demand_news_log"] = math.log(2.0)
        grow_demand(world)  # common news moves everybody, and those without a lab
        assert world.labs["users_h100e"][1] == pytest.approx(100.0 * (2**-0.5 if persistence < 1 else 1.0))
        assert world.market["outside_users_h100e"][0] == pytest.approx(world.labs["users_h100e"][1])
        assert world.market["enterprise_scale"][0] == pytest.approx(world.labs["users_h100e"][1] / 100.0)


def test_fading_news_keeps_demand_around_its_trend():
    # s.d. of the log level 0.1 / sqrt(1 - 0.9^2) = 0.2294; mean -0.005 / (1 - 0.9) = -0.05
    world = still(lab_demand_noise_per_month=0.1, demand_news_persistence_per_month=0.9)
    world.labs["luck_key"] = (1, 2)
    levels = []
    for month in range(4000):
        world.market["month"], world.labs["users_h100e"] = month, 1.0
        grow_demand(world)
        levels.append(world.labs["demand_news_log"].copy())
    levels = np.array(levels)[100:]
    assert levels.std() == pytest.approx(0.1 / math.sqrt(1.0 - 0.81), rel=0.1)
    assert levels.mean() == pytest.approx(-0.05, abs=0.05)  # s.e. about 0.2294 sqrt(19 / 7800) = 0.011


def test_the_margin_moves_to_its_long_run():
    world = still(margin_start_share=0.4, margin_long_run_share=0.6, margin_half_life_months=24)
    for month, margin in ((0, 0.4), (24, 0.5), (48, 0.55)):
        world.market["month"] = month
        grow_demand(world)
        assert world.market["margin_share"][0] == pytest.approx(margin)


def test_attraction_by_eye():
    # 1 x 0.5 - 0.35 ln 4 + 0.5 ln 0.8
    world = bare_world(user_quality_weight=1.0, user_price_weight=0.35, user_availability_weight=0.5)
    world.labs["quality_log"], world.labs["unserved_share"] = 0.5, 0.2
    assert attraction(world, 0) == pytest.approx(0.5 - 0.35 * math.log(4.0) + 0.5 * math.log(0.8))


def test_users_drift_to_the_better_lab_by_eye():
    # attraction differs by ln 2 (quality); speed 1: shares 100 : 100 become 2 : 1 of 200
    world = bare_world(user_switching_per_month=1.0, user_quality_weight=1.0)
    world.labs["users_h100e"], world.labs["quality_log"] = 100.0, (0.0, -math.log(2.0))
    move_users(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([400.0 / 3.0, 200.0 / 3.0])


def test_equals_keep_their_users():
    world = bare_world()
    world.labs["users_h100e"] = (300.0, 100.0)
    move_users(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([300.0, 100.0], rel=1e-12)


def test_refused_users_leave_and_split_by_eye():
    # lab 1 refuses 0.4 of 1000, of whom 0.15 leave: 60; 0.7 of them go to labs 2 and 3 as 200 : 400, 18 wait outside
    world = bare_world(3, churn_per_month=0.15, overflow_share=0.7)
    world.labs["users_h100e"], world.labs["unserved_share"] = (1000.0, 200.0, 400.0), (0.4, 0.0, 0.0)
    lose_refused_users(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([940.0, 200.0, 400.0])
    assert world.labs["leaving_users_h100e"].tolist() == pytest.approx([60.0, 0.0, 0.0])
    assert world.labs["arriving_users_h100e"].tolist() == pytest.approx([0.0, 14.0, 28.0])
    assert world.market["outside_users_h100e"][0] == pytest.approx(18.0)
    admit_overflow(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([940.0, 214.0, 428.0])
    assert (world.labs["arriving_users_h100e"] == 0.0).all()


def test_without_another_lab_all_leavers_wait_outside():
    world = bare_world(1, churn_per_month=0.5, overflow_share=0.7)
    world.labs["users_h100e"], world.labs["unserved_share"] = 100.0, 1.0
    lose_refused_users(world)
    assert world.market["outside_users_h100e"][0] == pytest.approx(50.0)


def test_users_come_back_to_those_who_serve_by_eye():
    # 0.05 of 1000 outside: 50, by users served 300 : 100
    world = bare_world(return_per_month=0.05)
    world.market["outside_users_h100e"] = 1000.0
    world.labs["users_h100e"], world.labs["unserved_share"] = (300.0, 200.0), (0.0, 0.5)
    return_users(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([337.5, 212.5])
    assert world.market["outside_users_h100e"][0] == pytest.approx(950.0)


shares = st.lists(st.floats(0.0, 1.0), min_size=4, max_size=4)
amounts = st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1e6)), min_size=4, max_size=4)


@given(amounts, shares, st.lists(st.booleans(), min_size=4, max_size=4), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_moving_leaving_and_returning_conserve_users(users, unserved, alive, churn, overflow):
    world = bare_world(4, churn_per_month=churn, overflow_share=overflow, user_switching_per_month=0.5)
    world.labs["alive"] = alive
    world.labs["users_h100e"] = np.array(users) * alive
    world.labs["unserved_share"], world.market["outside_users_h100e"] = unserved, 500.0
    total = everybody(world)
    for stage in (lose_refused_users, admit_overflow, return_users, move_users):
        stage(world)
        assert everybody(world) == pytest.approx(total, rel=1e-12)
        assert (world.labs["users_h100e"] >= 0.0).all()
        assert (world.labs["users_h100e"][~np.array(alive)] == 0.0).all()


def test_users_are_conserved_beside_a_giant():
    # one lab of 1e8 refuses all its users and 15% of them leave: all go to a lab of 1e-6
    world = bare_world(churn_per_month=0.15, overflow_share=1.0)
    world.labs["users_h100e"], world.labs["unserved_share"] = (1e8, 1e-6), (1.0, 0.0)
    lose_refused_users(world)
    assert everybody(world) == pytest.approx(1e8, rel=1e-12)


def test_needs_by_eye():
    # service at 4 x the reference, elasticity 0.5: half; compute at 4 x the start: training 2/3 x 600 / 2
    world = bare_world(
        service_price_elasticity=0.5,
        training_price_elasticity=0.5,
        training_share=0.4,
        service_price_start_usd_per_h100e_hour=1.0,
    )
    world.labs["users_h100e"], world.labs["unit_cost_usd_per_h100e_hour"] = 600.0, 8.0
    world.labs["alive"] = (1, 0)
    need_compute(world)
    assert world.labs["need_inference_h100e"].tolist() == pytest.approx([300.0, 0.0])
    assert world.labs["need_training_h100e"].tolist() == pytest.approx([200.0, 0.0])


def test_enterprises_buy_less_at_a_higher_list_price():
    # 100 x 3 at four times the list price of the start: half
    world = bare_world(enterprise_price_elasticity=0.5)
    world.suppliers["enterprise_h100e"], world.market["enterprise_scale"] = 100.0, 3.0
    world.suppliers["list_price_usd_per_h100e_hour"] = 8.0
    world.suppliers["alive"] = (1, 0)
    need_compute(world)
    assert world.suppliers["enterprise_wanted_h100e"].tolist() == pytest.approx([150.0, 0.0])


@given(st.floats(0.0, 1.0), st.floats(-2.0, 2.0), st.floats(0.0, 1.0))
def test_two_point_news_has_mean_one(spread, before, persistence):
    settings = bare_world(demand_news_rule=TWO_POINT_NEWS, demand_news_persistence_per_month=persistence).parameters[0]
    up, down = (news_level(before, spread, draw, settings) - persistence * before for draw in (0.3, -2.0))
    assert 0.5 * (math.exp(up) + math.exp(down)) == pytest.approx(1.0)
    assert up - down == pytest.approx(2.0 * spread)
    assert news_level(before, spread, 5.0, settings) == news_level(before, spread, 0.1, settings)


def choosing(users, outside, **parameters):
    """Return a world in which all labs are alike but for their users and brands; logit, and everybody chooses anew."""
    world = bare_world(len(users), user_choice_rule=LOGIT, **({"user_switching_per_month": 1.0} | parameters))
    world.labs["users_h100e"], world.market["outside_users_h100e"] = users, outside
    return world


def test_users_choose_by_logit_shares_by_eye():
    # e^V = 3, 1 and 1 for none: of 100 users 60, 20 and 20
    world = choosing((50.0, 40.0), 10.0, user_price_weight=0.0)
    world.labs["brand_log"] = (math.log(3.0), 0.0)
    choose_labs(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([60.0, 20.0])
    assert world.market["outside_users_h100e"][0] == pytest.approx(20.0)


def test_a_part_of_the_users_chooses_anew():
    world = choosing((50.0, 40.0), 10.0, user_price_weight=0.0, user_switching_per_month=0.1)
    world.labs["brand_log"] = (math.log(3.0), 0.0)
    choose_labs(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx([51.0, 38.0])


def test_a_closed_lab_is_not_chosen():
    world = choosing((50.0, 0.0), 50.0)
    world.labs["alive"][1] = 0
    choose_labs(world)
    assert world.labs["users_h100e"][1] == 0.0


counts = st.tuples(*[st.floats(1.0, 1e6)] * 3)


@given(counts, st.floats(1.0, 1e6), st.floats(0.0, 0.9), st.floats(0.5, 20.0))
def test_settled_brands_keep_the_users_that_labs_have(users, outside, unserved, price):
    world = choosing(users, outside)
    world.labs["unserved_share"][0], world.labs["service_price_usd_per_h100e_hour"][1] = unserved, price
    for i in range(3):
        settle_brand(world, i)
        assert math.exp(value_to_users(world, i)) == pytest.approx(users[i] / outside)
    choose_labs(world)
    assert world.labs["users_h100e"].tolist() == pytest.approx(users)
    # who then gets dearer has fewer, and the others and none have more
    world.labs["service_price_usd_per_h100e_hour"][2] *= 1.5
    before = everybody(world)
    choose_labs(world)
    assert world.labs["users_h100e"][2] < users[2]
    assert world.labs["users_h100e"][0] > users[0]
    assert everybody(world) == pytest.approx(before)


def test_a_lab_without_users_has_no_brand_to_settle():
    world = choosing((0.0, 5.0), 10.0)
    world.labs["brand_log"] = 0.7
    settle_brand(world, 0)
    assert world.labs["brand_log"][0] == 0.7
