"""Many worlds of one scenario, compiled; bit-equal to `ComputeMarket`, run for run."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import joblib
import polars as pl

from model import tables
from model.birth import world_at_start
from model.books import breach_message
from model.history import History, empty_history, run_months
from model.room import make_room
from model.scenario import Scenario, load_scenario
from model.state import Capacity, Table, World, capacity_of, copy_into, empty_world

BATCH_RUNS = 32
"""Runs in a batch; fixed, so that results do not depend on the number of workers."""
SEED_STRIDE = 1_000_003


def world_seed(seed: int, run: int) -> int:
    """Return the seed of the draws of one run: distinct for all runs of all seeds below a million runs."""
    return seed * SEED_STRIDE + run


class Run(NamedTuple):
    """One run: number, seed, what was kept of it, its deals, and in words why it failed (empty if it did not)."""

    run: int
    seed: int
    history: History
    deals: Table
    failure: str


class Batch(NamedTuple):
    """The tables of some runs; every row carries `run` and `seed`."""

    runs: pl.DataFrame
    months: pl.DataFrame
    labs: pl.DataFrame
    suppliers: pl.DataFrame
    contracts: pl.DataFrame
    regions: pl.DataFrame


def grow_history(history: History, capacity: Capacity, months: int = 0) -> History:
    """Return the history with room for so many firms and months; itself where it has that room."""
    length = len(history.market)
    if (history.labs.shape[1], history.suppliers.shape[1]) == capacity[:2] and months <= length:
        return history
    longer = max(length, 2 * months if months > length else 0)
    grown = empty_history(longer, capacity.labs, capacity.suppliers, capacity.regions)
    for old, new in zip(history, grown, strict=True):
        new[tuple(slice(length) for length in old.shape)] = old
    return grown


class Runner:
    """Runs worlds of one scenario one after another in the same memory."""

    def __init__(self, scenario: Scenario, months: int, start: World) -> None:
        """Allocate tables as large as those of `start`, the world before its first month."""
        self.scenario, self.months, self.start = scenario, months, start
        self.world = empty_world(capacity_of(start))

    def run(self, run: int, seed: int) -> Run:
        """Run one world from its start to its last month, or to the month its books break."""
        if capacity_of(self.world) != capacity_of(self.start):
            larger = empty_world(capacity_of(self.world))
            copy_into(self.start, larger)
            self.start = larger
        copy_into(self.start, self.world)
        self.world.market["seed"] = world_seed(seed, run)
        rows = len(self.world.labs), len(self.world.suppliers), len(self.world.regions)
        history = empty_history(self.months, *rows)
        reached = 0
        while True:
            reached = run_months(self.world, history, reached, self.months)
            broken = int(self.world.market["breach"][0]) != 0
            if reached == self.months or broken:
                break
            self.world = make_room(self.world)
            history = grow_history(history, capacity_of(self.world))
        failure = f"BooksError: {self.breach()}" if broken else ""
        if broken:
            history = History(*(table[: reached + 1] for table in history))
        deals = self.world.deals[: int(self.world.market["deal_rows"][0])].copy()
        return Run(run, world_seed(seed, run), history, deals, failure)

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
        parallel = joblib.Parallel(n_jobs=self.workers, prefer="threads", return_as="generator", batch_size=1)
        yield from parallel(joblib.delayed(self._batch)(first) for first in firsts)

    def run(self) -> Batch:
        """Return the tables of all runs."""
        return Batch(*(pl.concat(frames) for frames in zip(*self.batches(), strict=True)))

    def histories(self) -> Iterator[Run]:
        """Yield each run as arrays, in order, in this thread."""
        runner = Runner(self.scenario, self.months, self.start)
        return (runner.run(number, self.seed) for number in range(self.runs))

    def _batch(self, first: int) -> Batch:
        runner = Runner(self.scenario, self.months, self.start)
        last = min(self.runs, first + self.batch_runs)
        runs = [runner.run(number, self.seed) for number in range(first, last)]
        return Batch(*tables.frames(self.scenario, runs))
