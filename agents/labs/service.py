"""What every lab does alike: price its service, bid on the spot market, learn."""

import math

from agents.base import Tables
from agents.choices import ENDOGENOUS_TRAINING
from agents.compiling import inner, stage
from agents.expectations import learned
from agents.hardware import starts_programme
from agents.labs.costs import serving_value
from agents.labs.integration import own_work_h100e
from agents.labs.training import choose_training

HIGHEST_MARKUP = 1.6
"""Numerical guard of the scarcity mark-up; how often it binds is counted in `guard_bindings`."""


@inner
def markup(tables: Tables, i: int) -> float:
    """Return the scarcity mark-up of lab `i` before its guard: 1 + psi (need / capacity - 1)+."""
    lab = tables.labs[i]
    own = own_work_h100e(lab["own_h100e"], tables.parameters[0])
    held = own + lab["contract_h100e"] + lab["spot_h100e"]
    need = lab["need_inference_h100e"] + lab["need_training_h100e"]
    if held <= 0.0:
        return HIGHEST_MARKUP
    return float(1.0 + tables.parameters[0]["service_scarcity_markup"] * max(0.0, need / held - 1.0))


@stage
def price_service(tables: Tables, i: int) -> None:
    """Move lab `i`'s price towards compute cost over the margin, raised while its capacity is short.

    P* = c / (1 - m) x min(1 + psi (need / capacity - 1)+, 1.6), c between its own past cost and the market
    price; P moves a part of the way each month, in logs.
    """
    lab, market, parameters = tables.labs[i], tables.market[0], tables.parameters[0]
    weight = parameters["service_market_cost_weight"]
    cost = weight * market["contract_price_usd_per_h100e_hour"]
    cost += (1.0 - weight) * lab["unit_cost_usd_per_h100e_hour"]
    scarcity = markup(tables, i)
    lab["guard_bound"] = 1 if scarcity > HIGHEST_MARKUP else 0
    target = cost / (1.0 - market["margin_share"]) * min(scarcity, HIGHEST_MARKUP)
    price = lab["service_price_usd_per_h100e_hour"]
    step = parameters["service_price_speed_per_month"] * math.log(max(target, 1e-6) / price)
    lab["service_price_usd_per_h100e_hour"] = price * math.exp(step)


@stage
def bid_spot(tables: Tables, i: int) -> None:
    """Bid for what lab `i` misses this month: inference and fixed training first, flexible training for less."""
    lab, parameters = tables.labs[i], tables.parameters[0]
    work = parameters["spot_service_share"]
    held = own_work_h100e(lab["own_h100e"], parameters) + lab["contract_h100e"]
    flexible = parameters["training_flexible_share"] * lab["need_training_h100e"]
    firm = lab["need_inference_h100e"] + lab["need_training_h100e"] - flexible
    lab["spot_bid_h100e"] = max(0.0, firm - held) / work
    lab["spot_training_bid_h100e"] = max(0.0, flexible - max(0.0, held - firm)) / work
    lab["spot_bid_usd_per_h100e_hour"] = work * serving_value(tables, i)
    price = lab["service_price_usd_per_h100e_hour"]
    lab["spot_training_bid_usd_per_h100e_hour"] = work * parameters["training_value_share"] * price


@inner
def usual_deal_price(tables: Tables) -> float:
    """Return what a new contract usually costs now: the mean list price times the ratio of deals to list prices."""
    market = tables.market[0]
    return float(market["list_price_usd_per_h100e_hour"] * market["contract_to_list_ratio"])


@inner
def learn(tables: Tables, i: int) -> None:
    """Update what lab `i` believes of growth, spot and prices, how much it trains, and whether own chips would pay."""
    lab, market, parameters = tables.labs[i], tables.market[0], tables.parameters[0]
    need = lab["need_inference_h100e"] + lab["need_training_h100e"]
    if lab["requirement_last_h100e"] > 0.0 and need > 0.0:
        growth = math.log(need / lab["requirement_last_h100e"])
        lab["growth_belief_per_month"] = learned(
            lab["growth_belief_per_month"], growth, parameters["growth_learning_per_month"]
        )
        lab["trend_belief_per_month"] = learned(
            lab["trend_belief_per_month"], growth, parameters["trend_learning_per_month"]
        )
    lab["requirement_last_h100e"] = need
    if parameters["custom_silicon_cost_usd_m"] > 0.0:
        own = lab["own_h100e"] / parameters["usable_share"]
        lab["starts_silicon"] = starts_programme(tables, lab, own, lab["build_cost_ratio"])
    weight = parameters["spot_learning_per_month"]
    log_price = learned(
        math.log(lab["spot_price_belief_usd_per_h100e_hour"]), math.log(market["spot_price_usd_per_h100e_hour"]), weight
    )
    lab["spot_price_belief_usd_per_h100e_hour"] = math.exp(log_price)
    lab["price_memory_usd_per_h100e_hour"] = learned(
        lab["price_memory_usd_per_h100e_hour"], usual_deal_price(tables), parameters["price_memory_per_month"]
    )
    wanted = lab["spot_bid_h100e"] + lab["spot_training_bid_h100e"]
    if wanted > 0.0:
        filled = min(1.0, lab["spot_h100e"] / wanted)
        lab["spot_fill_belief_share"] = learned(lab["spot_fill_belief_share"], filled, weight)
    if parameters["training_rule"] == ENDOGENOUS_TRAINING:
        choose_training(tables, i)
