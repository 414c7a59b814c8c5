"""Worlds of the textbook: suppliers that sell all they have on the spot market to a fringe whose demand is a line.

Nothing grows, nothing breaks, nobody enters, sites are paid by a parent; the parameters that a benchmark is about are
set by it. Textbook units are scaled: `unit_h100e` to one of quantity, `unit_usd` to one of price.
"""

from typing import NamedTuple

import numpy as np

from agents.choices import LINEAR
from agents.suppliers import NEOCLOUD
from agents.suppliers.expecting import expect_price
from agents.units import HOURS_PER_MONTH
from model.ensemble import grow_history
from model.history import History, empty_history, run_months
from model.parameters import default_record
from model.room import make_room
from model.state import Capacity, World, capacity_of, empty_world

UNIT_H100E = 1e6
"""Capacity of one textbook unit: orders below one H100e are not placed."""
HIGHEST_USD = 40.0
"""Price at which demand of the textbook ends; the spot market has a guard not far above."""
NEXT_TO_NOTHING = 1e-9
"""Running cost where the textbook has none, USD / USD of full cost: prices stay positive."""

STILL: dict[str, float] = {
    "demand_growth_start_x_per_year": 1.0,
    "demand_growth_long_run_x_per_year": 1.0,
    "lab_demand_noise_per_month": 0.0,
    "market_demand_noise_per_month": 0.0,
    "demand_news_persistence_per_month": 0.0,
    "capex_growth_start_x_per_year": 1.0,
    "capex_growth_long_run_x_per_year": 1.0,
    "power_growth_x_per_year": 1.0,
    "power_supply_growth_x_per_year": 1.0,
    "chip_growth_base_x_per_year": 1.0,
    "chip_growth_low_x_per_year": 1.0,
    "chip_growth_high_x_per_year": 1.0,
    "chip_supply_start_h100e_per_month": 1e15,
    "lab_entry_per_month": 0.0,
    "supplier_entry_per_month": 0.0,
    "usable_share": 1.0,
    "obsolescence_per_year": 0.0,
    "site_life_months": 1,
    "on_demand_reserve_share": 0.0,
    "spot_patient_share": 0.0,
    "spot_urgent_ask_ratio": 1.0,
    "inventory_adjustment_per_month": 1.0,
    "deal_price_smoothing_per_month": 1.0,
    "demand_smoothing_per_month": 0.0,
    "price_learning_per_month": 1.0,
    "fringe_demand_curve": LINEAR,
}
"""What is switched off, or follows at once."""


class Line(NamedTuple):
    """Demand of the textbook: quantity = intercept - slope x price."""

    intercept: float
    slope: float


class Units(NamedTuple):
    """What one of quantity and one of price are in the market."""

    h100e: float
    usd: float


def units_of(demand: Line) -> Units:
    """Return units in which the choke price is `HIGHEST_USD`."""
    return Units(UNIT_H100E, HIGHEST_USD * demand.slope / demand.intercept)


def spot_world(
    demand: Line, capacities: list[float], full_cost: float, running_cost: float = 0.0, **parameters: float
) -> World:
    """Return a world of suppliers with those capacities before its first month, in textbook units and costs."""
    units = units_of(demand)
    suppliers = len(capacities)
    world = empty_world(Capacity(1, suppliers + 1, 8 * (suppliers + 1), 4, 2, 4))
    world.parameters[:] = default_record()
    running = units.usd * max(running_cost, NEXT_TO_NOTHING * full_cost)
    own = {
        "capex_start_usd_per_h100e": HOURS_PER_MONTH * max(0.0, units.usd * full_cost - running),
        "opex_start_usd_per_h100e_hour": running,
    }
    for name, value in (STILL | own | parameters).items():
        world.parameters[name] = value
    start_market(world, demand, units)
    for j, capacity in enumerate(capacities):
        start_supplier(world, j, capacity * units.h100e)
        expect_price(world.suppliers[j], full_cost * units.usd)
        world.suppliers[j]["realised_price_usd_per_h100e_hour"] = full_cost * units.usd
    return world


def start_market(world: World, demand: Line, units: Units) -> None:
    """Write prices and demand of the start; the line goes through half of its choke price."""
    market, parameters = world.market, world.parameters[0]
    middle = 0.5 * demand.intercept / demand.slope * units.usd
    for column in ("contract", "reference_contract", "list", "spot", "fringe_reference", "service"):
        name = f"{column}_usd_per_h100e_hour" if column in {"reference_contract", "fringe_reference"} else ""
        market[name or f"{column}_price_usd_per_h100e_hour"] = middle
    market["fringe_h100e"] = 0.5 * demand.intercept * units.h100e
    world.parameters["fringe_price_elasticity"] = 1.0
    world.parameters["service_price_start_usd_per_h100e_hour"] = middle
    market["seed"], market["next_id"], market["enterprise_scale"], market["contract_to_list_ratio"] = 1, 1000, 1.0, 1.0
    market["capex_usd_per_h100e"] = parameters["capex_start_usd_per_h100e"]
    market["opex_usd_per_h100e_hour"] = parameters["opex_start_usd_per_h100e_hour"]
    market["power_kw_per_h100e"] = parameters["power_start_kw_per_h100e"]
    market["chips_h100e"] = parameters["chip_supply_start_h100e_per_month"]
    market["orders_wanted_h100e"] = parameters["chip_supply_start_h100e_per_month"]
    market["margin_share"], market["tightness"] = 0.5, 1.0
    market["spot_price_mean_log"] = np.log(middle)


def start_supplier(world: World, j: int, capacity: float) -> None:
    """Write supplier `j` and the site that it starts with, which is used in the first month and its life after that."""
    market, supplier = world.market[0], world.suppliers[j]
    supplier["id"], supplier["luck_key"], supplier["alive"], supplier["parent_backed"] = j + 1, j + 1, 1, 1
    supplier["kind"], supplier["availability_share"], supplier["term_months"] = NEOCLOUD, 1.0, 12
    supplier["lead_months"], supplier["power_mw_per_month"] = 1, 1e15
    supplier["list_price_usd_per_h100e_hour"] = market["list_price_usd_per_h100e_hour"]
    supplier["enterprise_reference_usd_per_h100e_hour"] = market["list_price_usd_per_h100e_hour"]
    supplier["demand_belief_h100e"] = capacity
    supplier["spot_urgent_ask_usd_per_h100e_hour"] = market["opex_usd_per_h100e_hour"]
    row = int(market["site_rows"])
    site = world.sites[row]
    site["id"], site["owner"], site["capacity_h100e"] = row + 1, j, capacity
    site["online_month"], site["retire_month"] = 0, int(world.parameters["site_life_months"][0])
    market["site_rows"] = market["site_hint"] = row + 1
    market["pipeline_h100e"] += capacity


def run(world: World, months: int) -> History:
    """Run so many months of the market, every stage of them, and return what was recorded.

    Raises RuntimeError if the books do not balance.
    """
    world = make_room(world)
    history, reached = empty_history(months, len(world.labs), len(world.suppliers)), 0
    while True:
        reached = run_months(world, history, reached, months)
        if int(world.market["breach"][0]) != 0:
            raise RuntimeError(f"the books broke in month {reached}")
        if reached == months:
            return history
        world = make_room(world)
        history = grow_history(history, capacity_of(world))
