"""Technology advances: cost of sites, running cost, power, and the supply of chips."""

import math
from typing import Any

from agents.compiling import inner, rule
from agents.expectations import faded_log
from model.state import World

USUAL_POWER_USD_PER_MWH = 75.0
"""Price of power in the running cost of the start."""


@inner
def advance(world: World) -> None:
    """Move the cost of a site along its fading trend, at releases of new hardware only; running cost goes with it.

    A release steps from the middle of a generation to that of the next, so that means are those of a smooth fall.
    """
    market, parameters = world.market[0], world.parameters[0]
    change = faded_log(
        parameters["capex_growth_start_x_per_year"],
        parameters["capex_growth_long_run_x_per_year"],
        parameters["capex_half_life_months"],
        float(market["month"]),
    )
    market["capex_growth_per_year"] = change
    generation = max(1, parameters["generation_months"])
    if market["month"] % generation == 0:
        months = float(generation) if market["month"] > 0 else 0.5 * (generation + 1.0)
        market["capex_usd_per_h100e"] *= math.exp(change / 12.0 * months)
    relative = math.log(market["capex_usd_per_h100e"] / parameters["capex_start_usd_per_h100e"])
    market["power_kw_per_h100e"] = power_kw(parameters, market["month"])
    market["opex_usd_per_h100e_hour"] = running_usd_per_hour(parameters, relative, market["power_kw_per_h100e"])


@rule
def running_usd_per_hour(parameters: Any, capex_log: float, kw: float) -> float:
    """Return the running cost of sites at a log cost / that of the start: what it is at 75 USD/MWh, and dearer power.

    USD per H100e-hour; the power part is the facility's kW times the price of power.
    """
    cheaper = math.exp(parameters["opex_capex_exponent"] * capex_log)
    dearer = (parameters["power_price_usd_per_mwh"] - USUAL_POWER_USD_PER_MWH) / 1000.0
    return float(max(0.0, parameters["opex_start_usd_per_h100e_hour"] * cheaper + kw * dearer))


@rule
def past_running_usd_per_hour(parameters: Any, month: int) -> float:
    """Return the running cost of sites that came online before the start, from the trends of that time."""
    capex_log = month / 12.0 * math.log(parameters["capex_growth_start_x_per_year"])
    return running_usd_per_hour(parameters, capex_log, power_kw(parameters, month))


@rule
def power_kw(parameters: Any, month: int) -> float:
    """Return the facility power of sites that come online in a month, kW/H100e."""
    change = math.exp(month / 12.0 * math.log(parameters["power_growth_x_per_year"]))
    return float(parameters["power_start_kw_per_h100e"] * change)


@rule
def power_supply_scale(parameters: Any, month: int) -> float:
    """Return the power that can be connected in a month / that of the start."""
    return math.exp(month / 12.0 * math.log(parameters["power_supply_growth_x_per_year"]))


@inner
def grow_chip_supply(world: World) -> None:
    """Let chip supply answer orders: ln growth = base + response x ln(orders / chips), bounded and smoothed."""
    market, parameters = world.market[0], world.parameters[0]
    pressure = math.log(max(market["orders_wanted_h100e"], 1.0) / market["chips_h100e"])
    growth = math.log(parameters["chip_growth_base_x_per_year"]) + parameters["chip_response"] * pressure
    growth = max(growth, math.log(parameters["chip_growth_low_x_per_year"]))
    growth = min(growth, math.log(parameters["chip_growth_high_x_per_year"])) / 12.0
    speed = parameters["chip_smoothing_per_month"]
    market["chips_growth_per_month"] += speed * (growth - market["chips_growth_per_month"])
    market["chips_h100e"] *= math.exp(market["chips_growth_per_month"])
