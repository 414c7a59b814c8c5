"""What a case of direction is made of: a change, the figure it moves and which way, and the figures themselves."""

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from model import load_scenario
from model.birth import world_at_start
from model.ensemble import Run, Runner
from model.parameters import PARAMETERS
from model.scenario import Scenario
from tests.worlds import with_events

RUNS, MONTHS = 64, 60
WORKERS = os.cpu_count() or 1
UP, DOWN = 1, -1
Figure = Callable[[Run], float]


def mean_of(column: str) -> Figure:
    """Return the mean of a column of the market over the months that have it."""
    return lambda run: float(np.nanmean(run.history.market[column]))


def end_of(column: str) -> Figure:
    """Return the mean of a column of the market over the last half year."""
    return lambda run: float(np.nanmean(run.history.market[column][-6:]))


def early(column: str) -> Figure:
    """Return the mean of a column of the market from month 3 to month 17."""
    return lambda run: float(np.nanmean(run.history.market[column][3:18]))


def of_labs(column: str) -> Figure:
    """Return the mean of a column of labs over those in business and all months."""
    return lambda run: float(run.history.labs[column][run.history.labs["alive"] == 1].mean())


def of_suppliers(column: str) -> Figure:
    """Return the mean of a column of suppliers over those in business and all months."""
    return lambda run: float(run.history.suppliers[column][run.history.suppliers["alive"] == 1].mean())


def signed(channel: int) -> Figure:
    """Return what was signed in a channel (`agents/base.py`), H100e."""
    return lambda run: float(run.deals["capacity_h100e"][run.deals["channel"] == channel].sum())


def price_signed(channel: int) -> Figure:
    """Return the mean price of what was signed in a channel, nan without a deal."""

    def price(run: Run) -> float:
        deals = run.deals[run.deals["channel"] == channel]
        bill = (deals["price_usd_per_h100e_hour"] * deals["capacity_h100e"]).sum()
        return float(bill / deals["capacity_h100e"].sum()) if len(deals) else float("nan")

    return price


def installed(run: Run) -> float:
    """Return the capacity at the end."""
    return float(run.history.market["installed_h100e"][-1])


def shaken(run: Run) -> float:
    """Return the variance of the share of users refused."""
    return float(run.history.market["unserved_share"].var())


def bullwhip(run: Run) -> float:
    """Return how orders change from month to month, over their mean, once the start is over."""
    orders = run.history.market["orders_placed_h100e"][12:]
    return float(np.diff(orders).std() / orders.mean())


def largest_lab(run: Run) -> float:
    """Return the share of all users that the largest lab has at the end."""
    users = run.history.labs["users_h100e"][-1]
    return float(users.max() / users.sum())


def entries(run: Run) -> float:
    """Return how many suppliers entered."""
    return float(run.history.market["supplier_entries"].sum())


def rivals_price(run: Run) -> float:
    """Return what labs other than xAI pay SpaceX on average, nan where they sign nothing."""
    scenario = load_scenario("colossus")
    supplier = run.history.suppliers["id"][0][list(scenario.suppliers).index("spacex_colossus")]
    own = run.history.labs["id"][0][list(scenario.labs).index("xai")]
    deals = run.deals[(run.deals["supplier_id"] == supplier) & (run.deals["lab_id"] != own)]
    bill = (deals["price_usd_per_h100e_hour"] * deals["capacity_h100e"]).sum()
    return float(bill / deals["capacity_h100e"].sum()) if len(deals) else float("nan")


def entries_of_all(run: Run) -> float:
    """Return how many labs and suppliers entered."""
    return float((run.history.market["supplier_entries"] + run.history.market["lab_entries"]).sum())


def spot_volatility(run: Run) -> float:
    """Return how the log spot price changes from month to month."""
    return float(np.diff(np.log(run.history.market["spot_price_usd_per_h100e_hour"])).std())


def swings_of_azure(run: Run) -> float:
    """Return how far what the first supplier realises moves, in logs, once the first year is over."""
    return float(np.log(run.history.suppliers["realised_price_usd_per_h100e_hour"][12:, 0]).std())


def let_by_partners(run: Run) -> float:
    """Return what labs have from partners in the half year after month 15."""
    return float(run.history.market["partner_h100e"][15:21].mean())


SPOT, CONTRACT = mean_of("spot_price_usd_per_h100e_hour"), mean_of("contract_price_usd_per_h100e_hour")
UNSERVED = mean_of("unserved_share")


def shock(**fields: object) -> tuple[tuple[str, object], ...]:
    """Return an event, as a value of a change."""
    return tuple(fields.items())


class Case(NamedTuple):
    """A change, the figure it moves, which way, and the world it is made in."""

    change: Mapping[str, object]
    figure: Figure
    sign: int
    world: Mapping[str, object] = {}
    scenario: str = "small"


def turn(
    name: str, figure: Figure, sign: int, world: Mapping[str, object] | None = None, scenario: str = "small"
) -> Case:
    """Return the case of a parameter that goes from the low to the high end of its plausible range."""
    parameter = next(parameter for parameter in PARAMETERS if parameter.name == name)
    low, high = (parameter.kind(end) for end in parameter.plausible_range)
    return Case({name: high}, figure, sign, {**(world or {}), name: low}, scenario)


class Arm(NamedTuple):
    """A world of one side of a case: a scenario and what is set in it, by name."""

    scenario: str
    settings: tuple[tuple[str, object], ...]


def arms_of(case: Case) -> tuple[Arm, Arm]:
    """Return the worlds of a case before and after."""
    worlds = (dict(case.world), {**case.world, **case.change})
    before, after = (Arm(case.scenario, tuple(sorted(world.items()))) for world in worlds)
    return before, after


def world_of(arm: Arm) -> Scenario:
    """Return the scenario of an arm; a value that is a tuple is an event, a name without a dot a parameter."""
    events = {name: dict(value) for name, value in arm.settings if isinstance(value, tuple)}
    given = {name if "." in name else f"parameters.{name}": value for name, value in arm.settings if name not in events}
    return with_events(load_scenario(arm.scenario, given), **events)


def measure(arm: Arm, asked: Sequence[Figure]) -> dict[Figure, np.ndarray]:
    """Return figures of the runs of an arm, one core a share of the runs; no run may fail."""
    scenario = world_of(arm)
    start = world_at_start(scenario)

    def share(first: int) -> list[tuple[int, list[float]]]:
        runner, done = Runner(scenario, MONTHS, start), []
        for number in range(first, RUNS, WORKERS):
            run = runner.run(number, 1)
            assert not run.failure, run.failure
            done.append((number, [figure(run) for figure in asked]))
        return done

    with ThreadPoolExecutor(WORKERS) as threads:
        rows = sorted(itertools.chain.from_iterable(threads.map(share, range(WORKERS))))
    return dict(zip(asked, np.array([values for _, values in rows]).T, strict=True))
