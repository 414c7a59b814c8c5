"""The strategy `hand_to_mouth`: lease what is missing next month, commit to nothing later, never build."""

import math

from agents.base import Tables, months_ahead
from agents.compiling import inner
from agents.labs import portfolio


@inner
def plan(tables: Tables, i: int) -> None:
    """Cover lab `i`'s promptest delivery month through leases and partners; leave the rest to later months."""
    lab, parameters = tables.labs[i], tables.parameters[0]
    portfolio.expect_prices(tables, i)
    lab["planned_build_h100e"] = 0.0
    for delivery in range(tables.requirements.shape[1]):
        row = tables.requirements[i, delivery]
        months = months_ahead(parameters, delivery)
        row["months_ahead"] = months
        row["forecast_h100e"] = portfolio.forecast_requirement(tables, i, months)
        if delivery == 0:
            portfolio.cover(tables, i, delivery, math.inf, row["coverage_h100e"], True)
        else:
            portfolio.clear_plan(row)
    lab["spare_h100e"] = portfolio.spare_capacity(tables, i)
