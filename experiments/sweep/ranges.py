"""Ranges: the values between which a sweep varies a factor, from the declarations unless the experiment says others."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.parameters import PARAMETERS
from model.points import Factor
from model.settings import BadRequest

PARAMETERS_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


class Range(NamedTuple):
    """Where a factor varies: between two numbers, or over a list of values (both as the numbers that a cell holds)."""

    name: str
    low: float
    high: float
    whole: bool
    values: tuple[float, ...] = ()

    def at(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the numbers at places of [0, 1]; whole numbers and listed values have equal parts of it."""
        if self.values:
            place = np.minimum((unit * len(self.values)).astype(np.int64), len(self.values) - 1)
            return np.array(self.values)[place]
        if self.whole:
            return np.minimum(np.floor(self.low + unit * (self.high - self.low + 1.0)), self.high)
        return self.low + unit * (self.high - self.low)


def range_of(factor: Factor, usual: Any, given: Any, listed: bool) -> Range:
    """Return the range of a factor as an experiment gives it: nothing, two bounds, or values.

    `usual` is the factor's value in the scenario, None where it is several firms', and `listed` says that a plain list
    holds values and not two bounds, as in a grid.

    Raises
    ------
    BadRequest
        Where a value is out of its bounds, or bounds are not two, or in the wrong order.
    """
    name, whole = factor.name, factor.setting.kind is int
    if given is None:
        given = usual_range(factor, usual)
    if isinstance(given, dict):
        if set(given) != {"values"}:
            raise BadRequest(f"factors.{name} holds {', '.join(map(str, given)) or 'nothing'}; write values: [..]")
        given, listed = given["values"], True
    if not isinstance(given, list | tuple) or not given:
        raise BadRequest(f"factors.{name} = {given} is no range; write [low, high], {{values: [..]}}, or nothing")
    numbers = tuple(float(factor.number(value)) for value in given)
    if listed or factor.setting.choices:
        if len(set(numbers)) < len(numbers):
            raise BadRequest(f"factors.{name} lists a value twice")
        return Range(name, min(numbers), max(numbers), whole, numbers)
    if len(numbers) != 2 or numbers[0] >= numbers[1]:
        raise BadRequest(f"factors.{name} = {list(given)} is no range; write [low, high], low below high")
    return Range(name, *numbers, whole)


def usual_range(factor: Factor, usual: Any) -> Sequence[float | str] | dict[str, Any]:
    """Return the plausible range of a parameter, half to double a firm's value, or all choices of a rule."""
    setting = factor.setting
    if setting.choices:
        return {"values": list(setting.choices)}
    if usual is None:
        raise BadRequest(f"factors.{factor.name} has no usual range, since firms differ; write [low, high]")
    if factor.table == "parameters":
        low, high = PARAMETERS_BY_NAME[setting.name].plausible_range
    else:
        low, high = max(setting.low, usual / 2), min(setting.high, usual * 2)
    if setting.kind is int:
        low, high = int(np.ceil(low)), int(np.floor(high))
    if low >= high:
        raise BadRequest(
            f"factors.{factor.name} has no usual range; write [low, high] from {setting.low:g} to {setting.high:g}"
        )
    return [low, high]
