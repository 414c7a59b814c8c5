"""The pictures of a tab: each with its title, a caption and a button that saves it."""

import base64
from collections.abc import Callable

import polars as pl
import solara
from solara.server.kernel_context import without_context

from experiments.view.desk import Desk
from experiments.view.panel import Look, Panel, picture


@solara.component
def Pictures(desk: Desk, panels: tuple[Panel, ...]) -> None:
    """Draw the panels of a tab, side by side where there is room."""
    with solara.v.Html(tag="div", class_="bazaar-pictures"):
        for panel in panels:
            Picture(desk, panel).key(panel.name)


@solara.component
def Picture(desk: Desk, panel: Panel) -> None:
    """Draw a panel; again only when what it shows may have changed."""
    look, band = desk.look, desk.band.value
    seen = [desk.game.value, (band.world, band.months), desk.firm.value, look.name]
    source = solara.use_memo(lambda: drawn(desk, panel, look), seen)
    Figure(panel, source, lambda: desk.save(panel))


@solara.component
def Figure(panel: Panel, source: str, save: Callable[[], None]) -> None:
    """Draw a picture with its words around it."""
    with solara.v.Html(tag="figure", class_="bazaar-picture", attributes={"id": panel.name}):
        with solara.v.Html(tag="h2"):
            solara.v.Html(tag="span", children=[panel.title])
            said = {"aria-label": f"Save {panel.title}"}
            solara.Button(icon_name="mdi-download", on_click=save, icon=True, small=True, attributes=said)
        solara.v.Html(tag="img", attributes={"src": source, "alt": f"{panel.title}. {panel.caption}"})
        solara.v.Html(tag="figcaption", class_="bazaar-caption", children=[panel.caption])


def drawn(desk: Desk, panel: Panel, look: Look) -> str:
    """Return the picture of a panel as an address that holds it."""
    return source_of(panel, desk.frame(panel), look)


def source_of(panel: Panel, frame: pl.DataFrame, look: Look) -> str:
    """Return a picture as an address that holds it.

    It is drawn as if for no page: Solara keeps settings of Matplotlib for each, which take long to look up.
    """
    with without_context():
        svg = picture(panel, frame, look)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
