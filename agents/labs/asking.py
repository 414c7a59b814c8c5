"""Whom a lab asks, and how much it would buy from each."""

import math

from agents.base import PARTNER, Tables, channel_of
from agents.compiling import inner
from agents.labs.manner import FIRST, NEVER


@inner
def limit_shares(tables: Tables, i: int, spreads: bool) -> None:
    """Write the most lab `i` would buy from each supplier this month, H100e: no limit, unless it spreads its contracts.

    Then nobody is to have more than a share of what it has under contract once it has all that it asks for.
    """
    lab, share, total = tables.labs[i], tables.parameters[0]["largest_supplier_share"], 0.0
    if spreads:
        total = lab["contracted_h100e"]
        for delivery in range(tables.requirements.shape[1]):
            total += tables.requirements[i, delivery]["open_h100e"]
    for j in range(len(tables.suppliers)):
        pair = tables.pairs[i, j]
        pair["most_h100e"] = math.inf
        if spreads:
            pair["most_h100e"] = max(0.0, share * total - pair["share_of_supply"] * lab["contracted_h100e"])


@inner
def falls_short(tables: Tables, i: int) -> bool:
    """Tell whether those lab `i` has asked have, or may sell it, too little at some delivery month."""
    wanted = 0.0
    for delivery in range(tables.requirements.shape[1]):
        wanted += tables.requirements[i, delivery]["open_h100e"]
        free = 0.0
        for j in range(len(tables.suppliers)):
            if tables.pairs[i, j]["asked_rank"] > 0:
                free += min(tables.offers[j, delivery]["free_h100e"], tables.pairs[i, j]["most_h100e"])
        if free < wanted:
            return True
    return False


@inner
def ask_suppliers(tables: Tables, i: int, partners: int) -> None:
    """Ask the suppliers that look cheapest, those with capacity first: so many, and more while they have too little.

    `partners` says whether those who may recall are asked: never, by price, or first.
    """
    for j in range(len(tables.suppliers)):
        tables.pairs[i, j]["asked_rank"] = 0
    asked = 0
    if partners == FIRST:
        asked = ask_in_order(tables, i, True, asked, False, True)
    asked = ask_in_order(tables, i, True, asked, True, partners != NEVER)
    ask_in_order(tables, i, False, asked, True, partners != NEVER)


@inner
def ask_in_order(tables: Tables, i: int, with_capacity: bool, asked: int, lessors: bool, partners: bool) -> int:
    """Ask further suppliers with or without capacity in order of price; return how many lab `i` has asked by then."""
    for place in range(len(tables.suppliers)):
        j = tables.pairs[i, place]["supplier_by_price"]
        if j < 0 or (asked >= tables.parameters[0]["suppliers_asked"] and not falls_short(tables, i)):
            break
        pair, welcome = tables.pairs[i, j], lessors
        if channel_of(tables.suppliers[j]) == PARTNER:
            welcome = partners
        fresh = welcome and pair["asked_rank"] == 0 and pair["most_h100e"] >= 1.0
        if fresh and (sellable(tables, j) >= 1.0) == with_capacity:
            asked += 1
            pair["asked_rank"] = asked
    return asked


@inner
def sellable(tables: Tables, j: int) -> float:
    """Return the most supplier `j` can sell, H100e: what is free never falls with the delivery month."""
    return float(tables.offers[j, tables.offers.shape[1] - 1]["free_h100e"])


@inner
def ask_by_channel(tables: Tables, i: int) -> None:
    """Ask everybody who sells through a channel that lab `i` wants something of, the cheapest first.

    It would buy no more from a supplier than it wants through that channel.
    """
    lease, partner, asked = 0.0, 0.0, 0
    for delivery in range(tables.requirements.shape[1]):
        lease += tables.requirements[i, delivery]["lease_h100e"]
        partner += tables.requirements[i, delivery]["partner_h100e"]
    for j in range(len(tables.suppliers)):
        tables.pairs[i, j]["asked_rank"] = 0
        tables.pairs[i, j]["most_h100e"] = partner if channel_of(tables.suppliers[j]) == PARTNER else lease
    for place in range(len(tables.suppliers)):
        j = tables.pairs[i, place]["supplier_by_price"]
        if j < 0:
            break
        if tables.pairs[i, j]["most_h100e"] >= 1.0:
            asked += 1
            tables.pairs[i, j]["asked_rank"] = asked
