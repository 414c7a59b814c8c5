"""Two worlds: this one and another scenario under the same luck, side by side."""

from typing import NamedTuple

import polars as pl
import solara

from experiments.report import number
from experiments.view.desk import Desk
from experiments.view.game import elsewhere
from experiments.view.panel import Panel
from experiments.view.panels.worlds import PANELS, Pair, PairPanel, headlines
from experiments.view.parts.pictures import Figure, source_of
from experiments.view.parts.tables import PlainTable
from model.scenario import config_names
from model.settings import BadRequest


class Compared(NamedTuple):
    """Two worlds: why the other cannot be, how much of what was done by hand the other misses, what differs."""

    trouble: str
    left_out: int
    panels: list[Panel]
    headlines: pl.DataFrame


@solara.component
def Worlds(desk: Desk) -> None:
    """Draw a choice of the other world, what differs in pictures, and the headline numbers of both."""
    game, other, look = desk.game.value, desk.other.value, desk.look
    solara.Select("The other world, under the same luck", config_names("scenario", game.own), other, desk.other.set)
    found = solara.use_memo(lambda: compared(desk), [game, other])
    sources = solara.use_memo(
        lambda: [source_of(panel, desk.frame(panel), look) for panel in found.panels], [game, other, look.name]
    )
    if found.trouble:
        solara.Warning(found.trouble)
        return
    if found.left_out:
        solara.Info(f"Of what was done by hand {found.left_out} cannot strike there, where the firm is missing.")
    with solara.v.Html(tag="div", class_="bazaar-pictures"):
        for panel, source in zip(found.panels, sources, strict=True):
            Figure(panel, source, lambda panel=panel: desk.save(panel)).key(panel.name)
    rows = [
        (row["meaning"], row["unit"], *map(told, (row["a"], row["b"], row["difference"])))
        for row in found.headlines.to_dicts()
    ]
    PlainTable(("", "unit", game.scenario, other, "difference"), rows)


def compared(desk: Desk) -> Compared:
    """Return what differs between this world and the other."""
    game = desk.game.value
    with desk.lock:
        try:
            pair = Pair(desk.moment(), desk.other_moment())
            left_out = len(game.events) - len(elsewhere(game, desk.other.value).events)
        except BadRequest as error:
            return Compared(str(error), 0, [], pl.DataFrame())
        return Compared("", left_out, [kept(panel, pair) for panel in PANELS], headlines(pair))


def kept(panel: PairPanel, pair: Pair) -> Panel:
    """Return a panel that shows a pair as it is now, since the two markets will run on."""
    frame = panel.data(pair)
    return Panel(panel.name, panel.title, panel.caption, lambda _: frame, panel.draw, panel.height_inches)


def told(value: float | None) -> str:
    """Return a number in few digits, a dash where there is none."""
    return "-" if value is None else number(value)
