"""Who looks at the market as a supplier: how often, and of which kind. Visible deals bring followers."""

from typing import Any

from agents.compiling import inner, rule
from agents.suppliers import EDGE, ENERGY_DEVELOPER, MINER, NEOCLOUD, NONTRADITIONAL, ORBITAL, SOVEREIGN
from model import luck
from model.state import World


@inner
def note_visible_deal(world: World, j: int, quantity: float) -> None:
    """Let a large deal with a supplier from another trade be seen by others like it, from the next month on."""
    market, parameters = world.market[0], world.parameters[0]
    other_trade = world.suppliers[j]["kind"] >= NONTRADITIONAL
    if market["month"] >= 0 and other_trade and quantity >= parameters["visible_deal_h100e"]:
        market["followers_until_month"] = market["month"] + parameters["follower_months"]


@inner
def looking_chance(world: World) -> float:
    """Return the chance that a potential supplier looks at the market this month, more while a deal is fresh.

    Followers read a rival's step as news that it pays (Bikhchandani, Hirshleifer & Welch 1992).
    """
    market, parameters = world.market[0], world.parameters[0]
    chance = parameters["supplier_entry_per_month"]
    if market["month"] < market["followers_until_month"]:
        chance *= parameters["follower_multiple"]
    return float(chance)


@rule
def entrant_weight(parameters: Any, kind: int) -> float:
    """Return how many potential suppliers of a kind there are for one owner of idle capacity."""
    if kind == MINER:
        return float(parameters["entrant_miner_weight"])
    if kind == ENERGY_DEVELOPER:
        return float(parameters["entrant_energy_developer_weight"])
    if kind == EDGE:
        return float(parameters["entrant_edge_weight"])
    if kind == SOVEREIGN:
        return float(parameters["entrant_sovereign_weight"])
    if kind == ORBITAL:
        return float(parameters["entrant_orbital_weight"])
    return 1.0


@inner
def kind_that_looks(world: World) -> int:
    """Return the kind of the potential supplier: a neocloud, or one from another trade, by their weights."""
    market, parameters = world.market[0], world.parameters[0]
    draw = luck.uniform(market["seed"], luck.SUPPLIER_KIND, market["month"], 0)
    others = parameters["entrant_nontraditional_share"]
    if draw >= others:
        return NEOCLOUD
    total = 0.0
    for kind in range(NONTRADITIONAL, ORBITAL + 1):
        total += entrant_weight(parameters, kind)
    place = draw / others * total
    for kind in range(NONTRADITIONAL, ORBITAL):
        place -= entrant_weight(parameters, kind)
        if place < 0.0:
            return kind
    return ORBITAL
