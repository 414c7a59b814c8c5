"""The sites and the orders under way of the first month."""

import math
from typing import Any

from agents.compiling import inner
from agents.costs import annuity_months
from agents.hardware import lab_lead, supplier_lead
from agents.labs.integration import overhead_share
from agents.suppliers.economics import build_cost_ratio
from model.state import World
from model.technology import past_running_usd_per_hour

VINTAGES = 20
"""Age groups of the sites at the start."""


@inner
def sites_of(lead: int) -> int:
    """Return how many rows of sites a firm of that lead time needs at the start, at most."""
    return VINTAGES + max(0, lead - 1)


@inner
def write_site(
    world: World, owner_is_lab: int, owner: int, capacity: float, months: tuple[int, int], repayment: float
) -> None:
    """Write a site of the start; `months` are its online and retire months."""
    market = world.market[0]
    site = world.sites[market["site_rows"]]
    market["site_rows"] += 1
    market["site_hint"] += 1
    market["next_id"] += 1
    site["id"] = market["next_id"]
    site["owner_is_lab"] = owner_is_lab
    site["owner"] = owner
    site["capacity_h100e"] = capacity
    site["repayment_usd_m"] = repayment
    site["online_month"] = months[0]
    site["retire_month"] = months[1]
    site["opex_usd_per_h100e_hour"] = past_running_usd_per_hour(world.parameters[0], min(0, months[0]))


@inner
def vintage_age(life: int, group: int) -> float:
    """Return the age of an age group of sites, months."""
    return (group + 0.5) * life / VINTAGES


@inner
def found_sites(world: World, owner_is_lab: int, owner: int, installed: float, unit_repayment: float) -> None:
    """Write the installed sites of an owner, in age groups: capacity by age falls as demand grew, so most is young."""
    parameters = world.parameters[0]
    life, growth = int(parameters["site_life_months"]), parameters["demand_growth_start_x_per_year"]
    total = 0.0
    for group in range(VINTAGES):
        total += math.exp(-math.log(growth) * vintage_age(life, group) / 12.0)
    for group in range(VINTAGES):
        age = vintage_age(life, group)
        capacity = installed * math.exp(-math.log(growth) * age / 12.0) / total
        retire = min(life - 1, max(1, round(life - age)))
        write_site(world, owner_is_lab, owner, capacity, (retire - life, retire), unit_repayment * capacity)


@inner
def found_pipeline(
    world: World, owner_is_lab: int, owner: int, monthly: float, lead: int, unit_repayment: float
) -> None:
    """Write the orders under way at the start: one arrival a month for the lead time, growing with chip supply."""
    parameters = world.parameters[0]
    life, growth = int(parameters["site_life_months"]), parameters["chip_growth_base_x_per_year"]
    for month in range(1, lead):
        capacity = monthly * math.exp(math.log(growth) * month / 12.0)
        write_site(world, owner_is_lab, owner, capacity, (month, month + life), unit_repayment * capacity)


@inner
def unit_repayment_usd_m(world: World, wacc_per_year: float, cost_ratio: float) -> float:
    """Return the monthly repayment of one H100e bought at the start, USD m."""
    life = float(world.parameters[0]["site_life_months"])
    return float(world.market[0]["capex_usd_per_h100e"] * cost_ratio / 1e6 / annuity_months(wacc_per_year, life))


@inner
def found_own_sites(world: World, i: int) -> None:
    """Write the own sites and orders of a lab at the start."""
    lab = world.labs[i]
    own = lab["own_sites_h100e"] * world.parameters[0]["usable_share"]
    overhead = 1.0 + overhead_share(own, lab["requirement_last_h100e"], world.parameters[0])
    unit = unit_repayment_usd_m(world, lab["wacc_per_year"], lab["build_cost_ratio"] * overhead)
    if lab["own_sites_h100e"] > 0:
        found_sites(world, 1, i, lab["own_sites_h100e"], unit)
    if lab["own_orders_h100e_per_month"] > 0:
        found_pipeline(world, 1, i, lab["own_orders_h100e_per_month"], lab_lead(world, i), unit)


@inner
def found_supplier_sites(world: World, j: int) -> None:
    """Write the sites and orders of a supplier at the start; idle capacity that comes free later is paid for."""
    supplier: Any = world.suppliers[j]
    unit = unit_repayment_usd_m(world, supplier["wacc_per_year"], build_cost_ratio(world, supplier))
    free = int(supplier["available_from_month"])
    if free > 0:
        life = int(world.parameters[0]["site_life_months"])
        write_site(world, 0, j, supplier["installed_h100e"], (free, free + life), 0.0)
    elif supplier["installed_h100e"] > 0:
        found_sites(world, 0, j, supplier["installed_h100e"], unit)
    if supplier["orders_h100e_per_month"] > 0:
        found_pipeline(world, 0, j, supplier["orders_h100e_per_month"], supplier_lead(world, j), unit)
