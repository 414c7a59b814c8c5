"""The overview picture of an ensemble: prices, capacity by channel, rationing, and who serves whom, on one page."""

import textwrap
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.colors
import matplotlib.dates
import matplotlib.style
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

import experiments
from experiments.report import ILLUSTRATIVE
from model.scenario import Scenario

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5C00", "#8C8C8C")
"""Okabe and Ito's colours, which the colour-blind tell apart; the yellow is darkened, the last one is grey."""
INK = "#444444"
SHOWN_LABS = 6
MOST_CHANGES = 90
LIGHTEST = 0.8
HEADROOM = 1.35
"""Height of the panel of prices / the highest median in it."""
MOST_TOTALS = 6
"""Totals of capacity that are written above the panel, so that they do not touch."""
LEAST_PEAK = 0.01
"""Labs that turn away less are not named."""
MONTH = np.timedelta64(1, "M")
QUANTILES = (0.1, 0.5, 0.9)

PRICES = (
    ("list price", "list_price_usd_per_h100e_hour", COLOURS[4]),
    ("contract price", "contract_price_usd_per_h100e_hour", COLOURS[0]),
    ("spot price", "spot_price_usd_per_h100e_hour", COLOURS[1]),
    ("full cost of new capacity", "full_cost_usd_per_h100e_hour", INK),
)
CHANNELS = (
    ("labs' own sites", ("build_h100e",), COLOURS[0]),
    ("leased by labs", ("lease_h100e",), COLOURS[5]),
    ("labs' partners", ("partner_h100e",), COLOURS[2]),
    ("spot, labs", ("spot_lab_h100e",), COLOURS[1]),
    ("spot, others", ("spot_fringe_h100e",), COLOURS[4]),
    ("enterprises", ("enterprise_h100e",), "#9A9A9A"),
    ("idle", ("idle_h100e",), "#DADADA"),
)


class Band(NamedTuple):
    """p10, median and p90 over runs of something, month by month; shape (months,) each."""

    low: Any
    median: Any
    high: Any


def draw_overview(scenario: Scenario, changes: Sequence[str], folder: Path, path: Path) -> None:
    """Draw the picture from the tables in `folder` and write it to `path`; `changes` are what overrides say."""
    price_columns = [column for _, column, _ in PRICES]
    channel_columns = [column for _, columns, _ in CHANNELS for column in columns]
    months = pl.read_parquet(folder / "months.parquet", columns=["run", "month", *price_columns, *channel_columns])
    lab_columns = ["run", "month", "lab", "unserved_share", "need_inference_h100e"]
    labs = pl.read_parquet(folder / "labs.parquet", columns=lab_columns)
    with as_file(files(experiments) / "bazaar.mplstyle") as style, mpl.style.context(style):
        figure = overview(scenario, changes, months, labs)
        figure.savefig(path, metadata={"Software": None})


def overview(scenario: Scenario, changes: Sequence[str], months: pl.DataFrame, labs: pl.DataFrame) -> Figure:
    """Return the picture: four panels over calendar time, with what they are of above and a caution below."""
    figure = Figure(figsize=(14, 9.6))
    axes = figure.subplots(2, 2, sharex=True)
    figure.subplots_adjust(left=0.06, right=0.885, top=0.845, bottom=0.085, hspace=0.24, wspace=0.46)
    runs, dates = months["run"].n_unique(), calendar(scenario.start, int(months["month"].max() or 0) + 1)  # type: ignore[arg-type]
    draw_prices(axes[0, 0], dates, months)
    draw_capacity(axes[0, 1], dates, months)
    draw_rationing(axes[1, 0], dates, scenario, labs)
    draw_shares(axes[1, 1], dates, scenario, labs)
    for axis in axes[:, 0]:
        mark_events(axis, dates, scenario, said=axis is axes[1, 0])
    for axis in axes.flat:
        finish_dates(axis, dates)
    write_around(figure, scenario, changes, runs, len(dates))
    return figure


def write_around(figure: Figure, scenario: Scenario, changes: Sequence[str], runs: int, months: int) -> None:
    """Write above the panels what they are of, and a caution below."""
    figure.text(0.06, 0.958, scenario.title, fontsize=18, fontweight="bold", va="center", parse_math=False)
    changed = f" with {', '.join(changes)}" if changes else ""
    if len(changed) > MOST_CHANGES:
        changed = f" with {len(changes)} changes, see resolved.yaml"
    many = f"{runs} runs" if runs > 1 else "1 run"
    said = f"scenario {scenario.name}{changed} · {many} of {months} months from {scenario.start}"
    figure.text(0.06, 0.922, said, fontsize=11, color=INK, va="center", parse_math=False)
    areas = "lines: median of the runs · bands: 10th to 90th percentile · areas: mean of the runs"
    if runs > 1:
        figure.text(0.06, 0.898, areas, fontsize=9, color=INK, va="center")
    unit = "H100e: capacity of one Nvidia H100, other chips converted."
    figure.text(0.06, 0.022, f"{ILLUSTRATIVE}  {unit}", fontsize=9, color=INK, va="center")


def calendar(start: str, months: int) -> Any:
    """Return the first day of each month from the start; shape (months,)."""
    return np.datetime64(start, "M") + np.arange(months).astype("timedelta64[M]")


def bands(frame: pl.DataFrame, column: str, months: int) -> Band:
    """Return the band of a column; months without a number have none."""
    spread = [pl.col(column).quantile(share, "linear").alias(f"q{share}") for share in QUANTILES]
    known = frame.filter(pl.col(column).is_not_nan()).group_by("month").agg(spread).sort("month")
    filled = np.full((len(QUANTILES), months), np.nan)
    filled[:, known["month"].to_numpy()] = known.select(pl.exclude("month")).to_numpy().T
    return Band(*filled)


def draw_band(axis: Axes, dates: Any, band: Band, colour: str) -> None:
    """Draw a median and its band; a single month is a dot."""
    axis.fill_between(dates, band.low, band.high, color=colour, alpha=0.14, linewidth=0)
    axis.plot(dates, band.median, color=colour, marker="o" if len(dates) == 1 else None)


def draw_prices(axis: Axes, dates: Any, months: pl.DataFrame) -> None:
    """Draw the prices of compute against the full cost of new capacity; a band may leave the picture.

    Where nobody has had a contract there is no contract price.
    """
    ends, highest = [], 0.0
    had = (pl.col("lease_h100e") + pl.col("partner_h100e")).cum_max().over("run", order_by="month") > 0.0
    known = pl.when(had).then("contract_price_usd_per_h100e_hour").otherwise(float("nan"))
    months = months.with_columns(contract_price_usd_per_h100e_hour=known)
    for name, column, colour in PRICES:
        band = bands(months, column, len(dates))
        if np.isfinite(band.median).any():
            draw_band(axis, dates, band, colour)
            ends.append((name, last_number(band.median), colour))
            highest = max(highest, float(np.nanmax(band.median)))
    axis.set_ylim(0, HEADROOM * highest or 1.0)
    axis.set_title("What an hour of compute costs")
    axis.set_ylabel("USD per H100e-hour")
    label_ends(axis, ends)


def draw_capacity(axis: Axes, dates: Any, months: pl.DataFrame) -> None:
    """Draw who uses capacity, through which channel, in shares, and how much there is."""
    columns = sorted({column for _, names, _ in CHANNELS for column in names})
    means = months.group_by("month").agg(pl.col(columns).mean()).sort("month")
    layers = np.array([sum(means[column].to_numpy() for column in names) for _, names, _ in CHANNELS]) / 1e6
    layers = np.maximum(layers, 0.0)
    total = layers.sum(axis=0)
    stack(axis, dates, layers / np.maximum(total, 1e-12), [(name, colour) for name, _, colour in CHANNELS])
    axis.set_ylim(0, 1)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.set_title("Who uses the capacity, and how it is obtained", pad=20)
    axis.set_ylabel("share of usable capacity; above: million H100e")
    years = -(-len(dates) // 12)
    for month in range(0, len(dates), 12 * -(-years // MOST_TOTALS)):
        axis.text(dates[month], 1.01, f"{total[month]:,.3g} M", fontsize=9, color=INK, ha="left")


def mark_events(axis: Axes, dates: Any, scenario: Scenario, *, said: bool) -> None:
    """Mark when demand of labs surges and when idle capacity comes free; in words where `said`."""
    marks: dict[tuple[int, int, str], list[str]] = {}
    for lab in scenario.labs.values():
        if lab["surge_start_month"] > 0 and lab["surge_months"] > 0:
            start = int(lab["surge_start_month"])
            words = f"demand grows {lab['surge_growth_x_per_year']:g}x a year"
            marks.setdefault((start, start + int(lab["surge_months"]), words), []).append(lab["label"])
    for supplier in scenario.suppliers.values():
        if supplier["available_from_month"] > 0:
            start = int(supplier["available_from_month"])
            marks.setdefault((start, start, "can be rented from here"), []).append(supplier["label"])
    shown = sorted(item for item in marks.items() if item[0][0] < len(dates))
    after = max((min(end, len(dates) - 1) for (_, end, _), _ in shown), default=0)
    for place, ((start, end, words), names) in enumerate(shown):
        last = min(end, len(dates) - 1)
        axis.axvspan(dates[start], dates[last], color=INK, alpha=0.10 if end > start else 0.6, linewidth=1.0)
        who = names[0] if len(names) == 1 else f"{len(names)} firms"
        if said:
            style: dict[str, Any] = {"transform": axis.get_xaxis_transform(), "va": "top", "fontsize": 9, "color": INK}
            axis.text(dates[after], 0.98 - 0.07 * place, f"  {who}: {words}", parse_math=False, **style)


def draw_rationing(axis: Axes, dates: Any, scenario: Scenario, labs: pl.DataFrame) -> None:
    """Draw the share of users that the largest labs of the start refuse."""
    ends = []
    for key, colour in lab_colours(scenario).items():
        band = bands(labs.filter(pl.col("lab") == key), "unserved_share", len(dates))
        draw_band(axis, dates, band, colour)
        peak = float(np.nanmax(band.median, initial=0.0))
        if peak >= LEAST_PEAK:
            ends.append((f"{scenario.labs[key]['label']} {peak:.0%}", peak, colour))
    axis.set_ylim(0, max(0.1, axis.get_ylim()[1]))
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.set_title("Rationing: demand that labs turn away, and its peak")
    axis.set_ylabel("share of a lab's inference demand")
    label_ends(axis, ends)


def draw_shares(axis: Axes, dates: Any, scenario: Scenario, labs: pl.DataFrame) -> None:
    """Draw how users are divided over labs, stacked."""
    colours = lab_colours(scenario)
    group = pl.when(pl.col("lab").is_in(list(colours))).then(pl.col("lab")).otherwise(pl.lit("others"))
    sums = labs.group_by("run", "month", group.alias("who")).agg(pl.col("need_inference_h100e").sum())
    total = pl.col("need_inference_h100e").sum().over("run", "month")
    shares = sums.with_columns(share=pl.when(total > 0).then(pl.col("need_inference_h100e") / total).otherwise(0.0))
    wide = shares.group_by("month", "who").agg(pl.col("share").sum()).pivot("who", index="month", values="share")
    keys = [*colours, *(["others"] if "others" in wide.columns else [])]
    layers = np.zeros((len(keys), len(dates)))  # a month without a lab in business has no shares
    for layer, key in zip(layers, keys, strict=True):
        if key in wide.columns:
            layer[wide["month"].to_numpy()] = wide[key].fill_null(0.0).to_numpy()
    names = {key: scenario.labs[key]["label"] for key in colours} | {"others": "others, entrants"}
    parts = [(names[key], colours.get(key, "#C4C4C4")) for key in keys]
    stack(axis, dates, layers / np.maximum(layers.sum(axis=0), 1e-12), parts)
    axis.set_ylim(0, 1)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.set_title("Whom the users choose")
    axis.set_ylabel("share of inference demand")


def lab_colours(scenario: Scenario) -> dict[str, str]:
    """Return a colour for each of the labs with most users at the start, by key."""
    largest = sorted(scenario.labs, key=lambda key: -float(scenario.labs[key]["users_h100e"]))[:SHOWN_LABS]
    return dict(zip([key for key in scenario.labs if key in largest], COLOURS, strict=False))


def stack(axis: Axes, dates: Any, layers: Any, parts: Sequence[tuple[str, str]]) -> None:
    """Draw layers on top of one another and name each at its right end; shape (parts, months)."""
    if len(dates) == 1:
        dates, layers = np.array([dates[0], dates[0] + MONTH]), np.repeat(layers, 2, axis=1)
    axis.stackplot(dates, layers, colors=[colour for _, colour in parts], edgecolor="white", linewidth=0.6)
    tops = np.cumsum(layers[:, -1])
    total = max(float(tops[-1]), 1e-12)
    axis.set_ylim(0, 1.05 * float(layers.sum(axis=0).max()) or 1.0)
    ends = [
        (name, float(top - size / 2), colour)
        for (name, colour), top, size in zip(parts, tops, layers[:, -1], strict=True)
        if layers[[n for n, _ in parts].index(name)].max() > 0.002 * total
    ]
    label_ends(axis, ends)


def last_number(values: Any) -> float:
    """Return the last value that is a number, 0 where there is none."""
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else 0.0


def label_ends(axis: Axes, ends: Sequence[tuple[str, float, str]]) -> None:
    """Write each name right of the axis, level with the end of its line, moved apart where they would touch."""
    low, high = axis.get_ylim()
    ends = sorted(
        ((textwrap.fill(name, 16), (end - low) / (high - low), colour) for name, end, colour in ends), key=_level
    )
    heights = [0.056 * (1 + name.count("\n")) for name, _, _ in ends]
    style: dict[str, Any] = {"transform": axis.transAxes, "va": "center", "fontweight": "bold", "linespacing": 1.0}
    for (name, _, colour), place in zip(ends, spread([_level(end) for end in ends], heights), strict=True):
        axis.text(1.015, place, name, color=readable(colour), parse_math=False, **style)


def _level(end: tuple[str, float, str]) -> float:
    return end[1]


def readable(colour: str) -> str:
    """Return a colour in which text on white can be read."""
    return INK if min(mpl.colors.to_rgb(colour)) > LIGHTEST else colour


def spread(levels: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Return places near ascending levels, at least the given heights apart and within 0 and 1 where they fit."""
    places = list(levels)
    for _ in range(2):
        for i in range(1, len(places)):
            places[i] = max(places[i], places[i - 1] + (heights[i] + heights[i - 1]) / 2)
        if places:
            places[-1] = min(places[-1], 1.0)
        for i in range(len(places) - 2, -1, -1):
            places[i] = min(places[i], places[i + 1] - (heights[i] + heights[i + 1]) / 2)
        if places:
            places[0] = max(places[0], 0.0)
    return places


def finish_dates(axis: Axes, dates: Any) -> None:
    """Mark years and months on the time axis."""
    last = dates[-1] if len(dates) > 1 else dates[0] + MONTH
    axis.set_xlim(dates[0], last)
    axis.tick_params(labelbottom=True)
    locator = mpl.dates.AutoDateLocator(minticks=3, maxticks=8)
    axis.xaxis.set_major_locator(locator)
    concise = mpl.dates.ConciseDateFormatter(locator, show_offset=False)
    axis.xaxis.set_major_formatter(concise)
    if not isinstance(axis.yaxis.get_major_formatter(), PercentFormatter):
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
