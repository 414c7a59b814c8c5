"""The picture of a story: four panels in the house style."""

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

import experiments
from experiments.explain.record import Recorded
from experiments.explain.words import signed
from experiments.overview import COLOURS, INK
from experiments.report import ILLUSTRATIVE

LEAST_STEP_USD = 0.005
"""A step that is smaller is told as nothing, and not drawn."""
Panel = Callable[[Axes, Recorded, int], None]


class Layer(NamedTuple):
    """A part of stacked bars: name, one value a bar, colour."""

    name: str
    values: list[float]
    colour: str


def draw(recorded: Recorded, row: int, headline: str, panels: tuple[Panel, ...], path: Path) -> None:
    """Draw four panels on a month of a firm (or the market) and write them to `path`."""
    with as_file(files(experiments) / "bazaar.mplstyle") as style, matplotlib.style.context(style):
        figure = Figure(figsize=(14, 9.6))
        axes = figure.subplots(2, 2)
        figure.subplots_adjust(left=0.075, right=0.975, top=0.845, bottom=0.165, hspace=0.52, wspace=0.24)
        for axis, panel in zip(axes.flat, panels, strict=True):
            panel(axis, recorded, row)
        figure.text(0.06, 0.958, headline, fontsize=18, fontweight="bold", va="center", parse_math=False)
        said = f"scenario {recorded.scenario.name} · seed {recorded.seed} · one run"
        figure.text(0.06, 0.922, said, fontsize=11, color=INK, va="center", parse_math=False)
        unit = "H100e: capacity of one Nvidia H100, other chips converted."
        figure.text(0.06, 0.022, f"{ILLUSTRATIVE}  {unit}", fontsize=9, color=INK, va="center")
        figure.savefig(path, metadata={"Software": None})


def stacked_bars(axis: Axes, names: list[str], layers: list[Layer]) -> None:
    """Draw bars of layers on top of one another, those below zero downwards; layers without values are left out."""
    places = np.arange(len(names))
    up, down = np.zeros(len(names)), np.zeros(len(names))
    for layer in layers:
        values = np.array(layer.values)
        if len(values) and np.abs(values).max() > 0.0:
            base = np.where(values >= 0.0, up, down)
            axis.bar(places, values, bottom=base, color=layer.colour, label=layer.name, width=0.62, edgecolor="white")
            up, down = up + np.maximum(values, 0.0), down + np.minimum(values, 0.0)
    axis.set_xticks(places, names, fontsize=8.5)
    axis.set_xlim(-0.6, max(0.6, len(names) - 0.4))


def steps_bars(axis: Axes, parts: dict[str, float], start: tuple[str, float], end: str) -> None:
    """Draw a waterfall: a start, what each part adds that can be seen, and the sum."""
    seen = {name: part for name, part in parts.items() if abs(part) >= LEAST_STEP_USD}
    names, level, highest = [start[0], *seen, end], start[1], start[1]
    axis.bar(0, start[1], color=COLOURS[7], width=0.62)
    for place, part in enumerate(seen.values(), 1):
        axis.bar(place, part, bottom=level, color=COLOURS[1] if part > 0.0 else COLOURS[2], width=0.62)
        above = max(level, level + part)
        highest = max(highest, above)
        axis.annotate(signed(part), (place, above), (0, 3), textcoords="offset points", ha="center", fontsize=9)
        level += part
    level = start[1] + sum(parts.values())
    axis.bar(len(seen) + 1, level, color=COLOURS[0], width=0.62)
    for place, height in ((0, start[1]), (len(seen) + 1, level)):
        axis.annotate(f"{height:.2f}", (place, height), (0, 3), textcoords="offset points", ha="center", fontsize=9)
    axis.set_xticks(range(len(names)), [wrapped(name) for name in names], fontsize=8.5)
    axis.set_ylim(min(0.0, level), 1.12 * highest)


def wrapped(name: str) -> str:
    """Return a name without what stands in brackets, a line for each word, for a narrow place."""
    return name.partition(" (")[0].replace(" ", "\n")


def legend_below(axis: Axes, columns: int = 4) -> None:
    """Put the legend under the axis."""
    if axis.get_legend_handles_labels()[0]:
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=columns, fontsize=9, handlelength=1.2)


def say_so(axis: Axes, words: str) -> None:
    """Write in an empty panel why it is empty."""
    axis.text(0.5, 0.5, words, transform=axis.transAxes, ha="center", color=INK)
    axis.set_xticks([])
    axis.set_yticks([])


def capacity_axis(axis: Axes) -> None:
    """Write capacities on the vertical axis in millions, or in thousands where they are small."""
    million = axis.get_ylim()[1] >= 2e6
    scale, name = (1e6, "million") if million else (1e3, "thousand")
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / scale:,.6g}"))
    axis.set_ylabel(f"{name} H100e")


def around(recorded: Recorded) -> Any:
    """Return the months that are drawn before and after the one explained."""
    last = len(recorded.run.history.market)
    return np.arange(max(0, recorded.month - 6), min(last, recorded.month + 13))


def mark_month(axis: Axes, recorded: Recorded) -> None:
    """Mark the month explained on a time axis."""
    axis.axvline(recorded.month, color=INK, linewidth=1.0, linestyle=":")
    axis.set_xlabel("month of the run")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
