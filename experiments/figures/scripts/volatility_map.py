"""How far prices stray and swing, over lead times and the weight of orders under way."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.figures.drawing import draw_line, draw_map, label_of, name_ends, panels
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import means
from experiments.overview import COLOURS

EXPERIMENT, FACTOR, ARM = "volatility_map", "parameters.supply_line_weight", "lead_"
OUTCOMES = ("contract_cycle_cv", "contract_volatility")
LEAD, WEIGHT = "lead_months", "supply_line_weight"
LINES = 3
"""Weights that are drawn as lines: the lowest, one in the middle, the highest."""


def data(results: Results) -> pl.DataFrame:
    """Return the mean of each outcome over runs at each lead time and weight, with its 95% interval."""
    runs = results[EXPERIMENT].results.runs.filter(pl.col("failure").is_null())
    lead = pl.col("arm").str.strip_prefix(ARM).cast(pl.Int64)
    cells = runs.select(lead.alias(LEAD), pl.col(FACTOR).alias(WEIGHT), *OUTCOMES).sort(LEAD, WEIGHT)
    parts = [
        means(cells, [LEAD, WEIGHT], outcome).select(pl.lit(outcome).alias("outcome"), "*") for outcome in OUTCOMES
    ]
    return pl.concat(parts)


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a map of each outcome, and beside it some of its rows as lines with their intervals."""
    axes = panels(canvas, len(OUTCOMES), 2, width_ratios=(1.15, 1.0))
    for (left, right), outcome in zip(axes, OUTCOMES, strict=True):
        part = table.filter(pl.col("outcome") == outcome)
        draw_map(left, part, [LEAD, WEIGHT, "mean"], ".2f")
        left.set_title(label_of(outcome))
        left.set_ylabel("weight of orders under way")
        draw_rows(right, part, 0.4 * canvas.get_figheight())
        right.set_ylabel(label_of(outcome))
    for axis in axes[-1]:
        axis.set_xlabel("lead time [months]")


def draw_rows(axis: Axes, part: pl.DataFrame, height_inches: float) -> None:
    """Draw an outcome over lead times at the lowest, the middle and the highest weight."""
    weights = part[WEIGHT].unique().sort().to_list()
    shown = list(dict.fromkeys([weights[0], weights[len(weights) // 2], weights[-1]]))
    ends = []
    for place, weight in enumerate(shown[:LINES]):
        row = part.filter(pl.col(WEIGHT) == weight).sort(LEAD)
        draw_line(axis, row, [LEAD, "mean", "low", "high"], place)
        ends.append((f"weight {weight:g}", row["mean"][-1], COLOURS[place]))
    axis.set_xticks(part[LEAD].unique().sort().to_list())
    axis.set_ylim(bottom=0.0)
    name_ends(axis, ends, height_inches)


FIGURE = Figure(
    "volatility_map",
    "Cycles and volatility of contract prices over lead time and the weight of orders under way",
    "Left: means over runs at each lead time of all sites and each weight that suppliers give to orders under way. "
    "Right: three of the rows, with 95% intervals over runs. Above: coefficient of variation round the trend; below: "
    "annualised volatility.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=5.4,
)
