"""The switch between procurement strategies, and what each of them is about."""

import math

import numpy as np
import pytest

from agents import labs
from agents.labs import (
    STRATEGIES,
    diversifier,
    hand_to_mouth,
    hedger,
    integrated,
    opportunist,
    oracle,
    partner_seeker,
    plan,
    planner,
    portfolio,
    renter,
    zero_intelligence,
)
from agents.labs.foresight import coming_growth_log, forecast_spread
from agents.labs.names import ADAPTIVE, played
from tests.worlds import bare_world

MODULES = (
    portfolio,
    hand_to_mouth,
    integrated,
    renter,
    partner_seeker,
    opportunist,
    diversifier,
    planner,
    oracle,
    zero_intelligence,
    hedger,
)
SUM = ("build_h100e", "lease_h100e", "partner_h100e")


def market(strategy, suppliers=3, **parameters):
    """A growing lab that may plan this month; the last supplier is a partner; everybody has plenty; prices of 2."""
    world = bare_world(1, suppliers, **({"plan_cycle_months": 1, "spot_plan_cap_share": 0.0} | parameters))
    world.labs["strategy"] = STRATEGIES.index(strategy)
    world.labs["need_inference_h100e"], world.labs["parent_backed"] = 1000.0, 1
    world.labs["growth_belief_per_month"], world.labs["trend_belief_per_month"] = 0.1, 0.1
    world.suppliers["recallable"][-1], world.suppliers["notice_months"][-1] = 1, 3
    world.offers["capacity_h100e"], world.offers["free_h100e"] = 1e6, 1e6
    world.labs["price_memory_usd_per_h100e_hour"] = 3.0
    world.requirements["draw_share"] = (0.5, 0.5, 0.5, 0.5)
    return world


@pytest.mark.parametrize("module", MODULES)
def test_each_value_plans_by_its_file(module):
    name = module.__name__.rsplit(".", 1)[1]
    by_switch, by_hand = market(name), market(name)
    plan(by_switch, 0)
    module.plan(by_hand, 0)
    assert by_switch.requirements.tobytes() == by_hand.requirements.tobytes()
    assert np.isfinite(by_switch.requirements["open_h100e"]).all()


def test_every_strategy_has_its_number():
    assert len(MODULES) == len(STRATEGIES) - 1  # adaptive plans as one of the others
    for number, name in enumerate(STRATEGIES):
        assert getattr(labs.names, name.upper()) == number


def test_an_adaptive_lab_plans_and_asks_as_what_it_plays():
    world, usual = market("adaptive", strategy_inertia_share=1.0), market("renter")
    world.labs["plays"] = STRATEGIES.index("renter")
    assert played(world.labs[0]) == STRATEGIES.index("renter") != ADAPTIVE
    for each in (world, usual):
        plan(each, 0)
        labs.bid(each, 0)
    assert (world.requirements["open_h100e"] == usual.requirements["open_h100e"]).all()
    assert world.pairs["asked_rank"].tolist() == usual.pairs["asked_rank"].tolist() == [[1, 2, 0]]


def test_a_renter_leases_and_asks_no_partner():
    world = market("renter", build_hurdle_ratio=1.0)
    world.labs["build_cost_ratio"], world.suppliers["list_price_usd_per_h100e_hour"][2] = 0.01, 0.1
    plan(world, 0)
    labs.bid(world, 0)
    assert (world.requirements["lease_h100e"] > 0.0).all()
    assert (world.requirements["partner_h100e"] + world.requirements["build_h100e"] == 0.0).all()
    assert world.pairs["asked_rank"][0].tolist() == [1, 2, 0]


def test_a_seeker_of_partners_takes_all_they_have_first():
    # of 1105 expected next month it takes the partner's 300 though it costs more; portfolio takes none
    world, usual = market("partner_seeker", suppliers_asked=1), market("portfolio", suppliers_asked=1)
    for each in (world, usual):
        each.suppliers["list_price_usd_per_h100e_hour"][2] = 2.5
        each.offers["free_h100e"][2] = 300.0
        plan(each, 0)
        labs.bid(each, 0)
    assert world.requirements["partner_h100e"][0].tolist() == [300.0, 0.0, 0.0, 0.0]
    assert usual.requirements["partner_h100e"][0, 0] < 300.0
    assert world.pairs["asked_rank"][0].tolist() == [2, 0, 1]
    assert usual.pairs["asked_rank"][0, 0] == 1


def test_an_opportunist_buys_ahead_only_while_prices_are_low():
    world, dear = market("opportunist"), market("opportunist")
    dear.labs["price_memory_usd_per_h100e_hour"] = 2.0  # list 2 x ratio 1: not below
    for each in (world, dear):
        plan(each, 0)
    assert (world.requirements["open_h100e"] > 0.0).all()
    assert (dear.requirements["open_h100e"][0] > 0.0).tolist() == [True, False, False, False]


def test_a_planner_buys_nothing_between_its_plans():
    world = market("planner")
    world.labs["plan_cycle_months"] = 12
    world.market["month"], world.labs["planned_build_h100e"] = 11, 50.0  # lab 1 plans where (month + 1) is 12
    plan(world, 0)
    assert (world.requirements["open_h100e"] > 0.0).all()
    world.market["month"], world.labs["planned_build_h100e"] = 12, 50.0
    plan(world, 0)
    assert (world.requirements["open_h100e"] == 0.0).all()
    assert world.labs["planned_build_h100e"][0] == 50.0


def test_any_lab_may_have_a_cycle_of_its_own():
    world = market("portfolio", plan_cycle_months=1)
    world.labs["plan_cycle_months"], world.market["month"] = 12, 5
    plan(world, 0)
    assert (world.requirements["open_h100e"][0] > 0.0).tolist() == [True, False, False, False]


def test_an_oracle_knows_the_surge_to_come():
    # two months at 100 times a year and 22 without growth: 100^(1/6)
    world = market("oracle", demand_growth_start_x_per_year=1.0, demand_growth_long_run_x_per_year=1.0)
    world.labs["surge_start_month"], world.labs["surge_months"] = 2, 2
    world.labs["surge_growth_x_per_year"], world.market["month"] = 100.0, 1
    plan(world, 0)
    expected = [1000.0 * math.exp(math.log(100.0) * months / 12.0) for months in (1, 2, 2, 2)]
    assert world.requirements["forecast_h100e"][0] == pytest.approx(expected)


def test_an_oracle_knows_that_news_fades():
    # of news of 0.3 half is left after a month, a quarter after two
    world = market(
        "oracle",
        demand_growth_start_x_per_year=1.0,
        demand_growth_long_run_x_per_year=1.0,
        demand_news_persistence_per_month=0.5,
    )
    world.labs["demand_news_log"], world.market["demand_news_log"] = 0.2, 0.1
    assert coming_growth_log(world, 0, 1) == pytest.approx(-0.15)
    assert coming_growth_log(world, 0, 2) == pytest.approx(-0.225)


def test_an_oracle_errs_by_the_news_to_come():
    # 0.05 from 0.03 and 0.04: nine months of it, all of which lasts, or of which half is left each month
    given = {"lab_demand_noise_per_month": 0.03, "market_demand_noise_per_month": 0.04}
    lasting = bare_world(forecast_error_per_root_month=0.1, demand_news_persistence_per_month=1.0, **given)
    fading = bare_world(demand_news_persistence_per_month=0.5, **given)
    still = bare_world(lab_demand_noise_per_month=0.0, market_demand_noise_per_month=0.0)
    assert forecast_spread(lasting.parameters[0], 9.0, True) == pytest.approx(0.15)
    assert forecast_spread(lasting.parameters[0], 9.0, False) == pytest.approx(0.3)
    assert forecast_spread(fading.parameters[0], 2.0, True) == pytest.approx(0.05 * math.sqrt(1.25))
    assert forecast_spread(still.parameters[0], 9.0, True) == pytest.approx(0.003)


def test_zero_intelligence_divides_by_its_draws():
    # equal draws: a quarter each to build, lease, partner and spot; what cannot be built now is left to spot
    world = market("zero_intelligence")
    world.labs["build_lead_months"] = 6
    plan(world, 0)
    first, second = world.requirements[0, 0], world.requirements[0, 1]
    quarter = first["forecast_h100e"] / 4.0
    assert [first[name] for name in SUM] == pytest.approx([0.0, quarter, quarter])
    assert first["spot_h100e"] == pytest.approx(2.0 * quarter)
    missing = second["forecast_h100e"] - 2.0 * quarter
    assert [second[name] for name in SUM] == pytest.approx([missing / 4.0] * 3)
