"""What a metric is, and what several of them need: means, months of settling down, columns read once."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from model.history import History
from model.state import Table

Numbers = NDArray[np.float64]
"""A number a run."""
SETTLING_MONTHS = 120
"""Months of settling down, which measures of volatility and cycles leave out of runs longer than twice that."""
FEWEST_MONTHS = 24
"""Months that a run needs for what is told by how its months differ, such as a slope, a correlation or a cycle."""


class Metric(NamedTuple):
    """A number that sums up a run; `function` takes the history of one run, or of many."""

    name: str
    theme: str
    unit: str
    definition: str
    function: Callable[[History], Any]


class ReadOnce(dict[str, Any]):
    """A table whose columns are each copied out once, months and firms side by side, for all metrics that use them."""

    def __init__(self, table: Table) -> None:
        """Take the table; nothing is read yet."""
        super().__init__()
        self.table = table

    def __missing__(self, name: str) -> Any:
        """Read a column."""
        column = self[name] = np.ascontiguousarray(self.table[name])
        return column


def read_once(history: History) -> History:
    """Return a history for metrics, from which they may take columns and nothing else."""
    return History(*(cast("Any", ReadOnce(table)) for table in history))


def mean(values: Table) -> Numbers:
    """Return the mean over the last axis."""
    return np.mean(values, axis=-1)


def mean_where(known: Table, values: Table) -> Numbers:
    """Return the mean over the last axis of the values that are known, nan where there are none."""
    return np.sum(np.where(known, values, 0.0), axis=-1) / np.where(known.any(axis=-1), known.sum(axis=-1), np.nan)


def part(some: Table, whole: Table) -> Numbers:
    """Return some / whole, nan where the whole is not above zero."""
    return some / np.where(whole > 0.0, whole, np.nan)


def at_month(history: History, column: str, month: int) -> Numbers:
    """Return a market column at a month, nan in a shorter run."""
    values: Numbers = history.market[column]
    return values[..., month][()] if month < values.shape[-1] else unknown(values)


def unknown(values: Table) -> Numbers:
    """Return nan for each run of a market column, for what a run is too short to tell."""
    return np.full(values.shape[:-1], np.nan)[()]


def months_of(history: History) -> int:
    """Return the length of the runs, months."""
    return int(history.market["month"].shape[-1])


def settled(values: Table, axis: int = -1) -> Table:
    """Return values without their months of settling down, the first 120 of a run longer than twice that."""
    if values.shape[axis] <= 2 * SETTLING_MONTHS:
        return values
    return values[..., SETTLING_MONTHS:] if axis == -1 else values[..., SETTLING_MONTHS:, :]


def log_price(history: History, kind: str) -> Table:
    """Return the log of the contract or spot price by month, without those of settling down."""
    return np.log(settled(history.market[f"{kind}_price_usd_per_h100e_hour"]))


def correlation(x: Table, y: Table) -> Numbers:
    """Return the correlation over the last axis, nan where one of the two does not vary."""
    x, y = (values - mean(values)[..., np.newaxis] for values in (x, y))
    return part(np.sum(x * y, axis=-1), np.sqrt(np.sum(x * x, axis=-1) * np.sum(y * y, axis=-1)))
