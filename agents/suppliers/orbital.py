"""Operators of satellites: dear to launch, nearly free to run, no land and no grid, and nobody to swap a dead chip."""

from agents.base import Tables
from agents.compiling import inner
from agents.suppliers.alternatives import covenant


@inner
def running_cost(tables: Tables) -> float:
    """Return the running cost of an hour in orbit, USD: a part of that on the ground, as the sun sends no bill."""
    share = tables.parameters[0]["orbital_running_cost_share"]
    return float(share * tables.market[0]["opex_usd_per_h100e_hour"])


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return the running cost and the covenanted part of debt service; no spot business."""
    return running + covenant(tables, j)
