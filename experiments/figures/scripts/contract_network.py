"""Who rents from whom before the surge and after it: mean capacity under contract over runs."""

from typing import Any

import networkx as nx
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.figures.drawing import SMALL, panels
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.paths import surge_month
from experiments.figures.scripts.shared import table_of
from experiments.overview import COLOURS, INK
from model.scenario import Scenario
from model.tables import ENTRANT_SUPPLIERS, lab_labels, supplier_labels

EXPERIMENT, ARM, LAB = "colossus_replay", "colossus", "anthropic"
AFTER_MONTHS = 24
LEAST_SHARE = {"lease": 0.004, "partner": 0.0005}
"""Edges of a channel below this part of all capacity at that time are not drawn."""
WIDEST = 9.0
"""Points of the widest edge."""
CHANNELS: dict[str, tuple[str, Any]] = {"lease": (COLOURS[0], "-"), "partner": (COLOURS[1], (0, (3, 1.2)))}
"""Colour and kind of line."""


def data(results: Results) -> pl.DataFrame:
    """Return capacity under contract of each supplier, lab and channel before and after, the mean over runs.

    `runs_share` is the part of the runs in which there is such a contract.
    """
    answered = results[EXPERIMENT]
    scenario = next(arm.scenario for arm in answered.experiment.arms if arm.name == ARM)
    columns = ["supplier", "lab", "channel", "capacity_h100e", "start_month", "end_month"]
    held = table_of(answered, "contracts", columns).filter(pl.col("arm") == ARM)
    good = answered.results.runs.filter((pl.col("arm") == ARM) & pl.col("failure").is_null()).height
    surge = surge_month(answered, ARM, LAB)
    parts = []
    for moment, month in (("before", max(0, surge - 1)), ("after", surge + AFTER_MONTHS)):
        running = held.filter((pl.col("start_month") <= month) & (pl.col("end_month") > month))
        summed = running.group_by("supplier", "lab", "channel", maintain_order=True).agg(
            capacity_h100e=pl.col("capacity_h100e").sum() / good,
            runs_share=pl.struct("point", "replicate").n_unique() / good,
        )
        parts.append(summed.select(pl.lit(moment).alias("moment"), pl.lit(month).alias("month"), "*"))
    return named(pl.concat(parts), scenario).sort("month", "supplier", "lab", "channel")


def named(table: pl.DataFrame, scenario: Scenario) -> pl.DataFrame:
    """Return the table with the names of firms in place of their keys."""
    suppliers = dict(zip([*scenario.suppliers, *ENTRANT_SUPPLIERS], supplier_labels(scenario), strict=True))
    labs = dict(zip([*scenario.labs, "entrant_lab"], lab_labels(scenario), strict=True))
    return table.with_columns(
        pl.col("supplier").cast(pl.String).replace(suppliers),
        pl.col("lab").cast(pl.String).replace(labs),
        pl.col("channel").cast(pl.String),
    )


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw both moments, suppliers to the left and labs to the right of each, firms at the same places."""
    axes = panels(canvas, 1, 2)[0]
    least = pl.col("channel").replace_strict(LEAST_SHARE, return_dtype=pl.Float64)
    shown = table.filter(pl.col("capacity_h100e") >= least * pl.col("capacity_h100e").sum().over("moment"))
    widest = float(shown["capacity_h100e"].max() or 1.0)  # type: ignore[arg-type]
    places = layout(shown)
    for axis, moment in zip(axes, ("before", "after"), strict=True):
        part = shown.filter(pl.col("moment") == moment)
        draw_moment(axis, part, places, widest)
        total, month = table.filter(pl.col("moment") == moment).select(pl.col("capacity_h100e").sum(), "month").row(0)
        axis.set_title(f"Month {month}: {total / 1e6:.2g}M H100e")
    handles = [
        axes[0].plot([], [], color=colour, linestyle=kind, linewidth=3.0)[0] for colour, kind in CHANNELS.values()
    ]
    canvas.legend(handles, [f"{name} contracts" for name in CHANNELS], loc="outside upper center", ncols=2)


def layout(shown: pl.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the places of firms in two columns, in the order of their capacity over both moments, largest on top."""
    graph, sides = nx.Graph(), []
    for side in ("supplier", "lab"):
        sums = (
            shown.group_by(side, maintain_order=True).agg(pl.col("capacity_h100e").sum()).sort("capacity_h100e", side)
        )
        sides.append([(side, name) for name in sums[side]])
        graph.add_nodes_from(sides[-1])
    found: dict[Any, Any] = nx.bipartite_layout(graph, sides[0]) if sides[0] and sides[1] else {}
    return {
        (side, name): (float(column), (place + 0.5) / len(names))
        for column, names in enumerate(sides)
        for place, (side, name) in enumerate(names)
        if (side, name) in found
    }


def draw_moment(
    axis: Axes, part: pl.DataFrame, places: dict[tuple[str, str], tuple[float, float]], widest: float
) -> None:
    """Draw contracts as lines as wide as their capacity, channels apart by colour and dashes."""
    for row in part.sort("capacity_h100e", descending=True).iter_rows(named=True):
        (x0, y0), (x1, y1) = places["supplier", row["supplier"]], places["lab", row["lab"]]
        width = max(0.8, WIDEST * row["capacity_h100e"] / widest)
        colour, kind = CHANNELS[row["channel"]]
        axis.plot([x0, x1], [y0, y1], color=colour, linestyle=kind, linewidth=width, alpha=0.6)
    busy = {("supplier", name) for name in part["supplier"]} | {("lab", name) for name in part["lab"]}
    for (side, name), (x, y) in places.items():
        style: dict[str, Any] = {"ha": "right" if side == "supplier" else "left", "va": "center", "fontsize": SMALL}
        colour = INK if (side, name) in busy else "#A0A0A0"
        axis.text(
            x + (-0.04 if side == "supplier" else 0.04),
            y,
            name.partition(" (")[0],
            color=colour,
            parse_math=False,
            **style,
        )
    axis.set_xlim(-0.02, 1.02)
    axis.set_ylim(0.0, 1.0)
    axis.set_axis_off()


FIGURE = Figure(
    "contract_network",
    "Who rents from whom before the surge and two years after it began",
    "Lines join suppliers (left) and labs (right) with running contracts; their width is capacity under contract, "
    "the mean over runs, on one scale in both. Firms are in the order of their capacity over both "
    "months; firms in pale words have no line at that time. Leases below 0.4% and contracts with "
    "partners below 0.05% of all capacity are left out.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=4.6,
)
