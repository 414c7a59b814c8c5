"""The sliders: the parameters that move the market most, each with unit and bounds from its declaration."""

import math

import solara

from experiments.view.desk import Desk
from experiments.view.game import SLIDERS, with_number
from experiments.view.parts.field import Field
from model.parameters import PARAMETERS, Parameter

STEPS = 100
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


@solara.component
def Numbers(desk: Desk) -> None:
    """Draw the sliders; a change begins the game again with it and runs to the same month."""
    solara.Text("A change holds from the first month on, under the same luck.", classes=["bazaar-caption"])
    for name in SLIDERS:
        Number(desk, BY_NAME[name]).key(name)
    changed = bool(desk.game.value.numbers or desk.refused.value)
    solara.Button("As the scenario says", on_click=lambda: plain(desk), small=True, disabled=not changed)


@solara.component
def Number(desk: Desk, parameter: Parameter) -> None:
    """Draw a parameter: a slider over what is plausible, and a field for what else is allowed."""
    value = float(desk.scenario.parameters[parameter.name])
    low, high = parameter.plausible_range
    moved, move = solara.use_state_or_update(value)
    name, field = parameter.name.replace("_", " "), f"parameters.{parameter.name}"
    with solara.v.Html(tag="div", class_="bazaar-number"):
        about = {"for": field, "title": parameter.meaning}
        solara.v.Html(tag="label", children=[f"{name} ({parameter.unit})"], attributes=about)
        Field(field, "", *desk.typed(field, shown(value)), lambda text: take(desk, parameter, text))
    slider = solara.v.Slider(
        v_model=min(max(moved, low), high),
        on_v_model=move,
        min=low,
        max=high,
        step=(high - low) / STEPS,
        dense=True,
        hide_details=True,
        thumb_label=True,
        aria_label=name,
    )
    solara.v.use_event(
        slider, "change", lambda _, __, chosen: take(desk, parameter, shown(min(max(chosen, low), high)))
    )


def take(desk: Desk, parameter: Parameter, text: str) -> None:
    """Set a parameter from what was typed or chosen."""
    desk.enter(f"parameters.{parameter.name}", text, lambda game: with_number(game, parameter.name, text))


def plain(desk: Desk) -> None:
    """Give all parameters the values of the scenario."""
    desk.refused.value = {}
    desk.act(lambda game: game._replace(numbers=()))


def shown(value: float) -> str:
    """Return a number in as many digits as matter."""
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{round(value, digits):.10g}"
