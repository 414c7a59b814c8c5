"""Playing a lab: its orders for the next month, what a player has to know, and the score."""

from collections.abc import Mapping

import solara

from experiments.view.desk import Desk
from experiments.view.game import score, struck
from experiments.view.parts.field import Field
from experiments.view.parts.hand import FirmSelect, coming
from experiments.view.parts.tables import PlainTable
from model.settings import EVENT_SETTINGS, BadRequest, CommandText, Value, check_value

SETTINGS = {setting.name: setting for setting in EVENT_SETTINGS}
ORDERS = {"build_h100e": "Build, H100e", "lease_h100e": "Lease, H100e", "partner_h100e": "Rent from partners, H100e"}


@solara.component
def PlayLab(desk: Desk) -> None:
    """Draw the orders of a lab that is played by hand, what it needs, and its score."""
    labs, game = desk.scenario.labs, desk.game.value
    lab, choose = solara.use_state(next(iter(labs)))
    texts, write = solara.use_state(dict.fromkeys(ORDERS, "0"))
    stubborn, set_stubborn = solara.use_state(0.0)
    lab = lab if lab in labs else next(iter(labs))
    words = f"You decide what it asks for in {coming(desk)}; spot and prices stay its own."
    solara.Text(words, classes=["bazaar-caption"])
    FirmSelect("Lab", labs, lab, choose)
    wrong = {field: trouble_of(field, text) for field, text in texts.items()}
    for field, label in ORDERS.items():
        Field(field, label, texts[field], wrong[field], lambda text, field=field: write(texts | {field: text}))
    words = f"Stubbornness {stubborn:.0%}: how far what you say you would pay lies below what you would"
    solara.Text(words, classes=["bazaar-caption"])
    solara.SliderFloat("", stubborn, 0.0, 1.0, 0.05, on_value=set_stubborn)
    fields: dict[str, Value] = {field: CommandText(text) for field, text in texts.items()}
    fields |= {"target": lab, "months": 1, "stubbornness_share": stubborn}
    order = {"disabled": any(wrong.values()), "small": True, "color": "primary"}
    solara.Button("Order, and run the month", on_click=lambda: give(desk, fields), **order)
    if game.months:
        Brief(desk, lab)
        Score(desk, lab)


def trouble_of(field: str, text: str) -> str:
    """Return why an order cannot be given, nothing where it can."""
    try:
        check_value(SETTINGS[field], field, CommandText(text))
    except BadRequest as error:
        return str(error)
    return ""


def give(desk: Desk, fields: Mapping[str, Value]) -> None:
    """Give orders for the next month and run it; the first of all runs before it."""
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
    rows += [(f"month {moment.months - 1 + one['months_ahead']}", *_pair(one)) for one in ahead]
    return [(when, f"{needs / 1e3:,.0f}", f"{has / 1e3:,.0f}") for when, needs, has in rows]


def _pair(requirement: Mapping[str, float]) -> tuple[float, float]:
    return requirement["forecast_h100e"], requirement["coverage_h100e"]


@solara.component
def Score(desk: Desk, lab: str) -> None:
    """Draw how the lab fares, beside how it would have fared by its own strategy."""
    game = desk.game.value
    made = solara.use_memo(lambda: score((desk.tables[0], desk.tables[2]), game, lab), [game, lab])
    (mine, own), (refused, refused_own), (users, users_own) = made.values()
    rows = [
        ("profit so far, USD bn", f"{mine / 1e3:,.1f}", f"{own / 1e3:,.1f}"),
        ("demand refused so far", f"{refused:.1%}", f"{refused_own:.1%}"),
        ("users now, k H100e", f"{users / 1e3:,.0f}", f"{users_own / 1e3:,.0f}"),
    ]
    ahead = (mine - own) / 1e3
    solara.Text(f"Score: {ahead:+,.1f} USD bn against its own strategy under the same luck", classes=["bazaar-score"])
    PlainTable(("", "you", "its own strategy"), rows)
