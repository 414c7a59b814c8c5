"""Supply from rivals' affiliates, what it costs beside other supply, and contract prices, against scarcity."""

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from experiments.figures.drawing import few_ticks, panels, zero_line
from experiments.figures.figure import Answered, Figure, Results
from experiments.figures.scripts.shared import by_draw, medians, table_of
from experiments.overview import COLOURS
from model.scenario import Scenario

SCARCITY, SHARE, PREMIUM, PRICE = (
    "unmet_demand_share",
    "rival_supply_share",
    "rival_premium_share",
    "contract_price_month_12",
)
URGENCY, FORECLOSURE = "p08_urgency", "p09_foreclosure"
PANELS = ((URGENCY, SHARE), (URGENCY, PREMIUM), (FORECLOSURE, SHARE), (FORECLOSURE, PRICE))
LABELS = {
    SHARE: "rival-affiliated supply\n[share of what labs hold]",
    PREMIUM: "premium of rivals' affiliates\n[share of others' price]",
    PRICE: "contract price, month 12\n[USD/H100e-hour]",
}
ARMS: dict[str, dict[str, tuple[str, ...]]] = {
    URGENCY: {
        "urgency 0": ("calm_principled", "mild_principled", "short_principled", "scarce_principled"),
        "urgency 10": ("calm_urgent", "mild_urgent", "short_urgent", "scarce_urgent"),
    },
    FORECLOSURE: {
        "foreclosure 0": ("slack_open", "scarce_open"),
        "foreclosure 1": ("slack_foreclosed", "scarce_foreclosed"),
    },
}
"""Arms of each experiment by the rule that they have, from slack to scarce."""
LOOKS = ((COLOURS[0], "o", "-", 3.4), (COLOURS[1], "s", "--", 1.4))
"""Colour, marker, kind of line and width of intervals of each rule, so that both are seen where they overlap."""


def data(results: Results) -> pl.DataFrame:
    """Return the median over draws of each outcome in each arm, its 95% interval, and the median of unmet demand."""
    parts = []
    for experiment, outcome in PANELS:
        values = values_of(results[experiment], outcome)
        rules = {arm: rule for rule, arms in ARMS[experiment].items() for arm in arms}
        told = {"experiment": pl.lit(experiment), "outcome": pl.lit(outcome)}
        known = values.filter(pl.col("arm").is_in(list(rules))).with_columns(
            **told, rule=pl.col("arm").replace_strict(rules, return_dtype=pl.String)
        )
        keys = [*told, "rule", "arm"]
        scarcity = known.group_by("arm", maintain_order=True).agg(pl.col(SCARCITY).median())
        middle = medians(known, keys, outcome).join(scarcity, on="arm", how="left", maintain_order="left")
        parts.append(middle)
    return pl.concat(parts)


def values_of(answered: Answered, outcome: str) -> pl.DataFrame:
    """Return an outcome and the scarcity of each arm and draw, means over replicates."""
    runs = answered.results.runs
    if outcome == PREMIUM:
        runs = runs.join(premiums(answered), on="run", how="left", maintain_order="left")
    return by_draw(runs, [SCARCITY, outcome])


def premiums(answered: Answered) -> pl.DataFrame:
    """Return for each run what rivals' affiliates charge above others, as a share of the price of others.

    Prices are means by capacity over what is signed in a month; months in which both sign count by the capacity that
    rivals' affiliates sign. A supplier is a lab's rival where it is affiliated with another lab.
    """
    tied = tied_labs(answered.experiment.arms[0].scenario)
    columns = ["supplier", "lab", "capacity_h100e", "price_usd_per_h100e_hour", "signed_month"]
    signed = table_of(answered, "contracts", columns).filter(pl.col("signed_month") >= 0)
    lab = pl.col("supplier").cast(pl.String).replace_strict(tied, default=None, return_dtype=pl.String)
    rival = (lab.is_not_null() & (lab != pl.col("lab").cast(pl.String))).fill_null(value=False)
    other = lab.is_null()
    capacity, price = pl.col("capacity_h100e"), pl.col("price_usd_per_h100e_hour")
    means = [(price * capacity).filter(of).sum() / capacity.filter(of).sum() for of in (rival, other)]
    monthly = signed.group_by("run", "signed_month", maintain_order=True).agg(
        premium=means[0] / means[1] - 1.0, weight=capacity.filter(rival).sum()
    )
    known = monthly.filter(pl.col("premium").is_finite())
    whole = (pl.col("premium") * pl.col("weight")).sum() / pl.col("weight").sum()
    return known.group_by("run", maintain_order=True).agg(whole.alias(PREMIUM))


def tied_labs(scenario: Scenario) -> dict[str, str]:
    """Return the lab with which each affiliated supplier shares its group."""
    labs = {lab["group"]: name for name, lab in scenario.labs.items()}
    return {
        name: labs[supplier["group"]]
        for name, supplier in scenario.suppliers.items()
        if supplier["lab_affiliation_share"] > 0.0 and supplier["group"] in labs
    }


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a row for each experiment."""
    axes = panels(canvas, 2, 2)
    for axis, (experiment, outcome) in zip(axes.flat, PANELS, strict=True):
        here = table.filter((pl.col("experiment") == experiment) & (pl.col("outcome") == outcome))
        draw_panel(axis, here, list(ARMS[experiment]))
        axis.set_ylabel(LABELS[outcome])
        axis.set_xlabel("unmet demand [% of demand]")
    for axis in axes[:, 1]:
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=2.6)
    zero_line(axes[0, 1])


def draw_panel(axis: Axes, part: pl.DataFrame, rules: list[str]) -> None:
    """Draw the medians of each rule from slack to scarce with their intervals."""
    for (colour, marker, kind, width), rule in zip(LOOKS, rules, strict=True):
        here = part.filter(pl.col("rule") == rule).sort(SCARCITY)
        axis.vlines(here[SCARCITY], here["low"], here["high"], color=colour, linewidth=width)
        style: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": kind, "linewidth": 1.2}
        axis.plot(here[SCARCITY], here["median"], markersize=5, label=rule, **style)
    axis.margins(x=0.08)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100.0 * share:g}"))
    few_ticks(axis)


FIGURE = Figure(
    "rival_premium",
    "Rival-affiliated supply, its premium and contract prices, against scarcity",
    "Above: labs that discount rivals' affiliates the same however short they are (urgency 0), or less the more they "
    "are short (10), in four worlds from no surge to eighty times a year. The premium is that of contracts with "
    "rivals' affiliates against those with suppliers of no lab in the same month. Below: affiliated suppliers that "
    "charge rivals no more (foreclosure 0) or more (1), with free capacity and with a surge of all labs. Marks are "
    "medians over draws, at the median of unmet demand, with 95% intervals.",
    (URGENCY, FORECLOSURE),
    data,
    draw,
    height_inches=5.0,
)
