"""Owners of idle capacity: without a spot business to give up, so cheap to persuade, but they may take it back."""

from agents.base import Tables
from agents.compiling import inner, stage
from agents.suppliers.alternatives import covenant


@inner
def opportunity_cost(tables: Tables, j: int) -> float:
    """Return the running cost, and the covenanted part of debt service of what is not paid for; no spot business."""
    return float(tables.market[0]["opex_usd_per_h100e_hour"] + covenant(tables, j))


@stage
def consider_recall(tables: Tables, j: int) -> None:
    """Set the chance that supplier `j` recalls a contract this month.

    It is the base hazard, and rises up to a multiple once the list price leaves the price of what it sells
    behind: then the owner could earn more elsewhere.
    """
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    if supplier["recallable"] == 0:
        supplier["recall_hazard_per_month"] = 0.0
        return
    trigger = parameters["recall_price_trigger_ratio"]
    gain = supplier["list_price_usd_per_h100e_hour"] / max(1e-9, supplier["realised_price_usd_per_h100e_hour"])
    rise = min(max(gain / trigger - 1.0, 0.0), 1.0)
    multiple = 1.0 + (parameters["recall_hazard_multiple"] - 1.0) * rise
    supplier["recall_hazard_per_month"] = min(1.0, parameters["recall_hazard_per_month"] * multiple)
