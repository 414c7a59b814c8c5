"""What a limit on one supplier does to the worst failure, and to what labs keep of the surplus."""

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.figures.drawing import SMALL, few_ticks, panels, zero_line
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import by_draw, gaps, medians
from experiments.overview import COLOURS

EXPERIMENT, UNLIMITED = "p06_spreading", "concentrated"
SHARES = {"spread_060": "60%", "spread_040": "40%", "spread": "25%"}
"""What a lab may have from one supplier, by arm; all of it in the arm that these are held against."""
SERIES = {
    "": ("outages of each supplier alone", COLOURS[0], "s", "-"),
    "_common": ("half of all outages common", COLOURS[1], "o", "--"),
}
"""Name, colour, marker and line of arms that end so."""
LABELS = {
    "largest_supplier_share": "largest supplier\n[change, share of what a lab holds]",
    "systemic_loss_share": "lost if the worst supplier fails\n[change, share of inference]",
    "lab_surplus_share": "labs' part\n[change, share of the surplus]",
}
PANELS = (("largest_supplier_share", "systemic_loss_share"), ("systemic_loss_share", "lab_surplus_share"))
"""Outcomes across and up."""
ENDS = ("median", "low", "high")


def data(results: Results) -> pl.DataFrame:
    """Return for each arm with a limit the change of each outcome against no limit, paired by draw, with intervals."""
    values = by_draw(results[EXPERIMENT].results.runs, list(LABELS))
    parts = []
    for end in SERIES:
        for arm in SHARES:
            row = pl.DataFrame({"arm": arm + end})
            for outcome in LABELS:
                gap = gaps(values, ["point"], outcome, UNLIMITED + end, arm + end).with_columns(arm=pl.lit(arm + end))
                found = medians(gap, ["arm"], "difference")
                named = [pl.col(one).alias(f"{outcome}_{one}") for one in ("draws", *ENDS)]
                row = row.join(found.select("arm", *named), on="arm", maintain_order="left")
            parts.append(row)
    return pl.concat(parts)


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a panel for each pair of outcomes, and say above which line is which."""
    axes = panels(canvas, 1, len(PANELS))[0]
    for axis, pair in zip(axes, PANELS, strict=True):
        draw_panel(axis, table, *pair)
        axis.set_xlabel(LABELS[pair[0]])
        axis.set_ylabel(LABELS[pair[1]])
    canvas.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)


def draw_panel(axis: Axes, table: pl.DataFrame, x: str, y: str) -> None:
    """Draw a line from no limit, at zero, through the medians of each limit, with their intervals both ways."""
    zero_line(axis)
    zero_line(axis, upright=True)
    for end, (name, colour, marker, line) in SERIES.items():
        part = table.filter(pl.col("arm").is_in([arm + end for arm in SHARES]))
        across, up = ([0.0, *part[f"{outcome}_median"]] for outcome in (x, y))
        axis.plot(across, up, color=colour, marker=marker, markersize=5, linestyle=line, label=name)
        axis.hlines(part[f"{y}_median"], part[f"{x}_low"], part[f"{x}_high"], color=colour, linewidth=1.4)
        axis.vlines(part[f"{x}_median"], part[f"{y}_low"], part[f"{y}_high"], color=colour, linewidth=1.4)
        for share, place in zip(SHARES.values(), zip(across[1:], up[1:], strict=True), strict=True):
            style: dict[str, Any] = {"textcoords": "offset points", "fontsize": SMALL, "color": colour}
            axis.annotate(share, place, (4, 5) if end else (4, -11), **style)
    axis.grid(visible=True)
    axis.margins(0.12)
    few_ticks(axis)


FIGURE = Figure(
    "diversification_frontier",
    "Dependence, the worst failure, and labs' part of the surplus under a limit on one supplier",
    "What changes if a lab may have 60, 40 or 25% of its capacity from one supplier, instead of all of it; labs are "
    "alike in all else. Left: what labs have from their largest supplier, and the inference lost if the worst supplier "
    "fails. Right: that loss, and the part of the surplus that labs keep. Marks are medians over draws of paired "
    "differences, lines their 95% intervals both ways.",
    (EXPERIMENT,),
    data,
    draw,
)
