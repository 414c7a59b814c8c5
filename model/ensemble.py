"""Many worlds of one scenario, compiled; bit-equal to `ComputeMarket`, run for run."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import numpy as np
import polars as pl
from numpy.typing import NDArray

from model import tables
from model.birth import world_at_start
from model.books import breach_message
from model.history import DEALS_FULL, DONE, NO_ROOM, Design, History, Progress, empty_history, run_many
from model.points import Factor, cell_values, cells_of_factors
from model.room import make_room
from model.scenario import Scenario, load_scenario
from model.state import DTYPES, Capacity, Table, World, capacity_of, cells_of, copy_into, empty_world

if TYPE_CHECKING:
    from model.market_runner import MarketRunner

BATCH_RUNS = 32
"""Runs in a batch; fixed, so that results do not depend on the number of workers."""
SEED_STRIDE = 1_000_003
FIRST_DEALS = 64
"""Room for deals at first, for each run."""


def world_seed[Number: (int, NDArray[np.int64])](seed: int, run: Number) -> Number:
    """Return the seed of the draws of one run, or of each: distinct for all runs of all seeds below a million runs."""
    return seed * SEED_STRIDE + run


class Run(NamedTuple):
    """One run: number, seed, what was kept of it, its deals, and in words why it failed (empty if it did not)."""

    run: int
    seed: int
    history: History
    deals: Table
    failure: str


class Runs(NamedTuple):
    """Many runs: numbers, seeds, what was kept of each with a leading axis of runs, and months recorded of each.

    `deals` are those of all runs, one run after another, `deal_counts` how many are of each; `failures` says in words
    why a run failed, or nothing.
    """

    runs: NDArray[np.int64]
    seeds: NDArray[np.int64]
    history: History
    months: NDArray[np.int64]
    deals: Table
    deal_counts: NDArray[np.int64]
    failures: list[str]

    def single(self, row: int) -> Run:
        """Return one of them by its row."""
        months, first = int(self.months[row]), int(self.deal_counts[:row].sum())
        history = History(*(table[row, :months] for table in self.history))
        deals = self.deals[first : first + int(self.deal_counts[row])].copy()  # a view would keep all of them
        return Run(int(self.runs[row]), int(self.seeds[row]), history, deals, self.failures[row])


def joined(runs: Sequence[Run]) -> Runs:
    """Return single runs as many, each with the months and firms that the largest has room for."""
    months = [len(run.history.market) for run in runs]
    labs, suppliers, regions = (
        max(table.shape[1] for table in tables) for tables in zip(*(r.history[1:] for r in runs))
    )
    history = empty_history(max(1, *months), labs, suppliers, regions, runs=len(runs))
    for row, run in enumerate(runs):
        for old, new in zip(run.history, history, strict=True):
            new[row][tuple(slice(length) for length in old.shape)] = old
    return Runs(
        np.array([run.run for run in runs]),
        np.array([run.seed for run in runs]),
        history,
        np.array(months),
        np.concatenate([run.deals for run in runs]),
        np.array([len(run.deals) for run in runs]),
        [run.failure for run in runs],
    )


class Batch(NamedTuple):
    """The tables of some runs; every row carries `run` and `seed`."""

    runs: pl.DataFrame
    months: pl.DataFrame
    labs: pl.DataFrame
    suppliers: pl.DataFrame
    contracts: pl.DataFrame
    regions: pl.DataFrame


def grow_history(history: History, capacity: Capacity, months: int = 0, filled: int | None = None) -> History:
    """Return the history with room for so many firms and months; itself where it has that room.

    Of many runs, only the first `filled` hold anything that must be copied.
    """
    *lead, length = history.market.shape
    if (history.labs.shape[-1], history.suppliers.shape[-1]) == capacity[:2] and months <= length:
        return history
    longer = max(length, 2 * months if months > length else 0)
    runs = lead[0] if lead else None
    grown = empty_history(longer, capacity.labs, capacity.suppliers, capacity.regions, runs)
    for old, new in zip(history, grown, strict=True):
        new[:filled][tuple(slice(length) for length in old.shape)] = old[:filled]
    return grown


class Runner:
    """Runs worlds of one scenario one after another in the same memory.

    Parameters
    ----------
    scenario, months
        What the worlds are, and how long a run is.
    start
        The world before its first month; with factors, what the scenario says of it (`birth.given_world`).
    factors
        The settings in which runs differ.
    """

    def __init__(self, scenario: Scenario, months: int, start: World, factors: Sequence[Factor] = ()) -> None:
        """Allocate tables as large as those of `start`."""
        self.scenario, self.months, self.start, self.factors = scenario, months, start, factors
        self.world = empty_world(capacity_of(start))

    def run(self, run: int, seed: int) -> Run:
        """Run one world from its start to its last month, or to the month its books break."""
        return self.run_many(np.array([run]), np.array([world_seed(seed, run)])).single(0)

    def run_many(
        self, runs: NDArray[np.int64], seeds: NDArray[np.int64], points: NDArray[np.float64] | None = None
    ) -> Runs:
        """Run worlds of these numbers and seeds, each with its values of the factors, shape (runs, factors)."""
        count, rows = len(runs), (len(self.world.labs), len(self.world.suppliers), len(self.world.regions))
        values = np.empty((count, 0), np.int64) if points is None else cell_values(self.factors, points)
        design = Design(seeds, cells_of_factors(self.world, self.factors), values)
        history = empty_history(self.months, *rows, runs=count)
        progress = Progress(np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(3, np.int64))
        deals, failures = np.zeros(count * FIRST_DEALS, DTYPES["deals"]), [""] * count
        while True:
            blocks = cells_of(self.start), cells_of(self.world)
            stopped = run_many(*blocks, self.world, history, deals, design, progress)
            if stopped == DONE:
                break
            if stopped == NO_ROOM:
                self.grow(begun=bool(progress.place[1] > 0))
                history = grow_history(history, capacity_of(self.world), filled=int(progress.place[0]) + 1)
                design = design._replace(cells=cells_of_factors(self.world, self.factors))
            elif stopped == DEALS_FULL:
                deals = np.concatenate([deals, np.zeros(len(deals) + len(self.world.deals), deals.dtype)])
            else:
                failures[int(progress.place[0]) - 1] = f"BooksError: {self.breach()}"
        noted = deals[: int(progress.place[2])]
        return Runs(runs, seeds, history, progress.months, noted, progress.deals, failures)

    def grow(self, begun: bool) -> None:
        """Make room for the next month of the world that runs, or for the first of one that could not begin."""
        if begun or not self.factors:
            self.world = make_room(self.world)
        else:
            now = capacity_of(self.world)
            self.world = empty_world(
                now._replace(sites=2 * now.sites, contracts=2 * now.contracts, deals=2 * now.deals)
            )
        larger = empty_world(capacity_of(self.world))
        copy_into(self.start, larger)
        self.start = larger

    def breach(self) -> str:
        """Return in words which identity of the books failed."""
        return breach_message(self.world, tables.lab_labels(self.scenario), tables.supplier_labels(self.scenario))


class Ensemble:
    """Runs of one scenario under different luck.

    Parameters
    ----------
    scenario
        The name of a scenario, or a loaded one.
    runs, months, seed
        Number of runs (at least 1), months of each (the scenario's if None), and the seed of all luck.
    workers
        Threads; 0 takes one a core. Results do not depend on it.
    overrides
        Values that differ from the scenario, such as `{"labs.anthropic.cash_usd_m": 5000}`.

    Raises
    ------
    BadRequest
        Where a name is unknown or a value is out of its bounds.
    """

    batch_runs = BATCH_RUNS

    def __init__(
        self,
        scenario: str | Scenario = "colossus",
        *,
        runs: int = 100,
        months: int | None = None,
        seed: int = 1,
        workers: int = 1,
        overrides: Mapping[str, Any] | Sequence[str] = (),
    ) -> None:
        """Load the scenario and build the world of its start."""
        self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, overrides)
        self.runs, self.seed = runs, seed
        self.months = months if months is not None else self.scenario.months
        self.workers = workers or os.cpu_count() or 1
        self.start = world_at_start(self.scenario)

    def batches(self) -> Iterator[Batch]:
        """Yield the tables of `batch_runs` runs at a time, in the order of the runs."""
        firsts = range(0, self.runs, self.batch_runs)
        if self.workers == 1:
            yield from (self._batch(first) for first in firsts)
            return
        prefer = "processes" if self.scenario.agents else "threads"
        parallel = joblib.Parallel(n_jobs=self.workers, prefer=prefer, return_as="generator", batch_size=1)
        yield from parallel(joblib.delayed(self._batch)(first) for first in firsts)

    def run(self) -> Batch:
        """Return the tables of all runs."""
        return Batch(*(pl.concat(frames) for frames in zip(*self.batches(), strict=True)))

    def histories(self) -> Iterator[Run]:
        """Yield each run as arrays, in order, in this thread."""
        runner = self._runner()
        return (runner.run(number, self.seed) for number in range(self.runs))

    def _runner(self) -> "Runner | MarketRunner":
        if not self.scenario.agents:
            return Runner(self.scenario, self.months, self.start)
        from model.market_runner import MarketRunner  # which runs what this module defines

        return MarketRunner(self.scenario, self.months)

    def _batch(self, first: int) -> Batch:
        runner = self._runner()
        numbers = np.arange(first, min(self.runs, first + self.batch_runs))
        return Batch(*tables.frames(self.scenario, runner.run_many(numbers, world_seed(self.seed, numbers))))
