"""A plan by chance."""

import math

import pytest

from agents.labs.chance import split_by_chance
from tests.worlds import bare_world


def test_shares_are_exponential_weights_over_their_sum():
    # weights 1, 2, 3, 4 of 100
    world = bare_world()
    world.requirements["draw_share"][0] = [math.exp(-weight) for weight in (1.0, 2.0, 3.0, 4.0)]
    assert split_by_chance(world, 0, 100.0, True, 1e9) == pytest.approx((10.0, 20.0, 30.0, 40.0))
    assert split_by_chance(world, 0, 100.0, False, 5.0) == pytest.approx((0.0, 20.0, 5.0, 75.0))
    assert split_by_chance(world, 0, -1.0, True, 1e9) == (0.0, 0.0, 0.0, 0.0)
