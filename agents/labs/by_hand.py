"""A lab played by hand: orders from outside take the place of what its strategy would ask for, for a month."""

from agents.base import PARTNER, Tables, channel_of
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import USUAL

MANNER = USUAL._replace(by_channel=True)
"""Everybody who sells what was ordered is asked, whatever the strategy, and no share of one supplier is too large."""


@inner
def plan(tables: Tables, i: int) -> None:
    """Ask for what was ordered by hand at the promptest delivery month, and for nothing later; give no notice.

    Forecast and coverage stay as the strategy of lab `i` told them. No limit of cash or revenue is applied: who plays
    may go broke. A plan to build is in usable capacity, an order by hand in installed.
    """
    lab = tables.labs[i]
    for delivery in range(tables.requirements.shape[1]):
        portfolio.clear_plan(tables.requirements[i, delivery])
    row = tables.requirements[i, 0]
    row["lease_h100e"] = lab["hand_lease_h100e"]
    row["partner_h100e"] = lab["hand_partner_h100e"]
    row["open_h100e"] = row["lease_h100e"] + row["partner_h100e"]
    lab["planned_build_h100e"] = lab["hand_build_h100e"] * tables.parameters[0]["usable_share"]
    lab["spare_h100e"] = 0.0


@inner
def bid(tables: Tables, i: int) -> None:
    """Ask who sells what was ordered, and say to each that no more is paid than (1 - stubbornness) of what would be."""
    portfolio.bid_in(tables, i, MANNER)
    left = 1.0 - tables.labs[i]["hand_stubbornness_share"]
    for j in range(len(tables.suppliers)):
        pair = tables.pairs[i, j]
        if pair["asked_rank"] > 0:
            most = pair["buyer_reservation_usd_per_h100e_hour"]
            pair["buyer_reservation_usd_per_h100e_hour"] = min(most, left * most)


@inner
def left_to_order(tables: Tables, i: int, channel: int, delivery: int) -> float:
    """Return what lab `i` has ordered through a channel at a delivery month and no supplier holds for it, H100e."""
    row = tables.requirements[i, delivery]
    left = row["partner_h100e"] if channel == PARTNER else row["lease_h100e"]
    for j in range(len(tables.suppliers)):
        if channel_of(tables.suppliers[j]) == channel:
            left -= tables.pairs[i, j]["held_h100e"]
    return float(left)
