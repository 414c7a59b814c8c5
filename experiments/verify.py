"""`bazaar verify`: what theory says beside what the market's rules give."""

import json
import math
from typing import Any, NamedTuple

from rich.table import Table

from experiments.cli import DONE, FAILED
from experiments.report import make_console
from experiments.request import OUTPUT, Request, take
from model.settings import BadRequest, CommandText, Setting, nearest
from model.theory import BENCHMARKS
from model.theory.benchmark import Benchmark, Outcome, Quantity, Values, values_of

NAMES = tuple(benchmark.name for benchmark in BENCHMARKS)
ALL = "all"
SETTINGS = (Setting("benchmark", str, ALL, "text", "which one", choices=(*NAMES, ALL)), OUTPUT)


class Answer(NamedTuple):
    """A benchmark that was run."""

    benchmark: Benchmark
    values: Values
    outcome: Outcome

    @property
    def passed(self) -> bool:
        """Whether every quantity is what theory says."""
        return all(quantity.passed for quantity in self.outcome.quantities)


def verify(request: Request) -> int:
    """Run one benchmark or all, print theory beside simulation, and return the exit code."""
    settings, words = take(request, SETTINGS)
    overrides = overrides_of(words)
    chosen = [benchmark for benchmark in BENCHMARKS if settings["benchmark"] in {ALL, benchmark.name}]
    for name in overrides:
        if name not in {benchmark.name for benchmark in chosen}:
            raise BadRequest(f"{name} is not run; say benchmark={name}")
    answers = [answer(benchmark, overrides.get(benchmark.name, {})) for benchmark in chosen]
    if settings["output"] == "json":
        rows = [as_json(one) for one in answers]
        print(json.dumps(rows[0] if settings["benchmark"] != ALL else rows, ensure_ascii=False))
    else:
        print_answers(answers)
    return DONE if all(one.passed for one in answers) else FAILED


def overrides_of(words: list[str]) -> dict[str, dict[str, Any]]:
    """Return the overrides of each benchmark, by name."""
    overrides: dict[str, dict[str, Any]] = {}
    for word in words:
        key, _, value = word.partition("=")
        name, dot, parameter = key.partition(".")
        if name not in NAMES or not dot:
            raise BadRequest(f"{key} is unknown{nearest(name, NAMES)}; write BENCHMARK.PARAMETER=value")
        overrides.setdefault(name, {})[parameter] = CommandText(value)
    return overrides


def answer(benchmark: Benchmark, overrides: dict[str, Any]) -> Answer:
    """Run one benchmark."""
    values = values_of(benchmark, overrides)
    return Answer(benchmark, values, benchmark.ask(values))


def as_json(one: Answer) -> dict[str, Any]:
    """Return a benchmark as plain data; what is no number becomes null."""
    return {
        "benchmark": one.benchmark.name,
        "parameters": one.values,
        "quantities": [_plain(quantity) for quantity in one.outcome.quantities],
    } | ({"said": one.outcome.said} if one.outcome.said else {})


def _plain(quantity: Quantity) -> dict[str, Any]:
    numbers = quantity._asdict()
    finite = {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in numbers.items()
    }
    return finite | {"passed": quantity.passed}


def print_answers(answers: list[Answer]) -> None:
    """Print a line for each quantity, and what has to be said in words."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("benchmark", "quantity", "theory", "simulated", "tolerance", "verdict"):
        table.add_column(name, justify="right" if name in {"theory", "simulated", "tolerance"} else "left")
    for one in answers:
        for place, quantity in enumerate(one.outcome.quantities):
            figures = (f"{quantity.theory:.8g}", f"{quantity.simulated:.8g}", f"{quantity.tolerance:.1g}")
            name = one.benchmark.name if place == 0 else ""
            table.add_row(name, quantity.name, *figures, "ok" if quantity.passed else "OUTSIDE")
        if not one.outcome.quantities:
            table.add_row(one.benchmark.name, "-", "-", "-", "-", "does not apply")
    console = make_console()
    console.print(table)
    for one in answers:
        if one.outcome.said:
            console.print(f"{one.benchmark.name}: {one.outcome.said}", soft_wrap=True)
