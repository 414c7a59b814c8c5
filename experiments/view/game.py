"""A game: one world, what was changed in it by hand, and how far it has run. All that the page shows follows from it.

Nothing else is remembered: a market is made anew from its game and run to its month, which takes some milliseconds.
So a hand action is an event like any other, stepping back and taking back cost nothing, and what is exported replays.
"""

import functools
import shlex
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from experiments.events_file import events_yaml
from model import ComputeMarket
from model.market_runner import failure_text
from model.scenario import Scenario, load_scenario, with_events
from model.settings import EVENT_SETTINGS, PARAMETER_SETTINGS, BadRequest, CommandText, Value, check_value, nearest

MOST_MONTHS = 1200
"""Months after which a game ends; events have no later month."""
EVENTS_FILE = "events.yaml"
SLIDERS = (
    "demand_growth_start_x_per_year",
    "demand_growth_half_life_months",
    "spot_patient_ask_ratio",
    "enterprise_growth_ratio",
    "capex_start_usd_per_h100e",
    "margin_start_share",
    "enterprise_price_elasticity",
    "training_share",
    "serving_value_share",
    "demand_news_persistence_per_month",
)
"""Parameters with a slider: the ten that a screening of all of them found to move the market most, see docs/view.md."""

Fields = tuple[tuple[str, Value], ...]
"""Names and values, in a form that can be compared and looked up."""


class Event(NamedTuple):
    """What was done by hand: its name, and its fields as in a file of events."""

    name: str
    fields: Fields


class Game(NamedTuple):
    """A world and what was done in it.

    `words` are overrides from the command line, which hold as long as the page is open; `numbers` are parameters set by
    sliders; `events` what was done by hand; `months` how many months have run.
    """

    scenario: str
    seed: int = 1
    words: tuple[str, ...] = ()
    numbers: Fields = ()
    events: tuple[Event, ...] = ()
    months: int = 0
    own: Path | None = None


def scenario_of(game: Game) -> Scenario:
    """Return the scenario of a game, events by hand included; raise BadRequest where something in it cannot be."""
    return _scenario(game._replace(months=0))


@functools.lru_cache(maxsize=64)
def _scenario(game: Game) -> Scenario:
    numbers = [f"parameters.{name}={value!r}" for name, value in game.numbers]
    scenario = load_scenario(game.scenario, [*game.words, *numbers], game.own)
    return with_events(scenario, listed(game)) if game.events else scenario


def listed(game: Game) -> dict[str, dict[str, Value]]:
    """Return what was done by hand as a file of events lists it."""
    return {event.name: dict(event.fields) for event in game.events}


def next_month(game: Game) -> int:
    """Return the month in which what is done now takes effect: the next to run, and not the first of all."""
    return max(1, game.months)


def struck(game: Game, shock: str, **given: Value) -> Game:
    """Return the game with a shock or a month's orders by hand in the next month; raise BadRequest where it cannot be.

    Orders for a lab take the place of those given for the same month before.
    """
    month = next_month(game)
    if month >= MOST_MONTHS:
        raise BadRequest(f"the game is over after {MOST_MONTHS} months; step back, or reset")
    settings = {setting.name: setting for setting in EVENT_SETTINGS}
    fields = {name: check_value(settings[name], name, value) for name, value in given.items()}
    kept = tuple(event for event in game.events if not (shock == "orders" and _same_orders(event, fields, month)))
    number = 1 + max((int(event.name.rpartition("_")[2]) for event in kept), default=0)
    event = Event(f"hand_{number}", tuple({"shock": shock, "first_month": month, **fields}.items()))
    found = game._replace(events=(*kept, event))
    scenario_of(found)
    return found


def _same_orders(event: Event, fields: Mapping[str, Value], month: int) -> bool:
    given = dict(event.fields)
    return (given["shock"], given.get("target"), given["first_month"]) == ("orders", fields.get("target"), month)


def elsewhere(game: Game, scenario: str) -> Game:
    """Return the game in another scenario, without what was done to firms that are not there."""
    other = game._replace(scenario=scenario)
    there = load_scenario(scenario, other.words, other.own)
    firms = {"", *there.labs, *there.suppliers}
    return other._replace(events=tuple(event for event in game.events if dict(event.fields).get("target", "") in firms))


def taken_back(game: Game) -> Game:
    """Return the game without the last thing that was done by hand."""
    return game._replace(events=game.events[:-1])


def with_number(game: Game, name: str, text: str | float) -> Game:
    """Return the game with a parameter set, from its first month on; raise BadRequest where the value cannot be."""
    settings = {setting.name: setting for setting in PARAMETER_SETTINGS}
    if name not in settings:
        raise BadRequest(f"parameters.{name} is unknown{nearest(name, list(settings))}")
    value = check_value(settings[name], f"parameters.{name}", CommandText(text))
    numbers = dict(game.numbers) | {name: value}
    return game._replace(numbers=tuple(numbers.items()))


def command(game: Game) -> str:
    """Return the command that runs this game again, to the same bits, from the file of its events."""
    words = [f"scenario={game.scenario}", f"seed={game.seed}", "runs=1", f"months={max(1, game.months)}", *game.words]
    words += [f"parameters.{name}={value}" for name, value in game.numbers]
    words += [f"own={game.own}"] if game.own else []
    words += [f"events={EVENTS_FILE}"] if game.events else []
    return shlex.join(["bazaar", "run", *words, "name=replay"])


def events_text(game: Game) -> str:
    """Return the file of events that the command reads."""
    head = f"# What was done by hand in {game.scenario} under seed {game.seed}. To see it again, beside this file:\n"
    return f"{head}# {command(game)}\n{events_yaml(listed(game))}"


class Table:
    """Where a game is played: the market of the game that was last asked for.

    It goes on from there when only months are added, and begins anew otherwise.
    """

    def __init__(self) -> None:
        """Begin without a market."""
        self._lock = Lock()
        self._world: Game | None = None
        self._market: ComputeMarket | None = None

    def market(self, game: Game) -> ComputeMarket:
        """Return the market of a game after its months.

        Raises
        ------
        BadRequest
            Where something in the game cannot be, an identity fails in a month, or an agent of the user's own raises an
            error; it says which.
        """
        try:
            with self._lock:
                return self._run(game)
        except BadRequest:
            raise
        except Exception as error:
            self._market = None
            raise BadRequest(f"this game cannot go on to month {game.months}: {failure_text(error)}") from error

    def _run(self, game: Game) -> ComputeMarket:
        world, market = game._replace(months=0), self._market
        if market is None or world != self._world or market.months_run > game.months:
            market = ComputeMarket(scenario_of(game), seed=game.seed)
            self._market, self._world = market, world
        return market.run(game.months - market.months_run)


def score(tables: tuple[Table, Table], game: Game, lab: str) -> dict[str, tuple[float, float]]:
    """Return how a lab played by hand has fared, and beside it how it would have fared by its own strategy.

    Both under the same luck and the same shocks: profit so far (sales less all costs) in USD millions, the share of
    inference refused so far, and users of the last month in H100e.
    """
    alone = tuple(event for event in game.events if dict(event.fields)["shock"] != "orders")
    games = game, game._replace(events=alone)
    both = [_fared(table.market(one), lab) for table, one in zip(tables, games, strict=True)]
    return {name: (both[0][name], both[1][name]) for name in both[0]}


def _fared(market: ComputeMarket, lab: str) -> dict[str, float]:
    code, labs = list(market.assumptions.labs).index(lab), market.history.labs[: market.months_run]
    mine: Any = labs[(labs["alive"] == 1) & (labs["name_code"] == code)]
    wanted = float(mine["need_inference_h100e"].sum())
    last = labs[-1:][(labs[-1:]["alive"] == 1) & (labs[-1:]["name_code"] == code)]
    return {
        "profit_usd_m": float((mine["revenue_usd_m"] - mine["cost_usd_m"]).sum()),
        "refused_share": 1.0 - float(mine["served_inference_h100e"].sum()) / wanted if wanted else 0.0,
        "users_h100e": float(last["users_h100e"].sum()),
    }
