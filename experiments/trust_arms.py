"""The arms of the trust table: variants of the default scenario, run under the same luck and the same draws."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import joblib
import numpy as np

from agents.suppliers import KINDS, NONTRADITIONAL
from experiments.draws import draw_judgement
from model.birth import world_at_start
from model.ensemble import Run, Runner
from model.scenario import Scenario, load_scenario
from model.state import DTYPES, Table, World

SEED = 1
SCENARIO, WITHOUT_PARTNERS = "colossus", "no_partners"
SURGED, IDLE = "anthropic", "spacex_colossus"
BIG = ("openai", "anthropic", "google_deepmind", "meta")
TIMES = 5
"""How much larger partners are in the arms in which they are large."""
SURGE = ("surge_start_month", "surge_months", "surge_growth_x_per_year")
MARKET_COLUMNS = (
    "contract_price_usd_per_h100e_hour",
    "full_cost_usd_per_h100e_hour",
    "utilisation_share",
    "installed_h100e",
    "usable_h100e",
    "build_h100e",
    "arrived_h100e",
    "power_kw_per_h100e",
    "capex_usd_m",
    "lab_revenue_usd_m",
    "unserved_share",
    "guard_bindings",
    "labs_alive",
    "lab_defaults",
    "supplier_exits",
    "lab_entries",
    "supplier_entries",
)
NO_NUMBER_FOR_NO_DEAL = {
    "lease_price_usd_per_h100e_hour",
    "partner_price_usd_per_h100e_hour",
    "forward_price_usd_per_h100e_hour",
}
NEVER_NEGATIVE = ("_h100e", "_usd_per_h100e_hour")
SIGNED = {"forward_h100e", "power_premium_usd_per_h100e_hour"}
"""Columns with such an ending that may be below zero: who has sold forward, and whose power is cheap."""
ROUNDING = 1e-6

Overrides = dict[str, Any]
Outcome = dict[str, Any]
"""What is kept of the runs of an arm: shape (pairs, months) for what is by month, (pairs,) for the rest."""


class Arm(NamedTuple):
    """A variant: a scenario, what differs from it, and for how long it runs."""

    name: str
    meaning: str
    scenario: str
    overrides: Overrides
    months: int


def arms() -> list[Arm]:
    """Return every arm."""
    default = load_scenario(SCENARIO)
    all_labs = {f"labs.{lab}.{field}": default.labs[SURGED][field] for lab in default.labs for field in SURGE}
    large, at_once = larger_partners(default), {f"suppliers.{IDLE}.available_from_month": 1}
    calm = load_scenario("stationary")
    arms = [
        ("surge", "the default scenario", SCENARIO, {}),
        ("no surge", "the same for ten years, without the surge", "baseline", {}),
        ("all labs", "every lab surges as the one of the default scenario does", SCENARIO, all_labs),
        ("no partners", "without suppliers from other trades", WITHOUT_PARTNERS, {}),
        ("large partners", f"every supplier from another trade {TIMES} times as large", SCENARIO, large),
        ("idle at once", "the idle site on sale from the first month", SCENARIO, at_once),
        ("large, idle at once", "both", SCENARIO, large | at_once),
        ("slack", "sites under way for growth that does not come", "slack", {}),
    ]
    made = [Arm(*arm, load_scenario(arm[2]).months) for arm in arms]
    return [*made, Arm("stationary", "fifty years without a trend", calm.name, {}, calm.months)]


def larger_partners(scenario: Scenario) -> Overrides:
    """Return overrides that multiply what suppliers from other trades have and what is under way for them."""
    partners = {key: firm for key, firm in scenario.suppliers.items() if firm["kind"] not in KINDS[:NONTRADITIONAL]}
    return {
        f"suppliers.{key}.{field}": TIMES * firm[field]
        for key, firm in partners.items()
        for field in ("installed_h100e", "orders_h100e_per_month")
    }


def pair_overrides(arm: Arm, base: Scenario, number: int) -> Overrides:
    """Return an arm's overrides with draw `number` of the judgement; what the arm's scenario sets itself is kept.

    Without partners as many neoclouds enter as in the other arms of the pair.
    """
    drawn = draw_judgement(np.random.default_rng([SEED, number]))
    share = drawn["parameters.entrant_nontraditional_share"]
    kept = {key for key, given in base.resolved.items() if given.origin != "default"}
    drawn = {key: value for key, value in drawn.items() if key not in kept}
    if arm.scenario == WITHOUT_PARTNERS:
        key = "supplier_entry_per_month"
        drawn[f"parameters.{key}"] = load_scenario(SCENARIO).parameters[key] * (1.0 - share)
    return drawn | arm.overrides


def gather(arm: Arm, pairs: Iterable[int], drawn: bool, workers: int, advance: Callable[[int], Any]) -> Outcome:
    """Run an arm for these pairs of luck and draw, or of luck at the defaults, and return what is kept."""
    base = load_scenario(arm.scenario, arm.overrides)
    start = world_at_start(base)

    def one(number: int) -> Outcome:
        if not drawn:
            return simulate(base, start, arm.months, number)
        scenario = load_scenario(arm.scenario, pair_overrides(arm, base, number))
        return simulate(scenario, world_at_start(scenario), arm.months, number)

    kept = []
    for outcome in _in_order(one, pairs, workers):
        kept.append(outcome)
        advance(1)
    return {name: np.array([outcome[name] for outcome in kept]) for name in kept[0]}


def _in_order(one: Callable[[int], Outcome], pairs: Iterable[int], workers: int) -> Iterator[Outcome]:
    parallel = joblib.Parallel(n_jobs=workers, prefer="threads", return_as="generator")
    return parallel(joblib.delayed(one)(number) for number in pairs)


def simulate(scenario: Scenario, start: World, months: int, number: int) -> Outcome:
    """Return what is kept of one run; months after its books broke hold no number."""
    return observe(Runner(scenario, months, start).run(number, SEED), scenario, months)


def observe(run: Run, scenario: Scenario, months: int) -> Outcome:
    """Return what is kept of one run."""
    market, labs, suppliers = firms = run.history[:3]
    rows = {name: row for row, name in enumerate(scenario.labs)}
    kept = {name: padded(market[name], months) for name in MARKET_COLUMNS}
    kept["surged_unserved_share"] = padded(of_firm(labs, rows[SURGED], "unserved_share"), months)
    for name in ("contracted_h100e", "usable_h100e"):
        row = list(scenario.suppliers).index(IDLE) if IDLE in scenario.suppliers else -1
        kept[f"idle_{name}"] = padded(of_firm(suppliers, row, name), months)
    last = [in_business(labs[-1], row) for row in (rows[lab] for lab in BIG)]
    entered = [firms[-1][(firms[-1]["alive"] == 1) & (firms[-1]["entered_month"] > 0)] for firms in (labs, suppliers)]
    return kept | {
        "failed": run.failure != "",
        "no_numbers": sum(map(no_numbers, firms)),
        "negatives": sum(map(negatives, firms)),
        "big_in_business": float(all(last)),
        "entrants_in_business": float(sum(map(len, entered))),
        "labs_start": float(len(scenario.labs)),
        "suppliers_start": float(len(scenario.suppliers)),
    }


def in_business(firms: Table, row: int) -> bool:
    """Return whether the firm of this row of the population is still in business; shape (firms,)."""
    return bool(np.any((firms["alive"] == 1) & (firms["name_code"] == row)))


def of_firm(firms: Table, row: int, column: str) -> Any:
    """Return a column of one firm of the population by month, 0 where it is not in business; shape (months,)."""
    here = (firms["alive"] == 1) & (firms["name_code"] == row)
    return np.where(here, firms[column], 0.0).sum(axis=1)


def padded(values: Any, months: int) -> Any:
    """Return values with no number in the months that a broken run lacks."""
    return np.concatenate([values, np.full(months - len(values), np.nan)])


def no_numbers(table: Table) -> int:
    """Return how many cells hold no number or one without end, those for want of a deal aside."""
    names = [name for name in table.dtype.names or () if name not in NO_NUMBER_FOR_NO_DEAL]
    return sum(int(np.sum(~np.isfinite(_alive(table, name)))) for name in names if table.dtype[name].kind == "f")


def negatives(table: Table) -> int:
    """Return how many stocks and prices are below zero by more than rounding."""
    names = [name for name in table.dtype.names or () if name.endswith(NEVER_NEGATIVE) and name not in SIGNED]
    return sum(int(np.sum(_alive(table, name) < -ROUNDING)) for name in names)


def _alive(table: Table, name: str) -> Any:
    """Return a column, of firms that of those in business."""
    return table[name] if table.dtype == DTYPES["market"] else table[name][table["alive"] == 1]
