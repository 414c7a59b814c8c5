"""What the place of a supplier is worth to a lab."""

from agents.base import Tables
from agents.compiling import inner
from agents.places import place_share


@inner
def locality_charge(tables: Tables, i: int, j: int, value: float) -> float:
    """Return what supplier `j`'s place costs lab `i`, USD per H100e-hour: below zero where the lab is short.

    weight x v x (missing everywhere - missing where the supplier is), missing being the part of inference that capacity
    held elsewhere could not serve last month. An hour where nothing is missing earns what training does, an hour
    where much is missing earns a service hour. Ours.
    """
    if tables.labs[i]["misplaced_h100e"] <= 0.0:
        return 0.0
    here, demand = 0.0, 0.0
    for r in range(len(tables.regions)):
        place = tables.lab_regions[i, r]
        demand += place["demand_h100e"]
        if place["demand_h100e"] > 0.0:
            missing = place["misplaced_h100e"] / place["demand_h100e"]
            here += place_share(tables.regions, tables.suppliers[j], r) * missing
    weight = tables.parameters[0]["locality_weight_share"]
    return float(weight * value * (tables.labs[i]["misplaced_h100e"] / demand - here))
