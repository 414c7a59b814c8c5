"""What agents are told: delivery months and channels."""

import pytest

from agents.base import LEASE, PARTNER, channel_of, months_ahead
from tests.worlds import bare_world


@pytest.mark.parametrize(("delivery", "months"), [(0, 2), (1, 5), (2, 9), (3, 30)])
def test_each_delivery_month_has_its_parameter(delivery, months):
    parameters = bare_world(
        delivery_prompt_months=2, delivery_short_months=5, delivery_medium_months=9, delivery_long_months=30
    ).parameters[0]
    assert months_ahead(parameters, delivery) == months


def test_recallable_capacity_is_a_partners():
    world = bare_world()
    world.suppliers["recallable"] = (0, 1)
    assert [channel_of(world.suppliers[j]) for j in range(2)] == [LEASE, PARTNER]
