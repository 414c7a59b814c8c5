"""Demand: services grow, users choose labs, enterprises claim their share, labs need inference and training."""

import math
from typing import Any

from agents.choices import FIXED_TRAINING, TWO_POINT_NEWS
from agents.compiling import inner, rule, stage
from agents.expectations import faded_log
from model import luck
from model.state import World


@inner
def grow_demand(world: World) -> None:
    """Grow every demand by the fading trend and the common news of the month."""
    market, parameters = world.market[0], world.parameters[0]
    month = float(market["month"])
    trend = faded_log(
        parameters["demand_growth_start_x_per_year"],
        parameters["demand_growth_long_run_x_per_year"],
        parameters["demand_growth_half_life_months"],
        month,
    )
    market["growth_per_month"] = trend / 12.0
    draw = luck.normal(market["seed"], luck.MARKET_DEMAND, market["month"], 0)
    level = news_level(market["demand_news_log"], parameters["market_demand_noise_per_month"], draw, parameters)
    news = level - market["demand_news_log"]
    market["demand_news_log"] = level
    factor = math.exp(market["growth_per_month"] + news)
    market["enterprise_scale"] *= math.exp(parameters["enterprise_growth_ratio"] * market["growth_per_month"] + news)
    market["outside_users_h100e"] *= factor
    fade = math.exp(-math.log(2.0) * month / parameters["margin_half_life_months"])
    long_run = parameters["margin_long_run_share"]
    market["margin_share"] = long_run + (parameters["margin_start_share"] - long_run) * fade
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            grow_users(world, i, news)


@rule
def news_level(before: float, spread: float, draw: float, parameters: Any) -> float:
    """Return the log level that news has brought demand to: what persists of it, and this month's, of mean 1.

    Two-point news has the sign of the draw and one size.
    """
    if parameters["demand_news_rule"] == TWO_POINT_NEWS:
        draw = math.copysign(1.0, draw)
        return parameters["demand_news_persistence_per_month"] * before + spread * draw - math.log(math.cosh(spread))
    return parameters["demand_news_persistence_per_month"] * before + spread * draw - 0.5 * spread * spread


@inner
def grow_users(world: World, i: int, common_news: float) -> None:
    """Grow the users of lab `i`: by the trend, or by its surge while that lasts, and by common and own news."""
    market, parameters, lab = world.market[0], world.parameters[0], world.labs[i]
    growth = market["growth_per_month"]
    age = market["month"] - lab["surge_start_month"]
    if lab["surge_start_month"] > 0 and 0 <= age < lab["surge_months"]:
        growth = math.log(lab["surge_growth_x_per_year"]) / 12.0
    draw = luck.normal(market["seed"], luck.LAB_DEMAND, market["month"], lab["luck_key"])
    level = news_level(lab["demand_news_log"], parameters["lab_demand_noise_per_month"], draw, parameters)
    lab["users_h100e"] *= math.exp(growth + common_news + level - lab["demand_news_log"])
    lab["demand_news_log"] = level


@inner
def attraction(world: World, i: int) -> float:
    """Return how attractive lab `i` is to users: a ln Q - b ln P + c ln(availability)."""
    lab, parameters = world.labs[i], world.parameters[0]
    price = math.log(lab["service_price_usd_per_h100e_hour"])
    availability = math.log(max(1.0 - lab["unserved_share"], 1e-3))
    value = parameters["user_quality_weight"] * lab["quality_log"] - parameters["user_price_weight"] * price
    return value + parameters["user_availability_weight"] * availability


@inner
def move_users(world: World) -> None:
    """Let users drift from lab to lab by attraction, slowly; their total does not change."""
    speed = world.parameters[0]["user_switching_per_month"]
    total, weighted = 0.0, 0.0
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            total += world.labs[i]["users_h100e"]
            weighted += world.labs[i]["users_h100e"] * attraction(world, i)
    if total <= 0.0:
        return
    mean, moved = weighted / total, 0.0
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            world.labs[i]["users_h100e"] *= math.exp(speed * (attraction(world, i) - mean))
            moved += world.labs[i]["users_h100e"]
    for i in range(len(world.labs)):
        world.labs[i]["users_h100e"] *= total / moved


@inner
def value_to_users(world: World, i: int) -> float:
    """Return what users get from lab `i` against using none, which is worth 0: its brand and its attraction."""
    return float(world.labs[i]["brand_log"] + attraction(world, i))


@inner
def choose_labs(world: World) -> None:
    """Let users, those of no lab included, choose anew: a part of them, by the logit shares e^V / (1 + sum e^V).

    McFadden (1974).
    """
    market, speed = world.market[0], world.parameters[0]["user_switching_per_month"]
    everybody, values = market["outside_users_h100e"], 1.0
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            everybody += world.labs[i]["users_h100e"]
            values += math.exp(value_to_users(world, i))
    market["outside_users_h100e"] += speed * (everybody / values - market["outside_users_h100e"])
    for i in range(len(world.labs)):
        lab = world.labs[i]
        if lab["alive"] == 1:
            chosen = everybody * math.exp(value_to_users(world, i)) / values
            lab["users_h100e"] += speed * (chosen - lab["users_h100e"])


@inner
def settle_brand(world: World, i: int) -> None:
    """Set lab `i`'s brand so that, under logit, its users are those that it has, against those of no lab."""
    lab, outside = world.labs[i], world.market[0]["outside_users_h100e"]
    if lab["users_h100e"] > 0.0 and outside > 0.0:
        lab["brand_log"] = math.log(lab["users_h100e"] / outside) - attraction(world, i)


@inner
def return_users(world: World) -> None:
    """Bring back a part of the users who left the market, to each lab by its share of users it serves."""
    market = world.market[0]
    served = 0.0
    for i in range(len(world.labs)):
        served += served_users(world, i)
    if served <= 0.0:
        return
    returning = world.parameters[0]["return_per_month"] * market["outside_users_h100e"]
    market["outside_users_h100e"] -= returning
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            world.labs[i]["users_h100e"] += returning * served_users(world, i) / served


@inner
def served_users(world: World, i: int) -> float:
    """Return the users of lab `i` that it served last month."""
    lab = world.labs[i]
    return float(lab["alive"] * lab["users_h100e"] * (1.0 - lab["unserved_share"]))


@inner
def lose_refused_users(world: World) -> None:
    """Let a part of the refused users leave: some go to other labs at once, the rest leave the market for a while.

    Those who go to other labs split by the labs' remaining shares (independence of irrelevant alternatives, Luce 1959).
    """
    market, parameters = world.market[0], world.parameters[0]
    for i in range(len(world.labs)):
        lab = world.labs[i]
        leaving = lab["alive"] * parameters["churn_per_month"] * lab["unserved_share"] * lab["users_h100e"]
        lab["users_h100e"] -= leaving
        lab["leaving_users_h100e"] = leaving
    for i in range(len(world.labs)):
        leaving = world.labs[i]["leaving_users_h100e"]
        others = users_of_others(world, i)
        over = parameters["overflow_share"] * leaving if others > 0.0 else 0.0
        market["outside_users_h100e"] += leaving - over
        if over > 0.0:
            share_out_users(world, i, over / others)


@inner
def users_of_others(world: World, i: int) -> float:
    """Return the users of all labs in business but lab `i`."""
    total = 0.0
    for other in range(len(world.labs)):
        if other != i and world.labs[other]["alive"] == 1:
            total += world.labs[other]["users_h100e"]
    return total


@inner
def share_out_users(world: World, left: int, gain: float) -> None:
    """Note the overflow of lab `left` for each other lab: its users times `gain`."""
    for i in range(len(world.labs)):
        if i != left and world.labs[i]["alive"] == 1:
            world.labs[i]["arriving_users_h100e"] += gain * world.labs[i]["users_h100e"]


@inner
def admit_overflow(world: World) -> None:
    """Add last month's overflow to the users of each lab."""
    for i in range(len(world.labs)):
        world.labs[i]["users_h100e"] += world.labs[i]["arriving_users_h100e"]
        world.labs[i]["arriving_users_h100e"] = 0.0


@stage
def need_compute(world: World) -> None:
    """Work out what labs and enterprises want this month, at this month's prices.

    Inference: users x (P / P0)^-e. Training: a fixed ratio to users x (unit cost / start)^-e, or the ratio that the
    lab has chosen. Enterprises: demand x (list price / start)^-e.
    """
    market, parameters = world.market[0], world.parameters[0]
    ratio = parameters["training_share"] / (1.0 - parameters["training_share"])
    fixed = parameters["training_rule"] == FIXED_TRAINING
    for i in range(len(world.labs)):
        lab = world.labs[i]
        lab["need_inference_h100e"] = 0.0
        lab["need_training_h100e"] = 0.0
        if lab["alive"] == 0:
            continue
        dearer = math.log(
            lab["service_price_usd_per_h100e_hour"] / parameters["service_price_start_usd_per_h100e_hour"]
        )
        response = math.exp(-parameters["service_price_elasticity"] * dearer)
        lab["need_inference_h100e"] = lab["users_h100e"] * response
        if not fixed:
            chosen = lab["training_share"]
            lab["need_training_h100e"] = chosen / (1.0 - chosen) * lab["users_h100e"]
            continue
        costlier = math.log(lab["unit_cost_usd_per_h100e_hour"] / market["reference_contract_usd_per_h100e_hour"])
        response = math.exp(-parameters["training_price_elasticity"] * costlier)
        lab["need_training_h100e"] = ratio * lab["users_h100e"] * response
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        reference = supplier["enterprise_reference_usd_per_h100e_hour"]
        wanted = supplier["alive"] * supplier["enterprise_h100e"] * market["enterprise_scale"]
        if wanted > 0.0:
            dearer = math.log(supplier["list_price_usd_per_h100e_hour"] / reference)
            wanted *= math.exp(-parameters["enterprise_price_elasticity"] * dearer)
        supplier["enterprise_wanted_h100e"] = wanted
