"""All propositions in one picture: each effect beside the smallest that was of interest."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter

from experiments.answers.verdict import CONTRADICTED, DEPENDS, NO_EFFECT, SUPPORTED, UNDECIDED
from experiments.figures.drawing import SMALL, SMALL_GREY, draw_interval, panels, words_of, zero_line
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.effects import TITLES, effects_table
from experiments.overview import COLOURS, INK

LOOKS = {
    SUPPORTED: (COLOURS[0], "o", "full"),
    CONTRADICTED: (COLOURS[1], "v", "full"),
    NO_EFFECT: (COLOURS[2], "s", "full"),
    DEPENDS: (COLOURS[3], "D", "none"),
    UNDECIDED: (INK, "o", "none"),
}
"""Colour, marker and filling of each verdict."""
SIGNS = {"higher": "↑", "lower": "↓", "same": "="}
TICKS = (-100, -10, -1, 0, 1, 10, 100)
MOST = 1000.0


def data(results: Results) -> pl.DataFrame:
    """Return a row for each expectation: its effect / the smallest effect of interest, towards what was expected."""
    tables = [effects_table(answered).filter(pl.col("mark") == "median") for answered in results.values()]
    turned, found = pl.col("expected") == "lower", pl.concat(tables)
    median, low, high = (pl.col(name) / pl.col("smallest") for name in ("median", "low", "high"))
    return found.select(
        *("experiment", "expectation", "outcome", "expected"),
        median=pl.when(turned).then(-median).otherwise(median),
        low=pl.when(turned).then(-high).otherwise(low),
        high=pl.when(turned).then(-low).otherwise(high),
        draws="draws",
        verdict="verdict",
    )


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw one line an expectation, propositions apart."""
    axis = panels(canvas)[0, 0]
    axis.axvspan(-1.0, 1.0, color=SMALL_GREY, linewidth=0, zorder=0)
    zero_line(axis, upright=True)
    rows = table.to_dicts()
    firsts = [row["experiment"] != before["experiment"] for row, before in zip(rows, [{"experiment": ""}, *rows])]
    places = np.arange(len(rows)) + 0.5 * np.cumsum(firsts)
    for place, row in zip(places, rows, strict=True):
        colour, marker, fill = LOOKS[DEPENDS if row["verdict"].startswith(DEPENDS) else row["verdict"]]
        draw_interval(axis, place, row, colour, marker, fillstyle=fill)
        style = {"transform": axis.get_yaxis_transform(), "va": "center", "fontsize": SMALL}
        axis.text(1.02, place, row["verdict"], color=INK, **style)
    axis.set_yticks(places, names_of(rows))
    for place in places[firsts][1:]:
        axis.axhline(place - 0.75, color="#D5D5D5", linewidth=0.6)
    axis.set_ylim(places[-1] + 0.8, places[0] - 0.8)
    finish(axis, table)


def names_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return for each row what it is of, its expectation and the sign that is expected.

    A placebo is called by what it is, a proposition by its number, and also by its page where it has several.
    """
    pages = dict.fromkeys(row["experiment"] for row in rows)
    times = Counter(page.partition("_")[0] for page in pages)
    found = []
    for row in rows:
        number, _, rest = row["experiment"].partition("_")
        proposition = number[1:].isdigit()
        words = [f"P{int(number[1:])}"] if proposition else []
        words += [f"{words_of(rest)}:"] if not proposition or times[number] > 1 else []
        found.append(" ".join([*words, words_of(row["expectation"]), SIGNS[row["expected"]]]))
    return found


def finish(axis: Axes, table: pl.DataFrame) -> None:
    """Let the axis be even within the smallest effect, and logarithmic beyond."""
    known = table.select(pl.max_horizontal(pl.col("low", "median", "high").abs().fill_nan(None).max())).item()
    most = min(MOST, 1.3 * max(3.0, known or 0.0))
    axis.set_xscale("symlog", linthresh=1.0, linscale=0.8)
    axis.set_xlim(-most, most)
    axis.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if abs(tick) <= most]))
    axis.xaxis.set_minor_locator(FixedLocator([]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel("effect / smallest effect of interest; right: as expected (of =: higher)")


FIGURE = Figure(
    "verdicts",
    "Effects of all propositions beside the smallest effect of interest",
    "Each row is an expectation written down before the runs: an outcome is to be higher (↑), lower (↓) or the same "
    "(=). Marks are medians over draws of the paired effect divided by the smallest effect of interest, lines their "
    "95% intervals; effects expected to be lower are turned round, so that right is as expected. In the grey "
    "field effects are smaller than of interest. The scale is even within the field and logarithmic outside.",
    tuple(TITLES),
    data,
    draw,
    height_inches=8.6,
)
