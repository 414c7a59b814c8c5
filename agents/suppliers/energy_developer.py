"""Developers of energy: their power costs them what it could be sold for, behind their own meter; slow to build."""

from agents.base import Tables
from agents.compiling import inner
from agents.suppliers.alternatives import covenant


@inner
def power_saved(tables: Tables) -> float:
    """Return what an hour costs less with power at what it would sell for and not at the tariff, USD; ours.

    kW per H100e x (tariff - sale price), USD/MWh.
    """
    market, parameters = tables.market[0], tables.parameters[0]
    saved = parameters["power_tariff_usd_per_mwh"] - parameters["power_sale_price_usd_per_mwh"]
    return float(market["power_kw_per_h100e"] * saved / 1000.0)


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return the running cost, which counts the sale of the power as forgone, and the covenanted debt service."""
    return running + covenant(tables, j)
