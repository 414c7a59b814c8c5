"""The page: what is drawn, and where its controls stand."""

import threading
import time
from pathlib import Path

import solara
import solara.lab

from experiments.report import ILLUSTRATIVE
from experiments.view.background import use_background
from experiments.view.desk import Desk, world_of
from experiments.view.parts.controls import Controls
from experiments.view.parts.fold import Fold
from experiments.view.parts.hand import Done, Shocks
from experiments.view.parts.head import Head
from experiments.view.parts.keys import Keys
from experiments.view.parts.lab import PlayLab
from experiments.view.parts.look import Look
from experiments.view.parts.numbers import Numbers
from experiments.view.parts.save import Save, SaveDialog
from experiments.view.parts.tabs import Tabs
from experiments.view.visitors import anybody_there

FRAME_SECONDS = 0.2
"""Least time between two frames while a game plays."""
STYLE = Path(__file__).with_name("page.css")


@solara.component
def Page() -> None:
    """Draw the page of one visitor."""
    query = solara.use_router().search or ""
    desk = solara.use_memo(lambda: Desk(query, dark=bool(solara.lab.theme.dark_effective)), [])
    solara.use_effect(desk.drawn.set, [desk.game.value])
    use_background(lambda stop: play(desk, stop), [desk.playing.value])
    longer = desk.game.value.months > desk.band.value.months
    use_background(desk.renew_band, [world_of(desk.game.value), longer])
    solara.Title(f"{desk.scenario.title} · Compute Bazaar")
    solara.Style(STYLE)
    with solara.AppBar():
        solara.AppBarTitle("Compute Bazaar")
        solara.lab.ThemeToggle()
    with solara.v.Html(tag="div", class_="bazaar"):
        Controls(desk)
        with solara.v.Html(tag="div", class_="bazaar-trouble"):
            if desk.trouble.value:
                solara.Error(desk.trouble.value)
        with solara.v.Html(tag="div", class_="bazaar-body"):
            with solara.v.Html(tag="main", class_="bazaar-main"):
                Head(desk)
                Tabs(desk)
                solara.Text(ILLUSTRATIVE, classes=["bazaar-caption"])
            with solara.v.Html(tag="aside", class_="bazaar-side"):
                Fold("Numbers", lambda: Numbers(desk))
                Fold("Shocks", lambda: Shocks(desk))
                Fold("Play a lab", lambda: PlayLab(desk))
                Fold(f"Done by hand ({len(desk.game.value.events)})", lambda: Done(desk))
                Fold("Take it along", lambda: Save(desk))
        Keys(desk)
        Look(desk)
        SaveDialog(desk)


def play(desk: Desk, stop: threading.Event) -> None:
    """Run month after month, a frame at a time, until the game is paused or the page is closed."""
    while desk.playing.value and not stop.is_set() and anybody_there():
        begin = time.perf_counter()
        desk.play()
        time.sleep(max(0.0, FRAME_SECONDS - (time.perf_counter() - begin)))
