"""How figures of a paper are drawn: panels of one look, marks with intervals, names at the ends of lines."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from experiments.overview import COLOURS, INK, readable, spread
from model.metrics import METRICS

SMALL = 8.0
"""Points of the smallest words."""
STYLES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)))
"""Kinds of lines, so that they are told apart without colour."""
SMALL_GREY = "#EBEBEB"
"""Behind effects that are too small to be of interest."""
BAND_ALPHA = 0.16
NAME_INCHES = 0.16
"""Height of a line of names."""
UNITS = {metric.name: metric.unit for metric in METRICS}


def panels(canvas: Canvas, rows: int = 1, columns: int = 1, **settings: Any) -> Any:
    """Return axes in rows and columns that fill a canvas; shape (rows, columns)."""
    canvas.set_layout_engine("constrained", h_pad=0.06, w_pad=0.06)
    axes = canvas.subplots(rows, columns, squeeze=False, **settings)
    for axis in axes.flat:
        axis.tick_params(labelsize=SMALL)  # of ticks that are made later, too
    return axes


def words_of(name: str) -> str:
    """Return the name of a metric, an arm or a factor in words."""
    return name.rpartition(".")[2].replace("_", " ")


def label_of(metric: str) -> str:
    """Return a metric in words, with its unit."""
    return f"{words_of(metric)} [{UNITS[metric]}]"


def draw_line(axis: Axes, frame: pl.DataFrame, columns: Sequence[str], place: int, colour: str | None = None) -> None:
    """Draw a line and its band; `columns` are x, y and the ends of the band, `place` numbers its look."""
    x, y, low, high = (frame[name].to_numpy() for name in columns)
    colour = colour or COLOURS[place]
    axis.fill_between(x, low, high, color=colour, alpha=BAND_ALPHA, linewidth=0)
    axis.plot(x, y, color=colour, linestyle=STYLES[place % len(STYLES)], marker="o" if len(x) == 1 else None)


def draw_interval(
    axis: Axes, place: float, row: dict[str, Any], colour: str, marker: str, *, upright: bool = False, **style: Any
) -> None:
    """Draw the `median` of a row, and a line from its `low` to its `high` where they are numbers."""
    line, at = (axis.vlines, (place, row["median"])) if upright else (axis.hlines, (row["median"], place))
    if np.isfinite(row["low"]) and np.isfinite(row["high"]):
        line([place], row["low"], row["high"], color=colour, linewidth=1.6)
    axis.plot(*at, color=colour, marker=marker, markersize=4.5, linestyle="none", **style)


def name_ends(axis: Axes, ends: Sequence[tuple[str, float, str]], height_inches: float) -> None:
    """Write names right of an axis of about that height, level with their ends, moved apart where they would touch."""
    low, high = axis.get_ylim()
    known = sorted(((name, (end - low) / (high - low), colour) for name, end, colour in ends), key=lambda end: end[1])
    heights = [NAME_INCHES * (1 + name.count("\n")) / height_inches for name, _, _ in known]
    levels = [min(1.0, max(0.0, level)) if np.isfinite(level) else 0.5 for _, level, _ in known]
    for (name, _, colour), place in zip(known, spread(levels, heights), strict=True):
        style: dict[str, Any] = {"transform": axis.transAxes, "va": "center", "linespacing": 1.05, "parse_math": False}
        axis.text(1.02, place, name, color=readable(colour), fontweight="bold", **style)


def zero_line(axis: Axes, *, upright: bool = False) -> None:
    """Mark nothing, or no difference."""
    (axis.axvline if upright else axis.axhline)(0.0, color=INK, linewidth=0.8, zorder=1)


def few_ticks(axis: Axes, most: int = 5) -> None:
    """Keep numbers below a narrow axis apart."""
    axis.xaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))


def draw_map(axis: Axes, table: pl.DataFrame, columns: Sequence[str], text: str) -> None:
    """Draw a value in each cell of two factors, dark where it is high.

    `columns` are those of x, y and the value; `text` is how a value is written, such as `.2f`.
    """
    across, up = (table[name].unique().sort().to_list() for name in columns[:2])
    cells = np.full((len(up), len(across)), np.nan)
    for x, y, value in table.select(columns).iter_rows():
        cells[up.index(y), across.index(x)] = np.nan if value is None else value
    axis.imshow(cells, origin="lower", aspect="auto", cmap="cividis_r")
    middle = (np.nanmin(cells) + np.nanmax(cells)) / 2.0
    for (row, column), value in np.ndenumerate(cells):
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL}
        axis.text(column, row, f"{value:{text}}" if np.isfinite(value) else "–", **style).set_color(
            "white" if value > middle else "black"
        )
    axis.set_xticks(range(len(across)), [f"{value:g}" for value in across])
    axis.set_yticks(range(len(up)), [f"{value:g}" for value in up])
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
