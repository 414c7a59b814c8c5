"""The tab of capacity: who uses it, what is under way, and how much of what demand asks for is ordered."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from agents.suppliers.kinds import HYPERSCALER
from experiments.overview import CHANNELS
from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab
from experiments.view.series import (
    Bar,
    colour_of_layer,
    draw_rows,
    draw_series,
    draw_shares,
    finish_dates,
    finish_values,
    layers_of,
    name_ends,
    say_unit,
    scale_of,
    series,
    short,
)

CAPACITY, ORDERS = "capacity_h100e", "orders_h100e_per_month"
COLOURS = dict(zip([name for name, _, _ in CHANNELS], (0, 5, 2, 1, 4, 7, 7), strict=True))
"""The colour of each channel, as in the overview."""
OWNERS = ("labs", "hyperscalers", "other suppliers")
ORDER_COLUMNS = {"asked for": "orders_asked_h100e", "placed": "orders_placed_h100e"}
MOST_OWNERS = 7


def channels(moment: Moment) -> pl.DataFrame:
    """Return the usable capacity of labs and suppliers by the channel through which it is had."""
    market = moment.history.market
    return series(moment, {name: sum(market[column] for column in columns) for name, columns, _ in CHANNELS}, CAPACITY)


def draw_channels(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw channels as parts of usable capacity, with its sum above."""
    draw_shares(axes, frame, look, CAPACITY, totals=True, styles=COLOURS)
    say_unit(axes, "share of usable capacity, and the sum in H100e", look, above=True)


def sites_to_come(moment: Moment) -> Any:
    """Return the rows of sites that are ordered and not yet online; an order that ended with its owner is none."""
    sites = moment.market.world.sites
    coming = (sites["id"] != 0) & (sites["online_month"] >= moment.months)
    return sites[coming & (sites["retire_month"] > sites["online_month"])]


def owner_kinds(moment: Moment, sites: Any) -> Any:
    """Return for each site the place of its owner in `OWNERS`."""
    suppliers = moment.market.world.suppliers
    by_lab = sites["owner_is_lab"] == 1
    kinds = suppliers["kind"][np.where(by_lab, 0, sites["owner"])]
    return np.where(by_lab, 0, np.where(kinds == HYPERSCALER, 1, 2))


def pipeline(moment: Moment) -> pl.DataFrame:
    """Return the capacity under way by the month in which it comes online, and the kind of its owner."""
    sites = sites_to_come(moment)
    if len(sites) == 0:
        return pl.DataFrame()
    last = int(sites["online_month"].max()) + 1
    months = np.arange(moment.months, last)
    dates = (np.datetime64(moment.scenario.start, "M") + months).astype("datetime64[D]")
    kinds, parts = owner_kinds(moment, sites), []
    for place, owner in enumerate(OWNERS):
        mine = sites[kinds == place]
        coming = np.bincount(mine["online_month"], mine["capacity_h100e"], last)[moment.months :].astype(float)
        parts.append(pl.DataFrame({"month": months, "date": dates, "line": [owner] * len(months), CAPACITY: coming}))
    return pl.concat(parts)


def draw_bars(axes: Axes, frame: pl.DataFrame, look: Look, unit: str, *, scale: float) -> None:
    """Draw lines as bars on top of one another, one a month, named right of the picture."""
    names, days, values = layers_of(frame, unit)
    tops = np.cumsum(values, axis=0) / scale
    width = 30.4 * (1.0 if len(days) > 1 else 0.5)
    ends = []
    for place, name in enumerate(names):
        colour, low = colour_of_layer(look, name, place), tops[place] - values[place] / scale
        left, right = days + 0.06 * width, days + 0.94 * width
        corners = [[left, low], [left, tops[place]], [right, tops[place]], [right, low]]
        bars = list(np.moveaxis(np.array(corners), 2, 0))
        axes.add_collection(PolyCollection(bars, facecolors=colour, linewidths=0))
        if values[place].any():
            ends.append((name, 0.3 + 0.1 * place, colour))
    axes.update_datalim([(days[0], 0.0), (days[-1] + width, 0.0)])
    axes.set_ylim(0.0, 1.08 * float(tops[-1].max()) or 1.0)
    finish_dates(axes)
    finish_values(axes)
    height = axes.get_ylim()[1]
    name_ends(axes, [(name, level * height, colour) for name, level, colour in ends], look, leaders=False)


def draw_pipeline(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the pipeline as bars."""
    months = frame.group_by("month").agg(pl.col(CAPACITY).sum())[CAPACITY]
    scale = scale_of(months)
    draw_bars(axes, frame, look, CAPACITY, scale=scale.unit)
    say_unit(axes, f"{scale.word}H100e a month", look, note=f"{short(float(months.sum()))} in all")


def orders(moment: Moment) -> pl.DataFrame:
    """Return the orders that demand asks for, and those that are placed."""
    market = moment.history.market
    return series(moment, {name: market[column] for name, column in ORDER_COLUMNS.items()}, ORDERS)


def draw_orders(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw orders asked for and placed."""
    scale = scale_of(frame[ORDERS])
    draw_series(axes, frame, look, ORDERS, scale=scale.unit, styles={"placed": 0, "asked for": 1})
    say_unit(axes, f"{scale.word}H100e a month", look)


def under_way(moment: Moment) -> pl.DataFrame:
    """Return the capacity under way by owner, and when the first and the last of it come online; the largest first."""
    sites = sites_to_come(moment)
    if len(sites) == 0:
        return pl.DataFrame()
    start = np.datetime64(moment.scenario.start, "M")
    columns = {
        "owner_is_lab": sites["owner_is_lab"],
        "row": sites["owner"],
        "owner_kind": [OWNERS[kind] for kind in owner_kinds(moment, sites)],
        "date": (start + sites["online_month"]).astype("datetime64[D]"),
        CAPACITY: sites["capacity_h100e"],
    }
    by_owner = pl.DataFrame(columns).group_by("owner_is_lab", "row", "owner_kind", maintain_order=True)
    sums = by_owner.agg(
        pl.col(CAPACITY).sum(),
        pl.col("date").min().alias("first_online_date"),
        pl.col("date").max().alias("last_online_date"),
    )
    owners = zip(sums["owner_is_lab"], sums["row"], strict=True)
    names = [moment.firm_name("lab" if is_lab else "supplier", row) for is_lab, row in owners]
    named = sums.select(pl.Series("owner", names), pl.exclude("owner_is_lab", "row"))
    return named.sort(CAPACITY, descending=True, maintain_order=True)


def draw_under_way(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the owners with most under way as a list of bars, the rest together, in the colours of their kinds."""
    shown = MOST_OWNERS if frame.height > MOST_OWNERS + 1 else frame.height
    bars = [
        Bar(
            row["owner"],
            row[CAPACITY],
            f"{short(row[CAPACITY])}, to {row['last_online_date']:%b %Y}",
            look.colours[OWNERS.index(row["owner_kind"])],
        )
        for row in frame.head(shown).iter_rows(named=True)
    ]
    rest = frame.slice(shown)
    if rest.height:
        total = float(rest[CAPACITY].sum())
        bars.append(Bar(f"{rest.height} others", total, short(total), colour_of_layer(look, "others", 0)))
    draw_rows(axes, bars, look)
    say_unit(axes, "H100e under way, and when the last of it comes online", look)


TAB = Tab(
    "capacity",
    "Capacity",
    (
        Panel(
            "channels",
            "Who uses the capacity",
            "Labs build, lease or rent on the spot market; enterprises take the rest of what suppliers have.",
            channels,
            draw_channels,
        ),
        Panel(
            "pipeline",
            "What comes online, and when",
            "Sites that are paid for and under way, by the month of their first use.",
            pipeline,
            draw_pipeline,
        ),
        Panel(
            "orders",
            "Orders: asked for and placed",
            "Demand asks for new sites; money, power and chips decide how many are ordered. "
            "The rest is asked for again a month later.",
            orders,
            draw_orders,
        ),
        Panel(
            "under_way",
            "Who has most under way",
            "All sites that an owner has ordered and not yet in use; the colours are those of the kinds of owners.",
            under_way,
            draw_under_way,
        ),
    ),
)
