"""Hyperscalers: enterprises first, a queue for labs, spot as the alternative to a lease."""

from agents.base import Tables
from agents.compiling import inner
from agents.suppliers.alternatives import contract_opportunity
from agents.suppliers.pricing import tie_liking


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return what an hour would earn on the spot market, or its running cost if that is more."""
    return max(running, contract_opportunity(tables, j))


@inner
def liking(tables: Tables, i: int, j: int) -> float:
    """Return the liking for a lab: one of its group or with a stake between them, and one that has waited."""
    bonus = tables.parameters[0]["queue_bonus_usd_per_h100e_hour_month"]
    return tie_liking(tables, i, j) + bonus * tables.pairs[i, j]["waited_months"]
