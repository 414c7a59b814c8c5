"""Orders of new sites: within what a firm can fund and power, and all within the month's chips."""

from typing import Any

from agents.compiling import inner, stage
from agents.costs import annuity_months
from agents.suppliers.economics import build_cost_ratio, life_months
from model.money import transfer
from model.state import CHIP_MAKERS, LENDERS, World
from model.technology import power_kw, power_supply_scale


@inner
def free_site_row(world: World) -> int:
    """Return an empty row of the sites; there is always one, see `room.make_room`."""
    market = world.market[0]
    row = market["site_hint"]
    while world.sites[row]["id"] != 0:
        row += 1
    market["site_hint"] = row + 1
    market["site_rows"] = max(market["site_rows"], row + 1)
    return int(row)


@inner
def add_site(
    world: World, owner_is_lab: int, owner: int, capacity: float, online: int, usd_m: float, wacc: float
) -> None:
    """Write a site ordered this month; its cost `usd_m` is repaid in equal parts over its life."""
    market, life = world.market[0], world.parameters[0]["site_life_months"]
    if owner_is_lab == 0:
        life = life_months(world, world.suppliers[owner])
    site = world.sites[free_site_row(world)]
    market["next_id"] += 1
    site["id"] = market["next_id"]
    site["owner_is_lab"] = owner_is_lab
    site["owner"] = owner
    site["capacity_h100e"] = capacity
    site["order_month"] = market["month"]
    site["online_month"] = online
    site["retire_month"] = online + life
    site["repayment_usd_m"] = usd_m / annuity_months(wacc, float(life))
    market["orders_placed_h100e"] += capacity


@inner
def order_site(
    world: World, owner_is_lab: int, owner: int, row: Any, capacity: float, lead: int, cost_ratio: float
) -> None:
    """Order a site: lenders pay the owner, the owner pays the chip makers, repayment starts when it is online."""
    market = world.market[0]
    usd_m = capacity * market["capex_usd_per_h100e"] * cost_ratio / 1e6
    transfer(world.accounts[LENDERS], row, usd_m)
    transfer(row, world.accounts[CHIP_MAKERS], usd_m)
    add_site(world, owner_is_lab, owner, capacity, market["month"] + lead, usd_m, row["wacc_per_year"])
    market["capex_usd_m"] += usd_m


@inner
def within_power(world: World, row: Any, capacity: float, lead: int) -> float:
    """Return how much of an order a firm can fund, and connect to power once the site is ready, H100e.

    One in business finds lenders, but in a credit crunch only with a parent.
    """
    parameters, ready = world.parameters[0], world.market[0]["month"] + lead
    power_mw = row["power_mw_per_month"] * power_supply_scale(parameters, ready)
    power_mw *= 1.0 - world.market[0]["power_loss_share"]
    funded = row["alive"] * max(row["parent_backed"], 1 - world.market[0]["credit_closed"])
    return float(funded * min(capacity, power_mw * 1000.0 / power_kw(parameters, ready)))


@stage
def place_orders(world: World) -> None:
    """Turn decisions into orders: each firm within the power it can connect, all within the month's chips.

    Where chips are short everybody gets the same share of what they ordered.
    """
    market, usable = world.market[0], world.parameters[0]["usable_share"]
    wanted = 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["ordered_h100e"] = within_power(world, supplier, supplier["order_h100e"], supplier["lead_months"])
        wanted += supplier["ordered_h100e"]
    for i in range(len(world.labs)):
        lab = world.labs[i]
        lab["ordered_h100e"] = within_power(world, lab, lab["planned_build_h100e"] / usable, lab["build_lead_months"])
        wanted += lab["ordered_h100e"]
    market["orders_wanted_h100e"] = wanted
    market["capex_usd_m"] = 0.0
    chips = market["chips_h100e"] * (1.0 - market["chip_loss_share"])
    share = min(1.0, chips / wanted) if wanted > 0.0 else 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["ordered_h100e"] *= share
        if supplier["ordered_h100e"] >= 1.0:
            cost_ratio = build_cost_ratio(world, supplier)
            order_site(world, 0, j, supplier, supplier["ordered_h100e"], supplier["lead_months"], cost_ratio)
    for i in range(len(world.labs)):
        lab = world.labs[i]
        lab["ordered_h100e"] *= share
        if lab["ordered_h100e"] >= 1.0:
            lab["planned_build_h100e"] -= lab["ordered_h100e"] * usable
            cost_ratio = lab["build_cost_ratio"] * (1.0 + world.parameters[0]["integration_overhead_share"])
            order_site(world, 1, i, lab, lab["ordered_h100e"], lab["build_lead_months"], cost_ratio)
