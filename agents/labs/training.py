"""How much a lab trains: until an hour of training is worth what it costs, in users that quality will win.

The race for quality is an endogenous sunk cost (Sutton 1991): what it takes to keep up grows with the prize.
"""

import math
from typing import Any

from agents.base import Tables
from agents.choices import FRONTIER_SPILLOVER
from agents.compiling import inner, rule
from agents.labs.costs import serving_value

LEAST_SHARE, MOST_SHARE = 0.02, 0.8
"""Bounds of the share of training: some upkeep, and users to pay for it."""
LEAST_RATE = 1.0 / 120.0
"""Least rate a month at which what is won fades or is discounted: nobody counts on more than ten years."""


@rule
def spillover_per_month(parameters: Any) -> float:
    """Return the part of its gap to the frontier lab that a lab learns in a month without training."""
    if parameters["spillover_rule"] == FRONTIER_SPILLOVER:
        return float(parameters["training_spillover_per_month"])
    return 0.0


@inner
def margin_of_serving(tables: Tables, i: int) -> float:
    """Return what an hour served leaves lab `i` after compute, staff and other costs, USD per H100e-hour."""
    lab = tables.labs[i]
    kept = (1.0 - tables.parameters[0]["other_cost_share"]) * lab["service_price_usd_per_h100e_hour"]
    return max(0.0, kept - lab["unit_cost_usd_per_h100e_hour"])


@inner
def cost_of_training(tables: Tables, i: int) -> float:
    """Return what an hour of training costs lab `i`: its compute; while users are refused what serving would earn."""
    lab = tables.labs[i]
    cost = max(1e-9, lab["unit_cost_usd_per_h100e_hour"])
    return cost + lab["unserved_share"] * max(0.0, serving_value(tables, i) - cost)


@inner
def users_to_win(tables: Tables, i: int) -> float:
    """Return the share of all users, those of no lab included, that lab `i` does not have."""
    users = tables.market[0]["outside_users_h100e"]
    for other in range(len(tables.labs)):
        users += tables.labs[other]["alive"] * tables.labs[other]["users_h100e"]
    return 1.0 - tables.labs[i]["users_h100e"] / users if users > 0.0 else 1.0


@inner
def wanted_stock(tables: Tables, i: int) -> float:
    """Return the stock of training at which one more hour of it is worth to lab `i` what it costs, H100e-months.

    An hour adds 1 to the stock S. A lead is lost at d = 1 / life + spillover: it ages, and others learn it. Quality
    rises by z / S, users choose by a times quality at speed k and stay as long. With r the discount rate less the
    growth of the market in the long run, an hour wins m U (1 - s) a z k / (S (r + k) (r + d)), and costs c.
    """
    lab, parameters = tables.labs[i], tables.parameters[0]
    speed = parameters["user_switching_per_month"]
    lost = 1.0 / parameters["training_stock_life_months"] + spillover_per_month(parameters)
    rate = (lab["wacc_per_year"] - math.log(parameters["demand_growth_long_run_x_per_year"])) / 12.0
    won = parameters["user_quality_weight"] * parameters["quality_compute_elasticity"]
    won *= lab["users_h100e"] * users_to_win(tables, i) * speed
    won /= max(rate + speed, LEAST_RATE) * max(rate + lost, LEAST_RATE)
    return won * margin_of_serving(tables, i) / cost_of_training(tables, i)


@inner
def stock_to_learn(tables: Tables, i: int) -> float:
    """Return by how much the largest stock of training exceeds that of lab `i`, H100e-months."""
    best = 0.0
    for other in range(len(tables.labs)):
        best = max(best, tables.labs[other]["alive"] * tables.labs[other]["training_stock_h100e_months"])
    return max(0.0, best - tables.labs[i]["training_stock_h100e_months"])


@inner
def choose_training(tables: Tables, i: int) -> None:
    """Set lab `i`'s share of training: it keeps the stock that pays as users grow, and closes a part of the gap to it.

    T = (1 / life + g) S* + a (S* - S) - spillover (best S - S), as a share of T and what its users want, within bounds:
    what it learns from the frontier lab it need not train.
    """
    lab, market, parameters = tables.labs[i], tables.market[0], tables.parameters[0]
    stock, users = wanted_stock(tables, i), max(1e-9, lab["users_h100e"])
    upkeep = max(0.0, 1.0 / parameters["training_stock_life_months"] + market["growth_per_month"])
    gap = stock - lab["training_stock_h100e_months"]
    learnt = spillover_per_month(parameters) * stock_to_learn(tables, i)
    training = max(0.0, upkeep * stock + parameters["training_adjustment_per_month"] * gap - learnt)
    lab["training_share"] = min(max(training / (training + users), LEAST_SHARE), MOST_SHARE)
