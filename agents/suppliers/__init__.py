"""The kinds of suppliers: one file each, and the one visible switch."""

from agents.base import Tables
from agents.compiling import stage
from agents.suppliers import hyperscaler, investment, neocloud, nontraditional, pricing

KINDS = ("hyperscaler", "neocloud", "nontraditional")
"""Names of `suppliers["kind"]`, by value."""
HYPERSCALER, NEOCLOUD, NONTRADITIONAL = range(3)


@stage
def respond(tables: Tables, j: int) -> None:
    """Supplier `j` sets the least it would take from each lab that asked, and how much it likes that lab."""
    kind = tables.suppliers[j]["kind"]
    for i in range(len(tables.labs)):
        pair = tables.pairs[i, j]
        if pair["asked_rank"] == 0:
            continue
        if kind == HYPERSCALER:
            opportunity, liking = hyperscaler.opportunity_cost(tables, j), hyperscaler.liking(tables, i, j)
        elif kind == NEOCLOUD:
            opportunity, liking = neocloud.opportunity_cost(tables, j), pricing.tie_liking(tables, i, j)
        else:
            opportunity, liking = nontraditional.opportunity_cost(tables, j), pricing.tie_liking(tables, i, j)
        pair["seller_reservation_usd_per_h100e_hour"] = pricing.reservation_price(tables, i, j, opportunity)
        pair["supplier_score_usd_per_h100e_hour"] = liking


consider_recall = nontraditional.consider_recall
quote = pricing.quote
invest = investment.invest
learn = investment.learn
