"""How suppliers learn what is wanted and order new sites."""

import math
from typing import Any, NamedTuple

from agents.base import Tables
from agents.choices import ORDER_UP_TO, REAL_OPTION, S_CURVE, STOCK_ADJUSTMENT, SUPPLY_CURVE
from agents.compiling import inner, rule, stage
from agents.expectations import expected_growth_log, learned
from agents.hardware import starts_programme, supplier_lead
from agents.suppliers import edge
from agents.suppliers.conduct import adjusting_order, capacity_by_price
from agents.suppliers.economics import cost_of_new, fresh_running_cost, life_months
from agents.suppliers.expecting import learn_price
from agents.suppliers.kinds import EDGE, SOVEREIGN
from agents.suppliers.sovereign import patient_readiness
from agents.suppliers.stocking import order_up_to, remember_sales

LOWEST_TIGHTNESS, HIGHEST_TIGHTNESS = 0.4, 2.0
"""Bounds of the price change that a supplier dares to expect."""


class StockAdjustment(NamedTuple):
    """Settings of the order rule: all per month, `lead` in months."""

    lead: int
    depreciation: float
    adjustment: float
    supply_line_weight: float


class Growth(NamedTuple):
    """A growth forecast: ln a month now, in the long run, and the persistence between them."""

    now: float
    trend: float
    persistence: float


@rule
def desired_capacity(level: float, growth: Growth, months: float) -> float:
    """Return the capacity wanted `months` from now, given the one wanted now."""
    return level * math.exp(expected_growth_log(growth.now, growth.trend, growth.persistence, months))


@rule
def stock_adjustment_order(
    installed: float, pipeline: float, wanted: float, growth: Growth, settings: StockAdjustment
) -> float:
    """Return the capacity to order this month, H100e.

    max(0, growth at delivery + replacement + lambda [(K* - K) + w (WIP* - WIP)]), where WIP* is the pipeline that
    carries K* along its forecast: unbiased under growth, and Sterman (1989) at growth zero.
    `pipeline` is counted after arrivals and before ordering.
    """
    lead = settings.lead
    at_delivery = desired_capacity(wanted, growth, float(lead))
    before_delivery = desired_capacity(wanted, growth, float(lead - 1))
    replaced = 0.0
    for month in range(1, lead):
        replaced += desired_capacity(wanted, growth, float(month))
    pipeline_wanted = before_delivery - wanted + settings.depreciation * replaced
    gap = (wanted - installed) + settings.supply_line_weight * (pipeline_wanted - pipeline)
    order = at_delivery - before_delivery + settings.depreciation * at_delivery + settings.adjustment * gap
    return max(0.0, order)


@inner
def profitability(tables: Tables, j: int) -> float:
    """Return the profitability index of a new site of supplier `j`: value of its net revenue / its cost.

    (expected price - running cost) / (full cost - running cost), the expected price being the supplier's own
    realised price moved by the tightness it foresees when the site comes online, with part of its rivals' orders
    overlooked (Greenwood & Hanson 2015).
    """
    supplier, market, parameters = tables.suppliers[j], tables.market[0], tables.parameters[0]
    months = float(supplier_lead(tables, j))
    growth = expected_growth_log(
        supplier["growth_belief_per_month"],
        supplier_trend(tables, j),
        parameters["growth_persistence_per_month"],
        months,
    )
    rivals = max(0.0, market["pipeline_h100e"] - supplier["pipeline_h100e"])
    seen = (1.0 - parameters["competition_neglect_share"]) * rivals
    capacity = market["installed_h100e"] + supplier["pipeline_h100e"] + seen
    tightness = market["wanted_h100e"] * math.exp(growth)
    tightness /= max(1e-9, parameters["target_utilisation_share"] * capacity)
    move = math.exp(parameters["price_tightness_exponent"] * math.log(max(tightness, 1e-9)))
    move = min(max(move, LOWEST_TIGHTNESS), HIGHEST_TIGHTNESS)
    weight = parameters["price_tightness_weight"]
    price = supplier["realised_price_usd_per_h100e_hour"] * (1.0 - weight + weight * move)
    opex = fresh_running_cost(tables, supplier)
    return (price - opex) / max(1e-9, supplier["full_cost_usd_per_h100e_hour"] - opex)


@inner
def supplier_trend(tables: Tables, j: int) -> float:
    """Return the long-run growth supplier `j` believes in: part the true trend, part its own experience."""
    anchor = tables.parameters[0]["trend_anchor_share"]
    own = tables.suppliers[j]["trend_belief_per_month"]
    return anchor * tables.market[0]["growth_per_month"] + (1.0 - anchor) * own


@rule
def option_multiple(rate: float, payout: float, volatility: float) -> float:
    """Return the value / cost from which it pays to invest for good rather than to wait: beta / (beta - 1).

    beta is the positive root of sigma^2 beta (beta - 1) / 2 + (r - d) beta - r = 0, rates a year (Dixit & Pindyck
    1994).
    """
    variance = volatility * volatility
    drift = 0.5 - (rate - payout) / variance
    beta = drift + math.sqrt(drift * drift + 2.0 * rate / variance)
    return beta / (beta - 1.0)


@rule
def option_trigger(wacc_per_year: float, parameters: Any) -> float:
    """Return the profitability from which waiting is worth no more than investing, as far as it is reckoned with."""
    payout, volatility = parameters["option_payout_per_year"], parameters["option_volatility_per_root_year"]
    wait = option_multiple(wacc_per_year, payout, volatility) - 1.0
    return float(1.0 + parameters["option_weight_share"] * wait)


@inner
def readiness(tables: Tables, j: int) -> float:
    """Return the part of what demand asks for that supplier `j` orders, given how profitable a site looks.

    A ramp; or all or nothing, from the profitability at which waiting is worth no more than investing. A patient
    owner orders a part of it in any case.
    """
    ready = readiness_for_profit(tables, j)
    if tables.suppliers[j]["kind"] == SOVEREIGN:
        return patient_readiness(ready, tables.parameters[0])
    return ready


@inner
def readiness_for_profit(tables: Tables, j: int) -> float:
    """Return what profitability alone lets supplier `j` order, as a part of what demand asks for."""
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    index = supplier["profitability_index"]
    if parameters["investment_hurdle"] == REAL_OPTION:
        return 1.0 if index >= option_trigger(supplier["wacc_per_year"], parameters) else 0.0
    ramp = (index - parameters["investment_ramp_start_ratio"]) / parameters["investment_ramp_width_ratio"]
    return min(max(ramp, 0.0), parameters["investment_ramp_cap_ratio"])


@stage
def invest(tables: Tables, j: int) -> None:
    """Decide how much capacity supplier `j` orders: by demand, scaled by how profitable a site looks, or by price.

    It has seen this month's prices and sales. One that has nothing yet orders its first site whole, once it pays,
    unless a supply curve says how much.
    """
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    supplier["full_cost_usd_per_h100e_hour"] = cost_of_new(tables, supplier)
    supplier["profitability_index"] = profitability(tables, j)
    learn_price(tables, j)
    remember_sales(tables, j, wanted_now(tables, j))
    ready = readiness(tables, j)
    installed, pipeline, chosen = supplier["installed_h100e"], supplier["pipeline_h100e"], parameters["investment_rule"]
    by_curve = chosen in (SUPPLY_CURVE, S_CURVE)
    if installed + pipeline <= 0.0 and not by_curve:
        asked = supplier["demand_belief_h100e"] / parameters["usable_share"]
        ready = 1.0 if ready > 0.0 else 0.0
    elif chosen == STOCK_ADJUSTMENT:
        asked = adjust_stock(tables, j)
    elif chosen == ORDER_UP_TO:
        asked = order_up_to(tables, j)
    else:
        wanted = capacity_by_price(tables, j)
        asked = adjusting_order(installed, pipeline, wanted, supplier_lead(tables, j), parameters)
        ready = 1.0
    if supplier["kind"] == EDGE:
        asked = min(asked, edge.room_left(tables, j))
    supplier["asked_h100e"] = asked
    supplier["order_h100e"] = ready * asked
    if parameters["custom_silicon_cost_usd_m"] > 0.0:
        supplier["starts_silicon"] = starts_programme(tables, supplier, installed, 1.0)


@inner
def adjust_stock(tables: Tables, j: int) -> float:
    """Return the order that keeps supplier `j`'s capacity a buffer above the demand it forecasts, H100e."""
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    wanted = supplier["demand_belief_h100e"] * parameters["capacity_buffer_ratio"] / parameters["usable_share"]
    return stock_adjustment_order(
        supplier["installed_h100e"],
        supplier["pipeline_h100e"],
        wanted,
        Growth(
            supplier["growth_belief_per_month"],
            supplier_trend(tables, j),
            parameters["growth_persistence_per_month"],
        ),
        StockAdjustment(
            supplier_lead(tables, j),
            1.0 / life_months(tables, supplier),
            parameters["inventory_adjustment_per_month"],
            parameters["supply_line_weight"],
        ),
    )


@inner
def wanted_now(tables: Tables, j: int) -> float:
    """Return the capacity that supplier `j`'s customers want this month, H100e, refused requests included."""
    supplier = tables.suppliers[j]
    wanted = supplier["contracted_h100e"] + supplier["enterprise_wanted_h100e"] + supplier["spot_sold_h100e"]
    return float(wanted + supplier["refused_h100e"])


@stage
def learn(tables: Tables, j: int) -> None:
    """Update what supplier `j` believes of demand, of growth, and of the spot market, once it has something to sell."""
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    supplier["spot_last_ask_usd_per_h100e_hour"] = supplier["spot_urgent_ask_usd_per_h100e_hour"]
    if supplier["installed_h100e"] <= 0.0:
        return
    wanted = wanted_now(tables, j)
    before = supplier["demand_belief_h100e"]
    after = learned(before, wanted, parameters["demand_smoothing_per_month"]) if before > 0.0 else wanted
    supplier["demand_belief_h100e"] = after
    if before > 0.0 and after > 0.0:
        growth = math.log(after / before)
        supplier["growth_belief_per_month"] = learned(
            supplier["growth_belief_per_month"], growth, parameters["growth_learning_per_month"]
        )
        supplier["trend_belief_per_month"] = learned(
            supplier["trend_belief_per_month"], growth, parameters["trend_learning_per_month"]
        )
    if supplier["spot_offered_h100e"] > 0.0:
        sold = supplier["spot_sold_h100e"] / supplier["spot_offered_h100e"]
        supplier["sell_through_share"] = learned(
            supplier["sell_through_share"], sold, parameters["spot_learning_per_month"]
        )
