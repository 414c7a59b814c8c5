"""How a lab and a supplier agree on a price between what one would pay and what the other would take."""

import math
from typing import Any, NamedTuple

from agents.choices import FARATIN, NASH, OUTSIDE_OPTION_PRINCIPLE, RUBINSTEIN
from agents.compiling import inner, rule
from agents.costs import posted_price
from agents.labs.costs import serving_value
from agents.suppliers.economics import running_cost
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
def settled_price(value: float, cost: float, outside: Any, share: float) -> float:
    """Return the price that splits value less cost, moved no further than to the outside prices (seller's, buyer's).

    The outside-option principle (Binmore, Rubinstein & Wolinsky 1986): an alternative that is worse does not count.
    """
    return min(max(nash_price(value, cost, share), outside[0]), outside[1])


@rule
def rubinstein_share(first: float, second: float, rounds: int) -> float:
    """Return the share of whoever offers first, when offers alternate and the last one is taken (Rubinstein 1982).

    (1 - d2) / (1 - d1 d2) for patience d1 of the first and d2 of the second, and so many rounds that none is the last.
    """
    both = max(1e-300, first * second)
    pairs = math.exp(math.log(both) * float(rounds // 2))
    share = (1.0 - second) * (1.0 - pairs) / (1.0 - both)
    return share + pairs if rounds % 2 == 1 else share


@rule
def concession(start: float, limit: float, time: float, speed: float) -> float:
    """Return an offer at `time` in 0..1: start + (limit - start) time^(1 / speed) (Faratin et al. 1998)."""
    if time <= 0.0:
        return start
    return start + (limit - start) * math.exp(math.log(time) / speed)


@rule
def faratin_price(buyer: Any, seller: Any) -> float:
    """Return the price at which two concession curves meet, found by bisection; (start, limit, speed) each.

    Time is measured to the power 1 / the higher speed: whoever concedes faster then does so at an even pace, and sides
    that meet almost at once are told apart as well as any.
    """
    fastest = max(buyer[2], seller[2])
    low, high = 0.0, 1.0
    for _ in range(50):
        time = 0.5 * (low + high)
        bid = concession(buyer[0], buyer[1], time, buyer[2] / fastest)
        if bid >= concession(seller[0], seller[1], time, seller[2] / fastest):
            high = time
        else:
            low = time
    bid = concession(buyer[0], buyer[1], high, buyer[2] / fastest)
    return 0.5 * (bid + concession(seller[0], seller[1], high, seller[2] / fastest))


class Pace(NamedTuple):
    """How fast the two sides of a talk give way; 1 at tightness 1 without refused users."""

    buyer: float
    seller: float


@inner
def pace_of(world: World, i: int) -> Pace:
    """Return the pace of talks with lab `i`: tightness slows sellers and hurries buyers, refused users hurry buyers."""
    parameters = world.parameters[0]
    tight = math.exp(parameters["pace_tightness"] * math.log(max(world.market[0]["tightness"], 1e-6)))
    urgent = math.exp(parameters["pace_urgency"] * math.log(1.0 + world.labs[i]["unserved_share"]))
    return Pace(tight * urgent, 1.0 / tight)


@inner
def haggle(world: World, i: int, j: int) -> float:
    """Return the Faratin price of a pair."""
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
    pace = pace_of(world, i)
    return faratin_price((opening_bid, buyer, pace.buyer), (opening_ask, seller, pace.seller))


@inner
def alternate(world: World, i: int, j: int) -> float:
    """Return the Rubinstein price of a pair, the supplier offering first; who is in a hurry has less patience."""
    parameters, pair = world.parameters[0], world.pairs[i, j]
    pace = pace_of(world, i)
    seller = math.exp(math.log(parameters["seller_patience_per_round"]) * pace.seller)
    buyer = math.exp(math.log(parameters["buyer_patience_per_round"]) * pace.buyer)
    share = rubinstein_share(seller, buyer, parameters["bargaining_rounds"])
    return nash_price(
        pair["buyer_reservation_usd_per_h100e_hour"], pair["seller_reservation_usd_per_h100e_hour"], share
    )


@inner
def split(world: World, i: int, j: int) -> float:
    """Return the Nash price of a pair: outside options are what both fall back on, or only limits of the price."""
    parameters, pair = world.parameters[0], world.pairs[i, j]
    buyer, seller = (
        pair["buyer_reservation_usd_per_h100e_hour"],
        pair["seller_reservation_usd_per_h100e_hour"],
    )
    share = seller_share(world.market[0]["tightness"], parameters["tightness_exponent"])
    if parameters["outside_option_rule"] == OUTSIDE_OPTION_PRINCIPLE:
        value = serving_value(world, i) - pair["risk_charge_usd_per_h100e_hour"]
        return settled_price(value, running_cost(world, j), (seller, buyer), share)
    return nash_price(buyer, seller, share)


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
        return split(world, i, j)
    if parameters["bargaining_rule"] == FARATIN:
        return haggle(world, i, j)
    if parameters["bargaining_rule"] == RUBINSTEIN:
        return alternate(world, i, j)
    return posted(world, i, j)
