"""The same luck in another world: two markets of one seed beside each other, and how their headline numbers differ."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from experiments.view.moment import Moment
from experiments.view.panel import Look
from experiments.view.series import (
    FONT_SIZE,
    day_numbers,
    finish_dates,
    finish_values,
    name_ends,
    say_unit,
    scale_of,
)
from model.metrics import METRICS

HEADLINES = (
    "contract_price_end",
    "spot_price_mean",
    "price_to_full_cost",
    "contract_volatility",
    "utilisation",
    "installed_end",
    "stranded_share",
    "unserved_peak",
    "rationed_months",
    "queue_wait_peak",
    "take_or_pay_waste",
    "lab_revenue_end",
    "hhi_suppliers_end",
    "hhi_labs_end",
    "dependence_hhi",
    "recalls",
    "lab_defaults",
    "supplier_exits",
)
"""Metrics in the table of two worlds."""
CONTRACT, SPOT, UNSERVED, HELD = "usd_per_h100e_hour", "spot_usd_per_h100e_hour", "unserved_share", "held_h100e"
HELD_COLUMNS = ("build_h100e", "lease_h100e", "partner_h100e", "spot_lab_h100e")
LEAST_TOP, LEAST_DIFFERENCE = 0.1, 0.002
"""Height of a picture without values; part of a height below which a difference is not marked."""


class Pair(NamedTuple):
    """Two markets under the same luck, after the same number of months."""

    a: Moment
    b: Moment

    @property
    def months(self) -> int:
        """Months that both have run."""
        return min(self.a.months, self.b.months)

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called: their scenarios, or this world and the other where those are the same."""
        names = self.a.scenario.name, self.b.scenario.name
        return names if names[0] != names[1] else ("this world", "the other")


class PairPanel(NamedTuple):
    """A panel of two worlds: as `Panel`, but its data are of a pair."""

    name: str
    title: str
    caption: str
    data: Callable[[Pair], pl.DataFrame]
    draw: Callable[[Axes, pl.DataFrame, Look], None]
    height_inches: float = 3.4


def headlines(pair: Pair) -> pl.DataFrame:
    """Return headline numbers of both worlds over the months that both have run: metric, meaning, unit, a, b, b - a.

    A number that one of them does not have is null.
    """
    known = {metric.name: metric for metric in METRICS}
    histories = [type(one.history)(*(table[: pair.months] for table in one.history)) for one in pair]
    rows = []
    for name in HEADLINES if pair.months else ():
        metric = known[name]
        with np.errstate(all="ignore"):  # a market without firms has no such number
            a, b = (float(metric.function(history)) for history in histories)
        numbers = (value if np.isfinite(value) else None for value in (a, b, b - a))
        rows.append((name, metric.definition, metric.unit, *numbers))
    kinds = (pl.String, pl.String, pl.String, pl.Float64, pl.Float64, pl.Float64)
    names = ("metric", "meaning", "unit", "a", "b", "difference")
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def _compared(pair: Pair, values: Callable[[Moment], Any], unit: str) -> pl.DataFrame:
    """Return a line of each world month by month, and b less a; the columns of values end with their unit."""
    months = pair.months
    if months == 0:
        return pl.DataFrame()
    a, b = (np.asarray(values(one), float)[:months] for one in pair)
    names = [[name] * months for name in pair.names]
    columns = {"month": np.arange(months), "date": pair.a.dates[:months], "world_a": names[0], "world_b": names[1]}
    return pl.DataFrame(columns | {f"a_{unit}": a, f"b_{unit}": b, f"difference_{unit}": b - a})


def contract_price(pair: Pair) -> pl.DataFrame:
    """Return the smoothed price of new contracts in both worlds."""
    return _compared(pair, lambda one: one.history.market["contract_price_usd_per_h100e_hour"], CONTRACT)


def spot_price(pair: Pair) -> pl.DataFrame:
    """Return the spot price in both worlds."""
    return _compared(pair, lambda one: one.history.market["spot_price_usd_per_h100e_hour"], SPOT)


def unserved(pair: Pair) -> pl.DataFrame:
    """Return the share of inference refused in both worlds."""
    return _compared(pair, lambda one: one.history.market["unserved_share"], UNSERVED)


def held(pair: Pair) -> pl.DataFrame:
    """Return the capacity that labs hold in both worlds: own sites, contracts and spot."""
    return _compared(pair, lambda one: sum(one.history.market[column] for column in HELD_COLUMNS), HELD)


def draw_price(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the price of contracts or of spot."""
    unit = CONTRACT if f"a_{CONTRACT}" in frame.columns else SPOT
    _draw_pair(axes, frame, look, unit, lambda value: f"{value:+.2f}")
    say_unit(axes, "USD per H100e-hour", look)


def draw_unserved(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the share of inference refused."""
    _draw_pair(axes, frame, look, UNSERVED, lambda value: f"{100.0 * value:+.1f} points", percent=True)
    say_unit(axes, "of inference wanted", look)


def draw_held(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the capacity that labs hold."""
    scale = scale_of(frame.select(f"a_{HELD}", f"b_{HELD}").to_numpy())
    scaled = frame.with_columns(pl.selectors.ends_with(HELD) / scale.unit)
    _draw_pair(axes, scaled, look, HELD, lambda value: f"{value:+,.3g} {scale.word}".strip())
    say_unit(axes, f"{scale.word}H100e", look)


def _draw_pair(
    axes: Axes, frame: pl.DataFrame, look: Look, unit: str, words: Callable[[float], str], *, percent: bool = False
) -> None:
    """Draw a solid and b dashed, shade what lies between, and mark where they differ most."""
    days, (a, b) = day_numbers(frame["date"]), (frame[f"{world}_{unit}"].to_numpy() for world in "ab")
    dot = "o" if len(days) == 1 else None
    axes.fill_between(days, a, b, color=look.soft, alpha=0.22, linewidth=0)
    axes.plot(days, a, color=look.colours[0], marker=dot)
    axes.plot(days, b, color=look.colours[1], linestyle="--", marker=dot and "x")
    highest = float(np.nanmax([a, b], initial=0.0))
    axes.set_ylim(min(0.0, float(np.nanmin([a, b], initial=0.0))), 1.12 * highest if highest > 0.0 else LEAST_TOP)
    finish_dates(axes)
    finish_values(axes, percent=percent)
    pairs = zip((frame["world_a"][0], frame["world_b"][0]), (a, b), look.colours, strict=False)
    ends = [
        (name, float(line[np.isfinite(line)][-1]), colour) for name, line, colour in pairs if np.isfinite(line).any()
    ]
    name_ends(axes, ends, look)
    _mark_largest(axes, days, a, b, look, words)


def _mark_largest(axes: Axes, days: Any, a: Any, b: Any, look: Look, words: Callable[[float], str]) -> None:
    """Draw a line between the two where they differ most, and write by how much."""
    difference = np.nan_to_num(b - a)
    month = int(np.abs(difference).argmax())
    low, high = axes.get_ylim()
    if abs(difference[month]) < LEAST_DIFFERENCE * (high - low):
        axes.set_title("no difference", loc="right", fontsize=FONT_SIZE, fontweight="normal", color=look.soft, pad=6.0)
        return
    ends = sorted((a[month], b[month]))
    style: dict[str, Any] = {"color": look.ink, "linewidth": 1.4, "marker": "_", "markersize": 9.0, "zorder": 4}
    axes.plot([days[month]] * 2, ends, **style)
    part = (days[month] - axes.get_xlim()[0]) / (axes.get_xlim()[1] - axes.get_xlim()[0])
    side = "left" if part < 0.5 else "right"
    box = {"facecolor": look.paper, "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
    at = days[month], 0.5 * (ends[0] + ends[1])
    gap = (7.0 if side == "left" else -7.0, 0.0)
    axes.annotate(
        words(float(difference[month])),
        at,
        gap,
        textcoords="offset points",
        ha=side,
        va="center",
        fontsize=FONT_SIZE,
        color=look.ink,
        bbox=box,
    )


PANELS = (
    PairPanel(
        "worlds_contract_price",
        "Contract price",
        "Under the same luck all that differs comes from the worlds themselves. "
        "The number is the dashed line less the solid one, where they are furthest apart.",
        contract_price,
        draw_price,
    ),
    PairPanel(
        "worlds_spot_price",
        "Spot price",
        "What an hour costs that is bought today for today.",
        spot_price,
        draw_price,
    ),
    PairPanel(
        "worlds_unserved",
        "Users refused",
        "The part of inference that labs refuse because they have too little compute.",
        unserved,
        draw_unserved,
    ),
    PairPanel(
        "worlds_held",
        "Capacity held by labs",
        "Own sites, contracts and spot together.",
        held,
        draw_held,
    ),
)
"""The panels of two worlds."""
