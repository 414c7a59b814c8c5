"""What becomes of the sites of a firm that fails or leaves."""

from typing import Any, NamedTuple

from agents.choices import HIGHEST_BID, STRANDED
from agents.compiling import inner
from agents.costs import annuity_months
from agents.suppliers.economics import running_cost
from agents.units import USD_M_PER_MONTH
from model import luck
from model.grid import leave_grid_queue
from model.money import transfer
from model.state import CHIP_MAKERS, INVESTORS, LENDERS, World


class Sale(NamedTuple):
    """Who bids most for a site (-1 for nobody), and the price: what the next best bids, USD m."""

    buyer: int
    price: float


@inner
def hand_over_sites(world: World, owner_is_lab: int, owner: int) -> None:
    """Hand on the sites of a failed owner by the rule chosen; those that nobody takes are stranded and close.

    Nobody takes the debt of a scrapped one.
    """
    market, chosen = world.market[0], world.parameters[0]["asset_sale_rule"]
    leave_grid_queue(world, owner_is_lab, owner)
    total = 0.0
    for j in range(len(world.suppliers)):
        total += installed_of_others(world, owner_is_lab, owner, j)
    for row in range(market["site_rows"]):
        site = world.sites[row]
        if site["id"] == 0 or site["owner_is_lab"] != owner_is_lab or site["owner"] != owner:
            continue
        if site["capacity_h100e"] <= 0.0:
            site["retire_month"] = market["month"]
        elif chosen == HIGHEST_BID:
            sell_site(world, owner_is_lab, owner, row)
        elif chosen == STRANDED or total <= 0.0:
            site["retire_month"] = market["month"]
        else:
            draw_buyer(world, owner_is_lab, owner, row, total)


@inner
def draw_buyer(world: World, owner_is_lab: int, owner: int, row: int, total: float) -> None:
    """Give a site to a supplier drawn with chances in proportion to installed capacity, `total` H100e in all.

    It takes over a part of the debt; the rest is the lenders' loss.
    """
    market, site = world.market[0], world.sites[row]
    key = luck.joint_key(owner_key(world, owner_is_lab, owner), site["online_month"], site["retire_month"])
    draw = luck.uniform(market["seed"], luck.SALVAGE, market["month"], key) * total
    site["owner_is_lab"] = 0
    site["owner"] = buyer_at(world, owner_is_lab, owner, draw)
    site["repayment_usd_m"] *= world.parameters[0]["salvage_share"]


@inner
def sell_site(world: World, owner_is_lab: int, owner: int, row: int) -> None:
    """Sell a site to whom it is worth most, at what it is worth to the next or for scrap, whichever is more.

    The buyer borrows the price and repays it over the months the site has left. Lenders to the failed owner get their
    debt back first, its investors the rest. A site worth less than its scrap to everybody is broken up.
    """
    site, scrap = world.sites[row], scrap_value(world, world.sites[row])
    sale = best_bid(world, owner_is_lab, owner, site)
    months = months_left(world, site)
    if sale.buyer < 0 or sale.price < scrap:
        transfer(world.accounts[CHIP_MAKERS], world.accounts[LENDERS], scrap)
        site["retire_month"] = world.market[0]["month"]
        return
    supplier = world.suppliers[sale.buyer]
    value_of_one = annuity_months(supplier["wacc_per_year"], months)
    debt = site["repayment_usd_m"] * value_of_one
    transfer(world.accounts[LENDERS], supplier, sale.price)
    transfer(supplier, world.accounts[LENDERS], min(debt, sale.price))
    transfer(supplier, world.accounts[INVESTORS], max(0.0, sale.price - debt))
    site["owner_is_lab"] = 0
    site["owner"] = sale.buyer
    site["repayment_usd_m"] = sale.price / value_of_one


@inner
def months_left(world: World, site: Any) -> float:
    """Return the months in which a site will still be used."""
    return float(site["retire_month"] - max(world.market[0]["month"], site["online_month"]))


@inner
def scrap_value(world: World, site: Any) -> float:
    """Return what the parts of a site fetch, USD m: a part of what they cost new, less as it ages."""
    market, parameters = world.market[0], world.parameters[0]
    new = site["capacity_h100e"] * market["capex_usd_per_h100e"] / 1e6
    unused = min(1.0, months_left(world, site) / parameters["site_life_months"])
    return float(parameters["asset_scrap_share"] * new * unused)


@inner
def best_bid(world: World, owner_is_lab: int, owner: int, site: Any) -> Sale:
    """Return who would pay most for a site, and what the next would pay; one bidder alone pays scrap at most."""
    buyer, most, second = -1, 0.0, 0.0
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 0 or (owner_is_lab == 0 and j == owner):
            continue
        worth = site_worth(world, j, site)
        if worth > most:
            buyer, most, second = j, worth, most
        else:
            second = max(second, worth)
    if buyer >= 0:
        second = max(second, min(most, scrap_value(world, site)))
    return Sale(buyer, second)


@inner
def site_worth(world: World, j: int, site: Any) -> float:
    """Return what a site is worth to supplier `j`, USD m: its margin x its use x the months left, discounted.

    Its own sites tell what it would use: who has halls half empty needs no more of them.
    """
    supplier, parameters = world.suppliers[j], world.parameters[0]
    use = parameters["target_utilisation_share"]
    if supplier["installed_h100e"] > 0.0:
        use = supplier["utilisation_share"]
    margin = supplier["realised_price_usd_per_h100e_hour"] - running_cost(world, j)
    rate = supplier["wacc_per_year"] + parameters["obsolescence_per_year"]
    worth = site["capacity_h100e"] * use * max(0.0, margin) * USD_M_PER_MONTH
    return float(worth * annuity_months(rate, months_left(world, site)))


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
