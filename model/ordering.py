"""Orders of new sites: within what a firm can fund and power, and all within the month's chips."""

from typing import Any

from agents.compiling import inner, rule, stage
from agents.costs import annuity_months
from agents.hardware import lab_lead, lab_ratio, supplier_lead
from agents.labs.integration import overhead_share
from agents.suppliers.economics import build_cost_ratio, life_months
from agents.ventures import venture_partner
from model.grid import connect_queued_power
from model.limits import allot_chips, limit_order, name_constraint, use_reserve
from model.money import transfer
from model.regional_measure import measure_orders
from model.regional_power import connect_within_regions
from model.state import CHIP_MAKERS, LENDERS, STAFF, World
from model.vintages import retire_early


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
    site["opex_usd_per_h100e_hour"] = market["opex_usd_per_h100e_hour"]
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


@stage
def place_orders(world: World) -> None:
    """Turn decisions into orders, within power, regions and chips; then scrap what is worth less than scrap."""
    market, parameters = world.market[0], world.parameters[0]
    market["capex_usd_m"] = 0.0
    connect_queued_power(world)
    if parameters["custom_silicon_cost_usd_m"] > 0.0:
        start_programmes(world)
    wanted = limit_orders(world)
    if world.regions[0]["id"] > 0:
        connected = connect_within_regions(world)
        market["lost_to_power_h100e"] += wanted - connected
        wanted = connected
    market["orders_wanted_h100e"] = wanted
    allot_chips(world, market["chips_h100e"] * (1.0 - market["chip_loss_share"]), wanted)
    market["behind_the_meter_h100e"] = 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        lead = supplier_lead(world, j)
        use_reserve(world, supplier, lead)
        if supplier["ordered_h100e"] >= 1.0:
            order_sites(world, 0, j, supplier, part_of(supplier, 1.0), lead, build_cost_ratio(world, supplier))
            suited = supplier["build_to_suit_h100e"] - supplier["ordered_h100e"]
            supplier["build_to_suit_h100e"] = max(0.0, suited)
    for i in range(len(world.labs)):
        lab = world.labs[i]
        use_reserve(world, lab, lab_lead(world, i))
        if lab["ordered_h100e"] >= 1.0:
            order_own_sites(world, i)
        if lab["by_hand"] == 1:
            lab["planned_build_h100e"] = 0.0  # what is ordered by hand and not got is not kept
    market["lost_to_chips_h100e"] = max(0.0, wanted - market["orders_placed_h100e"])
    name_constraint(world)
    measure_orders(world)
    retire_early(world)


@inner
def order_own_sites(world: World, i: int) -> None:
    """Order lab `i`'s sites; in a joint venture the supplier closest to it pays for and owns a part of them."""
    lab, parameters, lead = world.labs[i], world.parameters[0], lab_lead(world, i)
    partner = venture_partner(world, i)
    part = 1.0 - parameters["joint_venture_share"] if partner >= 0 else 1.0
    lab["planned_build_h100e"] -= part * lab["ordered_h100e"] * parameters["usable_share"]
    need = lab["need_inference_h100e"] + lab["need_training_h100e"]
    overhead = 1.0 + overhead_share(lab["own_h100e"], need, parameters)
    order_sites(world, 1, i, lab, part_of(lab, part), lead, lab_ratio(world, i) * overhead)
    if part < 1.0:
        row = world.suppliers[partner]
        order_sites(world, 0, partner, row, part_of(lab, 1.0 - part), lead, build_cost_ratio(world, row))


@rule
def part_of(order: Any, part: float) -> tuple[float, float]:
    """Return a part of what a firm was left: H100e on the grid, and with generation of its own."""
    own_power = part * order["own_power_h100e"]
    return part * order["ordered_h100e"] - own_power, own_power


@inner
def limit_orders(world: World) -> float:
    """Write what each firm may order, chips apart; return the sum, H100e."""
    market, usable = world.market[0], world.parameters[0]["usable_share"]
    market["orders_asked_h100e"] = 0.0
    market["lost_to_profit_h100e"] = 0.0
    market["lost_to_credit_h100e"] = 0.0
    market["lost_to_power_h100e"] = 0.0
    wanted = 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        order = supplier["order_h100e"] + supplier["build_to_suit_h100e"]
        limit_order(world, 0, j, supplier, order, supplier_lead(world, j))
        wanted += supplier["ordered_h100e"]
        held_back = max(0.0, supplier["asked_h100e"] - supplier["order_h100e"])
        market["lost_to_profit_h100e"] += supplier["alive"] * held_back
        market["orders_asked_h100e"] += supplier["alive"] * (supplier["order_h100e"] + held_back)
    for i in range(len(world.labs)):
        lab = world.labs[i]
        asked = lab["planned_build_h100e"] / usable
        limit_order(world, 1, i, lab, asked, lab_lead(world, i))
        wanted += lab["ordered_h100e"]
        market["orders_asked_h100e"] += lab["alive"] * asked
    return wanted


@inner
def order_sites(
    world: World, owner_is_lab: int, owner: int, row: Any, sizes: tuple[float, float], lead: int, cost_ratio: float
) -> None:
    """Order sites of these sizes, H100e: on the grid, and with generation of their own, which are dearer and later."""
    on_grid, own_power = sizes
    parameters = world.parameters[0]
    if on_grid > 0.0:
        order_site(world, owner_is_lab, owner, row, on_grid, lead, cost_ratio)
    if own_power > 0.0:
        later = max(lead, parameters["behind_the_meter_lead_months"])
        ratio = cost_ratio * parameters["behind_the_meter_cost_ratio"]
        order_site(world, owner_is_lab, owner, row, own_power, later, ratio)
        world.market[0]["behind_the_meter_h100e"] += own_power


@inner
def start_programmes(world: World) -> None:
    """Start the programmes of own chips that firms decided on: staff is paid at once, the chips come later."""
    cost = world.parameters[0]["custom_silicon_cost_usd_m"]
    ready = world.market[0]["month"] + world.parameters[0]["custom_silicon_delay_months"]
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        if supplier["alive"] == 1 and supplier["starts_silicon"] == 1:
            transfer(supplier, world.accounts[STAFF], cost)
            supplier["silicon_month"], supplier["starts_silicon"] = ready, 0
    for i in range(len(world.labs)):
        lab = world.labs[i]
        if lab["alive"] == 1 and lab["starts_silicon"] == 1:
            transfer(lab, world.accounts[STAFF], cost)
            lab["silicon_month"], lab["starts_silicon"] = ready, 0
