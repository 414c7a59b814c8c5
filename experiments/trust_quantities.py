"""What the trust table measures: functions that give a number of each pair from what is kept of the runs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.sanity import COLUMNS, Check
from experiments.trust_arms import SCENARIO, SURGED, Outcome
from model.scenario import Scenario, load_scenario

RATIONED = 0.05
"""A lab that refuses more than this share of its demand rations it."""
AFTERMATH_MONTHS = 24
"""A shortage in the first two years of a surge is put down to it."""
MORE_CAPACITY = 1.05
CEILING_SHARE = 0.002
SETTLING_MONTHS = 120
PRICE, UNSERVED = "contract_price_usd_per_h100e_hour", "surged_unserved_share"

Outcomes = dict[str, Outcome]
"""What is kept of the runs, by arm."""


def total(name: str) -> Callable[[Outcomes], Any]:
    """Return a function that gives a number of all runs, one value an arm."""
    return lambda outcomes: [np.sum(outcome[name]) for outcome in outcomes.values()]


def price_ratio(arm: str, month: int, to_arm: str, to_month: int) -> Callable[[Outcomes], Any]:
    """Return a function that gives the contract price of an arm and month over that of another."""
    return lambda outcomes: outcomes[arm][PRICE][:, month] / outcomes[to_arm][PRICE][:, to_month]


def surge_start() -> int:
    """Return the first month of the surge."""
    return int(load_scenario(SCENARIO).labs[SURGED]["surge_start_month"])


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
    usable_share = load_scenario(SCENARIO).parameters["usable_share"]
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
