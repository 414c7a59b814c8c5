"""The tab of concentration: who has the users and the capacity, how few they are, and what one failure would cost."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab
from experiments.view.series import Firms, draw_series, draw_shares, firms, say_unit, series, with_band

USERS, CAPACITY, HHI, LOSS = "users_h100e", "installed_h100e", "hhi_0_to_10000", "systemic_loss_share"
SIDES = {"suppliers, by capacity": "hhi_suppliers", "labs, by users": "hhi_labs"}
MARKS = {1500.0: "moderate", 2500.0: "high"}
"""From where a market is called concentrated, US Department of Justice and FTC (2010), Horizontal Merger Guidelines."""
ROOMY = 5000.0
"""Up to that height the marks have room for two rows of words."""


def grouped(found: Firms) -> dict[str, Any]:
    """Return the sums of the leaders, of the others and of the entrants by name; shape (months,) each."""
    known, leaders = np.nan_to_num(found.values), found.leaders()
    others = np.setdiff1d(np.flatnonzero(found.entered == 0), leaders)
    groups = {found.names[firm]: known[firm] for firm in leaders}
    rest = {"others": known[others].sum(axis=0), "entrants": known[found.entered > 0].sum(axis=0)}
    return groups | {name: values for name, values in rest.items() if values.any()}


def lab_shares(moment: Moment) -> pl.DataFrame:
    """Return the users of the largest labs of the start, of the other labs, and of entrants."""
    return series(moment, grouped(firms(moment, "lab", USERS)), USERS)


def draw_lab_shares(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw users by lab."""
    draw_shares(axes, frame, look, USERS)
    say_unit(axes, "share of users", look)


def supplier_shares(moment: Moment) -> pl.DataFrame:
    """Return the capacity of the largest suppliers of the start, of the other suppliers, and of entrants."""
    return series(moment, grouped(firms(moment, "supplier", CAPACITY)), CAPACITY)


def draw_supplier_shares(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw capacity by supplier."""
    draw_shares(axes, frame, look, CAPACITY)
    say_unit(axes, "share of suppliers' installed capacity", look)


def indices(moment: Moment) -> pl.DataFrame:
    """Return the Herfindahl-Hirschman index of suppliers and of labs, with bands."""
    market = moment.history.market
    lines = {name: market[column] for name, column in SIDES.items()}
    return with_band(series(moment, lines, HHI), moment, SIDES)


def draw_indices(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw both indices between the marks of the textbook."""
    draw_series(axes, frame, look, HHI, least_top=3000.0)
    break_ = "\n" if axes.get_ylim()[1] <= ROOMY else " "
    ticks = [0.0, *MARKS, *[tick for tick in (5000.0, 7500.0, 10000.0) if tick <= axes.get_ylim()[1]]]
    axes.set_yticks(ticks, [f"{MARKS[tick]}{break_}{tick:,.0f}" if tick in MARKS else f"{tick:,.0f}" for tick in ticks])
    for mark in MARKS:
        axes.axhline(mark, color=look.soft, linewidth=1.0, linestyle=(0, (1, 3)), zorder=1)
    say_unit(axes, "HHI: 10,000 is one firm alone", look)


def losses(moment: Moment) -> pl.DataFrame:
    """Return the part of inference that the failure of the worst supplier would cost, with its band."""
    values = {"worst failure": moment.history.market[LOSS]}
    return with_band(series(moment, values, LOSS), moment, {"worst failure": LOSS})


def draw_losses(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the systemic loss."""
    draw_series(axes, frame, look, LOSS, percent=True, least_top=0.05)
    say_unit(axes, "share of inference served", look)


TAB = Tab(
    "concentration",
    "Concentration",
    (
        Panel(
            "lab_shares",
            "Whom the users choose",
            "How users are divided over labs; the largest at the start have their names.",
            lab_shares,
            draw_lab_shares,
        ),
        Panel(
            "supplier_shares",
            "Who owns the capacity for hire",
            "Installed capacity of suppliers; the largest at the start have their names.",
            supplier_shares,
            draw_supplier_shares,
        ),
        Panel(
            "indices",
            "How concentrated both sides are",
            "The sum of squared shares in per cent; the marks are those of the US merger guidelines of 2010.",
            indices,
            draw_indices,
        ),
        Panel(
            "losses",
            "What one failure would cost",
            "The systemic loss: inference that would be lost if the worst supplier failed, worked out once a year.",
            losses,
            draw_losses,
        ),
    ),
)
