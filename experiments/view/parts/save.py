"""Taking things along: pictures, data, what was done by hand, and the command that does it again."""

import io
from collections.abc import Callable
from functools import partial

import polars as pl
import solara

from experiments.view.desk import Desk, named
from experiments.view.game import EVENTS_FILE, command, events_text
from experiments.view.opening import link
from experiments.view.panel import picture

TABLES = ("months", "labs", "suppliers", "contracts")


@solara.component
def Save(desk: Desk) -> None:
    """Draw what can be taken along of the whole game.

    What is drawn again while a file is made would lose it, if it were not made by the same function as before.
    """
    game = desk.game.value
    table, choose = solara.use_state(TABLES[0])
    solara.Select("Table", list(TABLES), table, choose, dense=True)
    Files(f"{named(game)}-{table}", solara.use_memo(lambda: partial(whole_table, desk, table), [table]))
    events = solara.use_memo(lambda: lambda: events_text(desk.game.value), [])
    solara.FileDownload(events, EVENTS_FILE, "What was done by hand")
    solara.Text("The same run, from the command line:", classes=["bazaar-caption"])
    solara.v.Html(tag="code", children=[command(game)], class_="bazaar-command")
    solara.Text("The same page, but for what was done by hand:", classes=["bazaar-caption"])
    solara.v.Html(tag="a", children=["link"], attributes={"href": link(game), "target": "_blank"})


@solara.component
def Files(name: str, frame: Callable[[], pl.DataFrame]) -> None:
    """Draw buttons that save a table as CSV and Parquet."""
    with solara.Row(gap="4px", style={"flex-wrap": "wrap"}):
        solara.FileDownload(lambda: frame().write_csv(), f"{name}.csv", "CSV", mime_type="text/csv")
        solara.FileDownload(lambda: as_parquet(frame()), f"{name}.parquet", "Parquet")


@solara.component
def SaveDialog(desk: Desk) -> None:
    """Draw what can be taken along of one panel, as it was when its button was pressed."""
    saved, look = desk.saved.value, desk.look

    def close(_: object = None) -> None:
        desk.saved.value = None

    with solara.v.Dialog(v_model=saved is not None, on_v_model=close, max_width=420):
        if saved is not None:
            name, panel = saved
            with solara.Card(panel.title):
                with solara.Row(gap="4px", style={"flex-wrap": "wrap"}):
                    for kind in ("png", "svg"):
                        draw = lambda kind=kind: picture(panel, desk.frame(panel), look, kind)  # noqa: E731
                        solara.FileDownload(draw, f"{name}.{kind}", kind.upper())
                Files(name, lambda: desk.frame(panel))
                solara.Button("Close", on_click=close, text=True)


def whole_table(desk: Desk, table: str) -> pl.DataFrame:
    """Return a table of the game so far, as `bazaar run` would write it."""
    with desk.lock:
        market = desk.moment().market
        return {
            "months": market.months,
            "labs": market.labs_table,
            "suppliers": market.suppliers_table,
            "contracts": market.contracts,
        }[table]()


def as_parquet(frame: pl.DataFrame) -> bytes:
    """Return a table as a Parquet file."""
    target = io.BytesIO()
    frame.write_parquet(target)
    return target.getvalue()
