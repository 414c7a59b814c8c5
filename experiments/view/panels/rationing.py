"""The tab of rationing and churn: whom labs refuse, who leaves, who gains users, and what labs charge."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab, last_of
from experiments.view.series import (
    BAND_ALPHA,
    FONT_SIZE,
    Bar,
    Firms,
    add_areas,
    by_line,
    draw_rows,
    draw_series,
    finish_dates,
    firms,
    month_spans,
    readable,
    say_unit,
    series,
    with_band,
)

UNSERVED, SHARE, POINTS = "unserved_share", "share_of_all_users", "gain_percentage_points"
USD = "usd_per_h100e_hour"
ALL = "all labs"
LEAST_TOP = 0.05
"""A row of refused users is as high as at least that share, so that little looks little."""
ROW = 0.86
"""Height of a row, the room between two rows apart."""
MOST_LABS = 12


def by_leader(moment: Moment, column: str, whole: str) -> tuple[Firms, dict[str, Any]]:
    """Return a column of the labs with most users at the start, by name, after that of the market."""
    users, found = firms(moment, "lab", "users_h100e"), firms(moment, "lab", column)
    leaders = {found.names[firm]: found.values[firm] for firm in users.leaders()}
    return users, {ALL: moment.history.market[whole]} | leaders


def unserved(moment: Moment) -> pl.DataFrame:
    """Return the share of inference that the largest labs refuse, and that all labs do, with its band."""
    _, values = by_leader(moment, "unserved_share", "unserved_share")
    return with_band(series(moment, values, UNSERVED), moment, {ALL: "unserved_share"})


def draw_unserved(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw a row a lab, as high as the share of inference that it refuses, all rows to the same scale, and the peak."""
    lines = by_line(frame)
    peaks = [float(np.nanmax(line[UNSERVED].to_numpy(), initial=0.0)) for line in lines.values()]
    highest, floors = max(LEAST_TOP, *peaks), np.arange(len(lines) - 1.0, -1.0, -1.0)
    colours = [look.soft if name == ALL else look.colours[place - 1] for place, name in enumerate(lines)]
    days, whole = month_spans(frame["date"][: frame["month"].n_unique()]), lines[ALL]
    if whole["low"].null_count() < whole.height:
        sides = (np.repeat(np.minimum(whole[side].to_numpy(), highest), 2) for side in ("low", "high"))
        low, high = (floors[0] + ROW * np.nan_to_num(side) / highest for side in sides)
        add_areas(axes, days, [low], [high], colours[:1], "none", alpha=2.0 * BAND_ALPHA)
    for floor, colour, peak, line in zip(floors, colours, peaks, lines.values(), strict=True):
        shares = np.repeat(np.nan_to_num(line[UNSERVED].to_numpy()), 2)
        turns = np.r_[True, shares[1:] != shares[:-1]] | np.r_[shares[1:] != shares[:-1], True]
        heights = [floor + ROW * shares[turns] / highest]
        add_areas(axes, days[turns], [np.full(turns.sum(), floor)], heights, [colour], "none")
        words = f"{peak:.0%}" if peak >= 0.005 else "never"
        style: dict[str, Any] = {"fontweight": "bold", "fontsize": FONT_SIZE, "va": "bottom"}
        axes.text(1.015, floor, words, transform=axes.get_yaxis_transform(), color=readable(colour, look), **style)
    axes.hlines(floors, days[0], days[-1], colors=look.grid, linewidth=0.8, zorder=0.5)
    axes.set_ylim(-0.08, len(lines))
    axes.set_yticks([len(lines) - 0.72 - place for place in range(len(lines))], list(lines), parse_math=False)
    axes.tick_params(axis="y", length=0, labelcolor=look.ink)
    axes.grid(visible=False)
    finish_dates(axes)
    say_unit(axes, "share of inference refused", look)
    axes.text(1.015, 1.02, "peak", transform=axes.transAxes, fontsize=FONT_SIZE, color=look.soft, va="bottom")


def churn(moment: Moment) -> pl.DataFrame:
    """Return as shares of all users those of no lab, those who left a lab this month, and of these who moved over."""
    labs, market = moment.history.labs, moment.history.market
    alive = labs["alive"] == 1
    everybody = (alive * labs["users_h100e"]).sum(axis=1) + market["outside_users_h100e"]
    left, moved = labs["leaving_users_h100e"].sum(axis=1), labs["arriving_users_h100e"].sum(axis=1)
    total = np.where(everybody > 0.0, everybody, np.nan)
    lines = {"of no lab": market["outside_users_h100e"], "left a lab": left, "left for another": moved}
    return series(moment, {name: values / total for name, values in lines.items()}, SHARE)


def draw_churn(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw who left and who stays away."""
    draw_series(axes, frame, look, SHARE, percent=True, least_top=0.01)
    say_unit(axes, "share of all users", look)


def gains(moment: Moment) -> pl.DataFrame:
    """Return the share of users that each lab had at the start and has now, and the difference."""
    users = firms(moment, "lab", "users_h100e")
    if users.values.size == 0:
        return pl.DataFrame()
    known = np.nan_to_num(users.values)
    shares = known / np.maximum(known.sum(axis=0), 1e-12)
    first, now = shares[:, 0], shares[:, -1]
    failed = ~np.isfinite(users.values[:, -1])
    old = np.flatnonzero(users.entered == 0)
    shown = np.sort(old[np.argsort(-np.maximum(first, now)[old], kind="stable")][:MOST_LABS])
    names = [f"{users.names[lab]} (failed)" if failed[lab] else users.names[lab] for lab in shown]
    rest = {"others": np.setdiff1d(old, shown), "entrants": np.flatnonzero(users.entered > 0)}
    rest = {name: labs for name, labs in rest.items() if len(labs)}
    start = [*first[shown], *(first[labs].sum() for labs in rest.values())]
    end = [*now[shown], *(now[labs].sum() for labs in rest.values())]
    columns = {"lab": [*names, *rest], "share_at_start": start, "share_now": end}
    return pl.DataFrame(columns).with_columns((100.0 * (pl.col("share_now") - pl.col("share_at_start"))).alias(POINTS))


def draw_gains(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw gains right, losses left, each with the share that a lab has now."""
    bars = [
        Bar(row["lab"], row[POINTS], _shares(row), look.colours[0 if row[POINTS] >= 0.0 else 1])
        for row in frame.iter_rows(named=True)
    ]
    draw_rows(axes, bars, look)
    say_unit(axes, "share of users now, and its gain in points", look)


def _shares(row: dict[str, Any]) -> str:
    share, gain = row["share_now"], round(row[POINTS])
    now = "<1%" if 0.0 < share < 0.005 else f"{share:.0%}"
    return f"{now} ({gain:+d})".replace("-", "−") if gain else f"{now} (0)"


def lab_prices(moment: Moment) -> pl.DataFrame:
    """Return what the largest labs charge for inference, and the mean of all labs."""
    column = "service_price_usd_per_h100e_hour"
    _, values = by_leader(moment, column, column)
    return series(moment, values, USD)


def draw_lab_prices(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw what labs charge."""
    styles = {name: place for place, name in enumerate([*frame["line"].unique(maintain_order=True)][1:])} | {ALL: 15}
    low = last_of(frame[USD].fill_nan(None).min())
    draw_series(axes, frame, look, USD, styles=styles, from_zero=low < 0.5)
    say_unit(axes, "USD per H100e-hour of inference", look)


TAB = Tab(
    "rationing",
    "Rationing and churn",
    (
        Panel(
            "unserved",
            "Users refused",
            "A lab with too little compute refuses users. The shade is where 8 of 10 runs with other luck lie.",
            unserved,
            draw_unserved,
        ),
        Panel(
            "churn",
            "Who leaves, and who stays away",
            "Some refused users leave their lab; a part moves to another, the rest is of no lab for a while.",
            churn,
            draw_churn,
        ),
        Panel(
            "gains",
            "Who has gained users",
            "Labs that can serve, and that users like, win users from the others.",
            gains,
            draw_gains,
            4.0,
        ),
        Panel(
            "lab_prices",
            "What labs charge",
            "A lab that has too little compute raises its price before it refuses users.",
            lab_prices,
            draw_lab_prices,
        ),
    ),
)
