"""Noise of the textbook in worlds of the market: demand that moves up and down by normal draws, many runs of it."""

import math
from collections.abc import Iterator

import numpy as np

from model.history import History
from model.state import World
from model.theory.worlds import HIGHEST_USD, Line, Units, run

FAR = 100.0
"""How many times the highest price lies between price zero and the point from which the line of demand is drawn."""


def shake_demand(world: World, demand: Line, units: Units, spread: float) -> None:
    """Let news of one month move the price at which a quantity is wanted by a normal amount of s.d. `spread`.

    News multiplies the quantity at the reference price by a lognormal number and shifts the line in parallel. The same
    line is drawn from a point far below price zero: the quantity is so large there that a small share of it will do,
    and the lognormal is as good as normal: skewness below 3 spread / (100 x highest price).
    """
    reference = -FAR * HIGHEST_USD
    quantity = (1.0 + FAR) * demand.intercept
    world.market["fringe_reference_usd_per_h100e_hour"] = reference
    world.market["fringe_h100e"] = quantity * units.h100e
    slope = demand.intercept * units.h100e / HIGHEST_USD
    world.parameters["fringe_price_elasticity"] = slope * reference / (quantity * units.h100e)
    share = demand.slope * spread / quantity
    world.parameters["market_demand_noise_per_month"] = math.sqrt(math.log1p(share * share))
    world.parameters["demand_news_persistence_per_month"] = 0.0


def runs_of(start: World, months: int, runs: int, first_seed: int) -> Iterator[History]:
    """Yield what is recorded of so many runs from one start, each with its own luck."""
    for number in range(runs):
        world = World(*(np.copy(table) for table in start))
        world.market["seed"] = first_seed + number
        yield run(world, months)
