"""The rows of the trust table: what is expected of the default scenario, how it is measured, and the verdict."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from experiments.sanity import CHECKS
from experiments.trust_arms import BIG, TIMES
from experiments.trust_quantities import (
    AFTERMATH_MONTHS,
    MORE_CAPACITY,
    Outcomes,
    all_big,
    at_ceiling,
    builds,
    entrants_failed,
    failed_share,
    first_use,
    guards,
    idle_answer,
    mean_of,
    months_again,
    most_more,
    number_of,
    peak,
    price_ratio,
    rationed_share,
    refused_before,
    refused_months,
    returns,
    sanity,
    shortage_ends,
    spared,
    total,
    volatility,
)
from model.scenario import load_scenario

FULL_SHARE = 0.8
MEDIAN, MEAN, TOTAL, ABOVE = "median", "mean", "total", "above"
Z95 = 1.96


class Row(NamedTuple):
    """A quantity of each pair, and the bounds it should keep; None where there is nothing to expect.

    `statistic` says what must keep them: the median of the pairs, their mean, their total, or with `above` the whole
    95% interval of their mean.
    """

    theme: str
    quantity: str
    unit: str
    expected: tuple[float, float] | None
    function: Callable[[Outcomes], Any]
    statistic: str = MEDIAN


class Measured(NamedTuple):
    """A statistic of the pairs; from 10% to 90% of them, or the 95% interval of the mean; the share inside."""

    value: float
    low: float
    high: float
    inside: float
    pairs: int
    ok: bool


def measure(row: Row, outcomes: Outcomes) -> Measured:
    """Return a row's statistic over the pairs that have a number; what never happens is infinite."""
    values = np.asarray(row.function(outcomes), float)
    values = values[~np.isnan(values)]
    bottom, top = row.expected or (-np.inf, np.inf)
    if len(values) == 0:
        return Measured(np.nan, np.nan, np.nan, np.nan, 0, False)
    inside = float(np.mean((bottom <= values) & (values <= top)))
    value, low, high = summary(values, row.statistic)
    ok = low > bottom if row.statistic == ABOVE else bottom <= value <= top
    return Measured(value, low, high, inside, len(values), ok)


def summary(values: Any, statistic: str) -> tuple[float, float, float]:
    """Return the statistic and the two ends of its spread."""
    if statistic == TOTAL:
        return float(values.sum()), float(values.min()), float(values.max())
    if statistic == MEDIAN:
        method: Any = "linear" if np.isfinite(values).all() else "inverted_cdf"
        low, median, high = np.quantile(values, (0.1, 0.5, 0.9), method=method)
        return float(median), float(low), float(high)
    mean = float(values.mean())
    margin = Z95 * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else np.inf
    return mean, mean - margin, mean + margin


def verdict(row: Row, defaults: Measured, draws: Measured) -> str:
    """Return whether a row keeps its bounds at the defaults and over the draws."""
    if row.expected is None:
        return "-"
    if defaults.ok and draws.ok:
        return "inside"
    if defaults.ok or draws.ok:
        return "outside over draws" if defaults.ok else "outside at defaults"
    return "outside"


NOTHING = "Nothing breaks"
START = "The first month"
PRICES = "Prices answer to the surge"
SHORTAGE = "The surged lab rations, for a while"
ANSWER = "Idle assets answer first, new sites later"
PARTNERS = "Without partners the shortage is worse"
USE = "Capacity is used, and not all of it always"
FAILURES = "The large survive, some others do not"
GUARDS = "Rules decide, not numerical guards"
CALM = "Calm worlds are calm"
SANITY = "No world leaves the bounds of the sanity row"
OF_DEMAND = "months of demand"


def rows() -> list[Row]:
    """Return every row, in the order of the page."""
    return [*surge_rows(), *partner_rows(), *firm_rows(), *calm_rows(), *sanity_rows()]


def surge_rows() -> list[Row]:
    """Return the rows on what breaks, the start, and the surge."""
    share, most = (
        (0.05, 0.5),
        f"lab's shortage of the surge: share of demand refused, worst of {AFTERMATH_MONTHS} months",
    )
    more = f"from the surge to {MORE_CAPACITY - 1:.0%} more capacity than without it"
    return [
        Row(NOTHING, "runs that fail, all arms", "runs", (0, 0), total("failed"), TOTAL),
        Row(NOTHING, "cells that hold no number, all arms", "cells", (0, 0), total("no_numbers"), TOTAL),
        Row(NOTHING, "stocks and prices below zero, all arms", "cells", (0, 0), total("negatives"), TOTAL),
        Row(START, "use of capacity in the first month", "share", (0.92, 0.96), first_use),
        Row(
            PRICES, "price at 12 months, surge / no surge", "ratio", (1.1, 2), price_ratio("surge", 12, "no surge", 12)
        ),
        Row(
            PRICES,
            "price at 12 months, all labs surge / no surge",
            "ratio",
            (1.5, 4),
            price_ratio("all labs", 12, "no surge", 12),
        ),
        Row(PRICES, "price at 36 months / at 12", "ratio", (0, 1), price_ratio("surge", 36, "surge", 12)),
        Row(PRICES, "price at 59 months / at 12", "ratio", (0, 1), price_ratio("surge", 59, "surge", 12)),
        Row(SHORTAGE, most, "share", share, peak),
        Row(SHORTAGE, "from the start of the surge to its end", "months", (1, 12), shortage_ends),
        Row(SHORTAGE, "runs in which the lab rations again", "share", None, returns, MEAN),
        Row(SHORTAGE, "months in which it does", "months", None, months_again, MEAN),
        Row(ANSWER, "from the sale of the idle site to its first delivery", "months", (1, 3), idle_answer(0.0)),
        Row(ANSWER, f"from its sale to {FULL_SHARE:.0%} under contract", "months", (1, 6), idle_answer(FULL_SHARE)),
        Row(ANSWER, more, "months", (18, 30), builds),
        Row(ANSWER, "most by which the surge raises capacity, any month", "share", None, most_more),
    ]


def partner_rows() -> list[Row]:
    """Return the rows on what partners spare the surged lab."""
    arms = ("no partners", "surge", "large partners", "idle at once", "large, idle at once")
    told = ("without partners", "with them", f"with partners {TIMES} x as large", "with the idle site on sale at once")
    labels = dict(zip(arms, (*told, f"with both: {TIMES} x, at once")))
    refused = [
        Row(PARTNERS, f"refused by the surged lab, {label}", OF_DEMAND, None, refused_months(arm))
        for arm, label in labels.items()
    ]
    less = [
        Row(PARTNERS, f"more refused without partners than {labels[arm]}", OF_DEMAND, (0, np.inf), spared(arm), ABOVE)
        for arm in arms[1:]
    ]
    before = Row(PARTNERS, "part of what it refuses before the idle site delivers", "share", None, refused_before)
    return [*refused, before, *less]


def firm_rows() -> list[Row]:
    """Return the rows on use, failures and guards."""
    labs = failed_share("lab_defaults", "lab_entries", "labs_start")
    suppliers = failed_share("supplier_exits", "supplier_entries", "suppliers_start")
    return [
        Row(
            USE,
            "use of suppliers' capacity, mean of the months",
            "share",
            (0.75, 0.97),
            mean_of("surge", "utilisation_share"),
        ),
        Row(USE, "months in which all that works is used", "share", (0, 0.5), at_ceiling),
        Row(
            FAILURES,
            f"runs in which all {len(BIG)} large labs are in business at the end",
            "share",
            (0.95, 1),
            all_big,
            MEAN,
        ),
        Row(FAILURES, "labs that fail", "per run", None, number_of("lab_defaults"), MEAN),
        Row(FAILURES, "suppliers that fail or leave", "per run", None, number_of("supplier_exits"), MEAN),
        Row(FAILURES, "labs that fail, of all labs", "share", (0.01, 0.5), labs, MEAN),
        Row(FAILURES, "suppliers that fail or leave, of all suppliers", "share", (0.01, 0.5), suppliers, MEAN),
        Row(FAILURES, "entrants that fail or leave, of all entrants", "share", (0.01, 0.5), entrants_failed, MEAN),
        Row(GUARDS, "lab-months in which a guard binds", "share", (0, 0.01), guards("surge"), MEAN),
        Row(GUARDS, "lab-months in which a guard binds, all labs surge", "share", None, guards("all labs"), MEAN),
    ]


def calm_rows() -> list[Row]:
    """Return the rows on the worlds in which nothing happens."""
    made = []
    for arm in ("slack", "stationary"):
        made += [
            Row(CALM, f"{arm}: months in which labs together ration", "share", (0, 0.01), rationed_share(arm)),
            Row(CALM, f"{arm}: volatility of the contract price", "1/year", (0, 0.15), volatility(arm)),
            Row(CALM, f"{arm}: lab-months in which a guard binds", "share", (0, 0.01), guards(arm), MEAN),
        ]
    return [*made, Row(CALM, "for comparison, with the surge: volatility", "1/year", None, volatility("surge"))]


def sanity_rows() -> list[Row]:
    """Return the rows of the sanity row, over five years with the surge and over ten without."""
    made = []
    for arm, name, label in (("surge", "colossus", "surge, 5 years"), ("no surge", "baseline", "no surge, 10 years")):
        scenario = load_scenario(name)
        for check in CHECKS:
            bounds = (check.low, check.high)
            made.append(Row(SANITY, f"{label}: {check.name}", "ratio", bounds, sanity(check, arm, scenario)))
    return made
