"""What it takes to begin with a supplier: staff, and months before it delivers; less with each deal."""

from typing import Any

from agents.base import Tables
from agents.compiling import inner, rule
from agents.units import USD_M_PER_MONTH


@rule
def set_up_share(parameters: Any, deals: int) -> float:
    """Return what is left of the effort of a first deal after so many deals: (1 - learning)^deals; ours."""
    share = 1.0
    for _ in range(deals):
        share *= 1.0 - parameters["relationship_learning_share"]
    return share


@rule
def set_up_cost_usd_m(parameters: Any, deals: int) -> float:
    """Return what staff cost to set up the next deal of a pair with so many deals behind it, USD m."""
    if parameters["relationship_cost_usd_m"] <= 0.0:
        return 0.0
    return float(parameters["relationship_cost_usd_m"] * set_up_share(parameters, deals))


@rule
def set_up_months(parameters: Any, deals: int) -> int:
    """Return by how many months the next deal of a pair delivers later, to the nearest month."""
    if parameters["relationship_months"] == 0:
        return 0
    return int(parameters["relationship_months"] * set_up_share(parameters, deals) + 0.5)


@inner
def set_up_charge(tables: Tables, i: int, j: int, value: float) -> float:
    """Return what setting up a deal with supplier `j` costs lab `i` per hour it would buy there, USD per H100e-hour.

    The cost over the hours of a usual term, and the part of the term that is lost, at the value of an hour less the
    price of contracts. It would buy its part, one of as many as it asks, of what it misses at the last delivery month.
    """
    parameters, term = tables.parameters[0], max(1.0, float(tables.suppliers[j]["term_months"]))
    if parameters["relationship_cost_usd_m"] <= 0.0 and parameters["relationship_months"] == 0:
        return 0.0
    deals = tables.pairs[i, j]["deals_count"]
    row = tables.requirements[i, tables.requirements.shape[1] - 1]
    least = parameters["smallest_deal_share"] * row["forecast_h100e"]
    missing = max(1.0, max(least, row["forecast_h100e"] - row["coverage_h100e"]))
    hours = missing / parameters["suppliers_asked"] * term * USD_M_PER_MONTH
    lost = float(set_up_months(parameters, deals)) / term
    price = tables.market[0]["contract_price_usd_per_h100e_hour"]
    return set_up_cost_usd_m(parameters, deals) / hours + lost * max(0.0, value - price)
