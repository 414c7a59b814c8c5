"""How a lab and a supplier agree on a price between what one would pay and what the other would take."""

import math
from typing import Any

from agents.compiling import inner, rule
from agents.costs import posted_price
from model.parameters import FARATIN, NASH
from model.state import World


@rule
def seller_share(tightness: float, exponent: float) -> float:
    """Return the supplier's share of the surplus: theta^psi / (1 + theta^psi), one half at tightness 1."""
    weight = math.exp(exponent * math.log(max(tightness, 1e-6)))
    return weight / (1.0 + weight)


@rule
def nash_price(buyer: float, seller: float, share: float) -> float:
    """Return the Nash price between two reservation prices: R_s + alpha (R_b - R_s) (Nash 1950)."""
    return seller + share * (buyer - seller)


@rule
def concession(start: float, limit: float, time: float, speed: float) -> float:
    """Return an offer at `time` in 0..1: start + (limit - start) time^(1 / speed) (Faratin et al. 1998)."""
    if time <= 0.0:
        return start
    return start + (limit - start) * math.exp(math.log(time) / speed)


@rule
def faratin_price(buyer: Any, seller: Any) -> float:
    """Return the price at which two concession curves meet, found by bisection; (start, limit, speed) each."""
    low, high = 0.0, 1.0
    for _ in range(50):
        time = 0.5 * (low + high)
        bid = concession(buyer[0], buyer[1], time, buyer[2])
        if bid >= concession(seller[0], seller[1], time, seller[2]):
            high = time
        else:
            low = time
    bid = concession(buyer[0], buyer[1], high, buyer[2])
    return 0.5 * (bid + concession(seller[0], seller[1], high, seller[2]))


@inner
def haggle(world: World, i: int, j: int) -> float:
    """Return the Faratin price of a pair: tightness slows sellers and hurries buyers, refused users hurry buyers."""
    parameters, pair = world.parameters[0], world.pairs[i, j]
    buyer, seller = (
        pair["buyer_reservation_usd_per_h100e_hour"],
        pair["seller_reservation_usd_per_h100e_hour"],
    )
    list_price = world.suppliers[j]["list_price_usd_per_h100e_hour"]
    anchor = parameters["faratin_opening_buyer_share"] * min(list_price, buyer)
    opening_bid = buyer - pair["aspiration_share"] * (buyer - anchor)
    opening_ask = max(list_price, parameters["faratin_opening_seller_ratio"] * seller)
    if opening_bid >= opening_ask:
        return 0.5 * (opening_bid + opening_ask)
    hurry = math.exp(parameters["faratin_tightness"] * math.log(max(world.market[0]["tightness"], 1e-6)))
    urgency = math.exp(parameters["faratin_urgency"] * math.log(1.0 + world.labs[i]["unserved_share"]))
    speed = parameters["faratin_concession"]
    return faratin_price((opening_bid, buyer, speed * hurry * urgency), (opening_ask, seller, speed / hurry))


@inner
def posted(world: World, i: int, j: int) -> float:
    """Return the posted price for the usual term if the lab would pay and the supplier take it, else nan."""
    price = posted_price(world, j)
    pair = world.pairs[i, j]
    least, most = pair["seller_reservation_usd_per_h100e_hour"], pair["buyer_reservation_usd_per_h100e_hour"]
    if not least <= price <= most:
        return math.nan
    return price


@inner
def agree(world: World, i: int, j: int) -> float:
    """Return the price lab `i` and supplier `j` agree on, USD per H100e-hour; nan if there is no room for a deal."""
    parameters, pair = world.parameters[0], world.pairs[i, j]
    buyer, seller = (
        pair["buyer_reservation_usd_per_h100e_hour"],
        pair["seller_reservation_usd_per_h100e_hour"],
    )
    if pair["asked_rank"] == 0 or buyer < seller:
        return math.nan
    if parameters["bargaining_rule"] == NASH:
        return nash_price(buyer, seller, seller_share(world.market[0]["tightness"], parameters["tightness_exponent"]))
    if parameters["bargaining_rule"] == FARATIN:
        return haggle(world, i, j)
    return posted(world, i, j)
