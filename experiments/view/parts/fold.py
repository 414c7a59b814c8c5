"""A heading that unfolds what lies below it; what is folded is not computed."""

from collections.abc import Callable

import solara


@solara.component
def Fold(title: str, draw: Callable[[], None]) -> None:
    """Draw a heading, and what `draw` draws once it is clicked."""
    unfolded, unfold = solara.use_state(False)
    with solara.v.Html(tag="section", class_="bazaar-fold"):
        solara.Button(
            title,
            on_click=lambda: unfold(not unfolded),
            icon_name="mdi-chevron-up" if unfolded else "mdi-chevron-down",
            text=True,
            block=True,
            attributes={"aria-expanded": str(unfolded).lower()},
        )
        if unfolded:
            with solara.v.Html(tag="div", class_="bazaar-folded"):
                draw()
