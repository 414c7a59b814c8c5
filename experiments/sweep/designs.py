"""Designs: which points of the factors' ranges a sweep runs, sampled by SALib and scipy."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from SALib.sample import morris, sobol
from scipy.stats import qmc

from experiments.sweep.ranges import Range
from model.settings import BadRequest

KINDS = ("single", "grid", "lhs", "sobol", "morris", "points")
SAMPLED = ("lhs", "sobol", "morris")
"""Designs that need to be told how many points (Sobol: base samples, Morris: trajectories) to draw."""
MOST_POINTS = 10_000_000


class Design(NamedTuple):
    """The points of a sweep.

    `unit` is the sample on [0, 1] and `points` the numbers that worlds get, both of shape (points, factors) and in the
    order in which SALib analyses them. `base` is the number of Sobol's base samples or Morris's trajectories, and
    `levels` that of Morris's grid; elsewhere both are 0.
    """

    kind: str
    names: tuple[str, ...]
    unit: NDArray[np.float64]
    points: NDArray[np.float64]
    base: int
    levels: int
    seed: int


def make_design(kind: str, ranges: Sequence[Range], count: int, levels: int, seed: int) -> Design:
    """Return a design of a kind over some ranges.

    Raises
    ------
    BadRequest
        Where there are no factors to vary, or factors that nothing varies; where Sobol's count is no power of two, or
        the points are too many.
    """
    names = tuple(one.name for one in ranges)
    if kind == "single":
        if names:
            raise BadRequest(f"design = single varies nothing, so factors.{names[0]} means nothing; try design=grid")
        return Design(kind, (), np.zeros((1, 0)), np.zeros((1, 0)), 0, 0, seed)
    if not names:
        raise BadRequest(f"design = {kind} needs factors: and below it NAME: [low, high], or NAME: for its usual range")
    if kind == "grid":
        return _grid(ranges, levels, seed)
    drawn = count * {"lhs": 1, "sobol": len(names) + 2, "morris": len(names) + 1}[kind]
    if drawn > MOST_POINTS:
        raise BadRequest(f"points = {count} makes {drawn:,} points, more than {MOST_POINTS:,}")
    unit = SAMPLERS[kind](len(names), count, levels, seed)
    points = np.column_stack([one.at(unit[:, column]) for column, one in enumerate(ranges)])
    return Design(kind, names, unit, points, 0 if kind == "lhs" else count, levels if kind == "morris" else 0, seed)


def given_points(names: Sequence[str], points: NDArray[np.float64], seed: int) -> Design:
    """Return the design of a list of points, shape (points, factors)."""
    return Design("points", tuple(names), np.full(points.shape, np.nan), points, 0, 0, seed)


def _grid(ranges: Sequence[Range], levels: int, seed: int) -> Design:
    """Return every combination of the values of the factors, the last varying fastest."""
    values = [one.values or tuple(one.at(np.linspace(0.0, 1.0, levels)).tolist()) for one in ranges]
    values = [tuple(dict.fromkeys(numbers)) for numbers in values]
    if (count := math.prod(map(len, values))) > MOST_POINTS:
        raise BadRequest(f"the grid has {count:,} points, more than {MOST_POINTS:,}; use fewer levels or design=lhs")
    points = np.array(list(itertools.product(*values)), np.float64)
    names = tuple(one.name for one in ranges)
    return Design("grid", names, np.full(points.shape, np.nan), points, 0, 0, seed)


def _latin_hypercube(factors: int, count: int, _levels: int, seed: int) -> NDArray[np.float64]:
    return qmc.LatinHypercube(factors, rng=np.random.default_rng(seed)).random(count)


def _saltelli(factors: int, count: int, _levels: int, seed: int) -> NDArray[np.float64]:
    if count & (count - 1):
        low = 1 << (count.bit_length() - 1)
        raise BadRequest(f"points = {count} is no power of two, which Sobol's sequence needs; take {low} or {2 * low}")
    return sobol.sample(_problem(factors), count, calc_second_order=False, scramble=True, seed=seed)


def _trajectories(factors: int, count: int, levels: int, seed: int) -> NDArray[np.float64]:
    if levels % 2:
        raise BadRequest(f"levels = {levels} is odd, and Morris's steps of half the range need an even number")
    return morris.sample(_problem(factors), count, num_levels=levels, seed=seed)


def _problem(factors: int) -> dict[str, Any]:
    """Return what SALib calls a problem: so many factors, each between 0 and 1."""
    names = [f"x{number}" for number in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


SAMPLERS: dict[str, Callable[[int, int, int, int], NDArray[np.float64]]] = {
    "lhs": _latin_hypercube,
    "sobol": _saltelli,
    "morris": _trajectories,
}
"""What draws the sample of a design on [0, 1]: of so many factors, points, levels and a seed."""
