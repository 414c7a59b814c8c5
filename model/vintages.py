"""Sites as they age: what each vintage costs to run, which are worth less than scrap, which cannot pay their debt."""

from typing import Any

from agents.choices import NEVER, VINTAGE
from agents.compiling import inner, rule, stage
from agents.costs import annuity_months, new_running_cost
from agents.suppliers.economics import fresh_running_cost
from agents.units import HOURS_PER_MONTH, USD_M_PER_MONTH
from model.money import transfer
from model.state import CHIP_MAKERS, World


@inner
def site_running(world: World, site: Any, fresh: float) -> float:
    """Return what an hour on a site costs to run, USD: `fresh`, what it costs its owner on a new one, or by vintage."""
    if world.parameters[0]["running_cost_rule"] == VINTAGE:
        usual = world.market[0]["opex_usd_per_h100e_hour"]
        return max(0.0, float(site["opex_usd_per_h100e_hour"] + (fresh - usual)))
    return fresh


@rule
def debt_of(site: Any, month: int) -> float:
    """Return the repayments of a site still due, USD m."""
    return float(site["repayment_usd_m"] * (site["retire_month"] - max(month, site["online_month"])))


@rule
def note_debt(market: Any, site: Any, hour_usd: float) -> float:
    """Add a site's repayments still due to the debt of all sites; return them if it does not earn them, USD m, else 0.

    Both run for the rest of its life, so a month tells: repayment > margin of an installed hour x capacity. What a
    scrapped site still owes is stranded.
    """
    due = debt_of(site, market["month"])
    market["site_debt_usd_m"] += due
    if site["repayment_usd_m"] <= hour_usd * site["capacity_h100e"] * USD_M_PER_MONTH:
        return 0.0
    market["stranded_usd_m"] += due
    return due


@inner
def earned_by_supplier(world: World, supplier: Any, site: Any) -> float:
    """Return the margin of an installed hour on a supplier's site at last month's price and use, USD."""
    price = supplier["realised_price_usd_per_h100e_hour"]
    running = site_running(world, site, fresh_running_cost(world, supplier))
    return float(supplier["utilisation_share"] * (price - running))


@inner
def earned_by_lab(world: World, lab: Any, site: Any) -> float:
    """Return what an installed hour of a lab's own site saves it at the price of contracts, USD."""
    parameters = world.parameters[0]
    fresh = new_running_cost(world.market[0], lab)
    running = site_running(world, site, fresh) * (1.0 + parameters["integration_overhead_share"])
    price = world.market[0]["contract_price_usd_per_h100e_hour"]
    return float(parameters["usable_share"] * lab["used_share"] * (price - running))


@stage
def retire_early(world: World) -> None:
    """Let owners scrap sites that they do not need and that are worth less than scrap; their debt runs on."""
    market = world.market[0]
    market["retired_early_h100e"] = 0.0
    if world.parameters[0]["refresh_rule"] == NEVER:
        return
    for i in range(len(world.labs)):
        lab = world.labs[i]
        lab["unneeded_h100e"] = (1.0 - lab["used_share"]) * lab["own_h100e"] / world.parameters[0]["usable_share"]
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["unneeded_h100e"] = supplier["spot_offered_h100e"] / world.parameters[0]["usable_share"]
    for row in range(market["site_rows"]):
        site = world.sites[row]
        online = site["id"] != 0 and site["online_month"] <= market["month"] < site["retire_month"] - 1
        if online and site["capacity_h100e"] > 0.0:
            if site["owner_is_lab"] == 1:
                lab = world.labs[site["owner"]]
                running = site_running(world, site, new_running_cost(market, lab))
                scrap_if_worthless(world, lab, site, running, 1.0)
            else:
                supplier = world.suppliers[site["owner"]]
                running = site_running(world, site, fresh_running_cost(world, supplier))
                scrap_if_worthless(world, supplier, site, running, supplier["sell_through_share"])


@inner
def scrap_if_worthless(world: World, owner: Any, site: Any, running: float, sold_share: float) -> None:
    """Scrap a site that its owner can spare, if spot sales would earn no more in the rest of its life than scrap pays.

    (spot price - running cost)+ x share sold x hours, at the owner's cost of capital, against a part of the cost of a
    new site.
    """
    market, parameters = world.market[0], world.parameters[0]
    capacity = site["capacity_h100e"]
    if capacity > owner["unneeded_h100e"]:
        return
    margin = max(0.0, market["spot_price_usd_per_h100e_hour"] - running)
    months = annuity_months(owner["wacc_per_year"], float(site["retire_month"] - market["month"] - 1))
    scrap = parameters["scrap_share"] * market["capex_usd_per_h100e"]
    if margin * sold_share * HOURS_PER_MONTH * months <= scrap:
        transfer(world.accounts[CHIP_MAKERS], owner, scrap * capacity / 1e6)
        owner["unneeded_h100e"] -= capacity
        market["retired_early_h100e"] += capacity
        site["capacity_h100e"] = 0.0
