"""Whom a lab asked, what both sides would have settled for, who got what in the match, and why others did not."""

import math
from typing import NamedTuple

from agents.choices import BARGAINING_RULES, NASH
from agents.labs import portfolio
from agents.labs.costs import serving_value, spot_cost
from experiments.explain.match import Matched
from experiments.explain.record import Recorded
from experiments.explain.risk import risk_parts, seller_parts, told_parts
from experiments.explain.words import Cell, Section, calendar_month, capacity, listed, share, usd
from model.bargaining import seller_share
from model.negotiation import supplier_rank

MOST_ROUNDS = 12
"""Rounds of the match that are told."""


class Limit(NamedTuple):
    """What caps the price a lab pays a supplier, USD per H100e-hour, and in words what that is."""

    price: float
    words: str


def asked(recorded: Recorded, i: int) -> list[int]:
    """Return the suppliers that lab `i` asked, first asked first."""
    ranks = recorded.views["respond"].pairs["asked_rank"][i]
    return sorted((j for j in recorded.alive_suppliers() if ranks[j] > 0), key=lambda j: int(ranks[j]))


def ask_section(recorded: Recorded, i: int) -> Section:
    """Return whom the lab asked, in which order, and why: expected price and the parts of the risk charge."""
    world = recorded.views["respond"]
    ratio = float(world.market["contract_to_list_ratio"][0])
    rows: list[dict[str, Cell]] = []
    parts = told_parts({j: risk_parts(world, i, j) for j in asked(recorded, i)})
    for j in asked(recorded, i):
        pair, supplier = world.pairs[i, j], world.suppliers[j]
        row: dict[str, Cell] = {"rank": int(pair["asked_rank"]), "supplier": recorded.supplier(j)}
        row["list x ratio USD"] = float(supplier["list_price_usd_per_h100e_hour"]) * ratio
        row |= parts[j]
        row["expected USD"] = float(pair["expected_price_usd_per_h100e_hour"])
        row["free H100e"] = float(world.offers["free_h100e"][j, -1])
        rows.append(row)
    least = int(world.parameters["suppliers_asked"][0])
    sentences = [
        f"It asks at least {least} suppliers, those with capacity first and the cheapest of them before others, and "
        f"more "
        f"while they have too little for it; it asked {len(rows)} of {len(recorded.alive_suppliers())}.",
        f"It expects to pay {ratio:.2f} of a list price, as in recent deals, and adds what it thinks the supplier's "
        f"risks "
        "are worth: depending on one supplier, feeding a rival's, recall, and a long term.",
    ]
    return Section("Whom it asked", sentences, rows)


def buyer_limit(recorded: Recorded, i: int, j: int) -> Limit:
    """Return the least of what caps lab `i`'s price for supplier `j` before risks: value, spot, or a rival's quote."""
    world = recorded.views["respond"]
    value = float(serving_value(world, i))
    quotes = portfolio.rival_quotes(world, i, portfolio.largest_request(world, i))
    rival = float(quotes.second if j == quotes.best else quotes.lowest)
    limits = [
        Limit(value, "value"),
        Limit(float(spot_cost(world, i, value)), "spot"),
        Limit(rival, "rival quote"),
    ]
    return min(limits, key=lambda limit: limit.price)


def price_section(recorded: Recorded, i: int) -> Section:
    """Return reservation prices of both sides, the price they agreed, and by which rule."""
    world = recorded.views["negotiate"]
    rows: list[dict[str, Cell]] = []
    parts = told_parts({j: seller_parts(recorded.views["respond"], i, j) for j in asked(recorded, i)})
    for j in asked(recorded, i):
        pair = world.pairs[i, j]
        price = float(pair["price_usd_per_h100e_hour"])
        row: dict[str, Cell] = {"supplier": recorded.supplier(j)}
        row["pays at most USD"] = float(pair["buyer_reservation_usd_per_h100e_hour"])
        row["capped by"] = buyer_limit(recorded, i, j).words
        row |= parts[j]
        row["takes at least USD"] = float(pair["seller_reservation_usd_per_h100e_hour"])
        row["agreed USD"] = price if math.isfinite(price) else "no room"
        rows.append(row)
    parameters, tightness = world.parameters[0], float(world.market["tightness"][0])
    rule = int(parameters["bargaining_rule"])
    sentences = [f"Prices are agreed by the rule {BARGAINING_RULES[rule]}."]
    if rule == NASH:
        part = float(seller_share(tightness, float(parameters["tightness_exponent"])))
        sentences = [
            f"Between the two reservation prices the Nash rule gives the supplier {share(part)} of the room, since the "
            f"market's tightness was {tightness:.3g} (1 would be an even split)."
        ]
    refused = float(recorded.views["respond"].labs["unserved_share"][i])
    sentences.append(
        "The lab pays at most the least of what an hour of service is worth to it, what it expects of the spot market "
        "and "
        f"the best quote of a rival supplier, less the risks; having refused {share(refused)} of its users, it adds as "
        "large a part of what is left of the value. The supplier's least price is the sum of the columns between."
    )
    return Section("What they would settle for", sentences, rows)


def match_section(recorded: Recorded, i: int, matched: Matched) -> Section:
    """Return the offers of the lab round by round, and what came of them."""
    rows: list[dict[str, Cell]] = []
    ahead = recorded.views["respond"].requirements["months_ahead"][i]
    for each in matched.rounds:
        for what, moves in (("proposes to", each.proposed), ("gets back from", each.handed_back)):
            for move in moves:
                if move.lab == i:
                    row: dict[str, Cell] = {
                        "for month": calendar_month(
                            recorded.scenario.start, recorded.month + int(ahead[each.delivery])
                        ),
                        "round": each.number,
                        "move": what,
                        "supplier": recorded.supplier(move.supplier),
                        "H100e": move.h100e,
                    }
                    rows.append(row)
    sentences = [
        "Labs propose what they still need to the supplier with the lowest price, risks included; suppliers hold what "
        "gains them most, and hand the rest back."
    ]
    if not rows:
        sentences.append("It proposed nothing: it asked for nothing, or no one it agreed with had anything free.")
    sentences += refusals(recorded, i, matched)
    if len(rows) > MOST_ROUNDS:
        sentences.append(f"The first {MOST_ROUNDS} of {len(rows)} moves:")
    return Section("The match, round by round", sentences, rows[:MOST_ROUNDS])


def refusals(recorded: Recorded, i: int, matched: Matched) -> list[str]:
    """Return in words why suppliers that the lab asked did not serve what it asked for."""
    said = []
    requirements = recorded.views["plan"].requirements[i]
    for delivery in range(len(requirements)):
        if float(requirements["open_h100e"][delivery]) >= 1.0:
            month = calendar_month(
                recorded.scenario.start, recorded.month + int(requirements["months_ahead"][delivery])
            )
            reasons = [refusal(recorded, i, j, delivery, matched) for j in asked(recorded, i)]
            wanted = capacity(float(requirements["open_h100e"][delivery]))
            said.append(f"For {month} it asked for {wanted}: {'; '.join(reasons)}.")
    return said


def refusal(recorded: Recorded, i: int, j: int, delivery: int, matched: Matched) -> str:
    """Return in words what one supplier did with the lab's request for a delivery month."""
    pair, name = recorded.views["negotiate"].pairs[i, j], recorded.supplier(j)
    held = matched.held.get((delivery, i, j), 0.0)
    returned = [
        move.h100e
        for each in matched.rounds
        if each.delivery == delivery
        for move in each.handed_back
        if (move.lab, move.supplier) == (i, j)
    ]
    if math.isnan(float(pair["price_usd_per_h100e_hour"])):
        gap = float(pair["seller_reservation_usd_per_h100e_hour"] - pair["buyer_reservation_usd_per_h100e_hour"])
        return f"no room for a deal with {name}, {usd(gap)} apart"
    if matched.free[delivery, j] <= 0.0:
        return f"{name} had nothing free"
    if returned:
        kept = f"kept {capacity(held)} and " if held > 0.0 else ""
        return f"{name} {kept}handed back {capacity(sum(returned))}{outranked(recorded, i, j, delivery, matched)}"
    if held > 0.0:
        return f"{name} took all of {capacity(held)} at {usd(float(pair['price_usd_per_h100e_hour']))}"
    return f"{name} was not needed"


def outranked(recorded: Recorded, i: int, j: int, delivery: int, matched: Matched) -> str:
    """Return in words whom a supplier preferred to the lab; nothing where it only had no more."""
    pairs = recorded.views["negotiate"].pairs
    better = [
        recorded.lab(lab)
        for (month, lab, supplier) in matched.held
        if (month, supplier) == (delivery, j) and lab != i and supplier_rank(pairs[lab, j]) > supplier_rank(pairs[i, j])
    ]
    free = capacity(matched.free[delivery, j])
    return f", having {free} free" + (f" and more to gain from {listed(better)}" if better else "")
