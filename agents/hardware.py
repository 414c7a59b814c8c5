"""What hardware means for its owner: how long it takes to come, what it costs to run, what own chips save."""

import math
from typing import Any

from agents.base import Tables
from agents.choices import VINTAGE
from agents.compiling import inner
from agents.costs import annuity_months, new_running_cost
from agents.ventures import build_lead


@inner
def supplier_lead(tables: Tables, j: int) -> int:
    """Return the months from an order of supplier `j` to its use: no site works before its chips are there."""
    return int(max(tables.suppliers[j]["lead_months"], tables.parameters[0]["chip_lead_months"]))


@inner
def lab_lead(tables: Tables, i: int) -> int:
    """Return the months from lab `i`'s order of an own site to its use."""
    return int(max(build_lead(tables, i), tables.parameters[0]["chip_lead_months"]))


@inner
def own_running_cost(tables: Tables, i: int) -> float:
    """Return what an hour on lab `i`'s own sites costs to run, overhead left out, USD per H100e-hour."""
    lab = tables.labs[i]
    if tables.parameters[0]["running_cost_rule"] == VINTAGE and lab["own_h100e"] > 0.0:
        return float(lab["running_usd_per_h100e_hour"] + lab["power_premium_usd_per_h100e_hour"])
    return new_running_cost(tables.market[0], lab)


@inner
def site_ratio(tables: Tables, firm: Any, usual: float) -> float:
    """Return the cost of a firm's new site / that of others: `usual`, or less once its own chips are ready."""
    if firm["silicon_month"] == 0 or tables.market[0]["month"] < firm["silicon_month"]:
        return usual
    return float(min(usual, tables.parameters[0]["custom_silicon_cost_ratio"]))


@inner
def lab_ratio(tables: Tables, i: int) -> float:
    """Return the cost of lab `i`'s own new site / that of others, integration left out."""
    return site_ratio(tables, tables.labs[i], tables.labs[i]["build_cost_ratio"])


@inner
def programme_value(tables: Tables, firm: Any, capacity: float, usual: float) -> float:
    """Return the present value of what own chips would save a firm with so much capacity of its own, USD m.

    It orders what wears out and what its believed trend adds, from the end of the delay on for the life of a site:
    orders x capex x (usual ratio - ratio with own chips) x annuity x e^(-wacc delay / 12). Ours.
    """
    market, parameters = tables.market[0], tables.parameters[0]
    life = float(parameters["site_life_months"])
    orders = capacity * max(0.0, firm["trend_belief_per_month"] + 1.0 / life)
    saved = max(0.0, usual - parameters["custom_silicon_cost_ratio"]) * market["capex_usd_per_h100e"] / 1e6
    wait = math.exp(-firm["wacc_per_year"] * parameters["custom_silicon_delay_months"] / 12.0)
    return float(orders * saved * annuity_months(firm["wacc_per_year"], life) * wait)


@inner
def starts_programme(tables: Tables, firm: Any, capacity: float, usual: float) -> int:
    """Return 1 if a firm would start a programme of own chips now: it saves more than it costs, and there is money."""
    cost = tables.parameters[0]["custom_silicon_cost_usd_m"]
    if cost <= 0.0 or firm["silicon_month"] > 0 or firm["cash_usd_m"] < cost:
        return 0
    return 1 if programme_value(tables, firm, capacity, usual) > cost else 0
