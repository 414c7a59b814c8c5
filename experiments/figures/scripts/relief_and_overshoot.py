"""Demand that is turned away and capacity that stands idle, with and without idle assets of other trades."""

import polars as pl
from matplotlib.figure import Figure as Canvas

from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.paths import Outcome, World, draw_paths, paths_table, reading, surge_month

EXPERIMENT, LAB = "colossus_replay", "anthropic"
WITHOUT, WITH = World("no_partners", "without"), World("colossus", "with idle\nassets")
OUTCOMES = (
    Outcome("unserved", pl.col("unserved_share"), ("unserved_share",), "Demand turned away", "share of demand"),
    Outcome(
        "idle",
        pl.col("idle_h100e") / pl.col("installed_h100e"),
        ("idle_h100e", "installed_h100e"),
        "Idle capacity",
        "share of installed capacity",
    ),
)


def data(results: Results) -> pl.DataFrame:
    """Return the paths of both shares in both worlds, and of their difference."""
    answered = results[EXPERIMENT]
    return paths_table(answered, OUTCOMES, WITHOUT, WITH, surge_month(answered, WITH.arm, LAB))


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a column for each share."""
    draw_paths(canvas, table, OUTCOMES, (WITHOUT, WITH))


FIGURE = Figure(
    "relief_and_overshoot",
    "Demand turned away and idle capacity, with and without idle assets of other trades",
    reading("with less without idle assets"),
    (EXPERIMENT,),
    data,
    draw,
    height_inches=4.4,
)
