"""Survival of labs that enter over the cash they start with, and the cash at which it is even."""

import math
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator, PercentFormatter

from experiments.figures.drawing import draw_line, panels
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import means
from experiments.overview import COLOURS, INK

EXPERIMENT, OUTCOME = "minimum_capital", "lab_survival_60"
CASH, HAZARD = "cash_usd_m", "recall_hazard_per_month"
FACTORS = {"entrants.lab.cash_usd_m": CASH, "parameters.recall_hazard_per_month": HAZARD}
ARMS = {"no_partners": "without partners", "colossus": "with partners"}
MARKERS = ("o", "s")
CASH_WORDS = FuncFormatter(lambda value, _: f"{value / 1e3:g}k" if value >= 1e3 else f"{value:g}")
LEVEL = 0.5
"""The survival that is asked for."""


def data(results: Results) -> pl.DataFrame:
    """Return survival after five years by arm, recall hazard and cash, and the cash at which it is `LEVEL`.

    Of rows `survival` the columns `mean`, `low` and `high` are shares of entrants; of rows `capital` they are USD m,
    from the cash at which such a survival cannot be excluded to that at which a lower one can.
    """
    runs = results[EXPERIMENT].results.runs.filter(pl.col("failure").is_null())
    cells = runs.select("arm", OUTCOME, **{name: pl.col(factor) for factor, name in FACTORS.items()})
    curves = means(cells.sort("arm", HAZARD, CASH), ["arm", HAZARD, CASH], OUTCOME)
    rows: list[tuple[Any, ...]] = []
    for (arm, hazard), part in curves.group_by("arm", HAZARD, maintain_order=True):
        cash = part[CASH].to_numpy()
        ends = [
            crossing(cash, part[name].to_numpy(), LEVEL) for name in ("mean", "high", "low")
        ]  # survival is high where less cash will do
        rows.append(("capital", arm, hazard, None, part["draws"].sum(), *ends))
    capital = pl.DataFrame(rows, schema={"mark": pl.String, **curves.schema}, orient="row")
    return pl.concat([curves.select(pl.lit("survival").alias("mark"), "*"), capital])


def crossing(cash: Any, survival: Any, level: float) -> float:
    """Return the smallest cash with such a survival, between two that were run on a line over the logarithm.

    It is the least that was run where that does, infinite where none does, and no number where survival is not known.
    """
    if not np.isfinite(survival).any():
        return math.nan
    enough = np.flatnonzero(survival >= level)
    if not len(enough):
        return math.inf
    first = int(enough[0])
    if first == 0 or not np.isfinite(survival[first - 1]):
        return float(cash[first])
    pair = slice(first - 1, first + 1)
    return float(np.exp(np.interp(level, survival[pair], np.log(cash[pair]))))


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw survival over cash for each recall hazard, and to the right the cash at which it is even."""
    survival, capital = (table.filter(pl.col("mark") == mark) for mark in ("survival", "capital"))
    hazards = survival[HAZARD].unique().sort().to_list()
    axes = panels(canvas, 1, len(hazards) + 1, width_ratios=[1.0] * len(hazards) + [1.15])[0]
    for axis, hazard in zip(axes, hazards):
        draw_survival(axis, survival.filter(pl.col(HAZARD) == hazard))
        axis.set_title(f"recall {hazard:g}/month")
        axis.sharey(axes[0])
    axes[0].set_ylabel("in business after 5 years\n[share of entrants]")
    draw_capital(axes[-1], capital, hazards, survival[CASH].to_numpy())
    canvas.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)


def draw_survival(axis: Axes, part: pl.DataFrame) -> None:
    """Draw survival over cash, a line for each arm."""
    for place, (arm, name) in enumerate(ARMS.items()):
        draw_line(axis, part.filter(pl.col("arm") == arm), [CASH, "mean", "low", "high"], place)
        axis.lines[-1].set(label=name, marker=MARKERS[place], markersize=4, clip_on=False)
    axis.axhline(LEVEL, color=INK, linewidth=0.8, linestyle=":")
    axis.set_xscale("log")
    axis.set_ylim(0.0, 1.0)
    axis.xaxis.set_major_locator(LogLocator(10, numticks=4))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(CASH_WORDS)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    axis.set_xlabel("cash [USD m]")


def draw_capital(axis: Axes, capital: pl.DataFrame, hazards: list[float], cash: Any) -> None:
    """Draw the cash at which survival is even, by recall hazard; a triangle where more than was run is needed."""
    bottom, top = float(cash.min()), float(cash.max())
    beyond = 1.3 * top
    for place, arm in enumerate(ARMS):
        for row in capital.filter(pl.col("arm") == arm).iter_rows(named=True):
            x = hazards.index(row[HAZARD]) + 0.24 * (place - 0.5)
            axis.vlines(x, min(row["low"], beyond), min(row["high"], beyond), color=COLOURS[place], linewidth=1.6)
            marker = "^" if math.isinf(row["mean"]) else MARKERS[place]
            axis.plot(x, min(row["mean"], beyond), color=COLOURS[place], marker=marker, linestyle="none")
    axis.set_yscale("log")
    axis.set_ylim(bottom / 1.6, top * 1.6)
    axis.yaxis.set_major_formatter(CASH_WORDS)
    axis.set_xlim(-0.5, len(hazards) - 0.5)
    axis.set_xticks(range(len(hazards)), [f"{hazard:g}" for hazard in hazards])
    axis.set_xlabel("recall [1/month]")
    axis.set_ylabel("cash for an even chance [USD m]")


FIGURE = Figure(
    "minimum_capital",
    "Survival of entrants over their cash, and the cash for an even chance",
    "Share of labs that enter which are in business five years later, means over runs with 95% intervals, at three "
    "hazards of recall by partners. Right: the cash at which it is a half, and the range in which that cannot be "
    "excluded; a triangle at the top where no cash that was run is enough.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=3.3,
)
