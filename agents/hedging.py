"""How much of its spot hours a firm wants to buy or sell forward."""

import math
from typing import Any

from agents.compiling import rule
from agents.units import USD_M_PER_MONTH


@rule
def price_risk(market: Any, parameters: Any) -> float:
    """Return what an hour left to the spot market costs on the margin for its risk, part of its price: l V."""
    return float(parameters["risk_aversion"] * market["spot_price_variance_log"])


@rule
def margin_cost(parameters: Any, wacc_per_year: float, months: int) -> float:
    """Return what the deposit costs until delivery, part of the price: its share x cost of capital x years."""
    return float(parameters["forward_margin_share"] * wacc_per_year * months / 12.0)


@rule
def wanted_share(most: float, cost: float, risk: float) -> float:
    """Return the part of expected spot hours that a firm hedges at the price expected, `most` at most.

    An hour unhedged among a share u of them costs risk x u more than its price, so hedging ends where that is its cost:
    the mean-variance hedge of Anderson & Danthine (1981). Without risk nobody hedges.
    """
    if risk <= 0.0:
        return 0.0
    return most * max(0.0, 1.0 - cost / risk)


@rule
def margin_limit(firm: Any, parameters: Any) -> float:
    """Return the most a firm deposits, USD m: a part of its cash, deposit included; a parent pays any."""
    if firm["parent_backed"] == 1:
        return math.inf
    money = max(0.0, float(firm["cash_usd_m"] + firm["margin_usd_m"]))
    return float(parameters["forward_margin_cash_share"] * money)


@rule
def affordable_hedge(limit_usd_m: float, value_usd_per_hour: float, parameters: Any) -> float:
    """Return the part of all it wants to hold that a firm can deposit for."""
    deposit = parameters["forward_margin_share"] * value_usd_per_hour * USD_M_PER_MONTH
    return min(1.0, limit_usd_m / deposit) if deposit > 0.0 else 1.0
