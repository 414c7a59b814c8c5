"""The strategy `integrated`: rent nothing; build where it pays, and buy the rest on the spot market."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import NEVER, USUAL

MANNER = USUAL._replace(leases=False, partners=NEVER)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s own sites for every delivery month that its lead time allows."""
    portfolio.plan_purchases(tables, i, MANNER)
