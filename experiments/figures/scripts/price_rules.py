"""Volatility, mean price and efficiency under three rules of the spot price, and their paired differences."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.figures.drawing import draw_interval, panels, zero_line
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import by_draw, gaps, medians
from experiments.overview import COLOURS

EXPERIMENT = "p12_price_rules"
OUTCOMES = {
    "spot_volatility": "volatility of spot [1/year]",
    "spot_price_mean": "mean spot price\n[USD/H100e-hour]",
    "allocative_efficiency": "allocative efficiency\n[share of best surplus]",
}
RULES = {"auction": (COLOURS[0], "o"), "smoothed": (COLOURS[1], "s"), "posted": (COLOURS[2], "D")}
FIRST = "auction"
"""The rule that others are compared with."""


def data(results: Results) -> pl.DataFrame:
    """Return levels of each outcome by rule and differences to the auction: rows of draws, and of their medians."""
    values = by_draw(results[EXPERIMENT].results.runs, list(OUTCOMES))
    parts = []
    for outcome in OUTCOMES:
        for rule in RULES:
            level = values.filter(pl.col("arm") == rule).select("point", value=outcome)
            gap = gaps(values, ["point"], outcome, FIRST, rule).select("point", value="difference")
            for what, found in (("level", level), ("difference", gap)):
                if what == "difference" and rule == FIRST:
                    continue
                told = {"outcome": pl.lit(outcome), "rule": pl.lit(rule), "what": pl.lit(what)}
                parts.append(found.select(**told, mark=pl.lit("draw"), median="value"))
                middle = medians(found.with_columns(**told), list(told), "value")
                parts.append(middle.with_columns(pl.lit("median").alias("mark")))
    return pl.concat(parts, how="diagonal")


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw levels above and differences below, a column for each outcome."""
    axes = panels(canvas, 2, len(OUTCOMES), height_ratios=(1.25, 1.0))
    for column, (outcome, label) in enumerate(OUTCOMES.items()):
        for row, what in enumerate(("level", "difference")):
            here = table.filter((pl.col("outcome") == outcome) & (pl.col("what") == what))
            draw_panel(axes[row, column], here)
        axes[0, column].set_title(label)
        zero_line(axes[1, column])
    axes[0, 0].set_ylabel("level")
    axes[1, 0].set_ylabel(f"less {FIRST},\nsame draw and luck")


def draw_panel(axis: Axes, part: pl.DataFrame) -> None:
    """Draw draws as faint strokes beside the median of each rule with its interval."""
    rules = [rule for rule in RULES if rule in part["rule"]]
    for place, rule in enumerate(rules):
        colour, marker = RULES[rule]
        here = part.filter(pl.col("rule") == rule)
        draws = here.filter(pl.col("mark") == "draw")["median"]
        axis.plot(
            [place - 0.22] * len(draws), draws, color=colour, marker="_", markersize=9, linestyle="none", alpha=0.45
        )
        for row in here.filter(pl.col("mark") == "median").iter_rows(named=True):
            draw_interval(axis, place, row, colour, marker, upright=True)
    axis.set_xlim(-0.6, len(rules) - 0.5)
    axis.set_xticks(range(len(rules)), rules)
    axis.margins(y=0.1)


FIGURE = Figure(
    "price_rules",
    "Spot price rules: volatility, mean price and efficiency",
    "Above: each outcome under three rules of the spot price. Below: differences to the auction within draws that "
    "share luck. Marks are medians over draws with 95% intervals, strokes left of them draws.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=4.4,
)
