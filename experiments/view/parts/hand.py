"""What a visitor does by hand: shocks, a lab's orders, and the list of both."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import solara

from experiments.view import shocks
from experiments.view.desk import Desk
from experiments.view.game import Event, next_month, score, struck, taken_back
from experiments.view.parts.tables import PlainTable
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
    solara.Text(f"Strikes in month {next_month(desk.game.value)}, the next to run.", classes=["bazaar-caption"])
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


@solara.component
def Orders(desk: Desk) -> None:
    """Draw the orders of a lab that is played by hand, and its score."""
    labs = desk.scenario.labs
    lab, choose = solara.use_state(next(iter(labs)))
    build, set_build = solara.use_state(0)
    lease, set_lease = solara.use_state(0)
    partner, set_partner = solara.use_state(0)
    stubborn, set_stubborn = solara.use_state(0.0)
    lab = lab if lab in labs else next(iter(labs))
    month = next_month(desk.game.value)
    words = f"You decide what it asks for in month {month}; spot and prices stay its own."
    solara.Text(words, classes=["bazaar-caption"])
    FirmSelect("Lab", labs, lab, choose)
    solara.InputInt("Build, H100e", build, set_build, dense=True)
    solara.InputInt("Lease, H100e", lease, set_lease, dense=True)
    solara.InputInt("Rent from partners, H100e", partner, set_partner, dense=True)
    words = f"Stubbornness {stubborn:.0%}: how far what you say you would pay lies below what you would"
    solara.Text(words, classes=["bazaar-caption"])
    solara.SliderFloat("", stubborn, 0.0, 1.0, 0.05, on_value=set_stubborn)
    fields = {"target": lab, "months": 1, "build_h100e": build, "lease_h100e": lease, "partner_h100e": partner}
    give = partial(_give, desk, fields | {"stubbornness_share": stubborn})
    solara.Button("Order, and run the month", on_click=give, small=True, color="primary", disabled=desk.playing.value)
    if desk.game.value.months:
        Brief(desk, lab)
        Score(desk, lab)


def _give(desk: Desk, fields: Mapping[str, Value]) -> None:
    if desk.act(lambda game: struck(game, "orders", **fields)):
        desk.go(1 + (desk.game.value.months == 0))


@solara.component
def Brief(desk: Desk, lab: str) -> None:
    """Draw what a player has to know: what the lab needs and holds, now and as it expects."""
    rows = solara.use_memo(lambda: brief(desk, lab), [desk.game.value, lab])
    PlainTable(("k H100e", "needs", "has or has signed"), rows)


def brief(desk: Desk, lab: str) -> list[tuple[str, str, str]]:
    """Return what a lab needs and has in thousand H100e, now and at each delivery month; nothing once it has failed."""
    with desk.lock:
        moment = desk.moment()
        row = moment.labs().get(str(moment.scenario.labs[lab]["label"]))
        if row is None:
            return []
        now, ahead = moment.market.world.labs[row].copy(), moment.market.world.requirements[row].copy()
    need = now["need_inference_h100e"] + now["need_training_h100e"]
    rows = [("now", need, now["own_h100e"] + now["contract_h100e"] + now["spot_h100e"])]
    rows += [(f"in {one['months_ahead']} months", one["forecast_h100e"], one["coverage_h100e"]) for one in ahead]
    return [(when, f"{needs / 1e3:,.0f}", f"{has / 1e3:,.0f}") for when, needs, has in rows]


@solara.component
def Score(desk: Desk, lab: str) -> None:
    """Draw how the lab fares, beside how it would have fared by its own strategy."""
    game = desk.game.value
    made = solara.use_memo(lambda: score(desk.tables[0], game, lab), [game, lab])
    (mine, own), (refused, refused_own), (users, users_own) = made.values()
    rows = [
        ("profit so far, USD bn", f"{mine / 1e3:,.1f}", f"{own / 1e3:,.1f}"),
        ("demand refused so far", f"{refused:.1%}", f"{refused_own:.1%}"),
        ("users now, k H100e", f"{users / 1e3:,.0f}", f"{users_own / 1e3:,.0f}"),
    ]
    ahead = (mine - own) / 1e3
    solara.Text(f"Score: {ahead:+,.1f} USD bn against its own strategy under the same luck", classes=["bazaar-score"])
    PlainTable(("", "you", "its own strategy"), rows)


def described(event: Event) -> str:
    """Return what was done by hand in words."""
    fields = dict(event.fields)
    shock, month = str(fields.pop("shock")).replace("_", " "), fields.pop("first_month")
    more = [
        value if isinstance(value, str) else f"{name.replace('_', ' ')} {value:g}" for name, value in fields.items()
    ]
    return f"month {month}: {shock} ({', '.join(more)})"
