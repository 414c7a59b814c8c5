"""Power by region: what it costs where a firm's sites stand, and how much can be connected there."""

from typing import Any

from agents.compiling import inner
from agents.hardware import lab_lead, supplier_lead
from agents.places import place_share
from model.limits import cut_order
from model.state import World
from model.technology import power_kw, power_supply_scale


@inner
def price_power(world: World) -> None:
    """Write what power costs each firm above the usual; who could enter later is told too."""
    if world.regions[0]["id"] == 0:
        return
    for i in range(len(world.labs)):
        world.labs[i]["power_premium_usd_per_h100e_hour"] = power_premium(world, world.labs[i])
    for j in range(len(world.suppliers)):
        world.suppliers[j]["power_premium_usd_per_h100e_hour"] = power_premium(world, world.suppliers[j])
    world.lab_template[0]["power_premium_usd_per_h100e_hour"] = power_premium(world, world.lab_template[0])
    for kind in range(len(world.supplier_templates)):
        template = world.supplier_templates[kind]
        template["power_premium_usd_per_h100e_hour"] = power_premium(world, template)


@inner
def power_premium(world: World, firm: Any) -> float:
    """Return what power costs a firm above the price within the usual running cost, USD per H100e-hour.

    kW per H100e of this month's sites x (price where its sites are - usual price); running cost never falls below
    nothing. Ours.
    """
    market, price = world.market[0], 0.0
    for r in range(len(world.regions)):
        price += place_share(world.regions, firm, r) * world.regions[r]["power_price_usd_per_mwh"]
    above = (price - world.parameters[0]["power_price_usual_usd_per_mwh"]) / 1000.0
    return float(max(-market["opex_usd_per_h100e_hour"], market["power_kw_per_h100e"] * above))


@inner
def power_mw(world: World, capacity: float, lead: int, weighed: bool) -> float:
    """Return the power that an order draws once it is ready, MW.

    Weighed, MW of the start: as much more as can be connected when it is ready, it weighs less.
    """
    parameters, ready = world.parameters[0], world.market[0]["month"] + lead
    power = capacity * power_kw(parameters, ready) / 1000.0
    return float(power / power_supply_scale(parameters, ready)) if weighed else float(power)


@inner
def ordered_mw(world: World, r: int, weighed: bool) -> float:
    """Return the power of all orders of this month in region `r`, MW; weighed as `power_mw` says."""
    power = 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        own = power_mw(world, supplier["ordered_h100e"], supplier_lead(world, j), weighed)
        power += place_share(world.regions, supplier, r) * own
    for i in range(len(world.labs)):
        lab, lead = world.labs[i], lab_lead(world, i)
        power += place_share(world.regions, lab, r) * power_mw(world, lab["ordered_h100e"], lead, weighed)
    return power


@inner
def connect_within_regions(world: World) -> float:
    """Cut orders to what each region can connect, the same part of each order there; return what is left, H100e.

    The part of a firm without one region that a full region cannot connect is not built elsewhere.
    """
    free = 1.0 - world.market[0]["power_loss_share"]
    for r in range(len(world.regions)):
        region, wanted = world.regions[r], ordered_mw(world, r, True)
        limit = free * region["power_mw_per_month"]
        region["connected_share"] = min(1.0, limit / wanted) if wanted > 0.0 else 1.0
    left = 0.0
    for j in range(len(world.suppliers)):
        cut_order(world.suppliers[j], connected_share(world, world.suppliers[j]))
        left += world.suppliers[j]["ordered_h100e"]
    for i in range(len(world.labs)):
        lab = world.labs[i]
        cut_order(lab, connected_share(world, lab))
        left += lab["ordered_h100e"]
    return left


@inner
def connected_share(world: World, firm: Any) -> float:
    """Return the part of a firm's order that its regions can connect."""
    share = 0.0
    for r in range(len(world.regions)):
        share += place_share(world.regions, firm, r) * world.regions[r]["connected_share"]
    return share
