"""What the market as a whole looks like this month: sums, prices, concentration."""

from agents.base import PARTNER
from agents.compiling import inner
from agents.suppliers.economics import cost_of_new
from model.orders import PRICE_CEILING
from model.state import World


@inner
def note_use(world: World) -> None:
    """Note what each supplier sold, kept idle, and could not use."""
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["idle_h100e"] = supplier["spot_offered_h100e"] - supplier["spot_sold_h100e"]
        supplier["down_h100e"] = supplier["installed_h100e"] - supplier["usable_h100e"]
        used = supplier["delivered_h100e"] + supplier["enterprise_served_h100e"] + supplier["spot_sold_h100e"]
        supplier["utilisation_share"] = 0.0
        if supplier["installed_h100e"] > 0.0:
            supplier["utilisation_share"] = used / supplier["installed_h100e"]


@inner
def measure_suppliers(world: World) -> None:
    """Add up the supply side."""
    market, parameters = world.market[0], world.parameters[0]
    installed, usable, enterprise, idle, refused, spot = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    delivered, squares, value, cost = 0.0, 0.0, 0.0, 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        if supplier["alive"] == 0:
            continue
        capacity = supplier["installed_h100e"]
        installed += capacity
        usable += supplier["usable_h100e"]
        enterprise += supplier["enterprise_served_h100e"]
        delivered += supplier["delivered_h100e"]
        idle += supplier["idle_h100e"]
        spot += supplier["spot_sold_h100e"]
        refused += supplier["refused_h100e"] + supplier["enterprise_wanted_h100e"] - supplier["enterprise_served_h100e"]
        squares += capacity * capacity
        value += capacity * supplier["list_price_usd_per_h100e_hour"]
        cost += capacity * cost_of_new(world, supplier)
    market["installed_h100e"] = installed
    market["usable_h100e"] = usable
    market["enterprise_h100e"] = enterprise
    market["idle_h100e"] = idle
    market["down_h100e"] = installed - usable
    market["wanted_h100e"] = delivered + enterprise + spot + refused
    if installed > 0.0:
        market["utilisation_share"] = (delivered + enterprise + spot) / installed
        market["tightness"] = market["wanted_h100e"] / (parameters["target_utilisation_share"] * installed)
        market["hhi_suppliers"] = 1e4 * squares / (installed * installed)
        market["list_price_usd_per_h100e_hour"] = value / installed
        market["full_cost_usd_per_h100e_hour"] = cost / installed


@inner
def measure_labs(world: World) -> None:
    """Add up the labs' side."""
    market = world.market[0]
    need, inference, served, own, spot = 0.0, 0.0, 0.0, 0.0, 0.0
    revenue, price, users, squares = 0.0, 0.0, 0.0, 0.0
    alive, guards = 0, 0
    for i in range(len(world.labs)):
        lab = world.labs[i]
        if lab["alive"] == 0:
            continue
        alive += 1
        need += lab["need_inference_h100e"] + lab["need_training_h100e"]
        inference += lab["need_inference_h100e"]
        served += lab["served_inference_h100e"]
        own += lab["own_h100e"]
        spot += lab["spot_h100e"]
        revenue += lab["revenue_usd_m"]
        price += lab["users_h100e"] * lab["service_price_usd_per_h100e_hour"]
        users += lab["users_h100e"]
        squares += lab["users_h100e"] * lab["users_h100e"]
        guards += lab["guard_bound"]
    if market["spot_price_usd_per_h100e_hour"] >= PRICE_CEILING:
        guards = alive
    market["guard_bindings"] = guards
    market["lab_need_h100e"] = need
    market["served_inference_h100e"] = served
    market["unserved_share"] = 1.0 - served / inference if inference > 0.0 else 0.0
    market["build_h100e"] = own
    market["spot_lab_h100e"] = spot
    market["lab_revenue_usd_m"] = revenue
    if users > 0.0:
        market["service_price_usd_per_h100e_hour"] = price / users
        market["hhi_labs"] = 1e4 * squares / (users * users)


@inner
def measure_channels(world: World) -> None:
    """Add up what was delivered through leases and partners."""
    market = world.market[0]
    lease, partner = 0.0, 0.0
    for row in range(market["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] != 0:
            if contract["channel"] == PARTNER:
                partner += contract["delivered_h100e"]
            else:
                lease += contract["delivered_h100e"]
    market["lease_h100e"] = lease
    market["partner_h100e"] = partner


@inner
def count_firms(world: World) -> None:
    """Count the labs and suppliers in business."""
    market = world.market[0]
    labs, suppliers = 0, 0
    for i in range(len(world.labs)):
        labs += world.labs[i]["alive"]
    for j in range(len(world.suppliers)):
        suppliers += world.suppliers[j]["alive"]
    market["labs_alive"] = labs
    market["suppliers_alive"] = suppliers
