"""The picture of a sensitivity analysis: which factors move the leading metrics, and whether that has settled."""

import textwrap
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

import experiments
from experiments.overview import COLOURS, INK, spread
from experiments.report import ILLUSTRATIVE
from experiments.sweep.sensitivity import MAIN, Sensitivity
from experiments.sweep.sensitivity_table import BLOCKS, luck_words, most_active, settled_words, short_names
from model.metrics import METRICS

SHOWN_METRICS = 6
SHOWN_BARS = 8
COLOURED = 5
"""So many factors of a metric at most have a colour, and a line in its panel of convergence."""
LEAST_COLOURED = 0.05
"""Of the index of the most active factor, for a colour."""
OTHERS = "#B5B5B5"
LABEL_WIDTH = 25
LABEL_HEIGHT = 0.058
COLUMN, ROW, ABOVE, LINE = 9.2, 4.0, 1.2, 0.2
"""Width and height of what is drawn of a metric; height of what is written above all and of a line; in inches."""
HEADING_WIDTH = 105
UNITS = {metric.name: metric.unit for metric in METRICS}
READING = {
    "sobol": "narrow dark bar: share of the variance that a factor explains alone (first-order index)\n"
    "wide pale bar: share in which it has a part, alone or with others (total index) · lines: 95% intervals",
    "morris": "an effect is what a step does to the metric, scaled to the whole range of a factor\n"
    "right: it is large · above the dashed line: its size or sign depends on where one is · lines: 95% intervals",
}


def draw_sensitivity(sensitivity: Sensitivity, convergence: pl.DataFrame, heading: str, path: Path) -> None:
    """Draw the first metrics that have indices and write the picture.

    Parameters
    ----------
    sensitivity
        The indices of an arm.
    convergence
        What `convergence` returns for its `shown_metrics`, one below the other.
    heading
        What the runs are of, such as the names of the experiment and the arm.
    path
        The file to write.
    """
    with as_file(files(experiments) / "bazaar.mplstyle") as style, mpl.style.context(style):
        sensitivity_figure(sensitivity, convergence, heading).savefig(path, metadata={"Software": None})


def shown_metrics(sensitivity: Sensitivity) -> list[str]:
    """Return the metrics that are drawn: the first that have indices."""
    return sensitivity.quality.filter(pl.col("refused").is_null())["metric"].head(SHOWN_METRICS).to_list()


def sensitivity_figure(sensitivity: Sensitivity, convergence: pl.DataFrame, heading: str) -> Figure:
    """Return the picture: a pair of panels a metric, what they are of above, what has no indices below."""
    refused = sensitivity.quality.filter(pl.col("refused").is_not_null())
    shown = sensitivity.quality.filter(pl.col("metric").is_in(shown_metrics(sensitivity)))
    columns = 2 if shown.height > 1 else 1
    rows = -(-shown.height // columns)
    notes = _notes(sensitivity, refused, shown.height)
    said = textwrap.wrap(heading, HEADING_WIDTH * columns)
    heights = [ABOVE + LINE * len(said), *[ROW] * rows, LINE * (1 + len(notes))]
    figure = Figure(figsize=(COLUMN * columns, sum(heights)))
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights, hspace=0, wspace=0)
    _write_around(figure, sensitivity.kind, said, notes)
    for place, row in enumerate(shown.iter_rows(named=True)):
        part = figure.add_subfigure(grid[1 + place // columns, place % columns])
        _draw_metric(part, sensitivity, convergence.filter(pl.col("metric") == row["metric"]), row)
    return figure


def _notes(sensitivity: Sensitivity, refused: pl.DataFrame, shown: int) -> list[str]:
    """Return what is written below the panels."""
    notes = [f"no indices of {row['metric']}: {row['refused']}" for row in refused.iter_rows(named=True)]
    if len(notes) > SHOWN_METRICS:
        notes = [*notes[: SHOWN_METRICS - 1], f"and of {len(notes) - SHOWN_METRICS + 1} metrics more"]
    left = sensitivity.quality.height - refused.height - shown
    if left:
        notes.append(f"{left} metrics more have indices and are not drawn")
    if not UNITS.keys().isdisjoint(sensitivity.quality["metric"]):
        notes.append(ILLUSTRATIVE)
    return notes


def _write_around(figure: Figure, kind: str, said: list[str], notes: list[str]) -> None:
    """Write above the panels what they are of and how to read them, and the notes below."""
    left, total = 0.25 / figure.get_figwidth(), figure.get_figheight()
    style: dict[str, Any] = {"va": "top", "parse_math": False}
    title = "Which factors explain the spread" if kind == "sobol" else "Which factors have an effect"
    figure.text(left, 1 - 0.2 / total, title, fontsize=16, fontweight="bold", **style)
    for place, line in enumerate([*said, *READING[kind].split("\n")]):
        colour = "black" if place < len(said) else INK
        figure.text(left, 1 - (0.58 + LINE * place) / total, line, fontsize=10, color=colour, **style)
    for place, note in enumerate(reversed(notes)):
        figure.text(left, (0.32 + LINE * place) / total, note, fontsize=9, color=INK, **style)


def _draw_metric(part: SubFigure, sensitivity: Sensitivity, convergence: pl.DataFrame, row: dict[str, Any]) -> None:
    """Draw the two panels of a metric."""
    kind, metric = sensitivity.kind, row["metric"]
    active = most_active(sensitivity, metric, sensitivity.indices.height)
    short = short_names(active["factor"].to_list())
    colours = _colours(active[MAIN[kind]].to_list())
    bars = kind == "sobol"
    left, right = part.subplots(1, 2, width_ratios=(1.75, 1.0) if bars else (1.35, 1.0))
    part.subplots_adjust(
        left=0.235 if bars else 0.085, right=0.975, top=0.795, bottom=0.14, wspace=0.27 if bars else 0.85
    )
    (_draw_bars if bars else _draw_effects)(left, active, short, colours)
    _mark_floor(left, row)
    _draw_convergence(right, kind, active, colours, convergence)
    unit = f" ({UNITS[metric]})" if UNITS.get(metric) else ""
    style: dict[str, Any] = {"va": "top", "parse_math": False}
    start = 0.25 / COLUMN
    title = f"{metric}{unit}: {_lead_words(kind, active, short, row)}"
    part.text(start, 0.975, title, fontweight="bold", fontsize=12, **style)
    part.text(start, 0.912, f"{luck_words(row)} · {settled_words(kind, row)}", fontsize=9.5, color=INK, **style)


def _lead_words(kind: str, active: pl.DataFrame, short: dict[str, str], row: dict[str, Any]) -> str:
    """Return which factors lead: those whose intervals reach into that of the first."""
    main = MAIN[kind]
    first = active.row(0, named=True)
    if first[f"{main}_low"] <= (row["noise_floor"] or 0.0):
        return "nothing stands out from luck"
    lead = [short[name] for name in active.filter(pl.col(f"{main}_high") >= first[f"{main}_low"])["factor"]]
    if len(lead) == 1:
        return f"{lead[0]} moves it most"
    if len(lead) == 2:
        return f"{lead[0]} and {lead[1]} lead"
    return f"{len(lead)} factors lead together" if len(lead) < active.height else "no factor leads"


def _colours(indices: list[float]) -> list[str]:
    """Return the colours of factors, given their indices from the largest on."""
    return [
        COLOURS[place] if place < COLOURED and index > LEAST_COLOURED * indices[0] else OTHERS
        for place, index in enumerate(indices)
    ]


def _draw_bars(axis: Axes, active: pl.DataFrame, short: dict[str, str], colours: list[str]) -> None:
    """Draw first-order indices inside total ones, the most active factor on top."""
    active = active.head(SHOWN_BARS)
    places = np.arange(active.height)
    for name, height, alpha, shift in (("total", 0.74, 0.3, -0.25), ("first", 0.26, 1.0, 0.0)):
        index = np.maximum(active[name].to_numpy(), 0.0)
        axis.barh(places, index, height, color=colours[: len(index)], alpha=alpha)
        ends = active[f"{name}_low"].to_numpy(), active[f"{name}_high"].to_numpy()
        axis.hlines(places + shift, *ends, color=INK, linewidth=1.2)
    axis.set_ylim(max(active.height, 3) - 0.4, -0.6)
    axis.set_yticks(places, [_wrapped(short[name]) for name in active["factor"]], fontsize=9, parse_math=False)
    low, high = (active[name].to_numpy() for name in ("first_low", "total_high"))
    axis.set_xlim(min(0.0, 1.05 * low.min()), max(1.0, 1.02 * high.max()))
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.set_xlabel("share of the variance")


def _draw_effects(axis: Axes, active: pl.DataFrame, short: dict[str, str], colours: list[str]) -> None:
    """Draw how large effects are against how much they differ, the most active factors by name."""
    size, sigma, lows, highs = (active[name].to_numpy() for name in ("mu_star", "sigma", "mu_star_low", "mu_star_high"))
    wide = 1.05 * highs.max()
    axis.plot([0, wide], [0, wide], color=INK, linewidth=1.0, linestyle=(0, (5, 4)), zorder=1)
    axis.hlines(sigma, lows, highs, color=colours, linewidth=1.2)
    axis.scatter(size, sigma, color=colours, s=34, zorder=3)
    axis.set_xlim(0, wide)
    axis.set_ylim(0, max(1.15 * sigma.max(), LEAST_COLOURED * wide))
    axis.set_xlabel("μ*, mean size of the effect")
    axis.set_ylabel("σ, spread of the effect")
    named = sorted((sigma[n], highs[n], n) for n in range(len(sigma)) if colours[n] != OTHERS)
    words = [_wrapped(short[active["factor"][n]]) for _, _, n in named]
    levels = [level / axis.get_ylim()[1] for level, _, _ in named]
    heights = [LABEL_HEIGHT * (1 + word.count("\n")) for word in words]
    for (level, end, n), word, place in zip(named, words, spread(levels, heights), strict=True):
        style: dict[str, Any] = {"va": "center", "fontsize": 9, "fontweight": "bold", "parse_math": False}
        line = {"arrowstyle": "-", "color": colours[n], "linewidth": 0.8, "alpha": 0.6, "shrinkA": 1, "shrinkB": 0}
        where: dict[str, Any] = {"xytext": (1.04, place), "textcoords": axis.transAxes, "arrowprops": line}
        axis.annotate(word, (end, level), color=colours[n], linespacing=1.0, **where, **style)


def _mark_floor(axis: Axes, row: dict[str, Any]) -> None:
    """Mark the index that luck alone could give."""
    if row["noise_floor"] is not None:
        axis.axvline(row["noise_floor"], color=INK, linewidth=1.0, linestyle=":", zorder=2)
        style: dict[str, Any] = {"transform": axis.get_xaxis_transform(), "va": "bottom", "fontsize": 8.5, "color": INK}
        axis.text(row["noise_floor"], 1.0, "luck alone", **style)


def _draw_convergence(
    axis: Axes, kind: str, active: pl.DataFrame, colours: list[str], convergence: pl.DataFrame
) -> None:
    """Draw the indices of the coloured factors over the number of blocks."""
    main = MAIN[kind]
    for factor, colour in zip(active["factor"], colours, strict=True):
        if colour != OTHERS:
            of = convergence.filter(pl.col("factor") == factor).sort("blocks")
            blocks, ends = of["blocks"].to_numpy(), (of[f"{main}_low"].to_numpy(), of[f"{main}_high"].to_numpy())
            axis.fill_between(blocks, *ends, color=colour, alpha=0.14, linewidth=0)
            axis.plot(blocks, of[main].to_numpy(), color=colour, marker="o", markersize=3.5, linewidth=1.5)
    axis.set_xscale("log", base=2)
    axis.xaxis.set_major_locator(FixedLocator(convergence["blocks"].unique().sort().to_list()))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axis.set_ylim(bottom=0)
    axis.set_xlabel(f"{BLOCKS[kind]} used")
    axis.set_ylabel("total index" if kind == "sobol" else "μ*")


def _wrapped(name: str) -> str:
    """Return a name over several lines, broken after underscores."""
    return textwrap.fill(name.replace("_", "_ "), LABEL_WIDTH).replace("_ ", "_")
