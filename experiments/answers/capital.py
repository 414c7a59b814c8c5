"""Minimum viable capital: the smallest cash to start with at which a lab is likely enough to be in business later."""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from model.birth import given_world
from model.ensemble import Runner, Runs, world_seed
from model.points import factor_of
from model.scenario import Scenario
from model.settings import BadRequest

LEVEL = 0.95
ENTRANT = "entrants.lab"


class Count(NamedTuple):
    """Of how many firms how many are in business when asked."""

    alive: int
    firms: int


class Capital(NamedTuple):
    """The smallest cash with a survival of at least `level`, USD m, and its 95% interval, from so many runs.

    `low` is the smallest cash at which such a survival cannot be excluded, and `high` the smallest at which a lower one
    can (Wilson's interval); an end is nan where no cash within the bounds does, and 0 where any does.
    """

    cash_usd_m: float
    low_usd_m: float
    high_usd_m: float
    level: float
    runs: int
    evaluations: int


def minimum_capital(
    survivors: Callable[[float], Count], runs: int, level: float, most_usd_m: float, least_usd_m: float = 1.0
) -> Capital:
    """Return the smallest cash at which enough firms survive, by bisection of its logarithm to a hundredth.

    Parameters
    ----------
    survivors
        How many survive with so much cash, USD m. Under common luck more cash harms hardly any, which bisection takes
        for granted.
    runs, level
        Runs of each evaluation, and the survival asked for.
    most_usd_m, least_usd_m
        Where to look.
    """
    counted = cache(survivors)

    def estimate(cash: float) -> float:
        return _share(counted(cash))

    def bound(end: int) -> Callable[[float], float]:
        return lambda cash: _interval(counted(cash))[end]

    cash, low, high = (_smallest(test, level, least_usd_m, most_usd_m) for test in (estimate, bound(1), bound(0)))
    return Capital(cash, low, high, level, runs, counted.cache_info().currsize)


def _share(count: Count) -> float:
    return count.alive / count.firms if count.firms else 0.0


def _interval(count: Count) -> tuple[float, float]:
    if not count.firms:
        return 0.0, 1.0
    low, high = proportion_confint(count.alive, count.firms, alpha=1.0 - LEVEL, method="wilson")
    return float(low), float(high)


def _smallest(share: Callable[[float], float], level: float, least: float, most: float) -> float:
    """Return the smallest cash with such a share; 0 where the least does, nan where the most does not."""
    if share(least) >= level:
        return 0.0
    if share(most) < level:
        return math.nan
    while most / least > 1.01:
        middle = math.sqrt(least * most)
        least, most = (least, middle) if share(middle) >= level else (middle, most)
    return most


def survivors_of(scenario: Scenario, lab: str, months: int, runs: int, seed: int = 1) -> Callable[[float], Count]:
    """Return a function of the cash that a lab starts with: how many of it are in business so many months later.

    `lab` is a lab of the scenario, which then starts with the cash, or `entrants.lab`: then all labs that enter do, and
    those count that entered long enough before the end of a run, which is twice as long.

    Raises
    ------
    BadRequest
        Where no lab is called so.
    """
    name = f"{lab if lab == ENTRANT else f'labs.{lab}'}.cash_usd_m"
    factor = factor_of(scenario, name)
    if lab != ENTRANT and scenario.labs[lab]["parent_backed"]:
        raise BadRequest(f"{lab} has a parent that covers what it lacks; ask for a lab that has none")
    length = 2 * months + 1 if lab == ENTRANT else months
    runner = Runner(scenario, length, given_world(scenario), [factor])
    numbers = np.arange(runs)

    def survivors(cash_usd_m: float) -> Count:
        points = np.full((runs, 1), cash_usd_m)
        done = runner.run_many(numbers, world_seed(seed, numbers), points)
        return entrants_left(done, months) if lab == ENTRANT else still_there(done, list(scenario.labs).index(lab))

    return survivors


def still_there(done: Runs, row: int) -> Count:
    """Count the runs in which a lab of the start is in business in the last month, of those that did not fail."""
    last = done.history.labs[_good(done), -1]
    here = (last["alive"] == 1) & (last["name_code"] == row) & (last["entered_month"] == 0)
    return Count(int(here.any(axis=1).sum()), len(last))


def entrants_left(done: Runs, months: int) -> Count:
    """Count the labs that entered at least so many months before the end, and those in business at that age."""
    labs = done.history.labs[_good(done)]
    length, new = labs.shape[1], (labs["alive"] == 1) & (labs["entered_month"] > 0)
    age = np.arange(length)[:, np.newaxis] + 1 - labs["entered_month"]
    in_time = new & (labs["entered_month"] <= length - months)
    return Count(int((in_time & (age == months)).sum()), int((in_time & (age == 0)).sum()))


def _good(done: Runs) -> list[int]:
    return [row for row, failure in enumerate(done.failures) if not failure]
