"""The event log: what happened, newest first, by kind and by a word."""

import math
from typing import Any

import polars as pl
import solara

from experiments.view.desk import Desk
from experiments.view.log import KINDS, event_log
from experiments.view.parts.tables import PlainTable

SHOWN = 100
"""Rows that are drawn; the rest is found by narrowing the choice."""


@solara.component
def Log(desk: Desk) -> None:
    """Draw the log with its two filters."""
    kinds, choose = solara.use_state(list(KINDS))
    word, search = solara.use_state("")
    rows = solara.use_memo(lambda: logged(desk), [desk.game.value])
    solara.SelectMultiple("Kinds of event", kinds, list(KINDS), choose, dense=True)
    solara.InputText("Only with this word, such as a name", word, search, continuous_update=True)
    found = filtered(rows, kinds, word)
    solara.Text(f"{found.height} of {rows.height} events" + (f"; the newest {SHOWN}" if found.height > SHOWN else ""))
    names = ("month", "kind", "who", "what", "k H100e", "USD per H100e-hour")
    PlainTable(names, [cells(row) for row in found.head(SHOWN).iter_rows(named=True)])


def logged(desk: Desk) -> pl.DataFrame:
    """Return the log of the game so far."""
    with desk.lock:
        return event_log(desk.moment())


def filtered(rows: pl.DataFrame, kinds: list[str], word: str) -> pl.DataFrame:
    """Return the rows of these kinds that hold a word, in whatever case."""
    text = pl.concat_str("kind", "who", "what", separator=" ").str.to_lowercase()
    return rows.filter(pl.col("kind").is_in(kinds) & text.str.contains(word.strip().lower(), literal=True))


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    """Return what is shown of a row; what is not known is left empty."""
    size, price = row["h100e"], row["usd_per_h100e_hour"]
    numbers = "" if is_unknown(size) else f"{size / 1e3:,.1f}", "" if is_unknown(price) else f"{price:.2f}"
    return str(row["date"])[:7], row["kind"], row["who"], row["what"], *numbers


def is_unknown(value: float | None) -> bool:
    """Tell whether a number is not known."""
    return value is None or math.isnan(value)
