"""The terms of a contract apart from its price: the menu, and what each term is worth to either side.

Money moves freely between a lab and a supplier, so they take the terms that together are worth most to them and bargain
over the price alone (Nash 1950; Raiffa 1982). What the terms are worth adds up, so the best package is the best term,
the best class of service, the best right of recall and the best payment ahead, each chosen by itself.
All charges and costs are USD per H100e-hour; a lab's charge is what a term costs it, a supplier's cost likewise, and
what is worth something to one of them is below zero.
"""

import math
from typing import Any, NamedTuple

from agents.base import Tables
from agents.compiling import inner, rule
from agents.costs import term_discount

STANDARD, GUARANTEED, INTERRUPTIBLE = range(3)
"""Values of a contract's class of service: who is served first where capacity falls short."""


class Worth(NamedTuple):
    """What a term costs the lab and the supplier, USD per H100e-hour."""

    charge: float
    cost: float


@rule
def lost_to_progress(rate_per_year: float, years: float) -> float:
    """Return how far capacity of today falls behind that of its time, on average over a term: 1 - (1 - e^-x) / x."""
    behind = rate_per_year * years
    return 1.0 + math.expm1(-behind) / behind if behind > 1e-9 else 0.0


@inner
def term_worth(tables: Tables, months: float) -> Worth:
    """Return what a term costs: the lab its freedom, phi sigma sqrt(years) p, and newer hardware, eta loss p.

    The supplier's lenders like it: delta ln(1 + years) p.
    """
    parameters, market = tables.parameters[0], tables.market[0]
    price, years = market["contract_price_usd_per_h100e_hour"], months / 12.0
    spread = parameters["forecast_error_per_root_month"] * math.sqrt(12.0)
    bound = parameters["term_inflexibility_share"] * spread * math.sqrt(years)
    progress = max(parameters["obsolescence_per_year"], -market["capex_growth_per_year"])
    behind = parameters["progress_charge_share"] * lost_to_progress(progress, years)
    return Worth((bound + behind) * price, -term_discount(parameters, months) * price)


@inner
def best_term(tables: Tables, j: int) -> int:
    """Return the months that suit a lab and supplier `j` best: its usual term, a shorter or a longer one."""
    parameters, usual = tables.parameters[0], float(tables.suppliers[j]["term_months"])
    chosen, least = 0.0, math.inf
    for choice in range(3):
        months = usual
        if choice == 1:
            months = usual * parameters["short_term_ratio"]
        elif choice == 2:
            months = usual * parameters["long_term_ratio"]
        months = max(1.0, math.floor(months + 0.5))
        worth = term_worth(tables, months)
        if worth.charge + worth.cost < least:
            chosen, least = months, worth.charge + worth.cost
    return int(chosen)


@rule
def service_worth(level: int, value: float, price: float, down_share: float, parameters: Any) -> Worth:
    """Return what a class of service costs, against the standard one.

    Guaranteed capacity is served first, which saves the lab outages, each hour worth a multiple of its value, and sets
    apart a part of the supplier's. Interruptible capacity comes last, so that the supplier can use it for others.
    """
    outage = value * parameters["interruption_cost_ratio"]
    if level == GUARANTEED:
        return Worth(-down_share * outage, parameters["isolation_share"] * price)
    if level == INTERRUPTIBLE:
        return Worth(parameters["interruptible_cut_share"] * outage, -parameters["interruptible_saving_share"] * price)
    return Worth(0.0, 0.0)


@rule
def best_service(value: float, price: float, down_share: float, parameters: Any) -> int:
    """Return the class of service that suits both sides best, the standard one on a tie."""
    chosen, least = STANDARD, 0.0
    for level in (GUARANTEED, INTERRUPTIBLE):
        worth = service_worth(level, value, price, down_share, parameters)
        if worth.charge + worth.cost < least:
            chosen, least = level, worth.charge + worth.cost
    return chosen


@rule
def recall_worth(notice_months: float, hazard: float, loss: float, price: float, parameters: Any) -> Worth:
    """Return what a right of recall on notice costs: the lab hazard x months without a substitute x loss per hour.

    To the owner it is worth a part of the price, less the longer the notice, and nothing at a year.
    """
    uncovered = max(0.0, parameters["replacement_months"] - notice_months)
    right = parameters["recall_right_value_share"] * price * max(0.0, 1.0 - notice_months / 12.0)
    return Worth(hazard * uncovered * loss, -right)


@rule
def prepayment_worth(share: float, years: float, price: float, rates: tuple[float, float], parameters: Any) -> Worth:
    """Return what paying a share ahead costs, given the costs of capital of lab and supplier, 1/year.

    On average half a term's interest on the share: the lab's with a premium for the risk that the supplier fails.
    """
    held = share * price * 0.5 * years
    return Worth(held * (rates[0] + parameters["prepayment_risk_per_year"]), -held * rates[1])


@rule
def ramp_worth(discount_share: float, ramp_months: float, term_months: float, price: float) -> Worth:
    """Return what a lower fee in the first months is worth, per hour of the whole term."""
    saved = discount_share * price * min(1.0, ramp_months / max(1.0, term_months))
    return Worth(-saved, saved)
