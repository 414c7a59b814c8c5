"""Each pair of a lab and a supplier settles on the package of terms that is worth most to both together."""

import math
from typing import Any

from agents.base import PARTNER, channel_of
from agents.choices import POSTED
from agents.compiling import inner, stage
from agents.labs.costs import serving_value
from agents.packages import (
    GUARANTEED,
    STANDARD,
    Worth,
    best_service,
    best_term,
    prepayment_worth,
    ramp_worth,
    recall_worth,
    service_worth,
    term_worth,
)
from model.state import World


@stage
def choose_packages(world: World) -> None:
    """Let every pair settle on its terms; who sells at posted prices sells on posted terms."""
    posted = world.parameters[0]["bargaining_rule"] == POSTED
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            term = world.suppliers[j]["term_months"] if posted else best_term(world, j)
            for i in range(len(world.labs)):
                if world.labs[i]["alive"] == 1:
                    world.pairs[i, j]["term_months"] = term
                    settle_terms(world, i, j, posted)


@inner
def settle_terms(world: World, i: int, j: int, posted: bool) -> None:
    """Choose service, recall and payment ahead of a pair whose term is settled, and add up what its terms cost."""
    pair, supplier, parameters = world.pairs[i, j], world.suppliers[j], world.parameters[0]
    price, value = world.market[0]["contract_price_usd_per_h100e_hour"], serving_value(world, i)
    months = float(pair["term_months"])
    worth = term_worth(world, months)
    charge, cost = worth.charge, worth.cost
    down = 1.0 - supplier["availability_share"]
    pair["service_level"] = STANDARD if posted else best_service(value, price, down, parameters)
    worth = service_worth(pair["service_level"], value, price, down, parameters)
    charge, cost = charge + worth.charge, cost + worth.cost
    ramp = ramp_worth(parameters["ramp_discount_share"], float(supplier["ramp_months"]), months, price)
    charge, cost = charge + ramp.charge, cost + ramp.cost
    pair["prepaid_share"] = 0.0 if posted else parameters["prepayment_share"]
    rates = (world.labs[i]["wacc_per_year"], supplier["wacc_per_year"])
    worth = prepayment_worth(pair["prepaid_share"], months / 12.0, price, rates, parameters)
    if worth.charge + worth.cost < 0.0:
        charge, cost = charge + worth.charge, cost + worth.cost
    else:
        pair["prepaid_share"] = 0.0
    pair["recallable"] = supplier["recallable"]
    pair["notice_months"] = supplier["notice_months"]
    if channel_of(supplier) == PARTNER:
        worth = settle_recall(world, i, j, value, posted)
        charge, cost = charge + worth.charge, cost + worth.cost
    pair["terms_charge_usd_per_h100e_hour"] = charge
    pair["terms_cost_usd_per_h100e_hour"] = cost


@inner
def settle_recall(world: World, i: int, j: int, value: float, posted: bool) -> Worth:
    """Choose the right of recall of a pair, on the owner's usual notice, on longer notice, or none; return its worth.

    A clause on conduct comes with the right: it may end a rival's contract without notice.
    """
    pair, supplier, parameters = world.pairs[i, j], world.suppliers[j], world.parameters[0]
    price = world.market[0]["contract_price_usd_per_h100e_hour"]
    loss = max(0.0, value - price)
    breach = conduct_hazard(world, i, j) * parameters["replacement_months"] * loss
    chosen, least = Worth(0.0, 0.0), 0.0 if not posted else math.inf
    pair["recallable"] = 0
    pair["notice_months"] = 0
    for choice in range(1 if posted else 2):
        notice = float(supplier["notice_months"])
        if choice == 1:
            notice = math.floor(notice * parameters["long_notice_ratio"] + 0.5)
        worth = recall_worth(notice, supplier["recall_hazard_per_month"], loss, price, parameters)
        if worth.charge + breach + worth.cost < least:
            chosen, least = Worth(worth.charge + breach, worth.cost), worth.charge + breach + worth.cost
            pair["recallable"] = 1
            pair["notice_months"] = int(notice)
    return chosen


@inner
def conduct_hazard(world: World, i: int, j: int) -> float:
    """Return the chance a month that supplier `j` ends lab `i`'s contract for its conduct: none between friends."""
    rivalry = world.suppliers[j]["lab_affiliation_share"] * (1.0 - world.pairs[i, j]["tie_share"])
    return float(world.parameters[0]["conduct_recall_per_month"] * rivalry)


@inner
def footprint(world: World, row: Any) -> float:
    """Return the capacity that an H100e of a pair or contract takes: guaranteed service sets some of it apart."""
    return 1.0 + world.parameters[0]["isolation_share"] if row["service_level"] == GUARANTEED else 1.0
