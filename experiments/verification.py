"""The page docs/verification.md and its pictures, which `make docs` writes with the other generated pages.

The page says what was run; figures are rounded to what is alike on every machine.
"""

import functools
from importlib.resources import as_file, files
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

import experiments
from experiments.markdown import table
from experiments.overview import COLOURS, INK
from experiments.verify import METHOD_CHECK, Answer, answer
from model.theory import BENCHMARKS
from model.theory.benchmark import Picture

NOTICE = "*Written by `make docs` from the benchmarks; do not edit.*"
INTRODUCTION = (
    "What economics knows beside what the rules of the market give. The simulated side of each row is made by the",
    "rules that `bazaar run` uses; the theory side is a closed form, or a solver that shares no line with them.",
    "`bazaar verify benchmark=NAME NAME.KEY=VALUE` asks again with other parameters.",
    "",
    "Where a benchmark needs a whole market, it runs every stage of the month in a small world of the textbook:",
    "suppliers that sell all they have on the spot market to a fringe whose demand is a line, sites that last one",
    "month, no entry and no news unless the benchmark is about them. Such a world starts near its equilibrium where",
    "theory is about staying or returning there. Noise added to a price is demand news on a line drawn from far below",
    "zero.",
)
LABELLED = (
    f"A *{METHOD_CHECK}* is shown and not counted: more than rules of the market is on its simulated side.",
    "Nor are *published figures and other formulas* counted; no theory says how close to them we must be.",
)
PICTURES = tuple(f"verification/{benchmark.name}.png" for benchmark in BENCHMARKS)
MOST_POINTS = 25


@functools.cache
def answers() -> tuple[Answer, ...]:
    """Return every benchmark, run at its defaults."""
    return tuple(answer(benchmark, {}) for benchmark in BENCHMARKS)


def draw(picture: Picture, path: Path) -> None:
    """Draw theory as lines, and simulation as hollow points, few enough that the line is seen."""
    with as_file(files(experiments) / "bazaar.mplstyle") as style, mpl.style.context(style):
        figure = Figure(figsize=(6.4, 3.6))
        axis = figure.subplots()
        figure.subplots_adjust(left=0.12, right=0.97, top=0.95, bottom=0.15)
        for place, series in enumerate(picture.series):
            colour = COLOURS[place % len(COLOURS)]
            (line,) = axis.plot(series.x, series.y, label=series.label, color=colour)
            if series.simulated:
                line.set(linestyle="none", marker="o", markersize=6, markerfacecolor="none", markeredgewidth=1.2)
                line.set_markevery(max(1, len(series.x) // MOST_POINTS))
        axis.set_xlabel(picture.x_label, color=INK)
        axis.set_ylabel(picture.y_label, color=INK)
        if all(float(x).is_integer() for series in picture.series for x in series.x):
            axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.legend(loc="best")
        figure.savefig(path, metadata={"Software": None})


def section(one: Answer) -> list[str]:
    """Return the lines of one benchmark."""
    benchmark = one.benchmark
    lines = [f"## {benchmark.name}", "", benchmark.question, "", "```", benchmark.equation, "```", ""]
    rows = (
        (q.name, f"{q.theory:.6g}", f"{q.simulated:.6g}", f"{q.tolerance:.2g}", one.verdict(q).lower())
        for q in one.outcome.quantities
    )
    lines += table(("quantity", "theory", "simulated", "tolerance", "verdict"), rows)
    lines += [one.outcome.said, ""] if one.outcome.said else []
    lines += comparisons_of(one)
    lines += [f"![{benchmark.question}](verification/{benchmark.name}.png)", ""]
    lines += [f"Rules exercised: {', '.join(f'`{kernel}`' for kernel in benchmark.kernels)}.", ""]
    lines += [f"Source: {benchmark.source}. Tolerance: {benchmark.tolerance}.", ""]
    options = (
        (f"`{o.setting.name}`", str(one.values[o.setting.name]), o.setting.unit, o.setting.meaning)
        for o in benchmark.options
    )
    return lines + table(("parameter", "value", "unit", "meaning"), options)


def comparisons_of(one: Answer) -> list[str]:
    """Return published figures and other formulas beside ours, if there are any."""
    if not one.outcome.comparisons:
        return []
    rows = ((c.name, f"{c.published:.4g}", f"{c.simulated:.4g}") for c in one.outcome.comparisons)
    sources = dict.fromkeys(f"*{c.provenance[0].upper()}{c.provenance[1:]}.*" for c in one.outcome.comparisons)
    lines = [
        "Published figures and other formulas beside ours, not counted:",
        "",
        *table(("figure", "published", "here"), rows),
    ]
    return [*lines, "Where they come from: " + " ".join(sources), ""]


def verdict_of(one: Answer) -> str:
    """Return the verdict on a benchmark as a whole."""
    counted, inside = one.counted, sum(1 for quantity in one.counted if quantity.passed)
    if not one.outcome.quantities:
        return "does not apply"
    if not counted:
        right = sum(1 for quantity in one.outcome.quantities if quantity.passed)
        return f"{METHOD_CHECK}, {right} of {len(one.outcome.quantities)} inside"
    return f"{inside} of {len(counted)} inside" if inside < len(counted) else "ok"


def contents() -> list[str]:
    """Return the table of contents, with the verdict on each benchmark."""
    rows = (
        (f"[{one.benchmark.name}](#{one.benchmark.name})", one.benchmark.question, verdict_of(one)) for one in answers()
    )
    return table(("benchmark", "question", "verdict"), rows)


def verification_page() -> str:
    """Return the page."""
    lines = ["# Verification", "", NOTICE, "", *INTRODUCTION, "", *LABELLED, "", *contents()]
    for one in answers():
        lines += section(one)
    return "\n".join(lines).rstrip() + "\n"


def draw_pictures(docs: Path) -> None:
    """Draw the picture of each benchmark into a folder beside the page."""
    for name, one in zip(PICTURES, answers()):
        (docs / name).parent.mkdir(exist_ok=True)
        draw(one.outcome.picture, docs / name)
