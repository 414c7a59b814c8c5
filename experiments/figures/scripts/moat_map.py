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

EXPERIMENT, LAB = "moat_or_commodity", "meta"
ELASTICITY, SPILLOVER = "quality_compute_elasticity", "training_spillover_per_month"
FACTORS = {f"parameters.{name}": name for name in (ELASTICITY, SPILLOVER)}
ARMS = {"colossus": "open: with partners", "no_partners": "closed: without partners"}
MORE = "_more"
"""Ends the name of an arm in which one lab has a tenth more compute."""
ASKED_MONTHS = (24, 60)
PANELS = {
    "hhi_labs_end": "concentration of users\n[HHI, 0–10,000]",
    "compute_profit_correlation": "compute and profit\n[rank correlation]",
    "gap_24_share": "a tenth more compute:\nusers in month 24\n[change of share]",
    "gap_60_share": "a tenth more compute:\nusers in month 60\n[change of share]",
}
SIGNED = ("compute_profit_correlation", "gap_24_share", "gap_60_share")


def data(results: Results) -> pl.DataFrame:
    """Return each outcome by arm, spillover and elasticity: its mean over runs and the 95% interval."""
    answered = results[EXPERIMENT]
    runs = answered.results.runs.filter(pl.col("failure").is_null()).rename(FACTORS)
    at = runs.unique("point", keep="first").select("point", ELASTICITY, SPILLOVER)
    labs = table_of(answered, "labs", ["month", "lab", "users_h100e"])
    plain = runs.filter(pl.col("arm").is_in(list(ARMS)))
    parts = [_means(plain, outcome, outcome) for outcome in ("hhi_labs_end", "compute_profit_correlation")]
    for month in ASKED_MONTHS:
        gap = interventions(labs, month).join(at, on="point", maintain_order="left")
        parts.append(_means(gap, "difference", f"gap_{month}_share"))
    return pl.concat(parts).sort("outcome", "arm", SPILLOVER, ELASTICITY)


def _means(rows: pl.DataFrame, column: str, outcome: str) -> pl.DataFrame:
    return means(rows, ["arm", SPILLOVER, ELASTICITY], column).select(pl.lit(outcome).alias("outcome"), "*")


def interventions(labs: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the gap of the lab's share of users in a month with a tenth more compute, by arm, point and replicate."""
    share = part_of_all("users_h100e", "lab", LAB).alias("share")
    shares = labs.filter(pl.col("month") == month).group_by(KEYS, maintain_order=True).agg(share)
    pairs = [
        gaps(shares, ["point", "replicate"], "share", arm, arm + MORE).with_columns(arm=pl.lit(arm)) for arm in ARMS
    ]
    return pl.concat(pairs)


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a row of panels for each outcome and a column for each spillover, and say above which line is which."""
    spillovers = table[SPILLOVER].unique().sort().to_list()
    axes = panels(canvas, len(PANELS), len(spillovers), sharex=True, sharey="row")
    for row, (outcome, label) in zip(axes, PANELS.items(), strict=True):
        for axis, spillover in zip(row, spillovers, strict=True):
            draw_outcome(axis, table.filter((pl.col("outcome") == outcome) & (pl.col(SPILLOVER) == spillover)))
            if outcome in SIGNED:
                zero_line(axis)
        row[0].set_ylabel(label)
    for axis, spillover in zip(axes[0], spillovers, strict=True):
        axis.set_title(f"spillover {spillover:g}/month")
    for axis in axes[-1]:
        axis.set_xlabel("ζ, elasticity of quality [–]")
    canvas.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2)


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
    "Concentration, profit and a tenth more compute, over how far quality follows training and spills over",
    "Over ζ, the elasticity of quality in training compute, and the part of its gap to the frontier lab that a lab "
    "learns in a month without training, both inputs and no results; with partners and without. Means over runs, bands "
    "their 95% intervals. Above: concentration of users, and rank correlation of compute with profit, in the last "
    "month; both describe and are no causes. Below: an intervention, one lab begins with a tenth more compute; the gap "
    "of its share of users after two and five years, paired by luck.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=7.6,
)
