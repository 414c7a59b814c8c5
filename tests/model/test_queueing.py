"""The queue at hyperscalers."""

import math

import pytest

from agents.suppliers import HYPERSCALER, NEOCLOUD
from model import ComputeMarket
from model.entry import come, leave
from model.metrics.quantities import queue_length, queue_wait
from model.money import open_accounts
from model.queueing import measure_queue, open_queue, preferred_hyperscaler, update_queue
from tests.worlds import bare_world

MONTHS = 60


def waiting(labs=2, **parameters):
    """Suppliers 1 and 2 are hyperscalers; every lab asked the second one first."""
    world = bare_world(labs, 3, **({"queue_cancel_per_month": 0.0} | parameters))
    world.suppliers["kind"] = (HYPERSCALER, HYPERSCALER, NEOCLOUD)
    world.pairs["asked_rank"] = (3, 2, 1)
    return world


def at(world, month):
    world.market["month"] = month
    open_queue(world)


def test_a_lab_waits_for_the_hyperscaler_it_asked_first():
    world = waiting()
    assert preferred_hyperscaler(world, 0) == 1
    update_queue(world, 0, 50.0)
    entry = world.queue[0]
    assert (entry["lab"], entry["supplier"], entry["capacity_h100e"]) == (0, 1, 50.0)
    assert world.market["queue_joined_h100e"][0] == 50.0


def test_a_lab_that_asked_no_hyperscaler_does_not_wait():
    world = waiting()
    world.pairs["asked_rank"][:, :2] = 0
    update_queue(world, 0, 50.0)
    assert world.market["queue_rows"][0] == 0


def test_the_place_is_kept_and_the_quantity_follows_the_need():
    world = waiting()
    update_queue(world, 0, 50.0)
    at(world, 3)
    assert world.pairs["waited_months"][0].tolist() == [0.0, 3.0, 0.0]
    update_queue(world, 0, 80.0)
    assert world.market["queue_joined_h100e"][0] == 30.0  # 80 - 50
    at(world, 5)
    update_queue(world, 0, 20.0)
    assert world.market["queue_joined_h100e"][0] == 0.0
    entry = world.queue[0]
    assert (entry["capacity_h100e"], entry["joined_month"], world.market["queue_rows"][0]) == (20.0, 0, 1)
    assert world.pairs["waited_months"][0, 1] == 5.0


def test_a_lab_that_needs_nothing_leaves():
    world = waiting()
    update_queue(world, 0, 50.0)
    update_queue(world, 0, 0.5)
    assert world.queue["id"][0] == 0
    at(world, 1)
    assert world.pairs["waited_months"][0, 1] == 0.0


def test_a_cancelled_entry_loses_its_place():
    world = waiting(queue_cancel_per_month=1.0)
    update_queue(world, 0, 50.0)
    at(world, 4)
    assert world.queue["id"][0] == 0
    assert world.pairs["waited_months"][0, 1] == 0.0
    update_queue(world, 0, 50.0)
    assert world.queue["joined_month"][0] == 4


def test_entries_of_firms_that_are_gone_are_dropped():
    world = waiting()
    update_queue(world, 0, 50.0)
    update_queue(world, 1, 50.0)
    world.labs["alive"][0] = 0
    at(world, 1)
    assert world.queue["id"][:2].tolist()[0] == 0
    assert world.queue["id"][1] != 0
    world.suppliers["alive"][1] = 0
    at(world, 2)
    assert (world.queue["id"] == 0).all()


def test_a_new_lab_does_not_inherit_the_place_of_a_failed_one():
    world = waiting(lab_entry_per_month=1.0, supplier_entry_per_month=0.0)
    world.lab_template["cash_usd_m"] = 5.0
    update_queue(world, 0, 50.0)
    world.labs["cash_usd_m"][0] = -1.0
    world.market["month"] = 9
    leave(world)
    open_accounts(world)  # a row is free in the month after the failure
    at(world, 10)
    come(world)
    assert world.labs["id"][0] > 100
    assert world.labs["alive"][0] == 1
    assert world.queue["id"].tolist() == [0] * len(world.queue)
    assert world.pairs["waited_months"][0, 1] == 0.0


def test_littles_law():
    """Each month one of four labs joins with 30 and stays three months: 90 wait = 30 a month x 3 months."""
    world = waiting(labs=4)
    for month in range(20):
        at(world, month)
        for lab in range(4):
            update_queue(world, lab, 30.0 if (month - lab) % 4 < 3 else 0.0)
        measure_queue(world)
        if month >= 4:
            market = world.market[0]
            assert market["queue_joined_h100e"] == 30.0
            assert market["queue_h100e"] == 90.0
            assert market["queue_wait_months"] == pytest.approx(1.0)  # 0, 1 and 2 months so far


def test_the_mean_wait_is_weighed_by_quantity():
    # 30 wait for 6 months, 90 for 2: (180 + 180) / 120 = 3
    world = waiting()
    update_queue(world, 0, 30.0)
    at(world, 4)
    update_queue(world, 1, 90.0)
    at(world, 6)
    measure_queue(world)
    assert (world.market["queue_h100e"][0], world.market["queue_wait_months"][0]) == (120.0, pytest.approx(3.0))
    world.queue["id"] = 0
    measure_queue(world)
    assert (world.market["queue_h100e"][0], world.market["queue_wait_months"][0]) == (0.0, 0.0)


class Follower:
    """Who waits in the queue of a market, looked up at the end of each month; what came last leaves first."""

    def __init__(self):
        self.joined, self.stayed, self.waiting = 0.0, 0.0, {}

    def look(self, month, queue):
        """Note what joined and what left since the month before."""
        entries = {int(entry["id"]): float(entry["capacity_h100e"]) for entry in queue if entry["id"] != 0}
        for number in self.waiting.keys() - entries.keys():
            self.leave(month, self.waiting.pop(number), math.inf)
        for number, capacity in entries.items():
            parts = self.waiting.setdefault(number, [])
            more = capacity - sum(quantity for _, quantity in parts)
            if more > 0.0:
                self.joined += more
                parts.append((month, more))
            else:
                self.leave(month, parts, -more)

    def leave(self, month, parts, quantity):
        """Let a quantity leave an entry, and note how long it was there."""
        while parts and quantity > 0.0:
            joined, waited = parts.pop()
            gone = min(waited, quantity)
            self.stayed += gone * (month - joined)
            quantity -= gone
            if gone < waited:
                parts.append((joined, waited - gone))


def test_littles_law_holds_for_who_waits_in_a_market():
    """Each entry is followed from the month it joins to the month it is gone, and nothing is taken from the columns."""
    market, follower = ComputeMarket("small", seed=4), Follower()
    for month in range(MONTHS):
        market.step()
        follower.look(month, market.world.queue)
    follower.look(MONTHS, [])  # what still waits counts to the end
    history = market.history
    assert history.market["queue_joined_h100e"].sum() == pytest.approx(follower.joined)
    assert queue_length(history) * MONTHS == pytest.approx(follower.stayed)
    assert queue_wait(history) == pytest.approx(follower.stayed / follower.joined)
