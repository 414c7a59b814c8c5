"""The queue of labs that wait for hyperscaler capacity."""

from agents.compiling import inner
from agents.suppliers import HYPERSCALER
from model import luck
from model.state import World


@inner
def open_queue(world: World) -> None:
    """Cancel some entries, drop those of firms that are gone, and tell each pair how long the lab has waited."""
    market = world.market[0]
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["waited_months"] = 0.0
    market["queue_joined_h100e"] = 0.0
    for row in range(market["queue_rows"]):
        entry = world.queue[row]
        if entry["id"] == 0:
            continue
        lab_key, supplier_key = world.labs[entry["lab"]]["luck_key"], world.suppliers[entry["supplier"]]["luck_key"]
        key = luck.joint_key(lab_key, supplier_key, entry["joined_month"])
        draw = luck.uniform(market["seed"], luck.QUEUE_CANCEL, market["month"], key)
        gone = world.labs[entry["lab"]]["alive"] == 0 or world.suppliers[entry["supplier"]]["alive"] == 0
        if gone or draw < world.parameters[0]["queue_cancel_per_month"]:
            entry["id"] = 0
        else:
            waited = market["month"] - entry["joined_month"]
            world.pairs[entry["lab"], entry["supplier"]]["waited_months"] = float(waited)


@inner
def preferred_hyperscaler(world: World, i: int) -> int:
    """Return the hyperscaler lab `i` asked first, or -1."""
    best = -1
    for j in range(len(world.suppliers)):
        rank = world.pairs[i, j]["asked_rank"]
        asked = world.suppliers[j]["kind"] == HYPERSCALER and rank > 0
        if asked and (best < 0 or rank < world.pairs[i, best]["asked_rank"]):
            best = j
    return best


@inner
def update_queue(world: World, i: int, missing: float) -> None:
    """Put what lab `i` asked for and did not get into one hyperscaler's queue; entries elsewhere are withdrawn.

    A lab that already waits keeps its place; only the quantity follows its need.
    """
    market = world.market[0]
    waiting, empty = -1, market["queue_rows"]
    for row in range(market["queue_rows"]):
        entry = world.queue[row]
        if entry["id"] == 0:
            empty = min(empty, row)
        elif entry["lab"] == i:
            waiting = row
    if missing < 1.0:
        if waiting >= 0:
            world.queue[waiting]["id"] = 0
        return
    if waiting < 0:
        j = preferred_hyperscaler(world, i)
        if j < 0:
            return
        market["next_id"] += 1
        market["queue_rows"] = max(market["queue_rows"], empty + 1)
        entry = world.queue[empty]
        entry["id"] = market["next_id"]
        entry["lab"] = i
        entry["supplier"] = j
        entry["capacity_h100e"] = 0.0
        entry["joined_month"] = market["month"]
        waiting = empty
    entry = world.queue[waiting]
    market["queue_joined_h100e"] += max(0.0, missing - entry["capacity_h100e"])
    entry["capacity_h100e"] = missing


@inner
def measure_queue(world: World) -> None:
    """Add up the queue and the mean wait in it."""
    market = world.market[0]
    total, waited = 0.0, 0.0
    for row in range(market["queue_rows"]):
        entry = world.queue[row]
        if entry["id"] != 0:
            total += entry["capacity_h100e"]
            waited += entry["capacity_h100e"] * (market["month"] - entry["joined_month"])
    market["queue_h100e"] = total
    market["queue_wait_months"] = waited / total if total > 0.0 else 0.0
