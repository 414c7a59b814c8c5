"""The strategy `opportunist`: buy ahead while prices are below what they usually are, else live from hand to mouth."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import hand_to_mouth, portfolio
from agents.labs.service import usual_deal_price


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases ahead if a new contract is cheaper than the lab remembers; our rule."""
    if usual_deal_price(tables) < tables.labs[i]["price_memory_usd_per_h100e_hour"]:
        portfolio.plan(tables, i)
    else:
        hand_to_mouth.plan(tables, i)
