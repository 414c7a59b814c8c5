"""The procurement strategies of labs: one file each, and the one visible switch."""

from agents.base import Tables
from agents.compiling import stage
from agents.labs import hand_to_mouth, hedger, integrated, portfolio, service

STRATEGIES = ("portfolio", "hand_to_mouth", "integrated", "hedger")
"""Names of `labs["strategy"]`, by value."""


@stage
def plan(tables: Tables, i: int) -> None:
    """Lab `i` plans by its strategy."""
    strategy = tables.labs[i]["strategy"]
    hedger.hedge_in_part(tables, i)
    if strategy == 0:
        portfolio.plan(tables, i)
    elif strategy == 1:
        hand_to_mouth.plan(tables, i)
    elif strategy == 2:
        integrated.plan(tables, i)
    else:
        hedger.plan(tables, i)


bid = portfolio.bid
bid_spot = service.bid_spot
price_service = service.price_service
learn = service.learn
