"""What capacity costs a supplier of each kind, and what its kind does to its prices: the switch of the costs.

Each takes a row of the suppliers or of the templates of entrants; kinds that are not named pay what everybody pays.
"""

from typing import Any

from agents.base import Tables
from agents.choices import VINTAGE
from agents.compiling import inner
from agents.costs import cost_over_life, new_running_cost
from agents.hardware import site_ratio
from agents.suppliers import energy_developer, miner, orbital
from agents.suppliers.kinds import EDGE, ENERGY_DEVELOPER, MINER, ORBITAL, SOVEREIGN


@inner
def fresh_running_cost(tables: Tables, supplier: Any) -> float:
    """Return what a used hour of a supplier's new sites costs: power, staff and space, USD per H100e-hour."""
    if supplier["kind"] == ORBITAL:
        return orbital.running_cost(tables)
    cost = new_running_cost(tables.market[0], supplier)
    if supplier["kind"] == ENERGY_DEVELOPER:
        return max(0.0, cost - energy_developer.power_saved(tables))
    return cost


@inner
def running_cost(tables: Tables, j: int) -> float:
    """Return what a used hour costs supplier `j`, USD per H100e-hour: as on new sites, or by the vintage of its own."""
    supplier, market = tables.suppliers[j], tables.market[0]
    fresh = fresh_running_cost(tables, supplier)
    if tables.parameters[0]["running_cost_rule"] == VINTAGE and supplier["installed_h100e"] > 0.0:
        older = supplier["running_usd_per_h100e_hour"] - market["opex_usd_per_h100e_hour"]
        return max(0.0, fresh + float(older))
    return fresh


@inner
def build_cost_ratio(tables: Tables, supplier: Any) -> float:
    """Return the cost of a supplier's new sites / the usual cost: launches make it dear, chips of its own cheap."""
    usual = float(tables.parameters[0]["orbital_cost_multiple"]) if supplier["kind"] == ORBITAL else 1.0
    return site_ratio(tables, supplier, usual)


@inner
def life_months(tables: Tables, supplier: Any) -> int:
    """Return the life of a supplier's new sites, months; in orbit nobody repairs them."""
    if supplier["kind"] == ORBITAL:
        return int(tables.parameters[0]["orbital_life_months"])
    return int(tables.parameters[0]["site_life_months"])


@inner
def cost_of_new(tables: Tables, supplier: Any) -> float:
    """Return the full cost of an hour of a supplier's new capacity, what its halls would earn otherwise included."""
    capex = tables.market[0]["capex_usd_per_h100e"] * build_cost_ratio(tables, supplier)
    life, running = float(life_months(tables, supplier)), fresh_running_cost(tables, supplier)
    cost = cost_over_life(capex, running, supplier["wacc_per_year"], life, tables.parameters[0])
    if supplier["kind"] == MINER:
        cost += miner.forgone_mining(tables)
    return cost


@inner
def list_ratio(tables: Tables, supplier: Any) -> float:
    """Return the list price of a supplier's kind / that of others with its cost: nearness is dear, policy is cheap."""
    if supplier["kind"] == EDGE:
        return float(1.0 + tables.parameters[0]["edge_premium_share"])
    if supplier["kind"] == SOVEREIGN:
        return float(1.0 - tables.parameters[0]["sovereign_discount_share"])
    return 1.0
