"""What is kept of runs: a copy of the market, labs, suppliers and regions at the end of each month, and every deal."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiling import inner, stage
from agents.pointers import by_pointer
from model.beginning import begin
from model.month import month
from model.room import has_room
from model.state import DTYPES, Table, World

DONE, NO_ROOM, DEALS_FULL, BROKEN = range(4)
"""Why `run_many` returned: all runs are done, the tables or the list of deals must grow, or a book is broken."""


@by_pointer
class History(NamedTuple):
    """Month-end copies; shapes (months,), (months, L), (months, S), (months, R); of many runs, a leading axis of runs.

    L, S and R are the rows of the labs, suppliers and regions.
    """

    market: Table
    labs: Table
    suppliers: Table
    regions: Table


class Design(NamedTuple):
    """What many runs differ in: the seed of each, shape (runs,), and the cells of the world that each sets.

    `cells` are places in the block of a world (see `state.cells_of`), shape (factors,), and `values` what is written
    there as eight bytes each, shape (runs, factors).
    """

    seeds: NDArray[np.int64]
    cells: NDArray[np.int64]
    values: NDArray[np.int64]


class Progress(NamedTuple):
    """How far many runs are: months recorded and deals signed of each run, shape (runs,), and all deals, (deals,).

    `place` holds the run that is under way, its next month, and the deals noted so far.
    """

    months: NDArray[np.int64]
    deals: NDArray[np.int64]
    place: NDArray[np.int64]


def empty_history(months: int, labs: int, suppliers: int, regions: int = 1, runs: int | None = None) -> History:
    """Return a history with room for so many months, firms and regions; of so many runs where they are given."""
    lead = () if runs is None else (runs,)
    return History(
        np.zeros((*lead, months), DTYPES["market"]),
        np.zeros((*lead, months, labs), DTYPES["labs"]),
        np.zeros((*lead, months, suppliers), DTYPES["suppliers"]),
        np.zeros((*lead, months, regions), DTYPES["regions"]),
    )


@inner
def copy_rows(world: World, market: Table, labs: Table, suppliers: Table, regions: Table, row: int) -> None:
    """Copy the month's end into row `row` of the history of one run."""
    market[row] = world.market[0]
    for i in range(len(world.labs)):
        labs[row, i] = world.labs[i]
    for j in range(len(world.suppliers)):
        suppliers[row, j] = world.suppliers[j]
    for r in range(len(world.regions)):
        regions[row, r] = world.regions[r]


@stage
def record(world: World, history: History, row: int) -> None:
    """Copy the month's end into row `row` of the history of one run."""
    copy_rows(world, history.market, history.labs, history.suppliers, history.regions, row)


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
        copy_rows(world, history.market, history.labs, history.suppliers, history.regions, number)
        if world.market[0]["breach"] != 0:
            return number
    return last


@stage
def run_many(
    start: NDArray[np.int64],
    block: NDArray[np.int64],
    world: World,
    history: History,
    deals: Table,
    design: Design,
    progress: Progress,
) -> int:
    """Run worlds one after another from where `progress` says; return why it stopped.

    `block` is that of `world`, and `start` one just as long: the world before its first month or, where the design
    sets cells, what a population says of it. `history` has a leading axis of runs.
    """
    place = progress.place
    for run in range(place[0], len(design.seeds)):
        if place[1] == 0 and not born(start, block, world, design, run):
            return NO_ROOM
        market, labs, suppliers = history.market[run], history.labs[run], history.suppliers[run]
        regions = history.regions[run]
        for number in range(place[1], len(market)):
            if not has_room(world):
                return NO_ROOM
            world.market[0]["month"] = number
            month(world)
            copy_rows(world, market, labs, suppliers, regions, number)
            place[1] = number + 1
            if world.market[0]["breach"] != 0:
                break
        if not note_deals(world, deals, progress, run):
            return DEALS_FULL
        progress.months[run] = place[1]
        place[0], place[1] = run + 1, 0
        if world.market[0]["breach"] != 0:
            return BROKEN
    return DONE


@inner
def born(start: NDArray[np.int64], block: NDArray[np.int64], world: World, design: Design, run: int) -> bool:
    """Bring a world to its start, with the cells of its run; false where its first month has no room."""
    for cell in range(len(block)):
        block[cell] = start[cell]
    for factor in range(len(design.cells)):
        block[design.cells[factor]] = design.values[run, factor]
    if len(design.cells) > 0 and not begin(world):
        return False
    world.market[0]["seed"] = design.seeds[run]
    return True


@inner
def note_deals(world: World, deals: Table, progress: Progress, run: int) -> bool:
    """Append the deals of a run that is over; false, and nothing done, where the list is full."""
    count, noted = int(world.market[0]["deal_rows"]), int(progress.place[2])
    if noted + count > len(deals):
        return False
    for row in range(count):
        deals[noted + row] = world.deals[row]
    progress.deals[run] = count
    progress.place[2] = noted + count
    return True
