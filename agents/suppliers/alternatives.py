"""What an hour could earn without a lab's contract, and what lenders ask of it."""

from agents.base import Tables
from agents.compiling import inner
from agents.costs import posted_price
from agents.units import USD_M_PER_MONTH


@inner
def expected_spot_revenue(tables: Tables, j: int) -> float:
    """Return what supplier `j` expects an hour to earn on the spot market: price x share of its offer that sells."""
    return float(tables.market[0]["spot_price_usd_per_h100e_hour"] * tables.suppliers[j]["sell_through_share"])


@inner
def contract_opportunity(tables: Tables, j: int) -> float:
    """Return what an hour under contract must beat: spot revenue, over a long term no more than the posted price."""
    return min(expected_spot_revenue(tables, j), posted_price(tables, j))


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
