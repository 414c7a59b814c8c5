"""Owners of idle capacity."""

import pytest

from agents.suppliers.nontraditional import consider_recall, opportunity_cost
from tests.worlds import bare_world


def test_idle_capacity_has_no_other_use():
    world = bare_world()
    world.suppliers["sell_through_share"] = 1.0
    assert opportunity_cost(world, 0, 0.5) == 0.5


@pytest.mark.parametrize(("list_price", "hazard"), [(2.0, 0.01), (2.6, 0.01), (3.9, 0.05), (5.2, 0.09), (9.0, 0.09)])
def test_recall_is_likelier_once_the_list_price_leaves_the_contract_price_behind(list_price, hazard):
    # trigger 1.3 x 2 = 2.6; at 3.9 half of the way to nine times the base: 0.01 (1 + 8 / 2); never above nine times
    world = bare_world(recall_hazard_per_month=0.01, recall_price_trigger_ratio=1.3, recall_hazard_multiple=9.0)
    world.suppliers["recallable"], world.suppliers["list_price_usd_per_h100e_hour"] = 1, list_price
    consider_recall(world, 0)
    assert world.suppliers["recall_hazard_per_month"][0] == pytest.approx(hazard)


def test_nobody_recalls_what_is_not_recallable():
    world = bare_world()
    world.suppliers["recall_hazard_per_month"] = 0.5
    consider_recall(world, 0)
    assert world.suppliers["recall_hazard_per_month"][0] == 0.0


def test_a_chance_is_at_most_one():
    world = bare_world(recall_hazard_per_month=0.5, recall_hazard_multiple=9.0)
    world.suppliers["recallable"], world.suppliers["list_price_usd_per_h100e_hour"] = 1, 9.0
    consider_recall(world, 0)
    assert world.suppliers["recall_hazard_per_month"][0] == 1.0
