"""The head of the page: what is shown, when, and the market in four numbers."""

import solara

from experiments.view.desk import Desk
from experiments.view.moment import Moment
from model.limits import CONSTRAINTS


@solara.component
def Head(desk: Desk) -> None:
    """Draw the title and the facts of the month."""
    game = desk.game.value
    facts = solara.use_memo(lambda: told(desk), [game])
    with solara.v.Html(tag="div", class_="bazaar-head"):
        solara.v.Html(tag="h1", children=[f"{desk.scenario.title}"])
        for name, value in facts.items():
            with solara.v.Html(tag="div", class_="bazaar-fact"):
                solara.v.Html(tag="b", children=[value])
                solara.v.Html(tag="span", children=[name])


def told(desk: Desk) -> dict[str, str]:
    """Return the facts of the month, by name."""
    with desk.lock:
        return facts_of(desk.moment())


def facts_of(moment: Moment) -> dict[str, str]:
    """Return month, prices, rationing and what holds orders back; before the first month only where the game stands."""
    planned = f" of {moment.scenario.months}" if moment.months <= moment.scenario.months else ""
    run = f"{moment.months}{planned} months run"
    if moment.months == 0:
        return {f"{run}: press Step, or the right arrow": moment.scenario.start}
    market = moment.history.market[-1]
    constraint = CONSTRAINTS[int(market["binding_constraint"])].replace("_", " ")
    return {
        run: str(moment.dates[-1])[:7],
        "contract, USD per H100e-hour": f"{market['contract_price_usd_per_h100e_hour']:.2f}",
        "spot, USD per H100e-hour": f"{market['spot_price_usd_per_h100e_hour']:.2f}",
        "of users' demand refused": f"{market['unserved_share']:.1%}",
        "holds orders back": constraint,
    }
