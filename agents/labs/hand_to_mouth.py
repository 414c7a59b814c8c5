"""The strategy `hand_to_mouth`: lease what is missing next month, commit to nothing later, never build."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import USUAL

MANNER = USUAL._replace(builds=False, plans_ahead=False)


@inner
def plan(tables: Tables, i: int) -> None:
    """Cover lab `i`'s promptest delivery month through leases and partners; leave the rest to later months."""
    portfolio.plan_purchases(tables, i, MANNER)
