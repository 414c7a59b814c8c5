"""Supply from rivals' affiliates, and the price of contracts, against scarcity."""

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import PercentFormatter

from experiments.figures.drawing import few_ticks, panels, zero_line
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import by_draw, gaps, medians
from experiments.overview import COLOURS

SCARCITY = "unmet_demand_share"
OUTCOMES = {
    "rival_supply_share": "change of rival-affiliated\nsupply [share of what labs hold]",
    "contract_price_month_12": "change of contract price,\nmonth 12 [USD/H100e-hour]",
}
CHANGES = {
    "p08_urgency": (
        "Urgency 0 → 10",
        {"scarce": ("scarce_principled", "scarce_urgent"), "slack": ("calm_principled", "calm_urgent")},
    ),
    "p09_foreclosure": (
        "Foreclosure 0 → 1",
        {"scarce": ("scarce_open", "scarce_foreclosed"), "slack": ("slack_open", "slack_foreclosed")},
    ),
}
"""What each experiment changes, and the arms without and with it by whether capacity is short."""
LOOKS = {"scarce": (COLOURS[1], "o", "all labs surge"), "slack": (COLOURS[0], "s", "capacity is free")}


def data(results: Results) -> pl.DataFrame:
    """Return the change of outcomes and the scarcity without it, a row a draw; and medians with their intervals."""
    parts = []
    for name, (_, worlds) in CHANGES.items():
        values = by_draw(results[name].results.runs, [SCARCITY, *OUTCOMES])
        for world, (a, b) in worlds.items():
            scarcity = values.filter(pl.col("arm") == a).select("point", unmet_demand_share=SCARCITY)
            for outcome in OUTCOMES:
                told = {"experiment": pl.lit(name), "world": pl.lit(world), "outcome": pl.lit(outcome)}
                draws = gaps(values, ["point"], outcome, a, b).join(scarcity, on="point", maintain_order="left")
                middle = medians(draws.with_columns(**told), list(told), "difference")
                at = draws[SCARCITY].median()
                parts.append(draws.select(pl.lit("draw").alias("mark"), **told, scarcity=SCARCITY, median="difference"))
                parts.append(middle.with_columns(pl.lit("median").alias("mark"), pl.lit(at).alias("scarcity")))
    return pl.concat(parts, how="diagonal").rename({"scarcity": SCARCITY})


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a column for each experiment and a row for each outcome."""
    axes = panels(canvas, len(OUTCOMES), len(CHANGES), sharex="col", sharey="row")
    for column, (name, (title, _)) in enumerate(CHANGES.items()):
        for row, outcome in enumerate(OUTCOMES):
            here = table.filter((pl.col("experiment") == name) & (pl.col("outcome") == outcome))
            draw_panel(axes[row, column], here)
        axes[0, column].set_title(title)
        axes[-1, column].set_xlabel("unmet demand without the change [% of demand]")
    for row, label in enumerate(OUTCOMES.values()):
        axes[row, 0].set_ylabel(label)
    canvas.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)


def draw_panel(axis: Axes, part: pl.DataFrame) -> None:
    """Draw draws as faint marks, and the medians of both worlds with their intervals."""
    zero_line(axis)
    for world, (colour, marker, name) in LOOKS.items():
        here = part.filter(pl.col("world") == world)
        draws = here.filter(pl.col("mark") == "draw")
        style: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": "none"}
        axis.plot(draws[SCARCITY], draws["median"], alpha=0.35, markersize=3.2, **style)
        for row in here.filter(pl.col("mark") == "median").iter_rows(named=True):
            axis.vlines(row[SCARCITY], row["low"], row["high"], color=colour, linewidth=1.6)
            axis.plot(row[SCARCITY], row["median"], markersize=7, markeredgecolor="white", label=name, **style)
    axis.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    few_ticks(axis)


FIGURE = Figure(
    "rival_premium",
    "Rival-affiliated supply and contract prices, against scarcity",
    "Paired changes within draws: left, labs discount rivals' affiliates less the more they are short (urgency 0 to "
    "10); right, affiliated suppliers charge rivals more (foreclosure 0 to 1). Small marks are draws; large ones "
    "medians with 95% intervals, at the median of unmet demand without the change.",
    tuple(CHANGES),
    data,
    draw,
    height_inches=4.8,
)
