"""The bargain, acted again on a copy: prices, who proposed to whom, who handed back what, and what was signed."""

import math
from typing import NamedTuple

from experiments.explain.record import Views, copy_of
from model.bargaining import agree
from model.build_to_suit import build_to_suit
from model.negotiation import (
    LEAST_DEAL_H100E,
    anything_open,
    best_open,
    hand_back,
    match_rivals,
    propose,
    sign_deal,
)
from model.state import World


class Move(NamedTuple):
    """A quantity that a lab proposes to a supplier, or that a supplier hands back to a lab, H100e.

    `exclusive` tells whether the lab had to ask this supplier first, in return for its stake.
    """

    lab: int
    supplier: int
    h100e: float
    exclusive: bool = False


class Round(NamedTuple):
    """One round of the match of a delivery month."""

    delivery: int
    number: int
    proposed: list[Move]
    handed_back: list[Move]


class Matched(NamedTuple):
    """A bargain acted again: its rounds, and what each pair held at the end and each supplier had to sell, H100e."""

    rounds: list[Round]
    held: dict[tuple[int, int, int], float]
    """By delivery month, lab and supplier."""
    free: dict[tuple[int, int], float]
    """By delivery month and supplier, before anybody proposed."""
    built: set[int]
    """Rows in the log of deals of those for which a site is built to suit."""
    undercut: dict[tuple[int, int], float]
    """Price that a pair had agreed before its supplier matched a rival's, by lab and supplier, USD per H100e-hour."""
    world: World
    """The copy, with all deals signed."""


def match_again(views: Views) -> Matched:
    """Act the bargain of a recorded month again, by the market's own rules and in their order."""
    world = copy_of(views["respond"])
    matched = Matched([], {}, {}, set(), agree_again(world), world)
    world.requirements["signed_h100e"] = 0.0
    world.labs["set_up_bill_usd_m"] = 0.0
    for delivery in range(world.requirements.shape[1]):
        for j in range(len(world.suppliers)):
            matched.free[delivery, j] = float(world.offers["free_h100e"][j, delivery])
        if anything_open(world, delivery):
            match_delivery(world, delivery, matched)
            sign_what_is_held(world, delivery, matched)
            if world.parameters[0]["build_to_suit_share"] > 0.0:
                first = int(world.market["deal_rows"][0])
                build_to_suit(world, delivery)
                matched.built.update(range(first, int(world.market["deal_rows"][0])))
    return matched


def agree_again(world: World) -> dict[tuple[int, int], float]:
    """Let all pairs agree on prices, and return what those asked before that investors lowered to match a rival."""
    undercut = {}
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["price_usd_per_h100e_hour"] = agree(world, i, j)
        prices = world.pairs["price_usd_per_h100e_hour"][i]
        before = prices.copy()
        match_rivals(world, i)
        for j in range(len(world.suppliers)):
            if not math.isnan(before[j]) and prices[j] != before[j]:
                undercut[i, j] = float(before[j])
    return undercut


def match_delivery(world: World, delivery: int, matched: Matched) -> None:
    """Match one delivery month, round by round."""
    world.pairs["held_h100e"], world.pairs["refused"] = 0.0, 0
    number = 1
    while proposed := propose_all(world, delivery):
        asked = sorted({move.supplier for move in proposed})
        handed_back = [move for j in asked for move in back(world, j, delivery)]
        matched.rounds.append(Round(delivery, number, proposed, handed_back))
        number += 1


def propose_all(world: World, delivery: int) -> list[Move]:
    """Let each lab propose what it still needs to the best supplier that has not refused it."""
    moves = []
    for i in range(len(world.labs)):
        row = world.requirements[i, delivery]
        j = best_open(world, i, delivery) if row["open_h100e"] >= LEAST_DEAL_H100E else -1
        if j >= 0:
            held = float(world.pairs["held_h100e"][i, j])
            propose(world, i, j, delivery)
            first = world.market["month"][0] < world.pairs["exclusive_until_month"][i, j]
            moves.append(Move(i, j, float(world.pairs["held_h100e"][i, j]) - held, bool(first)))
    return moves


def back(world: World, j: int, delivery: int) -> list[Move]:
    """Let a supplier hand back what it likes least, and return what it handed back."""
    held = world.pairs["held_h100e"][:, j].copy()
    hand_back(world, j, delivery)
    returned = held - world.pairs["held_h100e"][:, j]
    return [Move(i, j, float(returned[i])) for i in range(len(returned)) if returned[i] > 0.0]


def sign_what_is_held(world: World, delivery: int, matched: Matched) -> None:
    """Note what is held, and sign it."""
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            quantity = float(world.pairs["held_h100e"][i, j])
            if quantity >= LEAST_DEAL_H100E:
                matched.held[delivery, i, j] = quantity
                sign_deal(world, i, j, delivery)
