"""In what manner a lab plans and asks: what tells strategies apart, for the one rule that they share."""

from typing import NamedTuple

NEVER, BY_PRICE, FIRST = range(3)
"""Whether a lab rents from partners: never, where they are cheapest, or before anybody else."""


class Manner(NamedTuple):
    """What a strategy allows and prefers; the usual one is that of `portfolio`. Only a hand buys `by_channel`."""

    builds: bool = True
    leases: bool = True
    partners: int = BY_PRICE
    plans_ahead: bool = True
    keeps_to_plan: bool = False
    spreads: bool = False
    foresees: bool = False
    by_chance: bool = False
    by_channel: bool = False


USUAL = Manner()
