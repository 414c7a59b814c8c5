"""The strategy `diversifier`: plan as a portfolio, and let no supplier have more than a share of what is rented.

What is lost when suppliers fail one by one has a variance in proportion to the sum of squared shares; the benchmark of
diversification in model/theory shows it. So requests are split, and more suppliers are asked.
"""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import USUAL

MANNER = USUAL._replace(spreads=True)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases through every channel."""
    portfolio.plan_purchases(tables, i, MANNER)


@inner
def bid(tables: Tables, i: int) -> None:
    """Ask as many suppliers as it takes when each may have a share only."""
    portfolio.bid_in(tables, i, MANNER)
