"""The desk of one open page: what its visitor has chosen, as values to which the parts of the page listen."""

import threading
from collections.abc import Callable
from typing import NamedTuple

import polars as pl
import solara

from experiments.view.band import band_of
from experiments.view.game import MOST_MONTHS, Game, Table, elsewhere, scenario_of
from experiments.view.moment import NO_BAND, Firm, Moment
from experiments.view.opening import opened
from experiments.view.panel import DARK, LIGHT, Look, Panel
from model.scenario import Scenario
from model.settings import BadRequest

AHEAD_MONTHS = 12
"""Months by which a band is computed again once a game has run past it."""


PATIENCE_SECONDS = 20.0
"""How long a frame may take to be drawn before the game halts."""


class Band(NamedTuple):
    """The band of an ensemble, and the game and months that it is of."""

    world: Game
    months: int
    frame: pl.DataFrame


class Refused(NamedTuple):
    """What was typed into a field and cannot be, and why; what is well has no reason."""

    text: str
    why: str


class Saved(NamedTuple):
    """A panel that can be saved: the name for its files, and the panel as it was when that was asked for."""

    name: str
    panel: Panel


class Desk:
    """All that one open page knows; no other page sees it."""

    def __init__(self, query: str, *, dark: bool = False) -> None:
        """Begin with the game that the address asks for, or that of the command line."""
        asked, trouble = opened(query)
        self._game = game = asked._replace(months=0)
        self.game = solara.Reactive(game)
        self.trouble = solara.Reactive(trouble)
        self.refused: solara.Reactive[dict[str, Refused]] = solara.Reactive({})
        self.playing = solara.Reactive(False)
        self.dark = solara.Reactive(dark)
        self.pace = solara.Reactive(1)
        self.tab = solara.Reactive("prices")
        self.other = solara.Reactive("no_partners")
        self.saved: solara.Reactive[Saved | None] = solara.Reactive(None)
        self.firm = solara.Reactive(Firm("lab", next(iter(scenario_of(game).labs))))
        self.band = solara.Reactive(Band(game, 0, NO_BAND))
        self.tables = Table(), Table(), Table()
        self.lock = threading.RLock()
        self.drawn = threading.Event()
        if asked.months:
            self.act(lambda _: asked)
            self.trouble.value = self.trouble.value or trouble

    @property
    def scenario(self) -> Scenario:
        """The scenario of the game."""
        return scenario_of(self.game.value)

    @property
    def look(self) -> Look:
        """The look of pictures, as dark as the page."""
        return DARK if self.dark.value else LIGHT

    def act(self, change: Callable[[Game], Game]) -> bool:
        """Change the game, or halt it, say why that cannot be and leave it as it was; tell whether it was changed."""
        self.trouble.value = why = self._changed(change)
        if why:
            self.playing.value = False
        return not why

    def enter(self, field: str, text: str, change: Callable[[Game], Game]) -> None:
        """Change the game as a field says; text that cannot be stays in the field, with the reason."""
        why = self._changed(change)
        kept = {name: refused for name, refused in self.refused.value.items() if name != field}
        self.refused.value = kept | {field: Refused(text, why)} if why else kept

    def typed(self, field: str, text: str) -> Refused:
        """Return what was refused in a field, else the text that belongs there."""
        return self.refused.value.get(field, Refused(text, ""))

    def _changed(self, change: Callable[[Game], Game]) -> str:
        """Change the game, or return why that cannot be and leave it as it was.

        Clicks come in threads of their own, and so do the frames of a game that plays: one change at a time is made, to
        what the game is by then.
        """
        try:
            with self.lock:
                game = change(self._game)
                self.tables[0].market(game)
                self._game = game
        except BadRequest as error:
            return str(error)
        while self.game.value != self._game:  # which another thread may have changed once more
            self.game.value = self._game
        if self.firm.value.key not in getattr(self.scenario, f"{self.firm.value.side}s"):
            self.firm.value = Firm("lab", next(iter(self.scenario.labs)))
        return ""

    def go(self, months: int) -> None:
        """Run so many months more, or go back, within the months that there are."""
        self.act(lambda game: game._replace(months=min(max(0, game.months + months), MOST_MONTHS)))

    def play(self) -> None:
        """Run the months of a frame, if the game still plays, and wait until it is drawn, so that clicks come in.

        It halts at the end of its scenario, and where nobody draws any more.
        """
        end = self.scenario.months

        def frame(game: Game) -> Game:
            if not self.playing.value:
                return game
            last = end if game.months < end else MOST_MONTHS
            return game._replace(months=min(game.months + self.pace.value, last))

        self.drawn.clear()
        self.act(frame)
        if self.game.value.months in {end, MOST_MONTHS} or not self.drawn.wait(PATIENCE_SECONDS):
            self.playing.value = False

    def moment(self) -> Moment:
        """Return what panels see now; hold `lock` while you look at it."""
        game, band = self.game.value, self.band.value
        shown = band.frame if band.world == world_of(game) else NO_BAND
        return Moment(self.tables[0].market(game), shown.filter(pl.col("month") < game.months), self.firm.value)

    def other_moment(self) -> Moment:
        """Return the same month of the other world under the same luck; raise BadRequest where it cannot be."""
        return Moment(self.tables[1].market(elsewhere(self.game.value, self.other.value)), NO_BAND, self.firm.value)

    def frame(self, panel: Panel) -> pl.DataFrame:
        """Return what is behind a panel now."""
        with self.lock:
            return panel.data(self.moment())

    def save(self, panel: Panel) -> None:
        """Offer a panel as it is now to be saved, while the game may go on."""
        with self.lock:
            moment = self.moment()
            frame = panel.data(moment)
        kept = panel._replace(data=lambda _: frame)
        self.saved.value = Saved(f"{named(self.game.value)}-month{moment.months}-{panel.name}", kept)

    def renew_band(self, stop: threading.Event) -> None:
        """Compute the band again if it is not of this game, or too short; show it unless nobody wants it any more."""
        world, needed = world_of(self.game.value), max(self.game.value.months, self.scenario.months)
        band = self.band.value
        if band.world == world and band.months >= needed:
            return
        months = min(MOST_MONTHS, max(self.scenario.months, needed + AHEAD_MONTHS * (band.world == world)))
        frame = band_of(scenario_of(world), world.seed, months)
        if not stop.is_set():
            self.band.value = Band(world, months, frame)


def named(game: Game) -> str:
    """Return how the names of files begin that come from a game."""
    return f"{game.scenario}-seed{game.seed}"


def world_of(game: Game) -> Game:
    """Return a game without what was done by hand, and without its months."""
    return game._replace(events=(), months=0)
