"""What is kept of a run: a copy of the market, labs, suppliers and regions at the end of each month."""

from typing import NamedTuple

import numpy as np

from agents.compiling import stage
from agents.pointers import by_pointer
from model.month import month
from model.room import has_room
from model.state import DTYPES, Table, World


@by_pointer
class History(NamedTuple):
    """Month-end copies; shapes (months,), (months, L), (months, S), (months, R)."""

    market: Table
    labs: Table
    suppliers: Table
    regions: Table


def empty_history(months: int, labs: int, suppliers: int, regions: int = 1) -> History:
    """Return a history with room for so many months, firms and regions."""
    return History(
        np.zeros(months, DTYPES["market"]),
        np.zeros((months, labs), DTYPES["labs"]),
        np.zeros((months, suppliers), DTYPES["suppliers"]),
        np.zeros((months, regions), DTYPES["regions"]),
    )


@stage
def record(world: World, history: History, row: int) -> None:
    """Copy the month's end into row `row` of the history."""
    history.market[row] = world.market[0]
    for i in range(len(world.labs)):
        history.labs[row, i] = world.labs[i]
    for j in range(len(world.suppliers)):
        history.suppliers[row, j] = world.suppliers[j]
    for r in range(len(world.regions)):
        history.regions[row, r] = world.regions[r]


@stage
def run_months(world: World, history: History, first: int, last: int) -> int:
    """Run the months from `first` to before `last`; return the month not run, for want of room or a broken book.

    `last` is returned when all went well.
    """
    for number in range(first, last):
        if not has_room(world):
            return number
        world.market[0]["month"] = number
        month(world)
        record(world, history, number)
        if world.market[0]["breach"] != 0:
            return number
    return last
