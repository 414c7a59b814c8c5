"""The yardstick `oracle`: plan as a portfolio that knows how its demand will grow, but for the news of each month."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import USUAL

MANNER = USUAL._replace(foresees=True)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases through every channel, by the true mean and spread of its requirement."""
    portfolio.plan_purchases(tables, i, MANNER)
