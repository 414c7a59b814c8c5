"""A field to type into: what cannot be stays in it, marked, with the reason below it."""

from collections.abc import Callable

import solara


@solara.component
def Field(name: str, label: str, text: str, why: str, enter: Callable[[str], None]) -> None:
    """Draw a field; where `why` says that its text was refused, it has a thick frame, a sign and the reason.

    Whoever hears the page is told the same. `enter` gets what was typed once the field is left or Enter is pressed;
    until then it is remembered here, since the page may be drawn again in the middle of a word.
    """
    typed, remember = solara.use_state_or_update(text)
    reason = f"{name}-refused"
    said = {"aria-invalid": "true", "aria-describedby": reason} if why else {"aria-invalid": "false"}
    with solara.v.Html(tag="div", class_="bazaar-field bazaar-refused" if why else "bazaar-field"):
        style = {"dense": True, "hide_details": True, "error": bool(why)}
        field = solara.v.TextField(id=name, label=label, v_model=typed, on_v_model=remember, attributes=said, **style)
        solara.v.use_event(field, "change", lambda _, __, text: enter(text))
        if why:
            with solara.v.Html(tag="div", class_="bazaar-reason", attributes={"id": reason, "role": "alert"}):
                solara.v.Icon(children=["mdi-alert-circle"], small=True)
                solara.v.Html(tag="span", children=[why.removeprefix(f"{name} = ")])
