"""Sites and contracts with their birthdays, and what they add up to now and at each delivery month."""

import math
from typing import Any

from agents.base import months_ahead
from agents.choices import WHOLE
from agents.compiling import inner, rule
from agents.labs.integration import own_work_h100e
from agents.packages import GUARANTEED, INTERRUPTIBLE
from model import luck
from model.contracts import least_bills, refund
from model.packages import footprint
from model.state import World
from model.vintages import debt_of, earned_by_lab, earned_by_supplier, note_debt


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
        if supplier["guaranteed_h100e"] > 0.0:
            apart = world.parameters[0]["isolation_share"] * supplier["guaranteed_h100e"]
            supplier["usable_h100e"] = max(0.0, supplier["usable_h100e"] - apart)
        supplier["running_usd_per_h100e_hour"] /= max(1.0, supplier["installed_h100e"])
    for i in range(len(world.labs)):
        world.labs[i]["running_usd_per_h100e_hour"] /= max(1.0, world.labs[i]["own_h100e"])
    share_out_supply(world)


@inner
def reset_sums(world: World) -> None:
    """Set to zero what the survey adds up."""
    for i in range(len(world.labs)):
        world.labs[i]["own_h100e"] = 0.0
        world.labs[i]["repayment_usd_m"] = 0.0
        world.labs[i]["committed_usd_m"] = 0.0
        world.labs[i]["running_usd_per_h100e_hour"] = 0.0
        for delivery in range(world.requirements.shape[1]):
            world.requirements[i, delivery]["coverage_h100e"] = 0.0
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["share_of_supply"] = 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["installed_h100e"] = 0.0
        supplier["pipeline_h100e"] = 0.0
        supplier["contracted_h100e"] = 0.0
        supplier["guaranteed_h100e"] = 0.0
        supplier["interruptible_h100e"] = 0.0
        supplier["repayment_usd_m"] = 0.0
        supplier["running_usd_per_h100e_hour"] = 0.0
        for delivery in range(world.offers.shape[1]):
            world.offers[j, delivery]["capacity_h100e"] = 0.0
            world.offers[j, delivery]["committed_h100e"] = 0.0
    market = world.market[0]
    market["pipeline_before_h100e"] = market["pipeline_h100e"]
    market["orders_before_h100e"] = market["orders_placed_h100e"]
    market["pipeline_h100e"] = 0.0
    market["arrived_h100e"] = 0.0
    market["cancelled_h100e"] = 0.0
    market["site_debt_usd_m"] = 0.0
    market["stranded_usd_m"] = 0.0
    market["stranded_own_usd_m"] = 0.0
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
    lab, usable = world.labs[site["owner"]], site["capacity_h100e"] * parameters["usable_share"]
    if site["online_month"] <= month:
        lab["own_h100e"] += usable
        lab["repayment_usd_m"] += site["repayment_usd_m"]
        lab["running_usd_per_h100e_hour"] += usable * site["opex_usd_per_h100e_hour"]
    lab["committed_usd_m"] += debt_of(site, month)
    world.market[0]["stranded_own_usd_m"] += note_debt(world.market[0], site, earned_by_lab(world, lab, site))
    for delivery in range(world.requirements.shape[1]):
        if site["online_month"] <= month + ahead[delivery] < site["retire_month"]:
            world.requirements[site["owner"], delivery]["coverage_h100e"] += own_work_h100e(usable, parameters)


@inner
def add_supplier_site(world: World, parameters: Any, site: Any, month: int, ahead: Ahead) -> None:
    """Add a supplier's site to its capacity, pipeline and expected capacity."""
    supplier = world.suppliers[site["owner"]]
    if site["online_month"] <= month:
        supplier["installed_h100e"] += site["capacity_h100e"]
        supplier["repayment_usd_m"] += site["repayment_usd_m"]
        supplier["running_usd_per_h100e_hour"] += site["capacity_h100e"] * site["opex_usd_per_h100e_hour"]
    else:
        supplier["pipeline_h100e"] += site["capacity_h100e"]
    note_debt(world.market[0], site, earned_by_supplier(world, supplier, site))
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
            refund(world, row)
            contract["id"] = 0
            market["contract_hint"] = min(market["contract_hint"], row)
            continue
        contract["price_usd_per_h100e_hour"] = price_now(contract, market, parameters["index_linked_share"])
        i, j, capacity = contract["lab"], contract["supplier"], contract["capacity_h100e"]
        contract["due_h100e"] = capacity * ramp_share(month - contract["start_month"], contract["ramp_months"], growth)
        world.suppliers[j]["contracted_h100e"] += contract["due_h100e"]
        if contract["service_level"] == GUARANTEED:
            world.suppliers[j]["guaranteed_h100e"] += contract["due_h100e"]
        elif contract["service_level"] == INTERRUPTIBLE:
            world.suppliers[j]["interruptible_h100e"] += contract["due_h100e"]
        world.pairs[i, j]["share_of_supply"] += capacity
        world.labs[i]["committed_usd_m"] += least_bills(contract, month)
        for delivery in range(world.offers.shape[1]):
            later = month + ahead[delivery]
            if contract["start_month"] <= later < contract["end_month"]:
                promised = capacity * ramp_share(later - contract["start_month"], contract["ramp_months"], growth)
                world.offers[j, delivery]["committed_h100e"] += promised * footprint(world, contract)
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
        world.labs[i]["contracted_h100e"] = total
        if total > 0.0:
            for j in range(len(world.suppliers)):
                world.pairs[i, j]["share_of_supply"] /= total
