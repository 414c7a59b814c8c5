"""What a visitor does by hand: shocks, and the list of all that has been done."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import solara

from experiments.view import shocks
from experiments.view.desk import Desk
from experiments.view.game import Event, next_month, struck, taken_back
from experiments.view.moment import Names
from model.settings import Value


@solara.component
def Done(desk: Desk) -> None:
    """Draw the list of what has been done by hand."""
    events = desk.game.value.events
    for event in events:
        solara.Text(described(event), classes=["bazaar-caption"])
    solara.Button("Take the last back", on_click=lambda: desk.act(taken_back), small=True, disabled=not events)


@solara.component
def Shocks(desk: Desk) -> None:
    """Draw buttons of shocks that are ready, and a form for any other."""
    labs = desk.scenario.labs
    lab, choose = solara.use_state(next(iter(labs)))
    lab = lab if lab in labs else next(iter(labs))
    solara.Text(f"Strikes in {coming(desk)}, the next to run.", classes=["bazaar-caption"])
    FirmSelect("Lab whose demand surges", labs, lab, choose)
    for shock in shocks.ready(desk.scenario, lab):
        fire = partial(strike, desk, shock.shock, shock.fields)
        solara.Button(shock.words, on_click=fire, small=True, outlined=True)
    OtherShock(desk)


@solara.component
def OtherShock(desk: Desk) -> None:
    """Draw a form for a shock of any kind."""
    kind, choose_kind = solara.use_state(shocks.KINDS[0])
    target, choose_target = solara.use_state("")
    months, set_months = solara.use_state(6)
    size, set_size = solara.use_state(0.5)
    growth, set_growth = solara.use_state(20.0)
    solara.Select("Any other shock", list(shocks.KINDS), kind, choose_kind, dense=True)
    scenario = desk.scenario
    firms = scenario.labs | scenario.suppliers
    struck_alone = shocks.targets(scenario, kind)
    aim = target if target in struck_alone else ""
    if struck_alone:
        everybody = {"": {"label": "all of them"}}
        FirmSelect("Whom it strikes", everybody | {key: firms[key] for key in struck_alone}, aim, choose_target)
    solara.SliderInt(f"Months it lasts: {months}", months, 1, 36, on_value=set_months)
    if kind == "surge":
        solara.SliderFloat(f"Growth a year: {growth:.0f}x", growth, 2.0, 100.0, 1.0, on_value=set_growth)
    elif kind not in shocks.WITHOUT_SIZE:
        solara.SliderFloat(f"Part that is lost: {size:.0%}", size, 0.0, 1.0, 0.05, on_value=set_size)
    fields = shocks.fields_of(kind, aim, months, size, growth)
    solara.Button("Strike", on_click=lambda: strike(desk, kind, fields), small=True)


@solara.component
def FirmSelect(label: str, firms: Mapping[str, Any], key: str, choose: Callable[[str], None]) -> None:
    """Draw a choice of firms by their names."""
    keys = {str(firm["label"]): one for one, firm in firms.items()}
    solara.Select(label, list(keys), str(firms[key]["label"]), lambda name: choose(keys[name]), dense=True)


def strike(desk: Desk, shock: str, fields: Mapping[str, Value]) -> None:
    """Let a shock strike."""
    desk.act(lambda game: struck(game, shock, **fields))


def coming(desk: Desk) -> str:
    """Return the month in which what is done now takes effect, in words and by number."""
    month = next_month(desk.game.value)
    return f"{Names(desk.scenario).month(month)} (month {month})"


def described(event: Event) -> str:
    """Return what was done by hand in words."""
    fields = dict(event.fields)
    shock, month = str(fields.pop("shock")).replace("_", " "), fields.pop("first_month")
    more = [
        value if isinstance(value, str) else f"{name.replace('_', ' ')} {value:g}" for name, value in fields.items()
    ]
    return f"month {month}: {shock} ({', '.join(more)})"
