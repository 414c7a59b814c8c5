"""Owners of idle capacity: without a spot business to give up, so cheap to persuade, but they may take it back."""

from agents.base import Tables
from agents.compiling import inner, stage
from agents.suppliers.alternatives import covenant


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return the running cost, and the covenanted part of debt service of what is not paid for; no spot business."""
    return running + covenant(tables, j)


@stage
def consider_recall(tables: Tables, j: int) -> None:
    """Set the chance that supplier `j` recalls a contract this month.

    It is the base hazard, which rises up to a multiple once the list price leaves the price of what it sells behind, as
    the owner could earn more elsewhere; and more, the more of what its own labs need is missing.
    """
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    if supplier["recallable"] == 0:
        supplier["recall_hazard_per_month"] = 0.0
        return
    trigger = parameters["recall_price_trigger_ratio"]
    gain = supplier["list_price_usd_per_h100e_hour"] / max(1e-9, supplier["realised_price_usd_per_h100e_hour"])
    rise = min(max(gain / trigger - 1.0, 0.0), 1.0)
    multiple = 1.0 + (parameters["recall_hazard_multiple"] - 1.0) * rise
    hazard = parameters["recall_hazard_per_month"] * multiple
    if parameters["recall_need_per_month"] > 0.0:
        hazard += parameters["recall_need_per_month"] * own_need(tables, j)
    supplier["recall_hazard_per_month"] = min(1.0, hazard)


@inner
def own_need(tables: Tables, j: int) -> float:
    """Return the part of their need that the labs of supplier `j`'s group missed last month, spot hours not counted."""
    need, missing = 0.0, 0.0
    for i in range(len(tables.labs)):
        lab = tables.labs[i]
        if lab["alive"] == 1 and tables.pairs[i, j]["tie_share"] >= 1.0:
            wanted = lab["need_inference_h100e"] + lab["need_training_h100e"]
            need += wanted
            missing += max(0.0, wanted - lab["own_h100e"] - lab["contract_h100e"])
    return missing / need if need > 0.0 else 0.0
