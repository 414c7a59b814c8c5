"""Sites and contracts with their birthdays, and what they add up to now and at each delivery month."""

import math
from typing import Any

from agents.base import months_ahead
from agents.choices import WHOLE
from agents.compiling import inner, rule, stage
from agents.costs import annuity_months
from model import luck
from model.money import transfer
from model.state import CHIP_MAKERS, LENDERS, World
from model.technology import power_kw, power_supply_scale


@inner
def strike_outages(world: World) -> None:
    """Draw the share of each supplier's capacity that is down this month.

    Its mean is 1 - availability, and part of it strikes all suppliers at once (beta-factor model, Fleming 1975): graded
    outages are exponential, whole ones take everything or nothing.
    """
    market, parameters = world.market[0], world.parameters[0]
    common = luck.exponential(market["seed"], luck.COMMON_OUTAGE, market["month"], 0)
    share, whole = parameters["outage_common_share"], parameters["outage_rule"] == WHOLE
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        if supplier["alive"] == 1:
            own = luck.exponential(market["seed"], luck.OUTAGE, market["month"], supplier["luck_key"])
            mean = 1.0 - supplier["availability_share"]
            loss = mean * ((1.0 - share) * own + share * common)
            loss = whole_loss(mean, share, own, common) if whole else min(1.0, loss)
            supplier["down_share"] = max(loss, supplier["shock_down_share"])


@rule
def whole_loss(mean: float, common_share: float, own: float, common: float) -> float:
    """Return 1 if a supplier is down, else 0, from exponential draws: struck with all others, or else by itself.

    Both chances together are `mean`.
    """
    with_all = common_share * mean
    alone = (mean - with_all) / (1.0 - with_all)
    struck = math.exp(-common) < with_all or math.exp(-own) < alone
    return 1.0 if struck else 0.0


@inner
def survey(world: World) -> None:
    """Retire old sites, end old contracts, and add up capacity and promises by delivery month."""
    reset_sums(world)
    survey_sites(world)
    survey_contracts(world)
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        working = world.parameters[0]["usable_share"] * (1.0 - supplier["down_share"])
        supplier["usable_h100e"] = supplier["installed_h100e"] * working
    share_out_supply(world)


@inner
def reset_sums(world: World) -> None:
    """Set to zero what the survey adds up."""
    for i in range(len(world.labs)):
        world.labs[i]["own_h100e"] = 0.0
        world.labs[i]["repayment_usd_m"] = 0.0
        for delivery in range(world.requirements.shape[1]):
            world.requirements[i, delivery]["coverage_h100e"] = 0.0
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["share_of_supply"] = 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["installed_h100e"] = 0.0
        supplier["pipeline_h100e"] = 0.0
        supplier["contracted_h100e"] = 0.0
        supplier["repayment_usd_m"] = 0.0
        for delivery in range(world.offers.shape[1]):
            world.offers[j, delivery]["capacity_h100e"] = 0.0
            world.offers[j, delivery]["committed_h100e"] = 0.0
    market = world.market[0]
    market["pipeline_before_h100e"] = market["pipeline_h100e"]
    market["orders_before_h100e"] = market["orders_placed_h100e"]
    market["pipeline_h100e"] = 0.0
    market["arrived_h100e"] = 0.0
    market["cancelled_h100e"] = 0.0
    market["orders_placed_h100e"] = 0.0


Ahead = tuple[int, int, int, int]
"""Months ahead of the delivery months."""


@rule
def delivery_months(parameters: Any) -> Ahead:
    """Return the months ahead of the delivery months."""
    return (
        months_ahead(parameters, 0),
        months_ahead(parameters, 1),
        months_ahead(parameters, 2),
        months_ahead(parameters, 3),
    )


@inner
def survey_sites(world: World) -> None:
    """Retire sites at the end of their life; add up what is online, under way, and expected."""
    market, parameters = world.market[0], world.parameters[0]
    month, ahead = market["month"], delivery_months(parameters)
    for row in range(market["site_rows"]):
        site = world.sites[row]
        if site["id"] == 0:
            continue
        if site["retire_month"] <= month:
            market["cancelled_h100e"] += site["capacity_h100e"] if site["online_month"] >= month else 0.0
            site["id"] = 0
            market["site_hint"] = min(market["site_hint"], row)
            continue
        if site["online_month"] > month:
            market["pipeline_h100e"] += site["capacity_h100e"]
        elif site["online_month"] == month:
            market["arrived_h100e"] += site["capacity_h100e"]
        if site["owner_is_lab"] == 1:
            add_own_site(world, parameters, site, month, ahead)
        else:
            add_supplier_site(world, parameters, site, month, ahead)


@inner
def add_own_site(world: World, parameters: Any, site: Any, month: int, ahead: Ahead) -> None:
    """Add a lab's own site to its capacity and coverage."""
    usable = site["capacity_h100e"] * parameters["usable_share"]
    if site["online_month"] <= month:
        world.labs[site["owner"]]["own_h100e"] += usable
        world.labs[site["owner"]]["repayment_usd_m"] += site["repayment_usd_m"]
    for delivery in range(world.requirements.shape[1]):
        if site["online_month"] <= month + ahead[delivery] < site["retire_month"]:
            world.requirements[site["owner"], delivery]["coverage_h100e"] += usable


@inner
def add_supplier_site(world: World, parameters: Any, site: Any, month: int, ahead: Ahead) -> None:
    """Add a supplier's site to its capacity, pipeline and expected capacity."""
    supplier = world.suppliers[site["owner"]]
    if site["online_month"] <= month:
        supplier["installed_h100e"] += site["capacity_h100e"]
        supplier["repayment_usd_m"] += site["repayment_usd_m"]
    else:
        supplier["pipeline_h100e"] += site["capacity_h100e"]
    usable = site["capacity_h100e"] * parameters["usable_share"] * supplier["availability_share"]
    for delivery in range(world.offers.shape[1]):
        if site["online_month"] <= month + ahead[delivery] < site["retire_month"]:
            world.offers[site["owner"], delivery]["capacity_h100e"] += usable


@inner
def survey_contracts(world: World) -> None:
    """End contracts whose term is over; work out what is due this month and promised later."""
    market, parameters = world.market[0], world.parameters[0]
    month, ahead = market["month"], delivery_months(parameters)
    growth = market["growth_per_month"]
    for row in range(market["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] == 0:
            continue
        if contract["end_month"] <= month:
            contract["id"] = 0
            market["contract_hint"] = min(market["contract_hint"], row)
            continue
        contract["price_usd_per_h100e_hour"] = price_now(contract, market, parameters["index_linked_share"])
        i, j, capacity = contract["lab"], contract["supplier"], contract["capacity_h100e"]
        contract["due_h100e"] = capacity * ramp_share(month - contract["start_month"], contract["ramp_months"], growth)
        world.suppliers[j]["contracted_h100e"] += contract["due_h100e"]
        world.pairs[i, j]["share_of_supply"] += capacity
        for delivery in range(world.offers.shape[1]):
            later = month + ahead[delivery]
            if contract["start_month"] <= later < contract["end_month"]:
                promised = capacity * ramp_share(later - contract["start_month"], contract["ramp_months"], growth)
                world.offers[j, delivery]["committed_h100e"] += promised
                world.requirements[i, delivery]["coverage_h100e"] += promised


@rule
def price_now(contract: Any, market: Any, linked: float) -> float:
    """Return a contract's price this month: a part of it follows last month's spot price, the rest is as signed."""
    signed = contract["signed_price_usd_per_h100e_hour"]
    if linked <= 0.0:
        return float(signed)
    index = market["spot_price_usd_per_h100e_hour"] / contract["signed_index_usd_per_h100e_hour"]
    return float(signed * (1.0 - linked + linked * index))


@rule
def ramp_share(age_months: int, ramp_months: int, growth_per_month: float) -> float:
    """Return the part of a contract that is delivered and billed: 0 before its start, then rising to 1 as demand grows.

    (e^(g (age + 1)) - 1) / (e^(g (ramp + 1)) - 1), even steps at growth 0: half-way through, less than half is there,
    of what is needed as of what is built.
    """
    if age_months < 0:
        return 0.0
    if age_months >= ramp_months:
        return 1.0
    if abs(growth_per_month) < 1e-6:
        return (age_months + 1.0) / (ramp_months + 1.0)
    return math.expm1(growth_per_month * (age_months + 1.0)) / math.expm1(growth_per_month * (ramp_months + 1.0))


@inner
def share_out_supply(world: World) -> None:
    """Turn contracted quantities into each supplier's share of a lab's contracts."""
    for i in range(len(world.labs)):
        total = 0.0
        for j in range(len(world.suppliers)):
            total += world.pairs[i, j]["share_of_supply"]
        if total > 0.0:
            for j in range(len(world.suppliers)):
                world.pairs[i, j]["share_of_supply"] /= total


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
            order_site(world, 0, j, supplier, supplier["ordered_h100e"], supplier["lead_months"], 1.0)
    for i in range(len(world.labs)):
        lab = world.labs[i]
        lab["ordered_h100e"] *= share
        if lab["ordered_h100e"] >= 1.0:
            lab["planned_build_h100e"] -= lab["ordered_h100e"] * usable
            cost_ratio = lab["build_cost_ratio"] * (1.0 + world.parameters[0]["integration_overhead_share"])
            order_site(world, 1, i, lab, lab["ordered_h100e"], lab["build_lead_months"], cost_ratio)


@inner
def hand_over_sites(world: World, owner_is_lab: int, owner: int) -> None:
    """Sell the sites of a failed owner to suppliers in business, who take over a part of the debt.

    Each site goes to a supplier drawn with chances in proportion to installed capacity; the rest of its debt is the
    lenders' loss. Without any supplier left the sites are stranded and close.
    """
    market = world.market[0]
    total = 0.0
    for j in range(len(world.suppliers)):
        total += installed_of_others(world, owner_is_lab, owner, j)
    for row in range(market["site_rows"]):
        site = world.sites[row]
        if site["id"] == 0 or site["owner_is_lab"] != owner_is_lab or site["owner"] != owner:
            continue
        if total <= 0.0:
            site["retire_month"] = market["month"]
            continue
        key = luck.joint_key(owner_key(world, owner_is_lab, owner), site["online_month"], site["retire_month"])
        draw = luck.uniform(market["seed"], luck.SALVAGE, market["month"], key) * total
        site["owner_is_lab"] = 0
        site["owner"] = buyer_at(world, owner_is_lab, owner, draw)
        site["repayment_usd_m"] *= world.parameters[0]["salvage_share"]


@inner
def owner_key(world: World, owner_is_lab: int, owner: int) -> int:
    """Return the key of the draws of a site's owner."""
    if owner_is_lab == 1:
        return int(world.labs[owner]["luck_key"])
    return int(world.suppliers[owner]["luck_key"])


@inner
def buyer_at(world: World, owner_is_lab: int, owner: int, draw: float) -> int:
    """Return the supplier whose stretch of the others' installed capacity holds `draw`, H100e."""
    buyer = -1
    for j in range(len(world.suppliers)):
        installed = installed_of_others(world, owner_is_lab, owner, j)
        if installed > 0.0 and draw > 0.0:
            buyer = j
            draw -= installed
    return buyer


@inner
def installed_of_others(world: World, owner_is_lab: int, owner: int, j: int) -> float:
    """Return the installed capacity of supplier `j` if it is in business and not the failed owner, else 0."""
    supplier = world.suppliers[j]
    if supplier["alive"] == 0 or (owner_is_lab == 0 and j == owner):
        return 0.0
    return float(supplier["installed_h100e"])
