"""Every pair bargains at once; deferred acceptance matches; contracts are signed; the refused join a queue."""

import math
from typing import Any

from agents.base import LEASE, PARTNER, channel_of, months_ahead
from agents.compiling import inner, rule, stage
from agents.labs import by_hand
from agents.labs.asking import sellable
from agents.labs.porting import porting_delay
from agents.labs.relationship import set_up_months
from model import luck
from model.bargaining import agree
from model.build_to_suit import build_to_suit
from model.contracts import Terms, set_up_deal, sign
from model.equity import invest_in_buyer
from model.packages import footprint
from model.porting import port_software
from model.queueing import update_queue
from model.state import World

LEAST_DEAL_H100E = 1.0
"""Less is not worth a contract."""


@stage
def negotiate(world: World) -> None:
    """Agree prices, match each delivery month from the promptest on, sign, and settle who waits."""
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["price_usd_per_h100e_hour"] = agree(world, i, j)
        match_rivals(world, i)
        for delivery in range(world.requirements.shape[1]):
            world.requirements[i, delivery]["signed_h100e"] = 0.0
        world.labs[i]["set_up_bill_usd_m"] = 0.0
    for delivery in range(world.requirements.shape[1]):
        if anything_open(world, delivery):
            match(world, delivery)
            for i in range(len(world.labs)):
                for j in range(len(world.suppliers)):
                    if world.pairs[i, j]["held_h100e"] >= LEAST_DEAL_H100E:
                        sign_deal(world, i, j, delivery)
            if world.parameters[0]["build_to_suit_share"] > 0.0:
                build_to_suit(world, delivery)
    follow_up(world)
    average_prices(world)


@inner
def anything_open(world: World, delivery: int) -> bool:
    """Tell whether any lab asks for something at a delivery month."""
    for i in range(len(world.labs)):
        if world.requirements[i, delivery]["open_h100e"] >= LEAST_DEAL_H100E:
            return True
    return False


@inner
def match(world: World, delivery: int) -> None:
    """Match open requirements to free capacity by deferred acceptance (Gale & Shapley 1962), quantities divisible.

    Each lab proposes what it still needs to the best supplier that has not refused it; each supplier holds what it
    likes best up to its free capacity and hands the rest back, which is a refusal; until nobody has anyone left to
    ask. The result is stable, does not depend on the order of the labs, and no capacity is held twice.
    """
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["held_h100e"] = 0.0
            world.pairs[i, j]["refused"] = 0
    proposing = True
    while proposing:
        proposing = False
        for i in range(len(world.labs)):
            if world.requirements[i, delivery]["open_h100e"] >= LEAST_DEAL_H100E:
                j = best_open(world, i, delivery)
                if j >= 0:
                    propose(world, i, j, delivery)
                    world.suppliers[j]["was_asked"] = 1
                    proposing = True
        for j in range(len(world.suppliers)):
            if world.suppliers[j]["was_asked"] == 1:
                world.suppliers[j]["was_asked"] = 0
                hand_back(world, j, delivery)


@inner
def propose(world: World, i: int, j: int, delivery: int) -> None:
    """Propose to supplier `j` what lab `i` still needs at a delivery month, up to the most it would buy there."""
    pair, row = world.pairs[i, j], world.requirements[i, delivery]
    quantity = min(row["open_h100e"], room_at(world, i, j, delivery))
    pair["held_h100e"] += quantity
    row["open_h100e"] -= quantity


@inner
def room_at(world: World, i: int, j: int, delivery: int) -> float:
    """Return how much more lab `i` would buy from supplier `j`, H100e; by hand, of what it orders through a channel."""
    pair = world.pairs[i, j]
    room = float(pair["most_h100e"] - pair["held_h100e"])
    if world.labs[i]["by_hand"] == 1:
        room = min(room, by_hand.left_to_order(world, i, channel_of(world.suppliers[j]), delivery))
    return room


@inner
def best_open(world: World, i: int, delivery: int) -> int:
    """Return the supplier with the lowest price, risks included, that has not refused lab `i`; -1 if none is left.

    One with nothing to sell at that delivery month would refuse, so it is not asked; nor is one from which the lab
    would buy no more.
    """
    best, least = -1, math.inf
    for j in range(len(world.suppliers)):
        pair = world.pairs[i, j]
        if pair["refused"] == 1 or math.isnan(pair["price_usd_per_h100e_hour"]):
            continue
        if world.offers[j, delivery]["free_h100e"] <= 0.0:
            continue
        if room_at(world, i, j, delivery) < LEAST_DEAL_H100E:
            continue
        price = pair["price_usd_per_h100e_hour"] + pair["risk_charge_usd_per_h100e_hour"]
        if world.market[0]["month"] < pair["exclusive_until_month"]:
            price = -math.inf
        if price < least or (price == least and pair["invested_usd_m"] > 0.0):
            best, least = j, price
    return best


@inner
def match_rivals(world: World, i: int) -> None:
    """Let suppliers that invested in lab `i` match the best offer of the others, if they would take that.

    The right of first refusal that came with the stake.
    """
    if world.parameters[0]["first_refusal"] == 0:
        return
    best = math.inf
    for j in range(len(world.suppliers)):
        pair = world.pairs[i, j]
        total = pair["price_usd_per_h100e_hour"] + pair["risk_charge_usd_per_h100e_hour"]
        if pair["invested_usd_m"] <= 0.0 and total < best and sellable(world, j) >= 1.0:
            best = total
    for j in range(len(world.suppliers)):
        pair = world.pairs[i, j]
        matched = best - pair["risk_charge_usd_per_h100e_hour"]
        able = pair["invested_usd_m"] > 0.0 and matched >= pair["seller_reservation_usd_per_h100e_hour"]
        if able and matched < pair["price_usd_per_h100e_hour"]:
            pair["price_usd_per_h100e_hour"] = matched


@rule
def supplier_rank(pair: Any) -> float:
    """Return how a supplier ranks a deal: its own gain per H100e-hour plus its liking for the lab."""
    gain = pair["price_usd_per_h100e_hour"] - pair["seller_reservation_usd_per_h100e_hour"]
    return float(gain + pair["supplier_score_usd_per_h100e_hour"])


@inner
def hand_back(world: World, j: int, delivery: int) -> None:
    """Make supplier `j` hand back what it likes least until it holds no more than its free capacity."""
    total = 0.0
    for i in range(len(world.labs)):
        total += world.pairs[i, j]["held_h100e"] * footprint(world, world.pairs[i, j])
    excess = total - world.offers[j, delivery]["free_h100e"]
    while excess > 0.0:
        worst = -1
        for i in range(len(world.labs)):
            if world.pairs[i, j]["held_h100e"] > 0.0 and (
                worst < 0 or supplier_rank(world.pairs[i, j]) < supplier_rank(world.pairs[worst, j])
            ):
                worst = i
        if worst < 0:
            break
        size = footprint(world, world.pairs[worst, j])
        back = world.pairs[worst, j]["held_h100e"]
        if back * size >= excess:
            back, excess = excess / size, 0.0
        else:
            excess -= back * size
        world.pairs[worst, j]["held_h100e"] -= back
        world.pairs[worst, j]["refused"] = 1
        world.requirements[worst, delivery]["open_h100e"] += back


@inner
def sign_deal(world: World, i: int, j: int, delivery: int) -> None:
    """Sign what supplier `j` holds for lab `i`, and take it from what the supplier can sell from then on.

    It arrives bit by bit after the delivery month before, as needs grow and sites open; later by what porting takes.
    """
    market, parameters = world.market[0], world.parameters[0]
    pair, supplier, row = world.pairs[i, j], world.suppliers[j], world.requirements[i, delivery]
    quantity = pair["held_h100e"]
    key = luck.joint_key(world.labs[i]["luck_key"], supplier["luck_key"], delivery)
    draw = luck.uniform(market["seed"], luck.TERM, market["month"], key)
    term = pair["term_months"] * (1.0 + parameters["term_spread_share"] * (2.0 * draw - 1.0))
    if channel_of(supplier) == LEASE and quantity >= parameters["anchor_deal_h100e"]:
        term *= parameters["anchor_term_ratio"]
    before = months_ahead(parameters, delivery - 1) if delivery > 0 else 0
    late = set_up_months(parameters, pair["deals_count"]) + porting_delay(world, i, j)
    start, full = market["month"] + before + 1 + late, market["month"] + row["months_ahead"] + late
    ramp = full - start + supplier["ramp_months"]
    terms = Terms(
        start,
        ramp,
        full + max(1, int(term + 0.5)),
        pair["service_level"],
        pair["notice_months"],
        pair["recallable"],
        pair["prepaid_share"],
    )
    contract = sign(world, i, j, quantity, pair["price_usd_per_h100e_hour"], terms)
    set_up_deal(world, i, j, quantity)
    port_software(world, i, j, quantity)
    if parameters["equity_offer_share"] > 0.0:
        invest_in_buyer(world, contract)
    row["signed_h100e"] += quantity
    for later in range(delivery, world.offers.shape[1]):
        offer = world.offers[j, later]
        offer["committed_h100e"] += quantity * footprint(world, pair)
        offer["free_h100e"] = max(0.0, offer["free_h100e"] - quantity * footprint(world, pair))


@inner
def follow_up(world: World) -> None:
    """Let ambition follow success, and put what labs asked for promptly and did not get into a queue."""
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            if world.pairs[i, j]["asked_rank"] > 0:
                move_aspiration(world, i, j)
        update_queue(world, i, world.requirements[i, 0]["open_h100e"])


@inner
def move_aspiration(world: World, i: int, j: int) -> None:
    """Raise the ambition of a pair that agreed on a price, lower it where there was no room for a deal."""
    parameters, pair = world.parameters[0], world.pairs[i, j]
    if math.isnan(pair["price_usd_per_h100e_hour"]):
        floor = parameters["aspiration_floor_share"]
        pair["aspiration_share"] -= parameters["aspiration_fall_share"] * (pair["aspiration_share"] - floor)
    else:
        pair["aspiration_share"] += parameters["aspiration_rise_share"] * (1.0 - pair["aspiration_share"])


@inner
def average_prices(world: World) -> None:
    """Average the prices of this month's deals by channel, and smooth the price of contracts."""
    market, parameters = world.market[0], world.parameters[0]
    lease, partner = deal_totals(world, LEASE), deal_totals(world, PARTNER)
    market["lease_price_usd_per_h100e_hour"] = lease[1] / lease[0] if lease[0] > 0.0 else math.nan
    market["partner_price_usd_per_h100e_hour"] = partner[1] / partner[0] if partner[0] > 0.0 else math.nan
    quantity = lease[0] + partner[0]
    if quantity > 0.0:
        speed = parameters["deal_price_smoothing_per_month"]
        price = (lease[1] + partner[1]) / quantity
        ratio = (lease[1] + partner[1]) / (lease[2] + partner[2])
        market["contract_price_usd_per_h100e_hour"] += speed * (price - market["contract_price_usd_per_h100e_hour"])
        market["contract_to_list_ratio"] += speed * (ratio - market["contract_to_list_ratio"])


@inner
def deal_totals(world: World, channel: int) -> tuple[float, float, float]:
    """Return quantity, quantity x price and quantity x list price of the deals signed this month in a channel."""
    quantity, value, list_value = 0.0, 0.0, 0.0
    for back in range(world.market[0]["deal_rows"]):
        deal = world.deals[world.market[0]["deal_rows"] - 1 - back]
        if deal["signed_month"] != world.market[0]["month"]:
            break
        if deal["channel"] == channel:
            quantity += deal["capacity_h100e"]
            value += deal["capacity_h100e"] * deal["price_usd_per_h100e_hour"]
            list_value += deal["capacity_h100e"] * deal["list_price_usd_per_h100e_hour"]
    return quantity, value, list_value
