"""The procurement strategies of labs: one file each, and the one visible switch."""

from agents.base import Tables
from agents.compiling import stage
from agents.labs import (
    adaptive,
    by_hand,
    diversifier,
    hand_to_mouth,
    hedger,
    integrated,
    opportunist,
    oracle,
    partner_seeker,
    planner,
    portfolio,
    renter,
    service,
    zero_intelligence,
)
from agents.labs.names import (
    ADAPTIVE,
    DIVERSIFIER,
    HAND_TO_MOUTH,
    HEDGER,
    INTEGRATED,
    OPPORTUNIST,
    ORACLE,
    PARTNER_SEEKER,
    PLANNER,
    RENTER,
    STRATEGIES,
    ZERO_INTELLIGENCE,
    played,
)

__all__ = ["STRATEGIES", "bid", "bid_spot", "learn", "plan", "price_service"]


@stage
def plan(tables: Tables, i: int) -> None:
    """Lab `i` plans by its strategy; orders by hand take the place of what it asks for."""
    hedger.hedge_in_part(tables, i)
    if tables.labs[i]["strategy"] == ADAPTIVE:
        adaptive.choose(tables, i)
    strategy = played(tables.labs[i])
    if strategy == HAND_TO_MOUTH:
        hand_to_mouth.plan(tables, i)
    elif strategy == INTEGRATED:
        integrated.plan(tables, i)
    elif strategy == RENTER:
        renter.plan(tables, i)
    elif strategy == PARTNER_SEEKER:
        partner_seeker.plan(tables, i)
    elif strategy == OPPORTUNIST:
        opportunist.plan(tables, i)
    elif strategy == DIVERSIFIER:
        diversifier.plan(tables, i)
    elif strategy == PLANNER:
        planner.plan(tables, i)
    elif strategy == ORACLE:
        oracle.plan(tables, i)
    elif strategy == ZERO_INTELLIGENCE:
        zero_intelligence.plan(tables, i)
    elif strategy == HEDGER:
        hedger.plan(tables, i)
    else:
        portfolio.plan(tables, i)
    if tables.labs[i]["by_hand"] == 1:
        by_hand.plan(tables, i)


@stage
def bid(tables: Tables, i: int) -> None:
    """Lab `i` asks suppliers: in the manner of its strategy where that has one of its own, or by hand."""
    strategy = played(tables.labs[i])
    if tables.labs[i]["by_hand"] == 1:
        by_hand.bid(tables, i)
    elif strategy == RENTER:
        renter.bid(tables, i)
    elif strategy == PARTNER_SEEKER:
        partner_seeker.bid(tables, i)
    elif strategy == DIVERSIFIER:
        diversifier.bid(tables, i)
    else:
        portfolio.bid(tables, i)


@stage
def learn(tables: Tables, i: int) -> None:
    """Lab `i` updates its beliefs, and an adaptive one what it believes of strategies."""
    service.learn(tables, i)
    if tables.labs[i]["strategy"] == ADAPTIVE:
        adaptive.learn(tables, i)


bid_spot = service.bid_spot
price_service = service.price_service
