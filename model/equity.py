"""Suppliers that invest in the labs that buy from them: equity against contracts, written off when the lab fails.

A part of an anchor contract's value goes into the buyer, some of it at once and the rest as capacity is delivered. It
buys a stake, which ties the two together, and with it the right to match what others offer, or to be asked first.
"""

from agents.compiling import inner
from model.contracts import value_of
from model.money import transfer
from model.state import World

LARGEST_STAKE = 0.49
"""A stake bought against contracts stays a minority."""


@inner
def invest_in_buyer(world: World, row: int) -> None:
    """Let the supplier of a new anchor contract offer its buyer equity: all in all no more than a part of its cash."""
    parameters, contract = world.parameters[0], world.contracts[row]
    i, j = contract["lab"], contract["supplier"]
    lab, supplier, pair = world.labs[i], world.suppliers[j], world.pairs[i, j]
    if lab["parent_backed"] == 1 or pair["tie_share"] >= 1.0:
        return
    if contract["capacity_h100e"] < parameters["anchor_deal_h100e"]:
        return
    months = float(contract["end_month"] - contract["start_month"])
    offered = parameters["equity_offer_share"] * value_of(contract, months)
    most = parameters["equity_cash_share"] * max(0.0, supplier["cash_usd_m"]) - pair["invested_usd_m"]
    offered = min(offered, max(0.0, most))
    at_once = parameters["equity_upfront_share"] * offered
    contract["equity_due_usd_m"] = offered - at_once
    contract["equity_part_usd_m"] = (offered - at_once) / (contract["ramp_months"] + 1.0)
    pay_equity(world, i, j, at_once)
    world.deals[contract["deal"]]["equity_usd_m"] = offered
    if offered > 0.0:
        for other in range(len(world.suppliers)):
            world.pairs[i, other]["exclusive_until_month"] = 0
        pair["exclusive_until_month"] = world.market[0]["month"] + parameters["exclusivity_months"]


@inner
def pay_equity(world: World, i: int, j: int, usd_m: float) -> None:
    """Pay for new shares of lab `i`: the stake grows by what is paid over what the lab is worth."""
    lab, pair = world.labs[i], world.pairs[i, j]
    if usd_m <= 0.0:
        return
    transfer(world.suppliers[j], lab, usd_m)
    pair["invested_usd_m"] += usd_m
    worth = world.parameters[0]["valuation_revenue_multiple"] * 12.0 * lab["revenue_usd_m"] + usd_m
    pair["tie_share"] = max(pair["tie_share"], min(LARGEST_STAKE, pair["tie_share"] + usd_m / worth))


@inner
def pay_milestone(world: World, row: int) -> None:
    """Pay the next part of the equity promised with a contract, in a month in which it delivers."""
    contract = world.contracts[row]
    if contract["equity_due_usd_m"] > 0.0 and contract["delivered_h100e"] > 0.0:
        cash = max(0.0, world.suppliers[contract["supplier"]]["cash_usd_m"])
        part = min(contract["equity_due_usd_m"], contract["equity_part_usd_m"], cash)
        contract["equity_due_usd_m"] -= part
        pay_equity(world, contract["lab"], contract["supplier"], part)


@inner
def write_off(world: World, i: int) -> None:
    """Write off what suppliers invested in lab `i`, which fails."""
    for j in range(len(world.suppliers)):
        pair = world.pairs[i, j]
        world.suppliers[j]["written_off_usd_m"] += pair["invested_usd_m"]
        world.market[0]["written_off_usd_m"] += pair["invested_usd_m"]
        pair["invested_usd_m"] = 0.0
