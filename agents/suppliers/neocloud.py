"""Neoclouds: landlords on borrowed money, whose lenders forbid long contracts far below debt service."""

from agents.base import Tables
from agents.compiling import inner
from agents.suppliers.alternatives import contract_opportunity, covenant


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return the running cost with the covenanted part of debt service, or spot revenue if that is more."""
    return max(running + covenant(tables, j), contract_opportunity(tables, j))
