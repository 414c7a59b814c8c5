"""The strategy `adaptive`: follow what has cost least per hour so far, by own experience and by that of others.

Past costs are averaged as in adaptive expectations (Nerlove 1958); the choice is a logit of them with inertia, as that
of forecasting rules in Anufriev & Hommes (2012).
"""

import math
from typing import Any

from agents.base import Tables
from agents.compiling import inner, rule
from agents.expectations import learned
from agents.labs import portfolio
from agents.labs.costs import serving_value
from agents.labs.names import HAND_TO_MOUTH, INTEGRATED, PARTNER_SEEKER, PORTFOLIO, RENTER, TRIED, played
from agents.units import USD_M_PER_MONTH


@rule
def remembered(lab: Any, strategy: int) -> float:
    """Return what a lab believes an hour costs it under a strategy, USD per H100e-hour."""
    if strategy == PORTFOLIO:
        return float(lab["cost_as_portfolio_usd_per_h100e_hour"])
    if strategy == HAND_TO_MOUTH:
        return float(lab["cost_as_hand_to_mouth_usd_per_h100e_hour"])
    if strategy == INTEGRATED:
        return float(lab["cost_as_integrated_usd_per_h100e_hour"])
    if strategy == RENTER:
        return float(lab["cost_as_renter_usd_per_h100e_hour"])
    if strategy == PARTNER_SEEKER:
        return float(lab["cost_as_partner_seeker_usd_per_h100e_hour"])
    return float(lab["cost_as_opportunist_usd_per_h100e_hour"])


@rule
def remember(lab: Any, strategy: int, cost: float) -> None:
    """Write what a lab believes an hour costs it under a strategy, USD per H100e-hour."""
    if strategy == PORTFOLIO:
        lab["cost_as_portfolio_usd_per_h100e_hour"] = cost
    elif strategy == HAND_TO_MOUTH:
        lab["cost_as_hand_to_mouth_usd_per_h100e_hour"] = cost
    elif strategy == INTEGRATED:
        lab["cost_as_integrated_usd_per_h100e_hour"] = cost
    elif strategy == RENTER:
        lab["cost_as_renter_usd_per_h100e_hour"] = cost
    elif strategy == PARTNER_SEEKER:
        lab["cost_as_partner_seeker_usd_per_h100e_hour"] = cost
    else:
        lab["cost_as_opportunist_usd_per_h100e_hour"] = cost


@rule
def choice_weight(lab: Any, strategy: int, intensity: float) -> float:
    """Return the logit weight of a strategy: e^(-b (c / c of the present one - 1))."""
    return math.exp(-intensity * (remembered(lab, strategy) / remembered(lab, lab["plays"]) - 1.0))


@inner
def choose(tables: Tables, i: int) -> None:
    """In its planning month, let lab `i` keep its strategy by inertia or draw one by its logit weight."""
    lab, parameters = tables.labs[i], tables.parameters[0]
    if not portfolio.in_planning_month(tables, i):
        return
    if tables.requirements[i, 0]["draw_share"] < parameters["strategy_inertia_share"]:
        return
    intensity, total = parameters["strategy_choice_intensity"], 0.0
    for strategy in range(TRIED):
        total += choice_weight(lab, strategy, intensity)
    left, chosen = tables.requirements[i, 1]["draw_share"] * total, -1
    while left > 0.0 and chosen < TRIED - 1:
        chosen += 1
        left -= choice_weight(lab, chosen, intensity)
    lab["plays"] = chosen


@inner
def cost_of_an_hour(tables: Tables, i: int) -> float:
    """Return what an hour that lab `i` wanted cost it this month: its compute bill, and the worth of what it refused.

    USD per H100e-hour; 0 for a lab that wanted nothing. A bill alone would praise whoever serves nobody.
    """
    lab = tables.labs[i]
    wanted = lab["need_inference_h100e"] + lab["need_training_h100e"]
    if wanted <= 0.0:
        return 0.0
    refused = lab["need_inference_h100e"] - lab["served_inference_h100e"]
    return float((lab["compute_bill_usd_m"] / USD_M_PER_MONTH + refused * serving_value(tables, i)) / wanted)


@inner
def learn(tables: Tables, i: int) -> None:
    """Update what lab `i` believes each strategy costs, from all who followed it this month; others count less."""
    parameters = tables.parameters[0]
    speed = parameters["strategy_learning_per_month"]
    for strategy in range(TRIED):
        weights, costs = 0.0, 0.0
        for k in range(len(tables.labs)):
            if tables.labs[k]["alive"] == 1 and played(tables.labs[k]) == strategy:
                cost = cost_of_an_hour(tables, k)
                if cost > 0.0:
                    weight = 1.0 if k == i else parameters["strategy_imitation_share"]
                    weights += weight
                    costs += weight * cost
        if weights > 0.0:
            seen = learned(remembered(tables.labs[i], strategy), costs / weights, speed)
            remember(tables.labs[i], strategy, seen)
