"""Developers of energy: their power costs them what it could be sold for, behind their own meter; slow to build."""

from agents.base import Tables
from agents.compiling import inner
from agents.suppliers.alternatives import covenant


@inner
def running_cost(tables: Tables) -> float:
    """Return the running cost of an hour with power at what it would sell for and not at the tariff, USD.

    opex - kW per H100e x (tariff - sale price), USD/MWh, never below nothing; ours.
    """
    market, parameters = tables.market[0], tables.parameters[0]
    saved = parameters["power_tariff_usd_per_mwh"] - parameters["power_sale_price_usd_per_mwh"]
    return max(0.0, float(market["opex_usd_per_h100e_hour"] - market["power_kw_per_h100e"] * saved / 1000.0))


@inner
def opportunity_cost(tables: Tables, j: int) -> float:
    """Return the running cost, which counts the sale of the power as forgone, and the covenanted debt service."""
    return float(running_cost(tables) + covenant(tables, j))
