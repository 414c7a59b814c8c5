"""The picture of a comparison: left what differs and how surely, right the months of both worlds."""

import math
import textwrap
from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.style
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

import experiments
from experiments.compare.pairs import EQUAL, Difference
from experiments.compare.table import Comparison, left_out
from experiments.compare.worlds import World
from experiments.overview import COLOURS, INK, bands, calendar, draw_band, finish_dates, label_ends, last_number
from experiments.report import ILLUSTRATIVE, number

COLOUR_A, COLOUR_B, PALE = COLOURS[0], COLOURS[1], "#9A9A9A"
WIDEST, MOST = 1.0, 0.8
"""The picture reaches as far as this share of the intervals, or this far; dots beyond are arrows at its edge."""
NOTHING = 1e-9
"""A mean of a smaller than this part of b's is what rounding has left of zero."""
MANIFOLD = 9.0
"""Relative differences from here on are told as factors."""
HEADROOM = 1.15
LONGEST = 150
"""Letters of a line above the panels."""
PANELS = (
    ("contract_price_usd_per_h100e_hour", "Price of new contracts", "USD per H100e-hour"),
    ("spot_price_usd_per_h100e_hour", "Spot price", "USD per H100e-hour"),
    ("unserved_share", "Demand that labs turn away", "share of inference"),
)


class Dot(NamedTuple):
    """A metric as the picture shows it: the difference and its interval, relative to a."""

    row: Difference
    place: float
    middle: float
    low: float
    high: float


def draw_comparison(comparison: Comparison) -> None:
    """Draw the picture of a comparison and write it to its folder."""
    with as_file(files(experiments) / "bazaar.mplstyle") as style, mpl.style.context(style):
        comparison_figure(comparison).savefig(comparison.picture, metadata={"Software": None})


def comparison_figure(comparison: Comparison) -> Figure:
    """Return the picture."""
    figure = Figure(figsize=(16, 10))
    months = [world.months for world in (comparison.a, comparison.b) if world.months is not None]
    shown = [panel for panel in PANELS if len(months) == 2 and all(panel[0] in frame.columns for frame in months)]
    draw_differences(figure.add_axes((0.245, 0.085, 0.2 if shown else 0.5, 0.735)), comparison.rows)
    height = (0.735 - 0.065 * (len(shown) - 1)) / max(1, len(shown))
    for place, (column, title, unit) in enumerate(shown):
        axis = figure.add_axes((0.685, 0.82 - height - place * (height + 0.065), 0.285, height))
        draw_months(axis, comparison, column)
        axis.set_title(title)
        axis.set_ylabel(unit)
    write_around(figure, comparison)
    return figure


def write_around(figure: Figure, comparison: Comparison) -> None:
    """Write above the panels what is compared, and below how to read it."""
    a, b, pairs = comparison.a, comparison.b, comparison.pairs
    style: dict[str, Any] = {"va": "center", "parse_math": False}
    figure.text(0.02, 0.965, f"a: {short(a.name)}", fontsize=17, fontweight="bold", color=COLOUR_A, **style)
    figure.text(0.02, 0.93, f"b: {short(b.name)}", fontsize=17, fontweight="bold", color=COLOUR_B, **style)
    said = f"{pairs.a.height:,} pairs of runs with the same luck, {a.length} months{left_out(pairs)}"
    figure.text(0.02, 0.898, said, fontsize=11, color=INK, **style)
    figure.text(0.02, 0.022, f"{ILLUSTRATIVE}  {reading(comparison)}", fontsize=9, color=INK, **style)


def reading(comparison: Comparison) -> str:
    """Return how to read the picture."""
    same = sum(row.verdict == EQUAL for row in comparison.rows)
    alike = f" Left out: {same} that are the same in every pair." if same else ""
    lines = "lines: medians, bands: 10th to 90th percentile over runs."
    return f"Bold: the interval excludes zero; arrows: beyond the edge.{alike} Right, {lines}"


def short(text: str) -> str:
    """Return a text that fits above the panels."""
    return textwrap.shorten(text, LONGEST // 2, placeholder=" ...")


def dots(rows: Sequence[Difference]) -> list[Dot]:
    """Return the metrics that differ, top down with a gap between themes; what has no relative size has none."""
    found: list[Dot] = []
    place, theme = 0.0, ""
    for row in (row for row in rows if row.verdict != EQUAL):
        place -= 1.0 if row.theme == theme else 2.2
        scale = abs(row.mean_a) if abs(row.mean_a) > NOTHING * abs(row.mean_b) else math.nan
        found.append(Dot(row, place, row.difference / scale, row.low / scale, row.high / scale))
        theme = row.theme
    return found


def draw_differences(axis: Axes, rows: Sequence[Difference]) -> None:
    """Draw each metric's difference, relative to a, as a dot with its interval; those clear of zero in colour."""
    found = dots(rows)
    ends = [np.abs([end for end in dot[2:] if math.isfinite(end)]) for dot in found]
    reach = [float(both.max()) for both in ends if len(both)]
    limit = min(WIDEST, max(0.01, float(np.quantile(reach or [0.0], MOST)))) * HEADROOM
    axis.set_xlim(-limit, limit)
    axis.axvline(0.0, color=INK, linewidth=1.0, zorder=1)
    for dot in found:
        draw_dot(axis, dot, limit)
    if not found:
        axis.text(0.0, -0.3, "no metric differs", ha="center", va="center", backgroundcolor="white", color=INK)
    axis.set_ylim(min([dot.place for dot in found], default=0.0) - 0.7, 0.0)
    for dot, above in zip(found, [None, *found]):
        if above is None or above.row.theme != dot.row.theme:
            style: dict[str, Any] = {"transform": axis.get_yaxis_transform(), "ha": "right", "va": "center"}
            axis.text(-0.02, dot.place + 0.95, dot.row.theme, fontsize=9, style="italic", color=INK, **style)
    axis.set_yticks([dot.place for dot in found], [dot.row.definition for dot in found])
    axis.tick_params(axis="y", length=0, labelsize=9)
    for label, dot in zip(axis.get_yticklabels(), found, strict=True):
        label.set_fontweight("bold" if dot.row.clear else "normal")
    axis.grid(visible=True, axis="x")
    axis.grid(visible=False, axis="y")
    axis.spines["left"].set_visible(False)
    axis.xaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axis.set_xlabel("← lower in b          higher in b →")
    axis.set_title("What differs: b - a relative to a, mean of pairs with 95% interval", loc="center", pad=14)


def draw_dot(axis: Axes, dot: Dot, limit: float) -> None:
    """Draw one metric: its dot and interval, or an arrow where it is off the picture, and its means in words."""
    colour = PALE if not dot.row.clear else COLOUR_B if dot.row.difference > 0.0 else COLOUR_A
    edge = limit / HEADROOM
    if math.isfinite(dot.middle):
        beyond = abs(dot.middle) > edge * 1.001
        if math.isfinite(dot.low):
            axis.plot(np.clip([dot.low, dot.high], -limit, limit), [dot.place] * 2, color=colour, linewidth=2.4)
        marker = ">" if beyond and dot.middle > 0 else "<" if beyond else "o"
        end = math.copysign(limit * 0.97, dot.middle) if beyond else dot.middle
        filled = colour if dot.row.clear else "white"
        axis.plot(end, dot.place, marker=marker, markersize=7, color=colour, markerfacecolor=filled, clip_on=False)
    size = percent(dot.middle) if math.isfinite(dot.middle) else "new"
    means = f"{number(dot.row.mean_a)} → {number(dot.row.mean_b)} {dot.row.unit}"
    style: dict[str, Any] = {"transform": axis.get_yaxis_transform(), "va": "center", "fontsize": 9}
    weight = "bold" if dot.row.clear else "normal"
    axis.text(1.17, dot.place, size, ha="right", color=colour if dot.row.clear else INK, fontweight=weight, **style)
    axis.text(1.2, dot.place, means, ha="left", color=INK, parse_math=False, **style)


def percent(share: float) -> str:
    """Return a relative difference in percent, with its sign; one of many times as a factor."""
    if share >= MANIFOLD:
        return f"x {share + 1.0:,.0f}"
    digits = 1 if 0.0 < abs(share) < 0.00995 else 0
    return f"{share:+.{digits}%}" if share else "0%"


def draw_months(axis: Axes, comparison: Comparison, column: str) -> None:
    """Draw the median and band of a column in both worlds over the months."""
    a, b = comparison.a, comparison.b
    same = a.start == b.start
    dates = calendar(a.start, a.length) if same else np.arange(a.length)
    ends = []
    for world, runs, colour in ((a, comparison.pairs.a, COLOUR_A), (b, comparison.pairs.b, COLOUR_B)):
        band = bands(known(world, runs), column, len(dates))
        draw_band(axis, dates, band, colour)
        ends.append((f"{world.side}", last_number(band.median), colour))
    axis.set_ylim(bottom=0.0)
    if column.endswith("_share"):
        axis.yaxis.set_major_formatter(PercentFormatter(1.0))
    label_ends(axis, ends)
    if same:
        finish_dates(axis, dates)
    else:
        axis.set_xlabel("months since each world's start")


def known(world: World, runs: pl.DataFrame) -> pl.DataFrame:
    """Return the months of the paired runs; where nobody has had a contract yet there is no contract price."""
    assert world.months is not None
    months = world.months.filter(pl.col("run").is_in(runs["run"].to_list()))
    if not {"lease_h100e", "partner_h100e"} <= set(months.columns):
        return months
    had = (pl.col("lease_h100e") + pl.col("partner_h100e")).cum_max().over("run", order_by="month") > 0.0
    price = "contract_price_usd_per_h100e_hour"
    return months.with_columns(pl.when(had).then(price).otherwise(math.nan).alias(price))
