"""What each region looks like this month: sums over labs, suppliers and new contracts."""

import math

from agents.compiling import inner
from agents.places import place_share
from model.regional_power import ordered_mw
from model.state import World


@inner
def measure_regions(world: World) -> None:
    """Add up demand and service, supply and use, and the price of what was signed, by region."""
    if world.regions[0]["id"] == 0:
        return
    for r in range(len(world.regions)):
        measure_service(world, r)
        measure_sites(world, r)
    price_regions(world)


@inner
def measure_service(world: World, r: int) -> None:
    """Add up what users in region `r` want and get."""
    region, demand, capacity, served, imported, misplaced = world.regions[r], 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(world.labs)):
        place = world.lab_regions[i, r]
        demand += place["demand_h100e"]
        capacity += place["capacity_h100e"]
        served += place["served_h100e"]
        imported += place["imported_h100e"]
        misplaced += place["misplaced_h100e"]
    region["demand_h100e"] = demand
    region["capacity_h100e"] = capacity
    region["served_h100e"] = served
    region["imported_h100e"] = imported
    region["misplaced_h100e"] = misplaced


@inner
def measure_sites(world: World, r: int) -> None:
    """Add up what stands in region `r` and how far it is used."""
    region, installed, used = world.regions[r], 0.0, 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        if supplier["alive"] == 1:
            here = place_share(world.regions, supplier, r) * supplier["installed_h100e"]
            installed += here
            used += here * supplier["utilisation_share"]
    region["installed_h100e"] = installed
    region["utilisation_share"] = used / installed if installed > 0.0 else 0.0


@inner
def price_regions(world: World) -> None:
    """Write the mean price of this month's contracts by region, by quantity; a firm in all of them counts in each."""
    month = world.market[0]["month"]
    for r in range(len(world.regions)):
        region, signed, value = world.regions[r], 0.0, 0.0
        for row in range(world.market[0]["contract_rows"]):
            contract = world.contracts[row]
            if contract["id"] != 0 and contract["signed_month"] == month:
                here = place_share(world.regions, world.suppliers[contract["supplier"]], r)
                signed += here * contract["capacity_h100e"]
                value += here * contract["capacity_h100e"] * contract["signed_price_usd_per_h100e_hour"]
        region["signed_h100e"] = signed
        region["contract_price_usd_per_h100e_hour"] = value / signed if signed > 0.0 else math.nan


@inner
def measure_orders(world: World) -> None:
    """Add up the power of the sites ordered this month by region."""
    if world.regions[0]["id"] == 0:
        return
    for r in range(len(world.regions)):
        world.regions[r]["ordered_mw_per_month"] = ordered_mw(world, r, False)
