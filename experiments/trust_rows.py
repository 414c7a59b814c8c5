"""The rows of the trust table: what is expected of the default scenario, how it is measured, and the verdict."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from experiments.sanity import CHECKS, COLUMNS, Check
from experiments.trust_arms import BIG, SURGED, TIMES, Outcome
from model.scenario import Scenario, load_scenario

RATIONED = 0.05
"""A lab that refuses more than this share of its demand rations it."""
AFTERMATH_MONTHS = 24
"""A shortage in the first two years of a surge is put down to it."""
FULL_SHARE = 0.8
MORE_CAPACITY = 1.05
CEILING_SHARE = 0.002
SETTLING_MONTHS = 120
MEDIAN, MEAN, TOTAL, ABOVE = "median", "mean", "total", "above"
Z95 = 1.96
PRICE, UNSERVED = "contract_price_usd_per_h100e_hour", "surged_unserved_share"

Outcomes = dict[str, Outcome]
"""What is kept of the runs, by arm."""


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


def total(name: str) -> Callable[[Outcomes], Any]:
    """Return a function that gives a number of all runs, one value an arm."""
    return lambda outcomes: [np.sum(outcome[name]) for outcome in outcomes.values()]


def price_ratio(arm: str, month: int, to_arm: str, to_month: int) -> Callable[[Outcomes], Any]:
    """Return a function that gives the contract price of an arm and month over that of another."""
    return lambda outcomes: outcomes[arm][PRICE][:, month] / outcomes[to_arm][PRICE][:, to_month]


def surge_start() -> int:
    """Return the first month of the surge."""
    return int(load_scenario("colossus").labs[SURGED]["surge_start_month"])


def peak(outcomes: Outcomes) -> Any:
    """Return the largest share that the surged lab refuses in the surge and its aftermath."""
    return shortage(outcomes).max(axis=1)


def shortage(outcomes: Outcomes) -> Any:
    """Return what the surged lab refuses in the surge and its aftermath; shape (pairs, months)."""
    start = surge_start()
    return outcomes["surge"][UNSERVED][:, start : start + AFTERMATH_MONTHS]


def shortage_ends(outcomes: Outcomes) -> Any:
    """Return the months from the start of the surge to the first after the peak without rationing, if there was any."""
    return np.where(peak(outcomes) > RATIONED, _end(outcomes), np.nan)


def _end(outcomes: Outcomes) -> Any:
    """Return the number of months from the start of the surge to the first after the peak without rationing."""
    refused = outcomes["surge"][UNSERVED][:, surge_start() :]
    top = shortage(outcomes).argmax(axis=1)
    over = (np.arange(refused.shape[1]) > top[:, None]) & (refused <= RATIONED)
    return np.where(over.any(axis=1), over.argmax(axis=1), np.inf)


def months_again(outcomes: Outcomes) -> Any:
    """Return the number of months with rationing of the surged lab after the shortage of the surge has ended."""
    refused = outcomes["surge"][UNSERVED][:, surge_start() :]
    later = np.arange(refused.shape[1]) > _end(outcomes)[:, None]
    return np.where(peak(outcomes) > RATIONED, (later & (refused > RATIONED)).sum(axis=1), np.nan)


def returns(outcomes: Outcomes) -> Any:
    """Return 1 where the surged lab rations again, 0 where it does not."""
    again = months_again(outcomes)
    return np.where(np.isnan(again), np.nan, again > 0)


def first_month(flags: Any, start: int) -> Any:
    """Return the number of months from `start` to the first month with a flag; infinite where there is none."""
    later = flags[:, start:]
    return np.where(later.any(axis=1), later.argmax(axis=1), np.inf)


def idle_answer(share: float) -> Callable[[Outcomes], Any]:
    """Return a function: months from the sale of the idle site to that share of it, or any, under contract."""

    def months(outcomes: Outcomes) -> Any:
        outcome = outcomes["surge"]
        wanted = np.maximum(share * outcome["idle_usable_h100e"], 1.0)
        return first_month(outcome["idle_contracted_h100e"] >= wanted, on_sale(outcome))

    return months


def on_sale(outcome: Outcome) -> int:
    """Return the month in which the idle site comes on sale."""
    return int(np.argmax(outcome["idle_usable_h100e"][0] > 0.0))


def refused_before(outcomes: Outcomes) -> Any:
    """Return the part of all that the surged lab refuses which it refuses before the idle site can deliver."""
    outcome = outcomes["surge"]
    refused = np.cumsum(outcome[UNSERVED], axis=1)
    return refused[:, on_sale(outcome)] / np.maximum(refused[:, -1], 1e-12)


def builds(outcomes: Outcomes) -> Any:
    """Return the months from the start of the surge until there is clearly more capacity than without it."""
    with_surge, without = (capacity(outcomes[arm]) for arm in ("surge", "no surge"))
    return first_month(with_surge >= MORE_CAPACITY * without[:, : with_surge.shape[1]], surge_start())


def most_more(outcomes: Outcomes) -> Any:
    """Return by how much the surge has raised capacity at most, in any month."""
    with_surge, without = (capacity(outcomes[arm]) for arm in ("surge", "no surge"))
    return (with_surge / without[:, : with_surge.shape[1]]).max(axis=1) - 1.0


def capacity(outcome: Outcome) -> Any:
    """Return what suppliers and labs have installed; shape (pairs, months)."""
    usable_share = load_scenario("colossus").parameters["usable_share"]
    return outcome["installed_h100e"] + outcome["build_h100e"] / usable_share


def refused_months(arm: str) -> Callable[[Outcomes], Any]:
    """Return a function: what the surged lab refuses in a run, in months of its demand."""
    return lambda outcomes: outcomes[arm][UNSERVED].sum(axis=1)


def spared(arm: str) -> Callable[[Outcomes], Any]:
    """Return a function: what partners spare the surged lab, in months of its demand, by pair."""
    return lambda outcomes: refused_months("no partners")(outcomes) - refused_months(arm)(outcomes)


def mean_of(arm: str, name: str) -> Callable[[Outcomes], Any]:
    """Return a function that gives the mean of the months."""
    return lambda outcomes: outcomes[arm][name].mean(axis=1)


def first_use(outcomes: Outcomes) -> Any:
    """Return the use of suppliers' capacity in the first month."""
    return outcomes["surge"]["utilisation_share"][:, 0]


def all_big(outcomes: Outcomes) -> Any:
    """Return 1 where every large lab is in business at the end, else 0."""
    return outcomes["surge"]["big_in_business"]


def number_of(name: str) -> Callable[[Outcomes], Any]:
    """Return a function that counts events of a run."""
    return lambda outcomes: outcomes["surge"][name].sum(axis=1)


def at_ceiling(outcomes: Outcomes) -> Any:
    """Return the share of months in which nearly all usable capacity is used."""
    outcome = outcomes["surge"]
    highest = outcome["usable_h100e"] / outcome["installed_h100e"]
    return (outcome["utilisation_share"] >= highest - CEILING_SHARE).mean(axis=1)


def failed_share(failures: str, entries: str, start: str) -> Callable[[Outcomes], Any]:
    """Return a function: firms that fail over firms there at the start or entered."""

    def share(outcomes: Outcomes) -> Any:
        outcome = outcomes["surge"]
        return outcome[failures].sum(axis=1) / (outcome[start] + outcome[entries].sum(axis=1))

    return share


def entrants_failed(outcomes: Outcomes) -> Any:
    """Return the share of entrants that are no longer in business; no number where nobody entered."""
    outcome = outcomes["surge"]
    entered = outcome["lab_entries"].sum(axis=1) + outcome["supplier_entries"].sum(axis=1)
    return np.where(entered > 0, 1.0 - outcome["entrants_in_business"] / np.maximum(entered, 1), np.nan)


def guards(arm: str) -> Callable[[Outcomes], Any]:
    """Return a function: lab-months in which a numerical guard binds over all lab-months."""
    return lambda o: o[arm]["guard_bindings"].sum(axis=1) / np.maximum(o[arm]["labs_alive"].sum(axis=1), 1)


def rationed_share(arm: str) -> Callable[[Outcomes], Any]:
    """Return a function: the share of months in which labs together ration, those for settling down left out."""
    return lambda outcomes: (settled(outcomes[arm]["unserved_share"]) > RATIONED).mean(axis=1)


def volatility(arm: str) -> Callable[[Outcomes], Any]:
    """Return a function: annual volatility of the contract price, months for settling down left out."""

    def annual(outcomes: Outcomes) -> Any:
        changes = np.diff(np.log(settled(outcomes[arm][PRICE])), axis=1)
        return np.sqrt(12.0) * changes.std(axis=1, ddof=1)

    return annual


def settled(values: Any) -> Any:
    """Return the months after those for settling down, of runs that are longer than twice those."""
    return values[:, SETTLING_MONTHS:] if values.shape[1] > 2 * SETTLING_MONTHS else values


def sanity(check: Check, arm: str, scenario: Scenario) -> Callable[[Outcomes], Any]:
    """Return a function that gives a ratio of the sanity row, one value a pair."""
    return lambda outcomes: check.function({name: outcomes[arm][name] for name in COLUMNS}, scenario)


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
