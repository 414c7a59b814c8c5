"""The strategy `partner_seeker`: all that partners have free comes first; the rest is planned as a portfolio."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import FIRST, USUAL

MANNER = USUAL._replace(partners=FIRST)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases, from partners whatever they have free up to the expected requirement."""
    portfolio.plan_purchases(tables, i, MANNER)


@inner
def bid(tables: Tables, i: int) -> None:
    """Ask every partner with capacity before any lessor."""
    portfolio.bid_in(tables, i, MANNER)
