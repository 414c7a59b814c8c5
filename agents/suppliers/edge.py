"""Edge networks: racks near users in the sites of a network, so each is small, and nearness is worth a premium."""

from agents.base import Tables
from agents.compiling import inner
from agents.suppliers.alternatives import contract_opportunity


@inner
def opportunity_cost(tables: Tables, j: int, running: float) -> float:
    """Return what an hour would earn on the spot market, or its running cost if more; the network carries debt."""
    return max(running, contract_opportunity(tables, j))


@inner
def nearness(tables: Tables) -> float:
    """Return what nearness to users is worth to a lab, USD per H100e-hour: a part of the contract price; ours."""
    premium = tables.parameters[0]["edge_premium_share"]
    return float(premium * tables.market[0]["contract_price_usd_per_h100e_hour"])


@inner
def room_left(tables: Tables, j: int) -> float:
    """Return what the sites of network `j` can still take, H100e, orders under way and those signed for counted."""
    supplier = tables.suppliers[j]
    full = tables.parameters[0]["edge_size_limit_h100e"]
    taken = supplier["installed_h100e"] + supplier["pipeline_h100e"] + supplier["build_to_suit_h100e"]
    return max(0.0, float(full - taken))
