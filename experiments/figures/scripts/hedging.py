"""What buying spot hours forward changes, by the share that labs hedge."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import PercentFormatter

from experiments.figures.drawing import SMALL_GREY, UNITS, draw_interval, panels, words_of, zero_line
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import by_draw, gaps, medians, quantiles
from experiments.overview import COLOURS, INK

EXPERIMENT, ARM, WITHOUT = "hedging", "hedged_", "hedged_000"
OUTCOMES = ("lab_cost_volatility", "spot_volatility", "spot_price_mean")


def data(results: Results) -> pl.DataFrame:
    """Return paired changes against no hedging: by outcome and share, the median over draws, its interval, p10, p90.

    `smallest` is the smallest effect of interest of the page, where it names one.
    """
    experiment, stored = results[EXPERIMENT]
    values = by_draw(stored.runs, OUTCOMES)
    arms = sorted(arm.name for arm in experiment.arms if arm.name != WITHOUT)
    parts = []
    for outcome in OUTCOMES:
        of_interest = [one.smallest for one in experiment.expectations if one.outcome == outcome]
        told = {"outcome": pl.lit(outcome), "smallest": pl.lit(max(of_interest, default=None), pl.Float64)}
        for arm in arms:
            share = int(arm.removeprefix(ARM)) / 100.0
            gap = gaps(values, ["point"], outcome, WITHOUT, arm).with_columns(hedge_share=pl.lit(share))
            spread = quantiles(gap, ["hedge_share"], "difference").select(p10="low", p90="high")
            parts.append(
                pl.concat([medians(gap, ["hedge_share"], "difference"), spread], how="horizontal").select(**told, **ALL)
            )
    return pl.concat(parts)


ALL = {name: pl.col(name) for name in ("hedge_share", "draws", "median", "low", "high", "p10", "p90")}


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a panel for each outcome."""
    for axis, outcome in zip(panels(canvas, 1, len(OUTCOMES))[0], OUTCOMES, strict=True):
        draw_outcome(axis, table.filter(pl.col("outcome") == outcome))
        axis.set_title(words_of(outcome))
        axis.set_ylabel(f"change [{UNITS[outcome]}]")
        axis.set_xlabel("share hedged [%]")


def draw_outcome(axis: Axes, part: pl.DataFrame) -> None:
    """Draw the change at each share: median, its interval, and thin the spread of draws."""
    smallest = part["smallest"][0]
    if smallest is not None:
        axis.axhspan(-smallest, smallest, color=SMALL_GREY, linewidth=0, zorder=0)
    zero_line(axis)
    axis.vlines(part["hedge_share"], part["p10"], part["p90"], color=INK, linewidth=0.8)
    axis.plot([0.0, *part["hedge_share"]], [0.0, *part["median"]], color=COLOURS[0], linewidth=1.0)
    for row in part.iter_rows(named=True):
        draw_interval(axis, row["hedge_share"], row, COLOURS[0], "o", upright=True)
    axis.set_xlim(-0.05, 1.08)
    axis.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))


FIGURE = Figure(
    "hedging",
    "Volatility and prices by the share of spot hours that labs hedge",
    "Changes against no hedging within draws that share luck. Dots are medians over draws, thick lines their 95% "
    "intervals, thin lines the 10th to 90th percentile of draws. In the grey field effects are smaller than "
    "of interest.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=2.9,
)
