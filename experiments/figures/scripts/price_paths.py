"""Contract and spot prices month by month, with and without the surge of one lab."""

import polars as pl
from matplotlib.figure import Figure as Canvas

from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.paths import Outcome, World, draw_paths, paths_table, reading, surge_month

EXPERIMENT, LAB = "colossus_replay", "anthropic"
WITHOUT, WITH = World("colossus_calm", "no surge"), World("colossus", "one lab\nsurges")
OUTCOMES = tuple(
    Outcome(kind, pl.col(column), (column,), f"{kind.capitalize()} price", "USD/H100e-hour")
    for kind in ("contract", "spot")
    for column in [f"{kind}_price_usd_per_h100e_hour"]
)


def data(results: Results) -> pl.DataFrame:
    """Return the paths of both prices in both worlds, and of their difference."""
    answered = results[EXPERIMENT]
    return paths_table(answered, OUTCOMES, WITHOUT, WITH, surge_month(answered, WITH.arm, LAB))


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a column for each price."""
    draw_paths(canvas, table, OUTCOMES, (WITHOUT, WITH))


FIGURE = Figure(
    "price_paths",
    "Contract and spot prices with and without the surge of one lab",
    reading("surge less no surge"),
    (EXPERIMENT,),
    data,
    draw,
    height_inches=4.4,
)
