"""A plan by chance: every way to divide what is missing among the channels is as likely as any other."""

import math

from agents.base import Tables
from agents.compiling import inner
from agents.envelope import Split


@inner
def chance_weight(tables: Tables, i: int, place: int) -> float:
    """Return an exponential number from draw `place` of lab `i`'s four draws of the month."""
    return -math.log(tables.requirements[i, place]["draw_share"])


@inner
def split_by_chance(tables: Tables, i: int, missing: float, builds: bool, partner_h100e: float) -> Split:
    """Return a division of what lab `i` misses, H100e, that is uniform over all shares of the four channels.

    Exponential weights over their sum. What cannot be built now, and what partners do not have, is left to spot.
    """
    build, lease = chance_weight(tables, i, 0), chance_weight(tables, i, 1)
    partner, spot = chance_weight(tables, i, 2), chance_weight(tables, i, 3)
    unit = max(0.0, missing) / (build + lease + partner + spot)
    built = build * unit if builds else 0.0
    rented = min(partner * unit, partner_h100e)
    return Split(built, lease * unit, rented, max(0.0, max(0.0, missing) - built - lease * unit - rented))
