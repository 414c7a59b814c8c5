"""`bazaar verify`: what theory says beside what the market's rules give."""

import contextlib
import json
import math
import time
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from experiments.cli import DONE, FAILED
from experiments.report import make_console
from experiments.request import OUTPUT, Request, take
from model.settings import BadRequest, CommandText, Setting, nearest
from model.theory import BENCHMARKS
from model.theory.benchmark import Benchmark, Comparison, Outcome, Quantity, Values, values_of

NAMES = tuple(benchmark.name for benchmark in BENCHMARKS)
ALL = "all"
METHOD_CHECK = "method check"
"""Said of what is shown and does not count."""
SETTINGS = (Setting("benchmark", str, ALL, "text", "which one", choices=(*NAMES, ALL)), OUTPUT)


class Answer(NamedTuple):
    """A benchmark that was run."""

    benchmark: Benchmark
    values: Values
    outcome: Outcome

    @property
    def counted(self) -> tuple[Quantity, ...]:
        """The quantities that decide; a check of method does not."""
        return tuple(quantity for quantity in self.outcome.quantities if quantity.counted)

    @property
    def passed(self) -> bool:
        """Whether every quantity that decides is what theory says."""
        return all(quantity.passed for quantity in self.counted)

    def verdict(self, quantity: Quantity) -> str:
        """Return what is said of one of its quantities."""
        inside = "ok" if quantity.passed else "OUTSIDE"
        return inside if quantity.counted else f"{METHOD_CHECK}, {inside}"


def verify(request: Request) -> int:
    """Run one benchmark or all, print theory beside simulation, and return the exit code."""
    settings, words = take(request, SETTINGS)
    overrides = overrides_of(words)
    chosen = [benchmark for benchmark in BENCHMARKS if settings["benchmark"] in {ALL, benchmark.name}]
    for name in overrides:
        if name not in {benchmark.name for benchmark in chosen}:
            raise BadRequest(f"{name} is not run; say benchmark={name}")
    started = time.perf_counter()
    answers = run_benchmarks(chosen, overrides)
    if settings["output"] == "json":
        rows = [as_json(one) for one in answers]
        print(json.dumps(rows[0] if settings["benchmark"] != ALL else rows, ensure_ascii=False))
    else:
        print_answers(answers, time.perf_counter() - started)
    return DONE if all(one.passed for one in answers) else FAILED


def run_benchmarks(chosen: list[Benchmark], overrides: dict[str, dict[str, Any]]) -> list[Answer]:
    """Run benchmarks, and tell somebody who watches which one is at work."""
    console, answers = Console(stderr=True), []
    with console.status("") if console.is_terminal else contextlib.nullcontext() as status:
        for place, benchmark in enumerate(chosen, start=1):
            if status is not None:
                status.update(f"{benchmark.name} ({place} of {len(chosen)})")
            answers.append(answer(benchmark, overrides.get(benchmark.name, {})))
    return answers


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
    """Return a benchmark as plain data; what is no number becomes null, and what there is none of is left out."""
    some: dict[str, Any] = {
        "said": one.outcome.said,
        "comparisons": [_plain(comparison) for comparison in one.outcome.comparisons],
    }
    return {
        "benchmark": one.benchmark.name,
        "parameters": one.values,
        "quantities": [as_row(quantity) for quantity in one.outcome.quantities],
    } | {key: value for key, value in some.items() if value}


def as_row(quantity: Quantity) -> dict[str, Any]:
    """Return a quantity as plain data; one that does not count says so."""
    figures = _plain(quantity)
    counted = figures.pop("counted")
    return figures | {"passed": quantity.passed} | ({} if counted else {"method_check": True})


def _plain(row: Quantity | Comparison) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row._asdict().items()
    }


def print_answers(answers: list[Answer], seconds: float) -> None:
    """Print a line for each quantity, what has to be said in words, figures and formulas from elsewhere, and all."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("benchmark", "quantity", "theory", "simulated", "tolerance", "verdict"):
        table.add_column(name, justify="right" if name in {"theory", "simulated", "tolerance"} else "left")
    for one in answers:
        for place, quantity in enumerate(one.outcome.quantities):
            figures = (f"{quantity.theory:.8g}", f"{quantity.simulated:.8g}", f"{quantity.tolerance:.2g}")
            name = one.benchmark.name if place == 0 else ""
            table.add_row(name, quantity.name, *figures, one.verdict(quantity))
        if not one.outcome.quantities:
            table.add_row(one.benchmark.name, "-", "-", "-", "-", "does not apply")
    console = make_console()
    console.print(table)
    for one in answers:
        if one.outcome.said:
            console.print(f"{one.benchmark.name}: {one.outcome.said}", soft_wrap=True)
    print_comparisons(console, answers)
    console.print(total_of(answers, seconds), soft_wrap=True)


def print_comparisons(console: Console, answers: list[Answer]) -> None:
    """Print published figures and other formulas beside ours, if there are any, and that they do not count."""
    some = [one for one in answers if one.outcome.comparisons]
    if not some:
        return
    heading = "Published figures and other formulas beside ours. They are not counted"
    console.print(f"\n{heading}: no theory says how close they must be.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("benchmark", "figure", "published", "here"):
        table.add_column(name, justify="right" if name in {"published", "here"} else "left")
    for one in some:
        for place, row in enumerate(one.outcome.comparisons):
            name = one.benchmark.name if place == 0 else ""
            table.add_row(name, row.name, f"{row.published:.4g}", f"{row.simulated:.4g}")
    console.print(table)
    for one in some:
        for provenance in dict.fromkeys(row.provenance for row in one.outcome.comparisons):
            console.print(f"{one.benchmark.name}: {provenance}", soft_wrap=True)


def total_of(answers: list[Answer], seconds: float) -> str:
    """Return how many rows that count are inside, of how many benchmarks, and how long that took."""
    rows = [quantity for one in answers for quantity in one.counted]
    benchmarks = sum(1 for one in answers if one.counted)
    inside = sum(1 for quantity in rows if quantity.passed)
    told = f"{inside} of {len(rows)} rows of {benchmarks} benchmark{'s' if benchmarks != 1 else ''} inside"
    return f"{told}, {seconds:.1f} s"
