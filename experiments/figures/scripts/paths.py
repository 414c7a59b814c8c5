"""Paths over months in two worlds, and their paired difference, for figures of what a surge or a supplier does."""

from typing import NamedTuple

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.figures.drawing import draw_line, name_ends, panels, zero_line
from experiments.figures.figure import Answered
from experiments.figures.scripts.shared import KEYS, gaps, medians, quantiles, table_of
from experiments.overview import COLOURS, INK

LEVEL, DIFFERENCE = "level", "difference"
ROOM = 2.2
"""Height of a panel / the highest median in it, at most; a band may leave the panel."""


def reading(difference: str) -> str:
    """Return how a figure of paths is read; `difference` says what is taken from what."""
    return (
        "Above: medians over draws; bands from their 10th to 90th percentile, which may leave the panel. Below: the "
        f"median of the paired difference, {difference}, and its 95% interval. The dotted line is the month in which "
        "the surge begins."
    )


class Outcome(NamedTuple):
    """Something told month by month: of which columns of the months, what it is called, and its unit."""

    name: str
    of: pl.Expr
    columns: tuple[str, ...]
    title: str
    unit: str


class World(NamedTuple):
    """An arm, and what it is called."""

    arm: str
    name: str


def paths_table(
    answered: Answered, outcomes: tuple[Outcome, ...], without: World, with_it: World, event_month: int
) -> pl.DataFrame:
    """Return the paths of two worlds over draws, 10th to 90th percentile, and of their difference, its 95% interval.

    One row an outcome, world or difference, and month since the event; draws are means over replicates.
    """
    columns = list(dict.fromkeys(column for outcome in outcomes for column in outcome.columns))
    rows = table_of(answered, "months", ["month", *columns])
    parts = []
    for outcome in outcomes:
        told = rows.select(*KEYS, "month", outcome.of.alias("value"))
        gap = gaps(told, ["point", "replicate", "month"], "value", without.arm, with_it.arm)
        both = told.filter(pl.col("arm").is_in([without.arm, with_it.arm]))
        levels = quantiles(_draws(both, "arm", "value"), ["arm", "month"], "value")
        difference = medians(
            _draws(gap.with_columns(arm=pl.lit(DIFFERENCE)), "arm", "difference"), ["arm", "month"], "difference"
        )
        parts += [
            frame.select(pl.lit(outcome.name).alias("outcome"), pl.lit(outcome.unit).alias("unit"), "*")
            for frame in (levels, difference)
        ]
    return pl.concat(parts).with_columns(pl.col("month") - event_month).rename({"month": "months_since_event"})


def _draws(rows: pl.DataFrame, arm: str, value: str) -> pl.DataFrame:
    """Return the mean over replicates of each arm, month and draw, in the order of months."""
    keys = [arm, "month", "point"]
    return rows.group_by(keys).agg(pl.col(value).fill_nan(None).mean()).sort(keys)


def draw_paths(canvas: Canvas, table: pl.DataFrame, outcomes: tuple[Outcome, ...], worlds: tuple[World, World]) -> None:
    """Draw levels above and the difference below, a column for each outcome."""
    axes = panels(canvas, 2, len(outcomes), sharex=True, height_ratios=(1.5, 1.0))
    height = 0.5 * canvas.get_figheight()
    for column, outcome in enumerate(outcomes):
        here = table.filter(pl.col("outcome") == outcome.name)
        draw_levels(axes[0, column], here, worlds)
        axes[0, column].set_title(outcome.title)
        draw_difference(axes[1, column], here)
        axes[0, column].set_ylabel(outcome.unit)
        axes[1, column].set_ylabel("difference")
        axes[1, column].set_xlabel("months since the surge began")
    label_worlds(axes[0, -1], table.filter(pl.col("outcome") == outcomes[-1].name), worlds, height)


PATH = ["months_since_event", "median", "low", "high"]


def draw_levels(axis: Axes, part: pl.DataFrame, worlds: tuple[World, World]) -> None:
    """Draw the median of each world and its band."""
    highest = 0.0
    for place, world in enumerate(worlds):
        path = part.filter(pl.col("arm") == world.arm)
        draw_line(axis, path, PATH, place)
        highest = max(highest, float(np.nanmax(path["median"].to_numpy(), initial=0.0)))
    axis.set_ylim(0.0, min(axis.get_ylim()[1], ROOM * highest) or 1.0)
    axis.axvline(0.0, color=INK, linewidth=0.8, linestyle=":")


def draw_difference(axis: Axes, part: pl.DataFrame) -> None:
    """Draw the median difference with its interval."""
    zero_line(axis)
    axis.axvline(0.0, color=INK, linewidth=0.8, linestyle=":")
    draw_line(axis, part.filter(pl.col("arm") == DIFFERENCE), PATH, 0, INK)


def label_worlds(axis: Axes, part: pl.DataFrame, worlds: tuple[World, World], height_inches: float) -> None:
    """Name the worlds at the ends of their lines."""
    ends = [
        (world.name, float(part.filter(pl.col("arm") == world.arm)["median"][-1]), COLOURS[place])
        for place, world in enumerate(worlds)
    ]
    name_ends(axis, ends, height_inches)


def surge_month(answered: Answered, arm: str, lab: str) -> int:
    """Return the month in which a lab's surge begins in an arm."""
    scenario = next(one.scenario for one in answered.experiment.arms if one.name == arm)
    return int(scenario.labs[lab]["surge_start_month"])
