"""Functions whose sensitivity indices are known exactly: what a sweep and its analysis are checked with."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.sweep.ranges import Range

Numbers = NDArray[np.float64]


class Function(NamedTuple):
    """A function of some factors: their ranges, its value at points of shape (points, factors), its exact indices."""

    ranges: tuple[Range, ...]
    value: Callable[[Numbers], Numbers]
    first: tuple[float, ...]
    total: tuple[float, ...]


ISHIGAMI_A, ISHIGAMI_B = 7.0, 0.1
SOBOL_G = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)


def _ranges(count: int, low: float, high: float) -> tuple[Range, ...]:
    return tuple(Range(f"x{number}", low, high, whole=False) for number in range(1, count + 1))


def ishigami(points: Numbers) -> Numbers:
    """Return sin x1 + a sin^2 x2 + b x3^4 sin x1 (Ishigami and Homma, 1990)."""
    x1, x2, x3 = points.T
    return np.sin(x1) + ISHIGAMI_A * np.sin(x2) ** 2 + ISHIGAMI_B * x3**4 * np.sin(x1)


def _ishigami_indices() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return first-order and total indices from the variances of the parts."""
    one = 0.5 * (1.0 + ISHIGAMI_B * math.pi**4 / 5.0) ** 2
    two = ISHIGAMI_A**2 / 8.0
    both = ISHIGAMI_B**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    variance = one + two + both
    return (one / variance, two / variance, 0.0), ((one + both) / variance, two / variance, both / variance)


def sobol_g(points: Numbers) -> Numbers:
    """Return the product of (|4 x - 2| + a) / (1 + a) over the factors (Saltelli and Sobol, 1995)."""
    a = np.array(SOBOL_G)
    return np.prod((np.abs(4.0 * points - 2.0) + a) / (1.0 + a), axis=1)


def _sobol_g_indices() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return first-order and total indices: the parts of a product of independent factors."""
    parts = [1.0 / (3.0 * (1.0 + a) ** 2) for a in SOBOL_G]
    variance = math.prod(1.0 + part for part in parts) - 1.0
    others = [math.prod(1.0 + other for k, other in enumerate(parts) if k != number) for number in range(len(parts))]
    first = tuple(part / variance for part in parts)
    return first, tuple(part * rest / variance for part, rest in zip(parts, others, strict=True))


def trivial(points: Numbers) -> Numbers:
    """Return x1 x2 + x3: so little work that only what surrounds it takes time."""
    return points[:, 0] * points[:, 1] + points[:, 2]


FUNCTIONS = {
    "ishigami": Function(_ranges(3, -math.pi, math.pi), ishigami, *_ishigami_indices()),
    "sobol_g": Function(_ranges(len(SOBOL_G), 0.0, 1.0), sobol_g, *_sobol_g_indices()),
    "trivial": Function(_ranges(3, 0.0, 1.0), trivial, (), ()),
}
"""What an experiment may name as its `function`."""
