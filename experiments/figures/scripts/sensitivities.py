"""Which inputs move volatility and entry: indices of Sobol, and effects of Morris, with their intervals."""

import textwrap

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.figures.drawing import label_of, panels, words_of
from experiments.figures.figure import Answered, Figure, Results
from experiments.overview import COLOURS, INK
from experiments.sweep.sensitivity import MAIN, sensitivity
from experiments.sweep.sensitivity_table import short_names

SHOWN_METRICS, SHOWN_FACTORS, NAME_LETTERS = 4, 8, 22
LEADING = ("spot_volatility", "contract_volatility", "unmet_demand_share", "lab_survival_24")
"""Metrics that are drawn before others."""
INDICES = {"sobol": ("total", "first"), "morris": ("mu_star",)}
LOOKS = {"total": (COLOURS[0], "o", "none"), "first": (COLOURS[1], "s", "full"), "mu_star": (COLOURS[0], "o", "full")}
NAMES = {"total": "total index", "first": "first-order index"}
SCHEMA = {
    "arm": pl.String,
    "metric": pl.String,
    "factor": pl.String,
    "index": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "noise_floor": pl.Float64,
}


def indices_table(answered: Answered) -> pl.DataFrame:
    """Return the indices of every metric and factor of the first arm: one row an index, with its 95% interval.

    `noise_floor` is the main index that luck alone could give. Metrics without indices are left out.
    """
    experiment, arm = answered.experiment, answered.experiment.arms[0].name
    runs = answered.results.runs.filter(pl.col("arm") == arm)
    found = sensitivity(experiment.design, runs, experiment.metrics)
    joined = found.indices.join(found.quality.select("metric", "noise_floor"), on="metric", maintain_order="left")
    parts = [
        joined.select(
            pl.lit(arm).alias("arm"),
            *("metric", "factor"),
            pl.lit(index).alias("index"),
            pl.col(index).alias("value"),
            pl.col(f"{index}_low").alias("low"),
            pl.col(f"{index}_high").alias("high"),
            "noise_floor" if index == MAIN[found.kind] else pl.lit(None, pl.Float64).alias("noise_floor"),
        )
        for index in INDICES[found.kind]
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def draw_indices(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a panel for each of some metrics: the most active factors, the most active on top."""
    known = table["metric"].unique(maintain_order=True).to_list()
    leading = [metric for metric in LEADING if metric in known]
    metrics = [*leading, *(metric for metric in known if metric not in leading)][:SHOWN_METRICS]
    if not metrics:
        canvas.text(0.5, 0.5, "no indices from so few points", ha="center", va="center", color=INK)
        return
    axes = panels(canvas, -(-len(metrics) // 2), min(2, len(metrics)))
    for axis, metric in zip(axes.flat, metrics):
        draw_metric(axis, table.filter(pl.col("metric") == metric))
        axis.set_title(label_of(metric), loc="right")
    for axis in axes.flat[len(metrics) :]:
        axis.set_axis_off()
    handles, names = axes.flat[0].get_legend_handles_labels()
    if len(handles) > 1:
        canvas.legend(handles, names, loc="outside upper center", ncols=len(handles))


def draw_metric(axis: Axes, part: pl.DataFrame) -> None:
    """Draw the indices of the most active factors as marks with intervals."""
    kinds = part["index"].unique(maintain_order=True).to_list()
    ranked = part.filter(pl.col("index") == kinds[0]).sort("value", descending=True, maintain_order=True)
    factors = ranked["factor"].head(SHOWN_FACTORS).to_list()
    for number, index in enumerate(kinds):
        colour, marker, fill = LOOKS[index]
        rows = {row["factor"]: row for row in part.filter(pl.col("index") == index).iter_rows(named=True)}
        shift = 0.14 * (2 * number - len(kinds) + 1)
        places = [place + shift for place in range(len(factors))]
        low, value, high = ([rows[factor][name] for factor in factors] for name in ("low", "value", "high"))
        axis.hlines(places, low, high, color=colour, linewidth=1.4)
        axis.plot(
            value,
            places,
            color=colour,
            marker=marker,
            fillstyle=fill,
            markersize=5,
            linestyle="none",
            label=NAMES.get(index),
        )
    floor = ranked["noise_floor"][0]
    if floor is not None:
        axis.axvline(floor, color="#888888", linewidth=1.0, linestyle=":")
    short = short_names(factors)
    axis.set_yticks(
        range(len(factors)),
        [textwrap.fill(words_of(short[factor]).removeprefix("* "), NAME_LETTERS) for factor in factors],
    )
    axis.set_ylim(len(factors) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.set_xlim(left=min(0.0, axis.get_xlim()[0]))
    axis.set_xlabel("share of the variance" if "total" in kinds else "μ*, mean size of the effect")


def figure_of(experiment: str, name: str, title: str, caption: str) -> Figure:
    """Return the figure of the indices of an experiment."""

    def data(results: Results) -> pl.DataFrame:
        return indices_table(results[experiment])

    return Figure(name, title, caption, (experiment,), data, draw_indices, height_inches=6.0)


SOBOL = (
    "Shares of the variance of an outcome that a factor explains alone (first-order, squares) and has a part in "
    "(total, circles), with 95% intervals over base samples; the most active factors by total index. "
    "Left of the dotted line a total index could be luck alone."
)
MORRIS = (
    "Mean size of what a step in a factor does to an outcome (μ*), scaled to the whole range of the factor, with 95% "
    "intervals over trajectories; the most active factors. Left of the dotted line an effect could be luck alone."
)
FIGURES = (
    figure_of("sobol_volatility", "sobol_volatility", "Inputs that explain the spread of volatility", SOBOL),
    figure_of("sobol_entry", "sobol_entry", "Inputs that explain the spread of entry", SOBOL),
    figure_of("screening", "morris", "Inputs screened by the size of their effects", MORRIS),
)
