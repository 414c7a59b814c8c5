"""Keys: space plays and halts, the arrows step, Home goes back to the start, Escape closes what has opened."""

from collections.abc import Callable

import solara

from experiments.view.desk import Desk
from experiments.view.game import MOST_MONTHS


@solara.component_vue("keys.vue")
def _Keys(event_pressed: Callable[[str], None]) -> None:
    """Tell which key was pressed outside of a field; see keys.vue."""


@solara.component
def Keys(desk: Desk) -> None:
    """Listen to the keyboard."""
    _Keys(event_pressed=lambda key: pressed(desk, key))


def pressed(desk: Desk, key: str) -> None:
    """Do what a key stands for."""
    if key == "Escape":
        desk.saved.value = None
    elif key == " ":
        desk.playing.value = not desk.playing.value
    elif not desk.playing.value:
        desk.go({"ArrowRight": desk.pace.value, "ArrowLeft": -desk.pace.value, "Home": -MOST_MONTHS}[key])
