"""A moment: all that panels may look at, the market at the end of a month and what other luck would have brought."""

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from model import ComputeMarket, tables
from model.history import History
from model.scenario import Scenario
from model.state import Table


class Firm(NamedTuple):
    """A firm of the population that the user looks at: `side` is lab or supplier."""

    side: str
    key: str


class Names:
    """Names of firms by code and number, entrants with their number, and of months."""

    def __init__(self, scenario: Scenario) -> None:
        """Read the labels of the population."""
        self._labels = {"lab": tables.lab_labels(scenario), "supplier": tables.supplier_labels(scenario)}
        self._firsts = {"lab": len(scenario.labs), "supplier": len(scenario.suppliers)}
        self._start = np.datetime64(scenario.start, "M")
        self._months: dict[int, str] = {}

    def firm(self, side: str, code: int, number: int) -> str:
        """Return the name of a lab or supplier, an entrant's with its number."""
        label = self._labels[side][code]
        return label if code < self._firsts[side] else f"{label} {number}"

    def month(self, month: int) -> str:
        """Return a month such as `Sep 2027`."""
        if month not in self._months:
            day: Any = (self._start + np.timedelta64(month, "M")).item()
            self._months[month] = day.strftime("%b %Y")
        return self._months[month]


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

    @property
    def names(self) -> Names:
        """Names of firms and months."""
        return Names(self.scenario)

    def firm_name(self, side: str, row: int) -> str:
        """Return the name of the lab or supplier in a row now."""
        firm = self._table(side)[row]
        return self.names.firm(side, firm["name_code"], firm["id"])

    def labs(self) -> dict[str, int]:
        """Return name and row of each lab in business now."""
        return self._in_business("lab")

    def suppliers(self) -> dict[str, int]:
        """Return name and row of each supplier in business now."""
        return self._in_business("supplier")

    def _in_business(self, side: str) -> dict[str, int]:
        return {self.firm_name(side, row): row for row in np.flatnonzero(self._table(side)["alive"] == 1).tolist()}

    def _table(self, side: str) -> Table:
        return self.market.world.labs if side == "lab" else self.market.world.suppliers


NO_BAND = pl.DataFrame(
    schema={"month": pl.Int64, "column": pl.String, "low": pl.Float64, "median": pl.Float64, "high": pl.Float64}
)
"""The band before it has been computed."""
