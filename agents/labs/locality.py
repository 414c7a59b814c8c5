"""What the place of a supplier is worth to a lab."""

from agents.base import Tables
from agents.compiling import inner
from agents.places import place_share


@inner
def locality_charge(tables: Tables, i: int, j: int, value: float) -> float:
    """Return what supplier `j`'s place costs lab `i`, USD per H100e-hour: below zero where the lab is short.

    weight x v x (missing on average - missing where the supplier is), missing being the part of what is bound to a
    place that the lab refused last month although it had capacity elsewhere. Where much is missing an hour earns a
    service hour, where nothing is it only trains. Ours.
    """
    if tables.labs[i]["misplaced_h100e"] <= 0.0:
        return 0.0
    parameters, here, mean, demand = tables.parameters[0], 0.0, 0.0, 0.0
    localised, near = parameters["localised_share"], parameters["latency_sensitive_share"]
    bound = localised + (1.0 - localised) * near
    for r in range(len(tables.regions)):
        place = tables.lab_regions[i, r]
        if place["demand_h100e"] > 0.0:
            missing = min(1.0, place["misplaced_h100e"] / max(1e-9, bound * place["demand_h100e"]))
            here += place_share(tables.regions, tables.suppliers[j], r) * missing
            mean += place["demand_h100e"] * missing
            demand += place["demand_h100e"]
    return float(parameters["locality_weight_share"] * value * (mean / demand - here))
