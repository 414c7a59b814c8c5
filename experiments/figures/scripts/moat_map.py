"""Concentration, profit and what a tenth more compute brings, over how far quality follows training."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.answers.firm import part_of_all
from experiments.figures.drawing import draw_line, panels, zero_line
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import KEYS, gaps, means, table_of
from experiments.overview import COLOURS

EXPERIMENT, FACTOR, LAB = "moat_or_commodity", "parameters.quality_compute_elasticity", "meta"
ELASTICITY = "quality_compute_elasticity"
ARMS = {"colossus": "open: with partners", "no_partners": "closed: without partners"}
MORE = "_more"
"""Ends the name of an arm in which one lab has a tenth more compute."""
ASKED_MONTHS = (24, 60)
PANELS = {
    "hhi_labs_end": "concentration of users\n[HHI, 0–10,000]",
    "compute_profit_correlation": "compute and profit\n[rank correlation]",
    "gap_24_share": "users with a tenth more compute,\nmonth 24 [change of share]",
    "gap_60_share": "users with a tenth more compute,\nmonth 60 [change of share]",
}
SIGNED = ("compute_profit_correlation", "gap_24_share", "gap_60_share")


def data(results: Results) -> pl.DataFrame:
    """Return each outcome by arm and elasticity: its mean over runs and the 95% interval."""
    answered = results[EXPERIMENT]
    runs = answered.results.runs.filter(pl.col("failure").is_null())
    at = runs.unique("point", keep="first").select("point", pl.col(FACTOR).alias(ELASTICITY))
    labs = table_of(answered, "labs", ["month", "lab", "users_h100e"])
    plain = runs.filter(pl.col("arm").is_in(list(ARMS))).with_columns(pl.col(FACTOR).alias(ELASTICITY))
    parts = [_means(plain, outcome, outcome) for outcome in ("hhi_labs_end", "compute_profit_correlation")]
    for month in ASKED_MONTHS:
        gap = interventions(labs, month).join(at, on="point", maintain_order="left")
        parts.append(_means(gap, "difference", f"gap_{month}_share"))
    return pl.concat(parts).sort("outcome", "arm", ELASTICITY)


def _means(rows: pl.DataFrame, column: str, outcome: str) -> pl.DataFrame:
    return means(rows, ["arm", ELASTICITY], column).select(pl.lit(outcome).alias("outcome"), "*")


def interventions(labs: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the gap of the lab's share of users in a month with a tenth more compute, by arm, point and replicate."""
    share = part_of_all("users_h100e", "lab", LAB).alias("share")
    shares = labs.filter(pl.col("month") == month).group_by(KEYS, maintain_order=True).agg(share)
    pairs = [
        gaps(shares, ["point", "replicate"], "share", arm, arm + MORE).with_columns(arm=pl.lit(arm)) for arm in ARMS
    ]
    return pl.concat(pairs)


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a panel for each outcome, and say below which line is which."""
    axes = panels(canvas, 2, 2).ravel()
    for axis, (outcome, label) in zip(axes, PANELS.items(), strict=True):
        draw_outcome(axis, table.filter(pl.col("outcome") == outcome))
        if outcome in SIGNED:
            zero_line(axis)
        axis.set_ylabel(label)
        axis.set_xlabel("ζ, elasticity of quality [–]")
    canvas.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)


def draw_outcome(axis: Axes, part: pl.DataFrame) -> None:
    """Draw an outcome over the elasticity, a line for each arm."""
    for place, (arm, name) in enumerate(ARMS.items()):
        here = part.filter(pl.col("arm") == arm)
        draw_line(axis, here, [ELASTICITY, "mean", "low", "high"], place)
        axis.lines[-1].set(label=name, marker="os"[place], markersize=4, color=COLOURS[place])
    if np.isfinite(part["mean"].to_numpy()).any():
        axis.margins(y=0.12)


FIGURE = Figure(
    "moat_map",
    "Concentration, profit and a tenth more compute, over how far quality follows training",
    "Over ζ, the elasticity of quality in training compute, an input and no result; with partners and without. Means "
    "over runs, bands their 95% intervals. Above: concentration of users, and rank correlation of compute with profit, "
    "in the last month; both describe and are no causes. Below: an intervention, one lab begins with a tenth more "
    "compute; the gap of its share of users after two and five years, paired by luck.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=4.8,
)
