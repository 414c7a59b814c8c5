"""What a benchmark is: a question to which economics knows the answer, asked of the market's own rules."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

from model.settings import BadRequest, CommandText, Setting, check_value

Values = dict[str, Any]
"""Parameters of a benchmark, by key."""


class Quantity(NamedTuple):
    """One answer: what theory says, what the market's rules gave, and how far they may differ (absolute).

    One that is not `counted` is a check of method: more than rules of the market is on its simulated side.
    """

    name: str
    theory: float
    simulated: float
    tolerance: float
    counted: bool = True

    @property
    def passed(self) -> bool:
        """Whether the rules gave what theory says."""
        return bool(math.isfinite(self.simulated) and abs(self.simulated - self.theory) <= self.tolerance)


class Comparison(NamedTuple):
    """A published figure beside ours, where the design behind it is not known well enough to pass or fail by it."""

    name: str
    published: float
    simulated: float
    provenance: str


class Series(NamedTuple):
    """A line of theory, or points that were simulated."""

    label: str
    x: list[float]
    y: list[float]
    simulated: bool


class Picture(NamedTuple):
    """What to draw: names of the axes with units, and series."""

    x_label: str
    y_label: str
    series: tuple[Series, ...]


class Outcome(NamedTuple):
    """The answers, their picture, and in words where the theory does not hold for these parameters."""

    quantities: tuple[Quantity, ...]
    picture: Picture
    said: str = ""
    comparisons: tuple[Comparison, ...] = ()


class Option(NamedTuple):
    """A parameter of a benchmark: one value, or `pairs` for a list of [quantity, price]."""

    setting: Setting
    pairs: bool = False
    default: Any = None


class Benchmark(NamedTuple):
    """A benchmark; `kernels` names the rules of the market that it runs, `ask` runs them."""

    name: str
    question: str
    equation: str
    kernels: tuple[str, ...]
    source: str
    tolerance: str
    options: tuple[Option, ...]
    ask: Callable[[Values], Outcome]


def number(name: str, default: float, low: float, high: float, unit: str, meaning: str) -> Option:
    """Return the option of a number, whole if its default is."""
    return Option(Setting(name, type(default), default, unit, meaning, low, high))


def choice(name: str, choices: tuple[str, ...], meaning: str) -> Option:
    """Return the option of one word of several, the first by default."""
    return Option(Setting(name, str, choices[0], "text", meaning, choices=choices))


def numbers(name: str, default: list[Any], low: float, high: float, unit: str, meaning: str, *, pairs: bool) -> Option:
    """Return the option of a list of numbers, or of pairs of numbers."""
    return Option(Setting(name, float, None, unit, meaning, low, high), pairs, default)


def values_of(benchmark: Benchmark, overrides: Mapping[str, Any]) -> Values:
    """Return the parameters of a benchmark, the overrides checked.

    Raises BadRequest, in one line, for an unknown key or a value that its option does not allow.
    """
    options = {option.setting.name: option for option in benchmark.options}
    for key in overrides:
        if key not in options:
            raise BadRequest(f"{benchmark.name}.{key} is unknown; there are: {', '.join(options)}")
    return {
        name: _checked(benchmark.name, option, overrides[name]) if name in overrides else _default(option)
        for name, option in options.items()
    }


def _default(option: Option) -> Any:
    return option.setting.default if option.default is None else option.default


def _checked(benchmark: str, option: Option, value: Any) -> Any:
    key = f"{benchmark}.{option.setting.name}"
    if option.default is None:
        return check_value(option.setting, key, value)
    given = _parsed(value)
    items = given if isinstance(given, list) else []
    if option.pairs and not all(isinstance(pair, list) and len(pair) == 2 for pair in items):
        items = []
    if not items:
        what = "a list of [quantity, price]" if option.pairs else "a list of numbers"
        raise BadRequest(f"{key} = {' '.join(str(value).split())[:40]} is not {what}")
    if not option.pairs:
        return [_number(option.setting, key, item) for item in items]
    return [[_number(option.setting, key, item) for item in pair] for pair in items]


def _number(setting: Setting, key: str, item: Any) -> Any:
    """Return an item of a list; YAML takes 1e9 for text."""
    return check_value(setting, key, CommandText(item) if isinstance(item, str) else item)


def _parsed(value: Any) -> Any:
    """Return what a text says as YAML, or nothing if it says nothing."""
    if not isinstance(value, str):
        return value
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        return None
