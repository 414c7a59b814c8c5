"""Sites built to suit: what nobody will have free is ordered for the lab that signs for it.

So a lab's forecast, and its error, reaches supply through a contract, and not only through what it uses.
"""

import math

from agents.base import LEASE, channel_of
from agents.compiling import inner
from agents.costs import term_discount
from agents.hardware import supplier_lead
from agents.labs import by_hand
from agents.suppliers import edge
from agents.suppliers.economics import cost_of_new
from agents.suppliers.kinds import EDGE
from model.contracts import Terms, set_up_deal, sign
from model.equity import invest_in_buyer
from model.limits import within_power
from model.packages import footprint
from model.porting import port_software
from model.state import World


@inner
def suited_price(world: World, i: int, j: int) -> float:
    """Return the price of a site that supplier `j` builds for lab `i`, USD per H100e-hour; nan if there is no room.

    What they agreed on, but no less than full cost and the usual mark-up, less what the long term is worth.
    """
    pair, parameters = world.pairs[i, j], world.parameters[0]
    cost = cost_of_new(world, world.suppliers[j])
    discount = term_discount(parameters, suited_term(world, i, j))
    least = cost * (1.0 + parameters["list_markup_share"]) * (1.0 - discount)
    price = max(pair["price_usd_per_h100e_hour"], least)
    if math.isnan(pair["price_usd_per_h100e_hour"]) or price > pair["buyer_reservation_usd_per_h100e_hour"]:
        return math.nan
    return price


@inner
def suited_term(world: World, i: int, j: int) -> float:
    """Return the months of a contract for which a site is built: those of an anchor deal."""
    return float(world.pairs[i, j]["term_months"]) * world.parameters[0]["anchor_term_ratio"]


@inner
def best_builder(world: World, i: int, months: int) -> int:
    """Return the lessor that would build for lab `i` within so many months at the lowest price with risks, or -1."""
    best, least = -1, math.inf
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        able = supplier["alive"] == 1 and channel_of(supplier) == LEASE and supplier_lead(world, j) <= months
        pair = world.pairs[i, j]
        if able and pair["asked_rank"] > 0 and pair["most_h100e"] >= 1.0:
            price = suited_price(world, i, j) + pair["risk_charge_usd_per_h100e_hour"]
            if not math.isnan(price) and world.market[0]["month"] < pair["exclusive_until_month"]:
                price = -math.inf
            if price < least:
                best, least = j, price
    return best


@inner
def room_to_build(world: World, j: int, months: int) -> float:
    """Return what supplier `j` can order in time for a delivery so many months ahead, H100e.

    What is signed for comes before what it would order for customers that it has not got yet.
    """
    supplier = world.suppliers[j]
    monthly = within_power(world, supplier, math.inf, supplier_lead(world, j))
    room = max(0.0, monthly * (months - supplier_lead(world, j) + 1.0) - supplier["build_to_suit_h100e"])
    return min(room, edge.room_left(world, j)) if supplier["kind"] == EDGE else room


@inner
def build_to_suit(world: World, delivery: int) -> None:
    """Let labs sign for a part of what nobody has free at a delivery month; suppliers will order the sites.

    Where a supplier is asked for more than it can order in time, everybody gets the same part.
    """
    share = world.parameters[0]["build_to_suit_share"]
    for i in range(len(world.labs)):
        row = world.requirements[i, delivery]
        wanted = share * row["open_h100e"]
        if world.labs[i]["by_hand"] == 1:
            wanted = min(wanted, share * by_hand.left_to_order(world, i, LEASE, delivery))
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["held_h100e"] = 0.0
        if wanted >= 1.0:
            builder = best_builder(world, i, row["months_ahead"])
            if builder >= 0:
                pair = world.pairs[i, builder]
                pair["held_h100e"] = min(wanted, pair["most_h100e"])
    for j in range(len(world.suppliers)):
        asked, months = 0.0, 0
        for i in range(len(world.labs)):
            if world.pairs[i, j]["held_h100e"] > 0.0:
                asked += world.pairs[i, j]["held_h100e"] / suited_yield(world, i, j)
            months = max(months, world.requirements[i, delivery]["months_ahead"])
        if asked >= 1.0:
            part = min(1.0, room_to_build(world, j, months) / asked)
            for i in range(len(world.labs)):
                quantity = part * world.pairs[i, j]["held_h100e"]
                if quantity >= 1.0:
                    sign_for_site(world, i, j, quantity, delivery)


@inner
def suited_yield(world: World, i: int, j: int) -> float:
    """Return what lab `i` gets from an H100e that supplier `j` builds for it."""
    usable = world.parameters[0]["usable_share"] * world.suppliers[j]["availability_share"]
    return float(usable / footprint(world, world.pairs[i, j]))


@inner
def sign_for_site(world: World, i: int, j: int, quantity: float, delivery: int) -> None:
    """Sign a contract for capacity that supplier `j` will order, and note the order.

    Software is moved to its chips, and all is set up, while the site is built.
    """
    parameters, row = world.parameters[0], world.requirements[i, delivery]
    supplier, pair = world.suppliers[j], world.pairs[i, j]
    start = world.market[0]["month"] + row["months_ahead"]
    end = start + max(1, int(suited_term(world, i, j) + 0.5))
    terms = Terms(
        start,
        supplier["ramp_months"],
        end,
        pair["service_level"],
        pair["notice_months"],
        pair["recallable"],
        pair["prepaid_share"],
    )
    contract = sign(world, i, j, quantity, suited_price(world, i, j), terms)
    set_up_deal(world, i, j, quantity)
    port_software(world, i, j, quantity)
    if parameters["equity_offer_share"] > 0.0:
        invest_in_buyer(world, contract)
    supplier["build_to_suit_h100e"] += quantity / suited_yield(world, i, j)
    row["signed_h100e"] += quantity
    row["open_h100e"] -= quantity
