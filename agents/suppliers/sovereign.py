"""Sovereign funds: patient money that wants an industry at home, so it sells below others and builds in bad years."""

from typing import Any

from agents.base import Tables
from agents.compiling import inner, rule
from agents.suppliers.alternatives import contract_opportunity


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return what an hour would earn on spot less what it gives up for its ends, or its running cost if more."""
    given = 1.0 - tables.parameters[0]["sovereign_discount_share"]
    return max(running, given * contract_opportunity(tables, j))


@rule
def patient_readiness(ready: float, parameters: Any) -> float:
    """Return the part of what demand asks for that it orders: a part in any case, the rest as profit allows; ours."""
    patience = parameters["sovereign_patience_share"]
    return float(patience + (1.0 - patience) * ready)
