"""Write docs/verification.md and its pictures: `python -m experiments.verification`.

The page is generated, so that it says what was run; figures are rounded to what is alike on every machine.
"""

from importlib.resources import as_file, files
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

import experiments
from experiments.docs import table
from experiments.overview import COLOURS, INK
from experiments.verify import Answer, answer
from model.theory import BENCHMARKS
from model.theory.benchmark import Picture

DOCS = Path(__file__).parents[1] / "docs"
NOTICE = "This page is written by `make docs`. Rerun a row with `bazaar verify benchmark=NAME`; `--help` says more."


def draw(picture: Picture, path: Path) -> None:
    """Draw theory as lines and simulation as points."""
    with as_file(files(experiments) / "bazaar.mplstyle") as style, mpl.style.context(style):
        figure = Figure(figsize=(6.4, 3.6))
        axis = figure.subplots()
        figure.subplots_adjust(left=0.12, right=0.97, top=0.95, bottom=0.15)
        for place, series in enumerate(picture.series):
            colour = COLOURS[place % len(COLOURS)]
            look = {"marker": "o", "markersize": 4, "linestyle": "none"} if series.simulated else {}
            axis.plot(series.x, series.y, label=series.label, color=colour, **look)  # type: ignore[arg-type]
        axis.set_xlabel(picture.x_label, color=INK)
        axis.set_ylabel(picture.y_label, color=INK)
        axis.legend()
        figure.savefig(path, metadata={"Software": None})


def section(one: Answer) -> list[str]:
    """Return the lines of one benchmark."""
    benchmark = one.benchmark
    lines = [f"## {benchmark.name}", "", benchmark.question, "", "```", benchmark.equation, "```", ""]
    rows = (
        (q.name, f"{q.theory:.6g}", f"{q.simulated:.6g}", f"{q.tolerance:.1g}", "ok" if q.passed else "outside")
        for q in one.outcome.quantities
    )
    lines += table(("quantity", "theory", "simulated", "tolerance", "verdict"), rows)
    lines += [one.outcome.said, ""] if one.outcome.said else []
    lines += [f"![{benchmark.question}](verification/{benchmark.name}.png)", ""]
    lines += [f"Rules exercised: {', '.join(f'`{kernel}`' for kernel in benchmark.kernels)}.", ""]
    lines += [f"Source: {benchmark.source}. Tolerance: {benchmark.tolerance}.", ""]
    options = (
        (f"`{o.setting.name}`", str(one.values[o.setting.name]), o.setting.unit, o.setting.meaning)
        for o in benchmark.options
    )
    return lines + table(("parameter", "value", "unit", "meaning"), options)


def write() -> None:
    """Run every benchmark, and write the page and the pictures."""
    folder = DOCS / "verification"
    folder.mkdir(exist_ok=True)
    lines = ["# Verification", "", NOTICE, ""]
    lines += ["The simulated side of each row is made by the rules that `bazaar run` uses; the theory side is a closed"]
    lines += ["form, or a solver that shares no line with them.", ""]
    for benchmark in BENCHMARKS:
        one = answer(benchmark, {})
        draw(one.outcome.picture, folder / f"{benchmark.name}.png")
        lines += section(one)
    (DOCS / "verification.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
