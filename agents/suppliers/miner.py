"""Miners of bitcoin: power and halls that could mine on, so hosting must beat mining; no spot business."""

from agents.base import Tables
from agents.compiling import inner
from agents.suppliers.alternatives import covenant


@inner
def forgone_mining(tables: Tables) -> float:
    """Return what the power of an hour would earn by mining, the power itself paid for, USD per H100e-hour.

    kW per H100e x (mining revenue - tariff)+, USD/MWh; ours.
    """
    parameters = tables.parameters[0]
    earned = max(0.0, parameters["mining_revenue_usd_per_mwh"] - parameters["power_tariff_usd_per_mwh"])
    return float(tables.market[0]["power_kw_per_h100e"] * earned / 1000.0)


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return the running cost with what lenders want covered, or with what mining would earn if that is more."""
    return running + max(covenant(tables, j), forgone_mining(tables))
