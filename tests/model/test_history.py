"""What is kept of a run."""

import numpy as np
import pytest

from model.birth import world_at_start
from model.history import empty_history, record, run_months
from model.state import Capacity
from tests.worlds import bare_world

pytestmark = pytest.mark.all

AMPLE = Capacity(8, 8, 2_000, 2_000, 50, 2_000)


def test_a_month_is_copied_whole():
    world = bare_world(2, 3)
    world.labs["cash_usd_m"], world.suppliers["cash_usd_m"] = (3.0, 4.0), (5.0, 6.0, 7.0)
    history = empty_history(2, 2, 3)
    record(world, history, 1)
    assert history.market[1].tobytes() == world.market[0].tobytes()
    assert history.labs[1].tobytes() == world.labs.tobytes()
    assert history.suppliers[1].tobytes() == world.suppliers.tobytes()
    assert not history.labs[0].view(np.uint8).any()
    world.labs["cash_usd_m"] = 0.0
    assert history.labs["cash_usd_m"][1].tolist() == [3.0, 4.0]


def test_months_are_run_up_to_the_last(small):
    world = world_at_start(small, AMPLE)
    history = empty_history(6, len(world.labs), len(world.suppliers))
    assert run_months(world, history, 0, 4) == 4
    assert history.market["month"].tolist() == [0, 1, 2, 3, 0, 0]
    assert run_months(world, history, 4, 6) == 6
    assert history.market["month"].tolist() == [0, 1, 2, 3, 4, 5]


def test_a_month_without_room_is_not_begun(small):
    world = world_at_start(small, AMPLE)
    history = empty_history(6, len(world.labs), len(world.suppliers))
    world.market["deal_rows"] = len(world.deals)
    before = world.labs.tobytes()
    assert run_months(world, history, 0, 6) == 0
    assert world.labs.tobytes() == before


def test_a_broken_month_is_recorded_and_the_last(small):
    world = world_at_start(small, AMPLE)
    history = empty_history(6, len(world.labs), len(world.suppliers))
    run_months(world, history, 0, 2)
    world.market["pipeline_h100e"] += 5.0
    assert run_months(world, history, 2, 6) == 2
    assert history.market["breach"].tolist() == [0, 0, world.market["breach"][0], 0, 0, 0]
    assert world.market["breach"][0] != 0
