"""The match, acted again on a copy: who proposed to whom, who handed back what, round by round."""

from typing import NamedTuple

from experiments.explain.record import Views, copy_of
from model.negotiation import LEAST_DEAL_H100E, best_open, hand_back
from model.state import World


class Move(NamedTuple):
    """A quantity that a lab proposes to a supplier, or that a supplier hands back to a lab, H100e."""

    lab: int
    supplier: int
    h100e: float


class Round(NamedTuple):
    """One round of the match of a delivery month."""

    delivery: int
    number: int
    proposed: list[Move]
    handed_back: list[Move]


class Matched(NamedTuple):
    """A match acted again: its rounds, and what each pair held at the end and each supplier had to sell, H100e."""

    rounds: list[Round]
    held: dict[tuple[int, int, int], float]
    """By delivery month, lab and supplier."""
    free: dict[tuple[int, int], float]
    """By delivery month and supplier, before anybody proposed."""


def match_again(views: Views) -> Matched:
    """Act the match of a recorded month again, at the prices that were agreed, by the market's own rules."""
    world = copy_of(views["respond"])
    world.pairs["price_usd_per_h100e_hour"] = views["negotiate"].pairs["price_usd_per_h100e_hour"]
    matched = Matched([], {}, {})
    for delivery in range(world.requirements.shape[1]):
        for j in range(len(world.suppliers)):
            matched.free[delivery, j] = float(world.offers["free_h100e"][j, delivery])
        world.pairs["held_h100e"], world.pairs["refused"] = 0.0, 0
        number = 1
        while proposed := propose(world, delivery):
            handed_back = [
                move for j in sorted({move.supplier for move in proposed}) for move in back(world, j, delivery)
            ]
            matched.rounds.append(Round(delivery, number, proposed, handed_back))
            number += 1
        take_what_is_held(world, delivery, matched)
    return matched


def propose(world: World, delivery: int) -> list[Move]:
    """Let each lab propose what it still needs to the best supplier that has not refused it."""
    moves = []
    for i in range(len(world.labs)):
        row = world.requirements[i, delivery]
        j = best_open(world, i, delivery) if row["open_h100e"] >= LEAST_DEAL_H100E else -1
        if j >= 0:
            moves.append(Move(i, j, float(row["open_h100e"])))
            world.pairs[i, j]["held_h100e"] += row["open_h100e"]
            row["open_h100e"] = 0.0
    return moves


def back(world: World, j: int, delivery: int) -> list[Move]:
    """Let a supplier hand back what it likes least, and return what it handed back."""
    held = world.pairs["held_h100e"][:, j].copy()
    hand_back(world, j, delivery)
    returned = held - world.pairs["held_h100e"][:, j]
    return [Move(i, j, float(returned[i])) for i in range(len(returned)) if returned[i] > 0.0]


def take_what_is_held(world: World, delivery: int, matched: Matched) -> None:
    """Note what is held, and take it from what suppliers can sell from that delivery month on."""
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            quantity = float(world.pairs["held_h100e"][i, j])
            if quantity >= LEAST_DEAL_H100E:
                matched.held[delivery, i, j] = quantity
                for later in range(delivery, world.offers.shape[1]):
                    offer = world.offers[j, later]
                    offer["free_h100e"] = max(0.0, float(offer["free_h100e"]) - quantity)
