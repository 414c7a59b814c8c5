"""The tab of the binding constraint: what holds orders back, how many it costs, and how scarce chips and power are."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab, say_nothing
from experiments.view.series import (
    FONT_SIZE,
    draw_series,
    draw_shares,
    finish_dates,
    month_spans,
    readable,
    say_unit,
    scale_of,
    series,
    with_band,
)
from model.limits import CONSTRAINTS

CONSTRAINT, ORDERS, CHIPS, POWER = "binding_constraint", "orders_h100e_per_month", "chips_h100e_per_month", "power_mw"
COLOURS = {"none": 7, "demand": 0, "profit": 4, "credit": 3, "power": 1, "chips": 2}
"""The colour of each constraint, the same in every picture."""
PLACED = "placed"
HELD_BACK = ("profit", "credit", "power", "chips")


def constraints(moment: Moment) -> pl.DataFrame:
    """Return what binds in each month, by name."""
    codes = moment.history.market[CONSTRAINT]
    columns = {"month": np.arange(moment.months), "date": moment.dates, CONSTRAINT: [CONSTRAINTS[c] for c in codes]}
    return pl.DataFrame(columns)


def draw_constraints(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw a row a constraint, filled in the months in which it binds, with its part of all months."""
    spans = month_spans(frame["date"]).reshape(-1, 2)
    binds = frame[CONSTRAINT].to_numpy()
    names = [name for name in CONSTRAINTS if name != "none" or "none" in binds]
    for place, name in enumerate(names):
        colour, mine = look.colours[COLOURS[name]], binds == name
        turns = np.flatnonzero(np.diff(np.concatenate([[False], mine, [False]])))
        ends = [(spans[first, 0], spans[after - 1, 1]) for first, after in turns.reshape(-1, 2)]
        corners = [[(a, place - 0.38), (a, place + 0.38), (b, place + 0.38), (b, place - 0.38)] for a, b in ends]
        axes.add_collection(PolyCollection(corners, facecolors=colour, linewidths=0))
        style: dict[str, Any] = {"fontsize": FONT_SIZE, "va": "center", "fontweight": "bold"}
        ink = readable(colour, look) if mine.any() else look.soft
        axes.text(1.015, place, f"{mine.mean():.0%}", transform=axes.get_yaxis_transform(), color=ink, **style)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0, labelcolor=look.ink)
    axes.update_datalim([(spans[0, 0], 0.0), (spans[-1, 1], 0.0)])
    finish_dates(axes)
    say_unit(axes, "filled: it binds; at the right: share of months", look)


def lost_orders(moment: Moment) -> pl.DataFrame:
    """Return the orders placed, and those that each constraint held back.

    Their sum is what demand asks for, and what labs have signed for to be built to suit.
    """
    market = moment.history.market
    held = {name: market[f"lost_to_{name}_h100e"] for name in HELD_BACK}
    return series(moment, {PLACED: market["orders_placed_h100e"]} | held, ORDERS)


def draw_lost_orders(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the orders wanted as parts: placed, and held back by what; their sums above."""
    draw_shares(axes, frame, look, ORDERS, totals=True, styles=COLOURS | {PLACED: 0})
    say_unit(axes, "share of orders wanted, and the sum in H100e", look, above=True)


def chips(moment: Moment) -> pl.DataFrame:
    """Return the chips that can be had, the orders that want them once money and power allow, and those placed."""
    market = moment.history.market
    to_be_had = market["chips_h100e"] * (1.0 - market["chip_loss_share"])
    lines = {"wanted": market["orders_wanted_h100e"], "to be had": to_be_had, "ordered": market["orders_placed_h100e"]}
    return series(moment, lines, CHIPS)


def draw_chips(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw chips wanted, to be had and ordered."""
    scale = scale_of(frame[CHIPS])
    draw_series(axes, frame, look, CHIPS, scale=scale.unit, styles={"ordered": 0, "wanted": 1, "to be had": 2})
    say_unit(axes, f"{scale.word}H100e a month", look)


def grid_queue(moment: Moment) -> pl.DataFrame:
    """Return the power that firms wait for, with its band."""
    values = {"in the queue": moment.history.market["grid_queue_mw"]}
    return with_band(series(moment, values, POWER), moment, {"in the queue": "grid_queue_mw"})


def draw_grid_queue(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the power that firms wait for, or say that they wait for none."""
    if frame[POWER].max() == 0.0:
        say_nothing(axes, "no firm waits for power of the grid", look)
        return
    draw_series(axes, frame, look, POWER, scale=1e3)
    say_unit(axes, "GW", look)


TAB = Tab(
    "binding",
    "What binds",
    (
        Panel(
            "constraints",
            "What holds orders back",
            "Chips bind where orders that can be paid and powered exceed them. Else what takes most orders away binds.",
            constraints,
            draw_constraints,
        ),
        Panel(
            "lost_orders",
            "What becomes of the orders wanted",
            "Orders must pay, then find credit, power and chips, in turn. So chips may bind although power takes more.",
            lost_orders,
            draw_lost_orders,
        ),
        Panel(
            "chips",
            "Chips wanted and to be had",
            "Orders that can be paid and connected want chips; when there are too few, chips bind.",
            chips,
            draw_chips,
        ),
        Panel(
            "grid_queue",
            "Power in the grid queue",
            "Power that firms have asked for and not yet got, where the scenario has such a queue.",
            grid_queue,
            draw_grid_queue,
        ),
    ),
)
