"""The number of labs over the size of the market, by how far quality follows training."""

import polars as pl
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from experiments.figures.drawing import draw_line, name_ends, panels
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import means
from experiments.overview import COLOURS

EXPERIMENT, ELASTICITY = "market_size", "quality_compute_elasticity"
FACTORS = {
    "parameters.quality_compute_elasticity": ELASTICITY,
    "parameters.demand_growth_start_x_per_year": "demand_growth_start_x_per_year",
}
REVENUE = "lab_revenue_usd_bn_per_year"


def data(results: Results) -> pl.DataFrame:
    """Return the effective number of labs, 10,000 / HHI of users, and the market: means over runs, 95% interval.

    One row for each elasticity of quality and each growth of demand.
    """
    runs = results[EXPERIMENT].results.runs.filter(pl.col("failure").is_null())
    cells = runs.select(
        **{name: pl.col(factor) for factor, name in FACTORS.items()},
        labs=10_000.0 / pl.col("hhi_labs_end"),
        revenue=pl.col("lab_revenue_end"),
    ).sort(*FACTORS.values())
    labs, revenue = (means(cells, list(FACTORS.values()), name) for name in ("labs", "revenue"))
    market = revenue.select(*FACTORS.values(), pl.col("mean").alias(REVENUE))
    named = labs.rename({name: f"effective_labs_{name}" for name in ("mean", "low", "high")})
    return named.join(market, on=list(FACTORS.values()), maintain_order="left").sort(ELASTICITY, REVENUE)


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a line for each elasticity of quality."""
    axis = panels(canvas)[0, 0]
    ends = []
    for place, elasticity in enumerate(table[ELASTICITY].unique().sort()):
        part = table.filter(pl.col(ELASTICITY) == elasticity)
        draw_line(axis, part, [REVENUE, *(f"effective_labs_{name}" for name in ("mean", "low", "high"))], place)
        axis.lines[-1].set(marker="osD^"[place % 4], markersize=4)
        ends.append((f"ζ = {elasticity:g}", part["effective_labs_mean"][-1], COLOURS[place]))
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_ylim(bottom=0.0)
    axis.set_xlabel("revenue of all labs in the last month [USD bn/year]")
    axis.set_ylabel("effective number of labs [10,000 / HHI]")
    name_ends(axis, ends, 0.8 * canvas.get_figheight())


FIGURE = Figure(
    "market_size",
    "The number of labs over the size of the market, by how far quality follows training",
    "Effective number of labs (10,000 over the Herfindahl index of users) after ten years, over the revenue of all "
    "labs, which the growth of demand sets; many labs try to enter. ζ is the elasticity of quality in training "
    "compute, an input and no result. Means over runs, bands their 95% intervals.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=3.2,
)
