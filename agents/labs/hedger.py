"""The strategy `hedger`: leave more to the spot market, and buy those hours forward; and what any lab hedges."""

from agents.base import Tables
from agents.compiling import inner
from agents.labs import portfolio


@inner
def hedge_in_part(tables: Tables, i: int) -> None:
    """Let lab `i` want to buy forward what the usual lab does, and count on none of it in its plan."""
    tables.labs[i]["hedge_share"] = tables.parameters[0]["lab_hedge_share"]
    tables.labs[i]["planned_hedge_share"] = 0.0


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases; it wants all its spot hours forward, and counts on the part that it has.

    On top of what a portfolio would leave to spot it leaves a share of its requirement, as far as it is hedged.
    """
    tables.labs[i]["hedge_share"] = 1.0
    tables.labs[i]["planned_hedge_share"] = tables.labs[i]["hedged_share"]
    portfolio.plan(tables, i)


@inner
def expected_spot_hours(tables: Tables, i: int, months: int) -> float:
    """Return what lab `i` expects to buy on the spot market `months` ahead, H100e: today's part of its forecast."""
    lab = tables.labs[i]
    need = lab["need_inference_h100e"] + lab["need_training_h100e"]
    if need <= 0.0:
        return 0.0
    return float(portfolio.forecast_requirement(tables, i, months) * lab["spot_h100e"] / need)
