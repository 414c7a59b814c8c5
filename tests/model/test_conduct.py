"""Draws for labs that act by luck."""

from agents.labs.names import ADAPTIVE, ZERO_INTELLIGENCE
from model.conduct import draw_conduct
from tests.worlds import bare_world


def test_only_labs_that_act_by_luck_get_draws_and_each_its_own():
    world = bare_world(labs=3)
    world.labs["strategy"], world.labs["luck_key"] = (0, ADAPTIVE, ZERO_INTELLIGENCE), (1, 2, 3)
    draw_conduct(world)
    draws = world.requirements["draw_share"]
    assert (draws[0] == 0.0).all()
    assert len(set(draws[1:].ravel().tolist())) == 8
    assert ((draws[1:] > 0.0) & (draws[1:] < 1.0)).all()
    before = draws.copy()
    world.market["month"] = 1
    draw_conduct(world)
    assert (world.requirements["draw_share"][1:] != before[1:]).all()
