"""What capacity costs: the price of time and of hardware, for labs and suppliers alike."""

import math
from typing import Any

from agents.base import Tables
from agents.compiling import inner, rule
from agents.units import HOURS_PER_MONTH


@rule
def annuity_months(rate_per_year: float, life_months: float) -> float:
    """Return the present value of one dollar a month over a life: sum of e^(-rate s / 12), s = 1..life."""
    monthly = rate_per_year / 12.0
    if monthly == 0.0:
        return life_months
    return -math.expm1(-monthly * life_months) / math.expm1(monthly)


@rule
def full_cost(capex_usd: float, opex_usd_per_hour: float, wacc_per_year: float, parameters: Any) -> float:
    """Return the cost of an hour of new capacity that lives as long as is usual, USD per H100e-hour used."""
    return cost_over_life(
        capex_usd, opex_usd_per_hour, wacc_per_year, float(parameters["site_life_months"]), parameters
    )


@rule
def cost_over_life(
    capex_usd: float, opex_usd_per_hour: float, wacc_per_year: float, life_months: float, parameters: Any
) -> float:
    """Return the cost of an hour of new capacity, USD per H100e-hour used.

    Capex is spread over the hours used in a life at the cost of capital plus the fall in rental value
    (user cost of capital, Jorgenson 1963).
    """
    rate = wacc_per_year + parameters["obsolescence_per_year"]
    hours = HOURS_PER_MONTH * annuity_months(rate, life_months) * parameters["usable_share"]
    return float(capex_usd / hours + opex_usd_per_hour)


@rule
def new_running_cost(market: Any, firm: Any) -> float:
    """Return what an hour of a firm's new sites costs to run, USD per H100e-hour: as usual, and its power premium."""
    return float(market["opex_usd_per_h100e_hour"] + firm["power_premium_usd_per_h100e_hour"])


@rule
def term_discount(parameters: Any, term_months: float) -> float:
    """Return the share by which a term lowers the price: delta ln(1 + years)."""
    return min(0.9, parameters["term_discount_share"] * math.log(1.0 + term_months / 12.0))


@inner
def posted_price(tables: Tables, j: int) -> float:
    """Return supplier `j`'s list price for its usual term."""
    supplier = tables.suppliers[j]
    discount = term_discount(tables.parameters[0], float(supplier["term_months"]))
    return supplier["list_price_usd_per_h100e_hour"] * (1.0 - discount)
