"""How a table is declared: one line a column, with its unit, meaning and, where a user may set it, its bounds."""

from typing import Any, NamedTuple

import numpy as np


class Bounds(NamedTuple):
    """What a user may put in a column of the first month; `text` marks names, `default` None marks a must."""

    low: float
    high: float
    default: float | None


class Column(NamedTuple):
    """A column of a table: its unit is also in its name; `given` is set where a population may fill it."""

    name: str
    unit: str
    meaning: str
    kind: type = float
    given: Bounds | None = None


def given(low: float, high: float, default: float | None = None) -> Bounds:
    """Bounds of a column that a population file may fill; without a default it must."""
    return Bounds(low, high, default)


def table_dtype(columns: tuple[Column, ...]) -> np.dtype[Any]:
    """Return the structured dtype of a table: float64 or int64 by column."""
    return np.dtype([(column.name, np.float64 if column.kind is float else np.int64) for column in columns])


CASH_COLUMNS = (
    Column("cash_usd_m", "USD m", "money held; a debt to lenders is in the sites", float, given(-1e6, 1e7, 0.0)),
    Column("opening_cash_usd_m", "USD m", "money held when the month opened"),
    Column("received_usd_m", "USD m/month", "money received this month, all sources"),
    Column("paid_usd_m", "USD m/month", "money paid this month, all uses"),
)
"""The four columns that any row with an account has; only `model/money.py` writes them."""

FORWARD_COLUMNS = (
    Column("margin_usd_m", "USD m", "its deposit at the clearing house of the forward market"),
    Column("variation_usd_m", "USD m/month", "received as prices of what it holds forward moved; below 0 paid"),
    Column("forward_gain_usd_m", "USD m/month", "spot value of the hours it held for this month less what they cost"),
    Column("forward_h100e", "H100e", "held forward for the next month; below 0 sold"),
    Column("hedged_share", "share", "held forward / spot hours it expects, over the months traded"),
)
"""The columns of any firm that may trade forward; only `model/forwards.py` writes them."""
