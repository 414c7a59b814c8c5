"""The strategy `planner`: plan as a portfolio once in a planning cycle, and buy nothing in between but spot hours."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import USUAL

MANNER = USUAL._replace(keeps_to_plan=True)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases in its planning month; until then its last plan stands."""
    portfolio.plan_purchases(tables, i, MANNER)
