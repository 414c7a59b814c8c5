"""The look: whether the page is dark, as the visitor or the browser has chosen."""

from collections.abc import Callable

import solara

from experiments.view.desk import Desk


@solara.component_vue("look.vue")
def _Look(event_told: Callable[[bool], None]) -> None:
    """Tell whether the page is dark, now and whenever that changes; see look.vue."""


@solara.component
def Look(desk: Desk) -> None:
    """Let pictures be as dark as the page. Solara itself hears of the visitor's choice, and not of the browser's."""
    _Look(event_told=desk.dark.set)
