"""The strategy `renter`: leases and the spot market; never build, and rent from nobody who may take capacity back."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import NEVER, USUAL

MANNER = USUAL._replace(builds=False, partners=NEVER)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s leases for every delivery month."""
    portfolio.plan_purchases(tables, i, MANNER)


@inner
def bid(tables: Tables, i: int) -> None:
    """Ask lessors only."""
    portfolio.bid_in(tables, i, MANNER)
