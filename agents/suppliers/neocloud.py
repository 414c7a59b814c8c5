"""Neoclouds: landlords on borrowed money, whose lenders forbid long contracts far below debt service."""

from agents.base import Tables
from agents.compiling import inner
from agents.hardware import running_cost
from agents.suppliers.pricing import contract_opportunity
from agents.units import USD_M_PER_MONTH


@inner
def debt_service(tables: Tables, j: int) -> float:
    """Return the repayment per hour of usable capacity, USD per H100e-hour."""
    supplier = tables.suppliers[j]
    if supplier["installed_h100e"] <= 0.0:
        return 0.0
    usable = supplier["installed_h100e"] * tables.parameters[0]["usable_share"]
    return float(supplier["repayment_usd_m"] / (usable * USD_M_PER_MONTH))


@inner
def covenant(tables: Tables, j: int) -> float:
    """Return the part of debt service that lenders want a contract to cover, USD per H100e-hour."""
    return float(tables.parameters[0]["debt_covenant_share"] * debt_service(tables, j))


@inner
def opportunity_cost(tables: Tables, j: int) -> float:
    """Return the running cost with the covenanted part of debt service, or spot revenue if that is more."""
    return max(running_cost(tables, j) + covenant(tables, j), contract_opportunity(tables, j))
