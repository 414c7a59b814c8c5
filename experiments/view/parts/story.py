"""Why: the inside story of a firm, a price or a contract, from the source of `bazaar explain`."""

import threading

import solara

from experiments.explain.command import Subject, shown, told
from experiments.explain.record import record_month, whole_run
from experiments.explain.words import Section, Story
from experiments.view.background import use_background
from experiments.view.desk import Desk
from experiments.view.game import Game, scenario_of
from experiments.view.log import deals_so_far, parties
from experiments.view.parts.firm import FirmChoice
from experiments.view.parts.tables import PlainTable
from model.market_runner import failure_text
from model.settings import BadRequest

PRICE, FIRM, CONTRACT = "The spot price", "A firm", "A contract"
AFTER_MONTHS = 7
"""Months run after the one that is told, so that what followed can be told too."""
MOST_CONTRACTS = 60


@solara.component
def Why(desk: Desk) -> None:
    """Draw a choice of what is explained and of its month, and the story."""
    game, kinds = desk.game.value, (PRICE, FIRM, CONTRACT)
    kind, choose = solara.use_state(PRICE)
    month, set_month = solara.use_state(-1)
    words, choose_contract = solara.use_state("")
    contracts = solara.use_memo(lambda: signed(desk), [game])
    if game.months == 0:
        solara.Text("Run a month first.")
        return
    solara.ToggleButtonsSingle(kind, list(kinds), on_value=choose, dense=True)
    if kind == CONTRACT and not contracts:
        solara.Text("Nothing has been signed yet.")
        return
    if kind == CONTRACT:
        words = words if words in contracts else next(iter(contracts))
        solara.Select("Contract, the newest first", list(contracts), words, choose_contract)
        Told(game._replace(months=0), *contracts[words])
        return
    if kind == FIRM:
        FirmChoice(desk)
    subject, last = Subject(*desk.firm.value) if kind == FIRM else Subject("price", "spot"), game.months - 1
    month = month if 0 <= month <= last else last
    solara.SliderInt(f"Month {month}", month, 0, max(1, last), on_value=lambda n: set_month(-1 if n >= last else n))
    Told(game._replace(months=0), subject, month)


@solara.component
def Told(world: Game, subject: Subject, month: int) -> None:
    """Draw a story once it is known; it takes a moment."""
    asked = world, subject, month
    (answered, story), answer = solara.use_state((asked, Story("", [])))

    def tell(stop: threading.Event) -> None:
        found = story_of(*asked)
        if not stop.is_set():
            answer((asked, found))

    use_background(tell, [asked])
    if answered != asked or not story.headline:
        solara.ProgressLinear(True)
        return
    with solara.v.Html(tag="div", class_="bazaar-story"):
        solara.v.Html(tag="h2", children=[story.headline])
        for section in story.sections:
            Part(section)


@solara.component
def Part(section: Section) -> None:
    """Draw a section of a story."""
    solara.v.Html(tag="h3", children=[section.title])
    for sentence in section.sentences:
        solara.v.Html(tag="p", children=[sentence])
    if section.rows:
        PlainTable(tuple(section.rows[0]), [tuple(map(shown, row.values())) for row in section.rows])


def story_of(world: Game, subject: Subject, month: int) -> Story:
    """Return the story of a month; one that cannot be told says why."""
    scenario = scenario_of(world)
    scenario = scenario._replace(months=max(scenario.months, month + AFTER_MONTHS))
    try:
        recorded = record_month(scenario, world.seed, month, whole_run(scenario, world.seed))
        return told(recorded, subject)[1]
    except BadRequest as error:
        return Story(str(error), [])
    except Exception as error:  # agents of the user's own may raise anything, also in what followed
        return Story(f"This month cannot be told: {failure_text(error)}", [])


def signed(desk: Desk) -> dict[str, tuple[Subject, int]]:
    """Return the newest contracts of the game with firms of the population: their words, the lab, and the month."""
    with desk.lock:
        moment = desk.moment()
        names, keys, deals = moment.names, list(moment.scenario.labs), deals_so_far(moment).copy()
    found = {}
    for deal in reversed(deals[(deals["signed_month"] >= 0) & (deals["lab_name_code"] < len(keys))]):
        lab, supplier = parties(deal, names)
        price, size = float(deal["price_usd_per_h100e_hour"]), float(deal["capacity_h100e"])
        words = f"month {deal['signed_month']}: {supplier} to {lab}, {size / 1e3:,.1f} k H100e at {price:.2f} USD"
        found[words] = Subject("lab", keys[deal["lab_name_code"]]), int(deal["signed_month"])
        if len(found) == MOST_CONTRACTS:
            break
    return found
