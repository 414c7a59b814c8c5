"""The kinds of suppliers: one file each, and the one visible switch."""

from agents.base import Tables
from agents.compiling import inner, stage
from agents.suppliers import (
    edge,
    energy_developer,
    hyperscaler,
    investment,
    miner,
    neocloud,
    nontraditional,
    orbital,
    pricing,
    sovereign,
)
from agents.suppliers.economics import running_cost
from agents.suppliers.kinds import (
    EDGE,
    ENERGY_DEVELOPER,
    HYPERSCALER,
    KINDS,
    MINER,
    NEOCLOUD,
    NONTRADITIONAL,
    ORBITAL,
    SOVEREIGN,
)

__all__ = [
    "EDGE",
    "ENERGY_DEVELOPER",
    "HYPERSCALER",
    "KINDS",
    "MINER",
    "NEOCLOUD",
    "NONTRADITIONAL",
    "ORBITAL",
    "SOVEREIGN",
    "consider_recall",
    "invest",
    "learn",
    "opportunity_cost",
    "quote",
    "respond",
]


@inner
def opportunity_cost(tables: Tables, j: int) -> float:
    """Return the least an hour of supplier `j` must earn before premia and discounts, by its kind."""
    kind, running = tables.suppliers[j]["kind"], running_cost(tables, j)
    if kind == HYPERSCALER:
        return hyperscaler.opportunity_cost(tables, j, running)
    if kind == NEOCLOUD:
        return neocloud.opportunity_cost(tables, j, running)
    if kind == MINER:
        return miner.opportunity_cost(tables, j, running)
    if kind == ENERGY_DEVELOPER:
        return energy_developer.opportunity_cost(tables, j, running)
    if kind == EDGE:
        return edge.opportunity_cost(tables, j, running)
    if kind == SOVEREIGN:
        return sovereign.opportunity_cost(tables, j, running)
    if kind == ORBITAL:
        return orbital.opportunity_cost(tables, j, running)
    return nontraditional.opportunity_cost(tables, j, running)


@stage
def respond(tables: Tables, j: int) -> None:
    """Supplier `j` sets the least it would take from each lab that asked, and how much it likes that lab."""
    kind = tables.suppliers[j]["kind"]
    for i in range(len(tables.labs)):
        pair = tables.pairs[i, j]
        if pair["asked_rank"] == 0:
            continue
        liking = hyperscaler.liking(tables, i, j) if kind == HYPERSCALER else pricing.tie_liking(tables, i, j)
        opportunity = opportunity_cost(tables, j)
        pair["seller_reservation_usd_per_h100e_hour"] = pricing.reservation_price(tables, i, j, opportunity)
        pair["supplier_score_usd_per_h100e_hour"] = liking


consider_recall = nontraditional.consider_recall
quote = pricing.quote
invest = investment.invest
learn = investment.learn
