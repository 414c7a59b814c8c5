"""The queue for the grid: power that firms ask for beyond what they can connect comes after a fixed wait."""

from typing import Any

from agents.compiling import inner
from model.state import GRID_MONTHS, World
from model.technology import power_supply_scale


@inner
def connect_queued_power(world: World) -> None:
    """Give each firm the power whose wait is over; what it does not use stays its reserve."""
    market = world.market[0]
    if world.parameters[0]["grid_queue_months"] == 0:
        return
    slot = market["month"] % GRID_MONTHS
    for i in range(len(world.labs)):
        world.labs[i]["power_reserve_mw"] += take_slot(world, 1, i, slot)
    for j in range(len(world.suppliers)):
        world.suppliers[j]["power_reserve_mw"] += take_slot(world, 0, j, slot)


@inner
def take_slot(world: World, owner_is_lab: int, owner: int, slot: int) -> float:
    """Empty one month of a firm's queue; return what stood there, MW."""
    power_mw = world.grid[owner_is_lab, owner, slot]["asked_mw"]
    world.grid[owner_is_lab, owner, slot]["asked_mw"] = 0.0
    world.market[0]["grid_queue_mw"] -= power_mw
    return float(power_mw)


@inner
def join_grid_queue(world: World, owner_is_lab: int, owner: int, row: Any, lacking_mw: float) -> None:
    """Let a firm ask for power that comes after the wait: what it lacks, up to what it can connect by itself, MW."""
    market = world.market[0]
    usual = row["power_mw_per_month"] * power_supply_scale(world.parameters[0], market["month"])
    power_mw = min(lacking_mw, usual)
    slot = (market["month"] + world.parameters[0]["grid_queue_months"]) % GRID_MONTHS
    world.grid[owner_is_lab, owner, slot]["asked_mw"] += power_mw
    market["grid_queue_mw"] += power_mw


@inner
def leave_grid_queue(world: World, owner_is_lab: int, owner: int) -> None:
    """Forget what a firm that closes has asked for."""
    if world.parameters[0]["grid_queue_months"] > 0:
        for slot in range(GRID_MONTHS):
            take_slot(world, owner_is_lab, owner, slot)
