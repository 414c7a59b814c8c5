"""The yardstick `zero_intelligence`: split what is missing over the channels by chance, within the budget.

After Gode & Sunder (1993): what a market of such labs does is due to its rules, not to the wit of those who trade.
"""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio
from agents.labs.manner import USUAL

MANNER = USUAL._replace(by_chance=True)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases by this month's draws."""
    portfolio.plan_purchases(tables, i, MANNER)
