"""The recorder: copies of all tables between the lines of a month, and the whole run around it.

It only reads: a market that is watched has the bits of one that is not, and one that is not watched pays nothing.
"""

from typing import Any, NamedTuple

from model import ComputeMarket, Ensemble, tables
from model.ensemble import Run
from model.room import make_room
from model.scenario import Scenario
from model.settings import BadRequest, nearest
from model.state import World

Views = dict[str, World]
"""The world after each line of a month, by the name of the line; see `ComputeMarket.lines`."""


class Recorded(NamedTuple):
    """A month of a run: the views of it and of the month before (none before month 0), and the run as a whole."""

    scenario: Scenario
    seed: int
    month: int
    before: Views
    views: Views
    run: Run

    def lab(self, row: int) -> str:
        """Return the name of the lab in a row."""
        return firm_name(self.views["negotiate"].labs[row], tables.lab_labels(self.scenario))

    def supplier(self, row: int) -> str:
        """Return the name of the supplier in a row."""
        return firm_name(self.views["negotiate"].suppliers[row], tables.supplier_labels(self.scenario))

    def alive_labs(self) -> list[int]:
        """Return the rows of the labs in business while they bargained."""
        return rows_alive(self.views["negotiate"].labs)

    def alive_suppliers(self) -> list[int]:
        """Return the rows of the suppliers in business while they bargained."""
        return rows_alive(self.views["negotiate"].suppliers)


def rows_alive(table: Any) -> list[int]:
    """Return the rows of the firms in business."""
    return [row for row in range(len(table)) if table["alive"][row] == 1]


def firm_name(firm: Any, labels: tuple[str, ...]) -> str:
    """Return the name of a firm, entrants with their number."""
    label = labels[int(firm["name_code"])]
    return label if int(firm["entered_month"]) == 0 else f"{label} {int(firm['id'])}"


def copy_of(world: World) -> World:
    """Return a copy of all tables."""
    return World(*(table.copy() for table in world))


def watch_month(market: ComputeMarket) -> Views:
    """Run one month of a market and return the world after each of its lines; `begin` is the world before them."""
    market.world = make_room(market.world)
    views = {"begin": copy_of(market.world)}
    for line in market.lines():
        views[line] = copy_of(market.world)
    return views


def whole_run(scenario: Scenario, seed: int) -> Run:
    """Return run 0 of the scenario, compiled: the market of agents with this seed has its bits."""
    return next(Ensemble(scenario, runs=1, seed=seed).histories())


def record_month(scenario: Scenario, seed: int, month: int, run: Run) -> Recorded:
    """Run a market to a month, watch that one and the one before, and return what was seen."""
    market = ComputeMarket(scenario, seed=seed)
    before: Views = {}
    if month > 0:
        market.run(month - 1)
        before = watch_month(market)
    return Recorded(scenario, seed, month, before, watch_month(market), run)


def row_of(recorded: Recorded, side: str, key: str) -> int:
    """Return the row of a lab or supplier by its key.

    Raises
    ------
    BadRequest
        Where no firm has that key, or it is not in business in that month.
    """
    firms = recorded.scenario.labs if side == "lab" else recorded.scenario.suppliers
    if key not in firms:
        raise BadRequest(f"no {side} is called {key}{nearest(key, list(firms))}")
    world = recorded.views["negotiate"]
    table = world.labs if side == "lab" else world.suppliers
    for row in rows_alive(table):
        if int(table["name_code"][row]) == list(firms).index(key):
            return row
    raise BadRequest(f"{key} is not in business in month {recorded.month}; choose an earlier month")
