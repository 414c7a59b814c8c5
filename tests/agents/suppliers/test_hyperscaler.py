"""Hyperscalers."""

import pytest

from agents.suppliers.hyperscaler import liking, opportunity_cost
from tests.worlds import bare_world


def test_opportunity_is_spot_revenue_but_at_least_running_cost():
    world = bare_world(term_discount_share=0.0)
    world.suppliers["sell_through_share"] = (0.75, 0.1)
    assert opportunity_cost(world, 0, 0.5) == pytest.approx(1.5)  # 2 x 0.75
    assert opportunity_cost(world, 1, 0.5) == 0.5


def test_those_who_waited_are_liked_and_those_of_the_group():
    world = bare_world(queue_bonus_usd_per_h100e_hour_month=0.05, own_group_bonus_usd_per_h100e_hour=0.5)
    world.pairs["waited_months"][0, 0] = 6.0
    assert liking(world, 0, 0) == pytest.approx(0.3)
    world.pairs["tie_share"] = 1.0
    assert liking(world, 0, 0) == pytest.approx(0.8)
