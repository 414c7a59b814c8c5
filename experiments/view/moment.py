"""A moment: all that panels may look at, the market at the end of a month and what other luck would have brought."""

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from model import ComputeMarket, tables
from model.history import History
from model.scenario import Scenario


class Firm(NamedTuple):
    """A firm of the population that the user looks at: `side` is lab or supplier."""

    side: str
    key: str


class Moment(NamedTuple):
    """A market at the end of a month, the band of an ensemble behind it, and the firm that the user looks at.

    `band` has the columns month, column, low, median and high: the 10th percentile, the median and the 90th of runs of
    the same scenario under other luck, without what was done by hand. It is empty until it has been computed.
    """

    market: ComputeMarket
    band: pl.DataFrame
    firm: Firm

    @property
    def scenario(self) -> Scenario:
        """The scenario of the market."""
        return self.market.assumptions

    @property
    def months(self) -> int:
        """Months run so far; the last one is this number less one."""
        return self.market.months_run

    @property
    def history(self) -> History:
        """Month-end copies of all tables so far; shapes (months,), (months, L), (months, S), (months, R)."""
        return History(*(table[: self.months] for table in self.market.history))

    @property
    def dates(self) -> Any:
        """The first day of each month so far; shape (months,)."""
        start = np.datetime64(self.scenario.start, "M")
        return (start + np.arange(self.months).astype("timedelta64[M]")).astype("datetime64[D]")

    def labs(self) -> dict[str, int]:
        """Return name and row of each lab in business now."""
        return self._alive(self.market.world.labs, tables.lab_labels(self.scenario))

    def suppliers(self) -> dict[str, int]:
        """Return name and row of each supplier in business now."""
        return self._alive(self.market.world.suppliers, tables.supplier_labels(self.scenario))

    def _alive(self, table: Any, labels: tuple[str, ...]) -> dict[str, int]:
        names = {}
        for row in range(len(table)):
            if table["alive"][row] == 1:
                label = labels[int(table["name_code"][row])]
                entered = int(table["entered_month"][row]) > 0
                names[f"{label} {int(table['id'][row])}" if entered else label] = row
        return names


NO_BAND = pl.DataFrame(
    schema={"month": pl.Int64, "column": pl.String, "low": pl.Float64, "median": pl.Float64, "high": pl.Float64}
)
"""The band before it has been computed."""
