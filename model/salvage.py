"""What becomes of the sites of a firm that fails or leaves."""

from agents.compiling import inner
from model import luck
from model.grid import leave_grid_queue
from model.state import World


@inner
def hand_over_sites(world: World, owner_is_lab: int, owner: int) -> None:
    """Sell the sites of a failed owner to suppliers in business, who take over a part of the debt.

    Each site goes to a supplier drawn with chances in proportion to installed capacity; the rest of its debt is the
    lenders' loss. Without any supplier left the sites are stranded and close; nobody takes the debt of a scrapped one.
    """
    market = world.market[0]
    leave_grid_queue(world, owner_is_lab, owner)
    total = 0.0
    for j in range(len(world.suppliers)):
        total += installed_of_others(world, owner_is_lab, owner, j)
    for row in range(market["site_rows"]):
        site = world.sites[row]
        if site["id"] == 0 or site["owner_is_lab"] != owner_is_lab or site["owner"] != owner:
            continue
        if total <= 0.0 or site["capacity_h100e"] <= 0.0:
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
