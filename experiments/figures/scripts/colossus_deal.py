"""The price of the partnership of the size of Colossus in the runs, beside what two reports say of the real deal."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from experiments.answers.statistics import interval
from experiments.deals import USD_BN_PER_YEAR, Deal, read_deals
from experiments.figures.drawing import panels
from experiments.figures.figure import Answered, Figure, Results
from experiments.overview import COLOURS, INK
from experiments.record import SIZE_SHARE, held_of, partners_of

EXPERIMENT, ARM, DEAL = "colossus_replay", "colossus", "colossus"
PRICE = "price_usd_per_h100e_hour"
LOOKS = {"early estimate": (COLOURS[1], "s"), "filing": (COLOURS[2], "D")}
"""Colour and marker of each report."""


def data(results: Results) -> pl.DataFrame:
    """Return a row for the price of each run with such a partnership, and rows for reports and the median of runs.

    `value_usd_bn_per_year` is that of the capacity of the report in `basis`, at the price; a report with a range has
    its ends in `low` and `high`, as the median has its 95% interval.
    """
    deal = next(deal for deal in read_deals() if deal.name == DEAL)
    prices = partner_prices(results[EXPERIMENT], deal)
    middle, (low, high) = float(np.median(prices)) if len(prices) else np.nan, interval(prices, "median")
    all_runs = good_runs(results[EXPERIMENT]).height
    rows: list[tuple[Any, ...]] = []
    for basis in deal.bases:
        yearly = basis.capacity_h100e * USD_BN_PER_YEAR
        same = (basis.basis, basis.source, basis.capacity_h100e, all_runs)
        told = basis.price_usd_per_h100e_hour
        value = basis.value_usd_bn_per_year
        rows.append(("report", *same, _middle(told), told[0], told[-1], _middle(value), value[0], value[-1]))
        rows.append(("median", *same, middle, low, high, middle * yearly, low * yearly, high * yearly))
        rows += [("run", *same, price, None, None, price * yearly, None, None) for price in prices]
    number = [PRICE, "price_low", "price_high", "value_usd_bn_per_year", "value_low", "value_high"]
    text = {"mark": pl.String, "basis": pl.String, "source": pl.String, "capacity_h100e": pl.Float64, "runs": pl.Int64}
    return pl.DataFrame(rows, schema=text | dict.fromkeys(number, pl.Float64), orient="row")


def _middle(ends: list[float]) -> float:
    return (ends[0] + ends[-1]) / 2.0


def good_runs(answered: Answered) -> pl.DataFrame:
    """Return the numbers of the runs of the arm that did not fail."""
    return answered.results.runs.filter((pl.col("arm") == ARM) & pl.col("failure").is_null()).select("run")


def partner_prices(answered: Answered, deal: Deal) -> Any:
    """Return the price of the first partnership of the size of a deal in each run that has one; shape (runs,).

    Capacity counts from the month in which its delivery begins.
    """
    contracts = answered.results.tables["contracts"].filter(
        pl.col("supplier") == deal.supplier,
        pl.col("signed_month") >= 0,
        pl.col("start_month") < pl.col("end_month"),
    )
    counted = contracts.with_columns(full_month=pl.col("start_month"))
    signed = counted.collect().join(good_runs(answered), on="run", how="inner", maintain_order="left")
    size_h100e = SIZE_SHARE * min(basis.capacity_h100e for basis in deal.bases)
    return partners_of(signed, held_of(signed, "run", "lab", "lab_id"), size_h100e)[PRICE].to_numpy()


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw prices to the left, and to the right what a year costs at the capacity of each report."""
    left, right = panels(canvas, 1, 2, width_ratios=(1.25, 1.0))[0]
    draw_prices(left, table)
    draw_values(right, table)


def draw_prices(axis: Axes, table: pl.DataFrame) -> None:
    """Draw how prices are spread over runs, and the prices of the reports above, the highest price lowest."""
    prices = table.filter((pl.col("mark") == "run") & (pl.col("basis") == table["basis"][0]))[PRICE].to_numpy()
    count, _, _ = axis.hist(prices, bins="auto", color=COLOURS[5], edgecolor="white", linewidth=0.5)
    top = max(float(np.max(count, initial=0.0)), 1.0)
    reports = table.filter(pl.col("mark") == "report").sort(PRICE, descending=True)
    for place, row in enumerate(reports.iter_rows(named=True)):
        colour, marker = LOOKS[row["basis"]]
        level = top * (1.14 + 0.2 * place)
        axis.hlines(level, row["price_low"], row["price_high"], color=colour, linewidth=2.2)
        axis.plot(row[PRICE], level, color=colour, marker=marker, markersize=6.5)
        axis.vlines(row[PRICE], 0.0, level, color=colour, linewidth=0.8, linestyle=":")
        axis.text(row["price_high"], level, f"   {row['basis']} ({row['source']})", color=INK, va="center")
    axis.set_ylim(0.0, top * (1.2 + 0.2 * reports.height))
    axis.set_xlim(0.0, 1.5 * float(np.max([*prices, *reports["price_high"]])))
    axis.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axis.set_xlabel("USD/H100e-hour")
    axis.set_ylabel("runs with a deal of that size")
    axis.set_title(f"Price ({len(prices)} of {table['runs'][0]} runs have such a deal)")


def draw_values(axis: Axes, table: pl.DataFrame) -> None:
    """Draw what a year costs, by report: the report, the median of the runs with its interval, and the runs."""
    names = []
    for place, row in enumerate(table.filter(pl.col("mark") == "report").iter_rows(named=True)):
        colour, marker = LOOKS[row["basis"]]
        here = table.filter(pl.col("basis") == row["basis"])
        runs = here.filter(pl.col("mark") == "run")["value_usd_bn_per_year"].to_list()
        axis.plot(runs, [place + 0.18] * len(runs), color=COLOURS[0], marker="|", linestyle="none", alpha=0.4)
        for middle in here.filter(pl.col("mark") == "median").iter_rows(named=True):
            axis.hlines(place, middle["value_low"], middle["value_high"], color=COLOURS[0], linewidth=2.0)
            axis.plot(middle["value_usd_bn_per_year"], place, color=COLOURS[0], marker="o", label="median of runs")
        axis.hlines(place - 0.25, row["value_low"], row["value_high"], color=colour, linewidth=2.2)
        axis.plot(row["value_usd_bn_per_year"], place - 0.25, color=colour, marker=marker, linestyle="none")
        axis.text(row["value_high"], place - 0.25, "  report", color=INK, va="center")
        axis.text(max(runs, default=0.0), place + 0.18, "  runs", color=INK, va="center")
        names.append(f"{row['basis']}:\n{row['capacity_h100e'] / 1e3:,.0f}k H100e")
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.set_xlim(0.0, 1.3 * axis.get_xlim()[1])
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.set_xlabel("USD bn/year")
    axis.set_title("Yearly value")


FIGURE = Figure(
    "colossus_deal",
    "The partnership of the size of Colossus: runs beside two reports of the real deal",
    "Left: price per H100e-hour, by capacity, of the first partnership of at least three quarters of the smaller "
    "report's capacity, counted from the start of delivery, one a run; above it what the reports say, with their ids "
    "in data/sources.csv. Right: what a year costs at the capacity of each report; strokes are runs, the dot their "
    "median with its 95% interval, square and diamond the reports. A report's range of values is a line.",
    (EXPERIMENT,),
    data,
    draw,
)
