"""The controls: scenario, seed, play, step and reset."""

from typing import Any

import solara

from experiments.view.desk import Desk
from experiments.view.opening import SEED, known_scenario
from experiments.view.parts.field import Field
from model.scenario import config_names
from model.settings import CommandText, check_value

MOST_PACE = 12


@solara.component
def Controls(desk: Desk) -> None:
    """Draw the controls."""
    game, playing = desk.game.value, desk.playing.value
    names, pace = config_names("scenario", game.own), desk.pace.value
    with solara.v.Html(tag="div", class_="bazaar-controls"):
        solara.Select("Scenario", names, game.scenario, lambda name: choose(desk, name), dense=True)
        Field("seed", "Seed of all luck", *desk.typed("seed", str(game.seed)), lambda text: sow(desk, text))
        with solara.v.Html(tag="div", class_="bazaar-buttons"):
            Button("Reset", "mdi-restart", lambda: reset(desk), disabled=playing)
            Button("Back", "mdi-step-backward", lambda: desk.go(-pace), disabled=playing or game.months == 0)
            word, icon = ("Pause", "mdi-pause") if playing else ("Play", "mdi-play")
            Button(word, icon, lambda: desk.playing.set(not playing), color="primary")
            Button("Step", "mdi-step-forward", lambda: desk.go(pace), disabled=playing)
        with solara.v.Html(tag="div", class_="bazaar-pace"):
            solara.SliderInt(f"Months per frame: {pace}", desk.pace, min=1, max=MOST_PACE)


def Button(word: str, icon: str, act: Any, **more: Any) -> None:
    """Draw a small button with a word and an icon."""
    solara.Button(word, on_click=act, icon_name=icon, small=True, outlined="color" not in more, **more)


def choose(desk: Desk, name: str | None) -> None:
    """Begin another scenario, with its own numbers and nothing done by hand."""
    game = desk.game.value
    desk.refused.value = {}
    desk.act(lambda _: game._replace(scenario=known_scenario(str(name), game), numbers=(), events=(), months=0))


def sow(desk: Desk, text: str) -> None:
    """Take another seed; the months and all that was done by hand stay."""
    desk.enter("seed", text, lambda game: game._replace(seed=int(check_value(SEED, "seed", CommandText(text)))))


def reset(desk: Desk) -> None:
    """Go back to the start and take back all that was done by hand; the sliders stay."""
    desk.act(lambda game: game._replace(events=(), months=0))
