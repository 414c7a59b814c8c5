"""Whom a lab asked, what both sides would have settled for, who got what in the match, and why others did not."""

import math
from typing import NamedTuple

import numpy as np

from agents.base import PARTNER, channel_of
from agents.choices import BARGAINING_RULES, NASH
from agents.labs import portfolio
from agents.labs.costs import serving_value, spot_cost
from experiments.explain.match import Matched
from experiments.explain.record import Recorded
from experiments.explain.risk import risk_parts, seller_parts, told_parts
from experiments.explain.terms import package_words
from experiments.explain.words import Cell, Section, calendar_month, capacity, listed, share, usd
from model.bargaining import seller_share
from model.negotiation import supplier_rank
from model.packages import footprint

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
    """Return whom the lab asked, in which order, what it expected to pay, and on which terms."""
    world = recorded.views["respond"]
    ratio = float(world.market["contract_to_list_ratio"][0])
    rows: list[dict[str, Cell]] = []
    for j in asked(recorded, i):
        pair, supplier = world.pairs[i, j], world.suppliers[j]
        row: dict[str, Cell] = {"rank": int(pair["asked_rank"]), "supplier": recorded.supplier(j)}
        row["list x ratio USD"] = float(supplier["list_price_usd_per_h100e_hour"]) * ratio
        row["risks USD"] = float(pair["risk_charge_usd_per_h100e_hour"])
        row["expected USD"] = float(pair["expected_price_usd_per_h100e_hour"])
        row["free H100e"] = float(world.offers["free_h100e"][j, -1])
        row["package"] = package_words(pair, channel_of(supplier) == PARTNER)
        rows.append(row)
    least = int(world.parameters["suppliers_asked"][0])
    whom = (
        f"It asks at least {least} suppliers, those with capacity first and the cheapest of them before others, and "
        "more while they have too little for it"
    )
    by_hand = world.labs["by_hand"][i] == 1
    if by_hand:
        whom = "It is played by hand, asks everybody for what is ordered through their channel and buys no more there"
    sentences = [
        f"{whom}; it asked {len(rows)} of {len(recorded.alive_suppliers())}.",
        f"It expects to pay {ratio:.2f} of a list price, as in recent deals, and adds what it thinks the supplier's "
        "risks are worth. The package of each is the one worth most to both sides together; money makes up for the "
        "rest.",
    ]
    if not by_hand and np.isfinite(world.pairs["most_h100e"][i]).any():
        most = share(float(world.parameters["largest_supplier_share"][0]))
        sentences.append(f"It spreads what it rents: nobody is to have more than {most} of it.")
    return Section("Whom it asked", sentences, rows)


def risk_section(recorded: Recorded, i: int) -> Section:
    """Return what the lab thought the risks of each supplier that it asked are worth, part by part."""
    world = recorded.views["respond"]
    parts = told_parts({j: risk_parts(world, i, j) for j in asked(recorded, i)})
    rows: list[dict[str, Cell]] = []
    for j in asked(recorded, i):
        row: dict[str, Cell] = {"supplier": recorded.supplier(j)}
        rows.append(row | parts[j])
    said = (
        "In USD per H100e-hour, and the parts add up: depending on one supplier, feeding a rival's, what each term of "
        "the package costs it, and what it takes to begin there. Below zero is what is worth something to it."
    )
    return Section("What it thought of their risks", [said if rows else "It asked nobody."], rows)


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


def price_section(recorded: Recorded, i: int, matched: Matched) -> Section:
    """Return reservation prices of both sides, the price they agreed, and by which rule."""
    world = recorded.views["negotiate"]
    rows: list[dict[str, Cell]] = []
    for j in asked(recorded, i):
        pair = world.pairs[i, j]
        price = float(pair["price_usd_per_h100e_hour"])
        row: dict[str, Cell] = {"supplier": recorded.supplier(j)}
        row["pays at most USD"] = float(pair["buyer_reservation_usd_per_h100e_hour"])
        row["capped by"] = buyer_limit(recorded, i, j).words
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
        f"and the best quote of a rival supplier, less the risks; having refused {share(refused)} of its users, it "
        "adds as large a part of what is left of the value."
    )
    if world.labs["hand_stubbornness_share"][i] > 0.0:
        stubborn = share(float(world.labs["hand_stubbornness_share"][i]))
        sentences.append(f"It is played by hand, and says to each that it would pay {stubborn} less than that.")
    for j in asked(recorded, i):
        if (i, j) in matched.undercut:
            sentences.append(
                f"{recorded.supplier(j)} has invested in it and may match what others offer: it came down from "
                f"{usd(matched.undercut[i, j])} to {usd(float(world.pairs['price_usd_per_h100e_hour'][i, j]))}."
            )
    return Section("What they would settle for", sentences, rows)


def least_section(recorded: Recorded, pairs: list[tuple[int, int]], side: str) -> Section:
    """Return the least that suppliers take, part by part, for pairs of a lab and a supplier; `side` names the rows."""
    parts = told_parts({place: seller_parts(recorded.views["respond"], i, j) for place, (i, j) in enumerate(pairs)})
    rows: list[dict[str, Cell]] = []
    for place, (i, j) in enumerate(pairs):
        name = recorded.supplier(j) if side == "supplier" else recorded.lab(i)
        total = float(recorded.views["respond"].pairs["seller_reservation_usd_per_h100e_hour"][i, j])
        rows.append({side: name} | parts[place] | {"takes at least": total})
    said = (
        "In USD per H100e-hour, and the parts add up: what an hour could earn otherwise, the risk that the lab fails, "
        "what each term of the package costs the supplier, what serving a rival of its own lab costs, and a floor: "
        "nobody takes less than the running cost."
    )
    return Section("The least that suppliers take", [said if rows else "Nobody was asked."], rows)


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
    first = {move.supplier for each in matched.rounds for move in each.proposed if move.lab == i and move.exclusive}
    for j in sorted(first):
        until = int(recorded.views["respond"].pairs["exclusive_until_month"][i, j])
        sentences.append(
            f"It asked {recorded.supplier(j)} first whatever the price, in return for its stake"
            + (f", until month {until}." if until > recorded.month else ".")
        )
    if not rows:
        sentences.append("It proposed nothing: it asked for nothing, or no one it agreed with had anything free.")
    sentences += refusals(recorded, i, matched)
    sentences += suited_words(recorded, i, matched)
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
            reasons = reasons_of(recorded, i, delivery, matched)
            wanted = capacity(float(requirements["open_h100e"][delivery]))
            said.append(f"For {month} it asked for {wanted}: {'; '.join(reasons)}.")
    return said


def reasons_of(recorded: Recorded, i: int, delivery: int, matched: Matched) -> list[str]:
    """Return in words what each supplier did with the lab's request, those with nothing free in one breath."""
    empty = [
        j
        for j in asked(recorded, i)
        if matched.free[delivery, j] <= 0.0 and not math.isnan(matched.world.pairs["price_usd_per_h100e_hour"][i, j])
    ]
    reasons = [refusal(recorded, i, j, delivery, matched) for j in asked(recorded, i) if j not in empty]
    return reasons + ([f"{listed([recorded.supplier(j) for j in empty])} had nothing free"] if empty else [])


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
    free, size = capacity(matched.free[delivery, j]), float(footprint(matched.world, pairs[i, j]))
    apart = f" (each takes {size:.2f} of it, as guaranteed service does)" if size > 1.0 else ""
    return f", having {free} free{apart}" + (f" and more to gain from {listed(better)}" if better else "")


def suited_words(recorded: Recorded, i: int, matched: Matched) -> list[str]:
    """Return in words what the lab signed for that nobody has yet, and that will be built for it."""
    deals = matched.world.deals
    mine = [row for row in sorted(matched.built) if deals["lab_id"][row] == matched.world.labs["id"][i]]
    said = []
    for deal in deals[mine]:
        j = int(np.argmax(matched.world.suppliers["id"] == deal["supplier_id"]))
        size, price = capacity(float(deal["capacity_h100e"])), usd(float(deal["price_usd_per_h100e_hour"]))
        start = calendar_month(recorded.scenario.start, int(deal["start_month"]))
        said.append(
            f"For a part of what nobody had free, {recorded.supplier(j)} builds {size} to suit it, at {price}, from "
            f"{start} on."
        )
    return said
