"""How suppliers price: list price, asks of the spot market, free capacity, reservation price."""

import math

from agents.base import Tables, months_ahead
from agents.choices import UNDERCUT
from agents.compiling import inner, stage
from agents.hardware import supplier_lead
from agents.suppliers.alternatives import expected_spot_revenue
from agents.suppliers.economics import cost_of_new, list_ratio, running_cost
from agents.suppliers.undercutting import best_ask


@inner
def effective_utilisation(tables: Tables, j: int) -> float:
    """Return the use of supplier `j`'s capacity, with hours dumped on the spot market counted at their price only.

    (used - spot sold x (1 - spot price / list price)+) / installed, all of last month: what came online since has not
    had a chance to be used, and a first site counts as used to the target.
    """
    supplier = tables.suppliers[j]
    used = supplier["delivered_h100e"] + supplier["enterprise_served_h100e"] + supplier["spot_sold_h100e"]
    if used <= 0.0:
        had_none = supplier["spot_offered_h100e"] <= 0.0
        return float(tables.parameters[0]["target_utilisation_share"] if had_none else 0.0)
    price = tables.market[0]["spot_price_usd_per_h100e_hour"]
    dumped = max(0.0, 1.0 - price / supplier["list_price_usd_per_h100e_hour"])
    return float(supplier["utilisation_share"] * (1.0 - supplier["spot_sold_h100e"] / used * dumped))


@inner
def list_price_target(tables: Tables, j: int) -> float:
    """Return the list price supplier `j` moves to, USD per H100e-hour.

    c_full (1 + m) (1 + eta [(u - u*)+ / (1 - u*)]^2) (1 - slack (u* - u)+ / u*) x what its kind does to it, never
    below running cost, nor below what it expects from the spot market.
    """
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    use, target = effective_utilisation(tables, j), parameters["target_utilisation_share"]
    cost = cost_of_new(tables, supplier)
    scarce = max(0.0, use - target) / (1.0 - target)
    slack = max(0.0, target - use) / target
    price = cost * (1.0 + parameters["list_markup_share"]) * (1.0 + parameters["list_scarcity_slope"] * scarce * scarce)
    price *= (1.0 - parameters["slack_discount_share"] * slack) * list_ratio(tables, supplier)
    return max(price, running_cost(tables, j), expected_spot_revenue(tables, j))


@stage
def quote(tables: Tables, j: int) -> None:
    """Post supplier `j`'s list price, what it can sell by delivery month, and its asks on the spot market."""
    supplier, market, parameters = tables.suppliers[j], tables.market[0], tables.parameters[0]
    running = running_cost(tables, j)
    target = max(running, (1.0 - market["list_cut_share"]) * list_price_target(tables, j))
    price = supplier["list_price_usd_per_h100e_hour"]
    price += parameters["list_smoothing_per_month"] * (target - price)
    supplier["list_price_usd_per_h100e_hour"] = price
    supplier["spot_patient_share"] = parameters["spot_patient_share"]
    supplier["spot_patient_ask_usd_per_h100e_hour"] = parameters["spot_patient_ask_ratio"] * price
    supplier["spot_urgent_ask_usd_per_h100e_hour"] = parameters["spot_urgent_ask_ratio"] * running
    if parameters["spot_ask_rule"] == UNDERCUT:
        supplier["spot_patient_share"] = 0.0
        supplier["spot_urgent_ask_usd_per_h100e_hour"] = best_ask(tables, j)
    offer_capacity(tables, j)


@inner
def offer_capacity(tables: Tables, j: int) -> None:
    """Write what supplier `j` can sell from each delivery month on.

    Free at a month is expected capacity less what is promised to labs and kept for enterprises; what is sold at a
    month is also gone at all later ones, so no more is offered than the least of those. Enterprises are expected to
    grow over the lead time; for what comes later there is time to build. Capacity that its owner still uses is not on
    the market before the month it comes free.
    """
    supplier, market, parameters = tables.suppliers[j], tables.market[0], tables.parameters[0]
    free_later = math.inf
    for back in range(tables.offers.shape[1]):
        delivery = tables.offers.shape[1] - 1 - back
        offer = tables.offers[j, delivery]
        months = min(months_ahead(parameters, delivery), supplier_lead(tables, j))
        growth = parameters["enterprise_growth_ratio"] * market["growth_per_month"] * months
        claim = supplier["enterprise_wanted_h100e"] * math.exp(growth)
        offer["enterprise_h100e"] = min(claim, supplier["enterprise_priority_share"] * offer["capacity_h100e"])
        sellable = offer["capacity_h100e"] * (1.0 - parameters["on_demand_reserve_share"])
        free = sellable - offer["committed_h100e"] - offer["enterprise_h100e"]
        if market["month"] < supplier["available_from_month"]:
            free = 0.0
        free_later = min(free_later, free)
        offer["free_h100e"] = max(0.0, free_later)


@inner
def tie_liking(tables: Tables, i: int, j: int) -> float:
    """Return the liking for a lab of the supplier's own group, in part for one with a stake, USD per H100e-hour."""
    return float(tables.parameters[0]["own_group_bonus_usd_per_h100e_hour"] * tables.pairs[i, j]["tie_share"])


@inner
def reservation_price(tables: Tables, i: int, j: int, opportunity: float) -> float:
    """Return the least supplier `j` takes from lab `i`, USD per H100e-hour.

    The opportunity cost, plus a premium for the risk that the buyer fails, and what the terms cost it or are worth; a
    rival of its own lab pays for what it takes from that.
    """
    lab, parameters = tables.labs[i], tables.parameters[0]
    price = tables.market[0]["contract_price_usd_per_h100e_hour"]
    spread = parameters["credit_spread_share"]
    if lab["entered_month"] > 0:
        spread *= parameters["entrant_credit_multiple"]
    if lab["parent_backed"] == 1:
        spread = 0.0
    if tables.suppliers[j]["parent_backed"] == 0:
        spread *= 1.0 - parameters["backstop_share"]
    terms = tables.pairs[i, j]["terms_cost_usd_per_h100e_hour"]
    floor = running_cost(tables, j)
    foreclosure = foreclosure_charge(tables, i, j) if parameters["foreclosure_share"] > 0.0 else 0.0
    return float(max(floor, opportunity + spread * price + terms) + foreclosure)


@inner
def foreclosure_charge(tables: Tables, i: int, j: int) -> float:
    """Return what serving lab `i` costs the lab of supplier `j`'s own group, USD per H100e-hour.

    That lab's margin on an hour, in so far as users would come to it from a rival without capacity; nothing between
    friends, and nothing while capacity is free: the rival would find it elsewhere (Ordover, Saloner & Salop 1990).
    """
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    rivalry = supplier["lab_affiliation_share"] * (1.0 - tables.pairs[i, j]["tie_share"])
    if rivalry <= 0.0 or supplier["usable_h100e"] <= 0.0:
        return 0.0
    free = max(tables.offers[j, 0]["free_h100e"] / supplier["usable_h100e"], free_elsewhere(tables, i, j))
    scarce = max(0.0, 1.0 - free / parameters["foreclosure_slack_share"])
    return float(parameters["foreclosure_share"] * rivalry * scarce * own_lab_margin(tables, j))


@inner
def free_elsewhere(tables: Tables, i: int, j: int) -> float:
    """Return the free part of the second freest other supplier in which no rival of lab `i` has a hand; 0 for none."""
    first, second = 0.0, 0.0
    for k in range(len(tables.suppliers)):
        other = tables.suppliers[k]
        rivalry = other["lab_affiliation_share"] * (1.0 - tables.pairs[i, k]["tie_share"])
        if k != j and other["alive"] == 1 and other["usable_h100e"] > 0.0 and rivalry <= 0.0:
            free = tables.offers[k, 0]["free_h100e"] / other["usable_h100e"]
            first, second = max(first, free), max(second, min(first, free))
    return second


@inner
def own_lab_margin(tables: Tables, j: int) -> float:
    """Return the margin on an hour of the labs of supplier `j`'s own group, by their users, USD per H100e-hour."""
    users, margin = 0.0, 0.0
    for i in range(len(tables.labs)):
        lab = tables.labs[i]
        if lab["alive"] == 1 and tables.pairs[i, j]["tie_share"] >= 1.0:
            users += lab["users_h100e"]
            profit = lab["service_price_usd_per_h100e_hour"] - lab["unit_cost_usd_per_h100e_hour"]
            margin += lab["users_h100e"] * max(0.0, profit)
    return margin / users if users > 0.0 else 0.0
