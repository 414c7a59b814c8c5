"""What each panel of a picture shows of a lab, a supplier or the spot price."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from agents.fringe import elastic_demand, fringe_demand
from experiments.explain.bargain import asked
from experiments.explain.picture import (
    Layer,
    Panel,
    around,
    capacity_axis,
    legend_below,
    mark_month,
    say_so,
    stacked_bars,
    steps_bars,
    wrapped,
)
from experiments.explain.plan import planned_months
from experiments.explain.price import book_of, price_parts, spot_price
from experiments.explain.record import Recorded
from experiments.explain.risk import GROUPS, MATTERS_USD, grouped, risk_parts
from experiments.explain.supplier import list_parts
from experiments.overview import COLOURS, INK, LEAST_PEAK
from model.negotiation import supplier_rank

CHANNEL_LINES = (
    ("nothing", INK),
    ("spot", COLOURS[1]),
    ("lease", COLOURS[5]),
    ("partner", COLOURS[2]),
    ("build", COLOURS[0]),
)
RISK_COLOURS = (COLOURS[5], COLOURS[3], COLOURS[4], COLOURS[6], COLOURS[2], COLOURS[7])
"""Colours of the groups of the risk charge."""
MOST_ASKED = 7
"""Suppliers that are drawn, first asked first."""


def lab_plan(axis: Axes, recorded: Recorded, i: int) -> None:
    """Draw forecast, coverage and plan of the delivery months that were planned, and of one more at least."""
    planned = len(planned_months(recorded, i))
    rows = recorded.views["plan"].requirements[i][: max(2, planned)]
    names = [f"month {recorded.month + int(row['months_ahead'])}" for row in rows]
    names = [name if place < planned else f"{name}\n(not planned now)" for place, name in enumerate(names)]
    columns = (
        ("covered", "coverage", "#C4C4C4"),
        ("build", "build", COLOURS[0]),
        ("partner", "partner", COLOURS[2]),
        ("lease", "lease", COLOURS[5]),
        ("left to spot", "spot", COLOURS[1]),
    )
    stacked_bars(axis, names, [Layer(name, list(rows[f"{key}_h100e"]), colour) for name, key, colour in columns])
    axis.plot(range(len(rows)), rows["forecast_h100e"], "D", color=INK, label="forecast", markersize=7)
    axis.set_title("What it expected to need, and how it meant to cover it")
    capacity_axis(axis)
    legend_below(axis, 6)


def lab_costs(axis: Axes, recorded: Recorded, i: int) -> None:
    """Draw the expected cost of each channel against the chance that an hour is needed, for the largest plan."""
    planned = planned_months(recorded, i)
    if not planned:
        say_so(axis, "this strategy reckons no cost per channel")
        return
    plan = max(planned, key=lambda each: each.split.build + each.split.lease + each.split.partner)
    chance = np.linspace(0.0, 1.0, 101)
    costs = [
        plan.lines.fixed[k] + plan.lines.variable[k] * chance if math.isfinite(plan.lines.fixed[k]) else None
        for k in range(len(CHANNEL_LINES))
    ]
    for (name, colour), cost in zip(CHANNEL_LINES, costs, strict=True):
        if cost is not None and np.isfinite(cost).all():
            axis.plot(chance, cost, color=colour, label=name)
    known = np.array([cost for cost in costs if cost is not None and np.isfinite(cost).all()])
    axis.plot(chance, known.min(axis=0), color=INK, linewidth=6, alpha=0.15, label="cheapest")
    axis.axvline(plan.need, color=INK, linewidth=1.0, linestyle=":")
    axis.annotate("first H100e\nnot covered", (plan.need, 0.55), (-4, 0), xycoords=("data", "axes fraction"),
                  textcoords="offset points", ha="right", va="top", fontsize=9, color=INK,
                  bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0})  # fmt: skip
    ahead = int(recorded.views["plan"].requirements["months_ahead"][i, plan.delivery])
    axis.set_title(f"What an hour in month {recorded.month + ahead} would cost it")
    axis.set_xlabel("chance that the hour is needed")
    axis.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.set_ylabel("expected USD per H100e-hour")
    axis.set_ylim(0.0)
    axis.legend(loc="lower right", fontsize=9, ncols=2)


def lab_offers(axis: Axes, recorded: Recorded, i: int) -> None:
    """Draw what it expected to pay whom it asked, both reservation prices, and the price agreed."""
    world, after = recorded.views["respond"], recorded.views["negotiate"]
    suppliers = asked(recorded, i)[:MOST_ASKED]
    if not suppliers:
        say_so(axis, "it asked nobody")
        return
    ratio = float(world.market["contract_to_list_ratio"][0])
    lists = [float(world.suppliers["list_price_usd_per_h100e_hour"][j]) * ratio for j in suppliers]
    parts = [grouped(risk_parts(world, i, j)) for j in suppliers]
    layers = [Layer("list price x ratio", lists, "#C4C4C4")]
    layers += [
        Layer(f"risk: {name}", [part[name] for part in parts], colour)
        for name, colour in zip(GROUPS, RISK_COLOURS, strict=True)
        if max(abs(part[name]) for part in parts) > MATTERS_USD
    ]
    stacked_bars(axis, [wrapped(recorded.supplier(j)) for j in suppliers], layers)
    marks = (("lab pays at most", "buyer_reservation", "v", COLOURS[0]),
             ("supplier takes at least", "seller_reservation", "^", COLOURS[1]),
             ("agreed", "price", "o", INK))  # fmt: skip
    for name, key, mark, colour in marks:
        prices = [float(after.pairs[f"{key}_usd_per_h100e_hour"][i, j]) for j in suppliers]
        axis.plot(range(len(suppliers)), prices, mark, color=colour, label=name, markersize=7, linestyle="none")
    axis.set_title("Whom it asked, and what it settled for")
    axis.set_ylabel("USD per H100e-hour")
    axis.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.19), ncols=4, fontsize=8, handlelength=1.0, columnspacing=1.2
    )


def lab_after(axis: Axes, recorded: Recorded, i: int) -> None:
    """Draw what it refused and what it held against its need, in the months around."""
    months = around(recorded)
    labs = recorded.run.history.labs[months, i]
    alive = labs["alive"] == 1
    need = np.where(alive, labs["need_inference_h100e"] + labs["need_training_h100e"], np.nan)
    axis.plot(months, need, color=INK, label="need")
    layers = [np.where(alive, labs[f"{name}_h100e"], 0.0) for name in ("own", "contract", "spot")]
    axis.stackplot(months, layers, colors=[COLOURS[0], COLOURS[5], COLOURS[1]], alpha=0.75,
                   labels=["own sites", "contracts", "spot"])  # fmt: skip
    worst = int(np.nanargmax(np.where(alive, labs["unserved_share"], -1.0)))
    if labs["unserved_share"][worst] >= LEAST_PEAK:
        axis.annotate(f"{labs['unserved_share'][worst]:.0%} refused", (months[worst], need[worst]), (0, 8),
                      textcoords="offset points", ha="center", color=INK, fontsize=9)  # fmt: skip
    axis.set_title("Before and after: need, and what it held")
    capacity_axis(axis)
    mark_month(axis, recorded)
    axis.margins(y=0.12)
    axis.legend(loc="upper left", fontsize=9)


def supplier_list(axis: Axes, recorded: Recorded, j: int) -> None:
    """Draw the parts of the list price it moves to."""
    parts = list_parts(recorded.views["plan"], j)
    cost = parts.pop("full cost")
    steps_bars(axis, parts, ("full cost", cost), "goal")
    price = float(recorded.views["respond"].suppliers["list_price_usd_per_h100e_hour"][j])
    axis.set_title(f"The list price it moves to; now {price:.2f}")
    axis.set_ylabel("USD per H100e-hour")


def supplier_free(axis: Axes, recorded: Recorded, j: int) -> None:
    """Draw what is promised, kept and free by delivery month."""
    world = recorded.views["respond"]
    offers, ahead = world.offers[j], recorded.views["plan"].requirements["months_ahead"][0]
    names = [f"month {recorded.month + int(months)}" for months in ahead]
    reserve = float(world.parameters["on_demand_reserve_share"][0]) * offers["capacity_h100e"]
    used = offers["committed_h100e"] + offers["enterprise_h100e"] + reserve + offers["free_h100e"]
    layers = [
        Layer("promised to labs", list(offers["committed_h100e"]), COLOURS[5]),
        Layer("kept for enterprises", list(offers["enterprise_h100e"]), "#9A9A9A"),
        Layer("spot reserve", list(reserve), COLOURS[1]),
        Layer("free", list(offers["free_h100e"]), COLOURS[2]),
        Layer("gone in a later month", list(np.maximum(0.0, offers["capacity_h100e"] - used)), "#E8E8E8"),
    ]
    stacked_bars(axis, names, layers)
    axis.set_title("What it could sell")
    capacity_axis(axis)
    legend_below(axis, 5)


def supplier_ranks(axis: Axes, recorded: Recorded, j: int) -> None:
    """Draw how it ranks the labs that asked: its gain and its liking."""
    pairs = recorded.views["negotiate"].pairs[:, j]
    labs = [i for i in recorded.alive_labs() if pairs["asked_rank"][i] > 0 and math.isfinite(supplier_rank(pairs[i]))]
    if not labs:
        say_so(axis, "no lab that asked agreed on a price")
        return
    labs.sort(key=lambda i: -float(supplier_rank(pairs[i])))
    price, least = pairs["price_usd_per_h100e_hour"], pairs["seller_reservation_usd_per_h100e_hour"]
    layers = [
        Layer("gain: price less the least it takes", [float(price[i] - least[i]) for i in labs], COLOURS[0]),
        Layer("liking", [float(pairs["supplier_score_usd_per_h100e_hour"][i]) for i in labs], COLOURS[3]),
    ]
    stacked_bars(axis, [wrapped(recorded.lab(i)) for i in labs], layers)
    axis.set_title("Whom it preferred among those that asked")
    axis.set_ylabel("USD per H100e-hour")
    axis.set_xlim(-0.6, max(2.6, len(labs) - 0.4))
    legend_below(axis, 2)


def supplier_after(axis: Axes, recorded: Recorded, j: int) -> None:
    """Draw what it installed and used in the months around."""
    months = around(recorded)
    rows = recorded.run.history.suppliers[months, j]
    names = ("delivered_h100e", "enterprise_served_h100e", "spot_sold_h100e", "idle_h100e")
    axis.stackplot(months, [rows[name] for name in names], colors=[COLOURS[5], "#9A9A9A", COLOURS[1], "#E8E8E8"],
                   labels=["labs' contracts", "enterprises", "spot", "idle"])  # fmt: skip
    axis.plot(months, rows["installed_h100e"], color=INK, label="installed")
    axis.set_title("Before and after: how its capacity was used")
    capacity_axis(axis)
    mark_month(axis, recorded)
    axis.legend(loc="upper left", fontsize=9)


def steps_of(orders: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """Return quantities and prices of a book's steps, from nothing on."""
    quantities, prices, total = [], [], 0.0
    for order in orders:
        quantities += [total, total + float(order["H100e"])]
        prices += [float(order["limit USD"])] * 2
        total += float(order["H100e"])
    return quantities, prices


def price_curves(axis: Axes, recorded: Recorded, _: int) -> None:
    """Draw supply and demand of this month and the one before."""
    months = [("this month", recorded.views, 1.0)]
    months += [("the month before", recorded.before, 0.35)] if recorded.before else []
    for name, views, alpha in months:
        book = book_of(recorded, views)
        price = spot_price(views["clear_spot"])
        axis.plot(*steps_of(book.asks), color=COLOURS[0], alpha=alpha, label=f"asks, {name}")
        limits = sorted({float(row["limit USD"]) for row in book.bids} | set(np.linspace(0.2, 2.5 * price, 120)))
        fringe = fringe_demand(views["bid_spot"])
        wanted = [
            float(elastic_demand(fringe, at))
            + sum(float(row["H100e"]) for row in book.bids if float(row["limit USD"]) >= at)
            for at in limits
        ]
        axis.plot(wanted, limits, color=COLOURS[1], alpha=alpha, label=f"labs and fringe, {name}")
        sold = sum(float(row["filled H100e"]) for row in book.asks)
        axis.plot(sold, price, "o", color=INK, alpha=alpha, markersize=7)
    sold = max(sum(float(row["H100e"]) for row in book_of(recorded, views).asks) for _, views, _ in months)
    axis.set_xlim(0.0, 1.6 * max(1.0, sold))
    axis.set_ylim(0.0, 2.5 * spot_price(recorded.views["clear_spot"]))
    axis.set_title("Supply and demand on the spot market")
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1e3:,.6g}"))
    axis.set_xlabel("thousand H100e")
    axis.set_ylabel("USD per H100e-hour")
    axis.legend(loc="upper right", fontsize=9)


def price_steps(axis: Axes, recorded: Recorded, _: int) -> None:
    """Draw the parts of the change since the month before."""
    if not recorded.before:
        say_so(axis, "there is no month before")
        return
    steps_bars(axis, price_parts(recorded), ("before", spot_price(recorded.before["clear_spot"])), "now")
    axis.set_title("What moved the price")
    axis.set_ylabel("USD per H100e-hour")


def price_sides(axis: Axes, recorded: Recorded, _: int) -> None:
    """Draw who offered, and who got it."""
    book = book_of(recorded, recorded.views)
    sums: dict[str, list[float]] = {}
    for place, orders in enumerate((book.asks, book.bids)):
        for row in orders:
            if float(row["filled H100e"]) >= 1.0:
                sums.setdefault(str(row["owner"]), [0.0, 0.0])[place] += float(row["filled H100e"])
    sums["fringe"] = [0.0, float(recorded.views["clear_spot"].market["spot_fringe_h100e"][0])]
    largest = sorted(sums.items(), key=lambda item: -max(item[1]))
    named, rest = largest[:7], largest[7:]
    layers = [Layer(name, both, colour) for (name, both), colour in zip(named, COLOURS, strict=False)]
    layers.append(Layer("others", [sum(both[side] for _, both in rest) for side in (0, 1)], "#DADADA"))
    stacked_bars(axis, ["sold by", "bought by"], layers)
    axis.set_title("Who traded")
    capacity_axis(axis)
    axis.set_xlim(-0.6, 2.6)
    axis.legend(loc="upper right", fontsize=9)


def price_after(axis: Axes, recorded: Recorded, _: int) -> None:
    """Draw prices in the months around."""
    months = around(recorded)
    market = recorded.run.history.market[months]
    for name, key, colour in (
        ("list", "list", COLOURS[4]),
        ("contract", "contract", COLOURS[0]),
        ("spot", "spot", COLOURS[1]),
    ):
        axis.plot(months, market[f"{key}_price_usd_per_h100e_hour"], color=colour, label=f"{name} price")
    axis.set_ylim(0.0)
    axis.set_title("Before and after: prices")
    axis.set_ylabel("USD per H100e-hour")
    mark_month(axis, recorded)
    axis.legend(loc="lower left", fontsize=9)


LAB: tuple[Panel, ...] = (lab_plan, lab_costs, lab_offers, lab_after)
SUPPLIER: tuple[Panel, ...] = (supplier_list, supplier_free, supplier_ranks, supplier_after)
PRICE: tuple[Panel, ...] = (price_curves, price_steps, price_sides, price_after)
