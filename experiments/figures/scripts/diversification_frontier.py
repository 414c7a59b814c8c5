"""What spreading over suppliers does to the worst failure, and to what labs keep of the surplus."""

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.figures.drawing import few_ticks, panels
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import by_draw, medians
from experiments.overview import COLOURS

ENDS = ("median", "low", "high")
EXPERIMENT = "p06_diversification"
LABELS = {
    "largest_supplier_share": "largest supplier [share of what a lab holds]",
    "systemic_loss_share": "lost if the worst supplier fails\n[share of inference]",
    "lab_surplus_share": "labs' part [share of the surplus]",
}
PANELS = (("largest_supplier_share", "systemic_loss_share"), ("systemic_loss_share", "lab_surplus_share"))
"""Outcomes across and up."""
ARMS = {
    "concentrated": ("few suppliers", COLOURS[1], "o", "full"),
    "spread": ("spread", COLOURS[0], "s", "full"),
    "concentrated_common": ("few suppliers, half of outages common", COLOURS[1], "o", "none"),
    "spread_common": ("spread, half of outages common", COLOURS[0], "s", "none"),
}
"""Name, colour, marker and filling of each arm."""


def data(results: Results) -> pl.DataFrame:
    """Return a row for each arm and pair of outcomes, and one for each draw below it, `mark` telling which."""
    runs = results[EXPERIMENT].results.runs
    names = list(dict.fromkeys(name for pair in PANELS for name in pair))
    values = by_draw(runs, names)
    found = {name: medians(values, ["arm"], name) for name in names}
    parts = []
    for x, y in PANELS:
        ends = [
            found[name].select("arm", pl.col("draws"), *(pl.col(end).alias(f"{axis}_{end}") for end in ENDS))
            for axis, name in (("x", x), ("y", y))
        ]
        middle = ends[0].join(ends[1].drop("draws"), on="arm", maintain_order="left")
        draws = values.select("arm", pl.lit(1).cast(pl.Int64).alias("draws"), x_median=x, y_median=y)
        told = {"x": pl.lit(x), "y": pl.lit(y)}
        parts += [middle.select(pl.lit("median").alias("mark"), **told, **{n: pl.col(n) for n in middle.columns})]
        parts += [draws.select(pl.lit("draw").alias("mark"), **told, **{n: pl.col(n) for n in draws.columns})]
    return pl.concat(parts, how="diagonal")


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a panel for each pair of outcomes, and say below which mark is which arm."""
    axes = panels(canvas, 1, len(PANELS))[0]
    for axis, (x, y) in zip(axes, PANELS, strict=True):
        draw_panel(axis, table.filter((pl.col("x") == x) & (pl.col("y") == y)))
        axis.set_xlabel(LABELS[x])
        axis.set_ylabel(LABELS[y])
    canvas.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)


def draw_panel(axis: Axes, part: pl.DataFrame) -> None:
    """Draw draws as faint marks, and the median of each arm with its intervals both ways."""
    for arm, (_, colour, marker, fill) in ARMS.items():
        draws = part.filter((pl.col("arm") == arm) & (pl.col("mark") == "draw"))
        style: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": "none", "fillstyle": fill}
        axis.plot(draws["x_median"], draws["y_median"], alpha=0.3, markersize=3, **style)
    for arm, (name, colour, marker, fill) in ARMS.items():
        for row in part.filter((pl.col("arm") == arm) & (pl.col("mark") == "median")).iter_rows(named=True):
            axis.hlines(row["y_median"], row["x_low"], row["x_high"], color=colour, linewidth=1.4)
            axis.vlines(row["x_median"], row["y_low"], row["y_high"], color=colour, linewidth=1.4)
            style = {"color": colour, "marker": marker, "linestyle": "none", "fillstyle": fill}
            axis.plot(row["x_median"], row["y_median"], markersize=7, label=name, markerfacecoloralt="white", **style)
    axis.grid(visible=True)
    axis.set_xlim(left=0.0)
    axis.set_ylim(bottom=0.0 if (part["y_median"] >= 0.0).all() else None)
    few_ticks(axis)


FIGURE = Figure(
    "diversification_frontier",
    "Dependence, the worst failure, and labs' part of the surplus",
    "Left: what labs have from their largest supplier, and the inference lost if the worst supplier fails. Right: that "
    "loss, and the part of the surplus that labs keep. Large marks are medians over draws with 95% intervals both "
    "ways, small ones draws. Hollow marks: half of all outages strike all suppliers at once.",
    (EXPERIMENT,),
    data,
    draw,
)
