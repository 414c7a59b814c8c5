"""Outcomes of one firm: a column of its table, as a mean over months, read from what a page expects."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from agents.columns import Column
from agents.lab import LAB_COLUMNS
from agents.supplier import SUPPLIER_COLUMNS
from model.scenario import Scenario
from model.settings import BadRequest, nearest
from model.tables import recorded

TABLES = {"lab": "labs", "supplier": "suppliers"}
"""The table of each kind of firm."""
COLUMNS: dict[str, dict[str, Column]] = {
    kind: {column.name: column for column in columns if column.name in recorded(columns)}
    for kind, columns in (("lab", LAB_COLUMNS), ("supplier", SUPPLIER_COLUMNS))
}
"""What may be asked of each kind of firm, by name."""
KEYS = (*TABLES, "months", "of_all")
ADDS_UP = ("H100e", "H100e/month", "H100e-months", "MW", "MW/month", "USD m", "USD m/month")
"""Units of what firms have or do so much of, so that all have it together, and a firm that is gone has none of it."""
UNIT = re.compile(r"_(h100e|mw|usd)(_.*)?$")
"""The unit at the end of a column's name."""


class Kept(NamedTuple):
    """What an experiment runs and keeps, of which something may be expected."""

    arms: Mapping[str, Scenario]
    metrics: tuple[str, ...]
    tables: Mapping[str, list[str]]
    months: int


class Firm(NamedTuple):
    """Whose column is the outcome, and in which months; `of_all`: as part of the sum over all firms of its kind."""

    kind: str
    name: str
    first_month: int
    last_month: int
    of_all: bool = False

    @property
    def table(self) -> str:
        """The table that the column is of."""
        return TABLES[self.kind]

    def adds_up(self, column: str) -> bool:
        """Tell whether a column is an amount, of which all firms have a sum."""
        return COLUMNS[self.kind][column].unit in ADDS_UP

    def unit(self, column: str) -> str:
        """Return the unit of the outcome."""
        return "share" if self.of_all else COLUMNS[self.kind][column].unit

    def words(self, column: str) -> str:
        """Return the outcome in words, without its unit."""
        what = UNIT.sub("", column).replace("_", " ")
        whose = f"share of {self.name} in {what} of all {self.table}" if self.of_all else f"{what} of {self.name}"
        first, last = self.first_month, self.last_month
        return f"{whose} in month {first}" if first == last else f"{whose} in months {first} to {last}"


def firm_of(where: str, said: Mapping[str, Any], kept: Kept) -> Firm | None:
    """Return the firm whose column an expectation of two known arms names, all of it checked; nothing for a metric."""
    kinds = [kind for kind in TABLES if kind in said]
    if not kinds:
        for key in KEYS:
            if key in said:
                raise BadRequest(
                    f"{where}.{key} is for a firm's outcome; name it with lab: or supplier:, or leave it out"
                )
        return None
    if len(kinds) > 1:
        raise BadRequest(f"{where} names a lab and a supplier; leave one of them out")
    if "months" not in said:
        raise BadRequest(f"{where} says no months; write months: [FIRST, LAST], or one month")
    first, last = _months(where, said["months"], kept.months)
    of_all = said.get("of_all", False)
    if not isinstance(of_all, bool):
        raise BadRequest(f"{where}.of_all = {of_all}; write true or false")
    firm = Firm(kinds[0], str(said[kinds[0]]), first, last, of_all)
    _check_column(where, str(said["outcome"]), firm, kept)
    for arm in said["between"]:
        firms = getattr(kept.arms[arm], firm.table)
        if firm.name not in firms:
            raise BadRequest(f"{where}: arm {arm} has no {firm.kind} called {firm.name}{nearest(firm.name, firms)}")
    return firm


def _months(where: str, given: Any, length: int) -> tuple[int, int]:
    pair = given if isinstance(given, list) else [given, given]
    if len(pair) != 2 or not all(type(month) is int for month in pair):
        raise BadRequest(f"{where}.months = {given} is no month and no [FIRST, LAST]")
    first, last = pair
    if not 0 <= first <= last < length:
        raise BadRequest(f"{where}.months = {given} is not within months 0 to {length - 1} of a run, first to last")
    return first, last


def _check_column(where: str, column: str, firm: Firm, kept: Kept) -> None:
    known, columns = COLUMNS[firm.kind], kept.tables.get(firm.table, [])
    if column not in known:
        raise BadRequest(f"{where}.outcome = {column} is no column of {firm.table}{nearest(column, list(known))}")
    if column not in columns:
        listed = ", ".join([*columns, column])
        raise BadRequest(f"{where}.outcome = {column} is not kept; write tables: {{{firm.table}: [{listed}]}}")
    if firm.of_all and not firm.adds_up(column):
        unit = known[column].unit
        raise BadRequest(
            f"{where}.of_all: {column} is in {unit}, which does not add up over {firm.table}; leave it out"
        )
