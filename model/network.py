"""The network: on whom each lab depends, and what the market would lose if one supplier failed."""

from agents.compiling import inner
from agents.labs import bid_spot
from model.operation import deliver, serve
from model.spot import clear_spot
from model.state import World

TRIED_EVERY_MONTHS = 12
"""Months between two trials of failures: each costs one clearing of the market a supplier."""
SOON_MONTHS = 3
"""Capacity that a supplier can take back within so many months is at risk of recall."""


@inner
def measure_network(world: World) -> None:
    """Measure how labs depend on suppliers, and once a year what the failure of each supplier would do."""
    measure_dependence(world)
    if world.market[0]["month"] % TRIED_EVERY_MONTHS == 0:
        try_failures(world)


@inner
def measure_dependence(world: World) -> None:
    """Write each lab's dependence on suppliers, as shares of what it holds this month.

    Concentration is sum of s^2 x 10,000, s the share promised by a supplier; own sites and spot capacity are in what it
    holds and depend on nobody.
    """
    add_up_promises(world)
    for i in range(len(world.labs)):
        lab = world.labs[i]
        held, squares, largest = lab["own_h100e"] + lab["spot_h100e"], 0.0, 0.0
        rivals, at_risk = 0.0, 0.0
        for j in range(len(world.suppliers)):
            pair = world.pairs[i, j]
            due = pair["due_h100e"]
            held += due
            squares += due * due
            largest = max(largest, due)
            rivals += due * world.suppliers[j]["lab_affiliation_share"] * (1.0 - pair["tie_share"])
            at_risk += pair["at_risk_h100e"]
        lab["dependence_hhi"] = 1e4 * squares / (held * held) if held > 0.0 else 0.0
        lab["largest_supplier_share"] = largest / held if held > 0.0 else 0.0
        lab["rival_supply_share"] = rivals / held if held > 0.0 else 0.0
        lab["recall_risk_share"] = at_risk / held if held > 0.0 else 0.0


@inner
def add_up_promises(world: World) -> None:
    """Add up what is due to each pair, and what of it can be taken back soon."""
    month = world.market[0]["month"]
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            world.pairs[i, j]["due_h100e"] = 0.0
            world.pairs[i, j]["at_risk_h100e"] = 0.0
    for row in range(world.market[0]["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] != 0:
            pair = world.pairs[contract["lab"], contract["supplier"]]
            pair["due_h100e"] += contract["due_h100e"]
            warned = min(contract["notice_months"], contract["end_month"] - month)
            if contract["recallable"] == 1 and warned <= SOON_MONTHS:
                pair["at_risk_h100e"] += contract["due_h100e"]


@inner
def try_failures(world: World) -> None:
    """Write what part of the inference served each supplier's failure would cost, and the largest of these.

    The month is cleared again with nothing usable at that supplier: contracts, spot bids by the usual rule, the spot
    market, service. Everything is then put back as it was, what regions served included.
    """
    put_aside(world)
    served, worst = served_again(world, -1), 0.0
    for j in range(len(world.suppliers)):
        loss = 0.0
        if served > 0.0 and world.suppliers[j]["alive"] == 1:
            loss = max(0.0, 1.0 - served_again(world, j) / served)
        world.suppliers[j]["failure_loss_share"] = loss
        world.suppliers_aside[j]["failure_loss_share"] = loss
        worst = max(worst, loss)
    deliver(world)
    if world.regions[0]["id"] > 0:
        serve(world)
    put_back(world)
    world.market[0]["systemic_loss_share"] = worst


@inner
def served_again(world: World, failed: int) -> float:
    """Return the inference that labs serve when the month is cleared again without a supplier, or -1 for with all.

    The firms and the market are as before afterwards.
    """
    if failed >= 0:
        world.suppliers[failed]["usable_h100e"] = 0.0
    deliver(world)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            bid_spot(world, i)
    clear_spot(world)
    serve(world)
    served = 0.0
    for i in range(len(world.labs)):
        served += world.labs[i]["alive"] * world.labs[i]["served_inference_h100e"]
    put_back(world)
    return served


@inner
def put_aside(world: World) -> None:
    """Copy the rows of the market and the firms."""
    world.market_aside[0] = world.market[0]
    for i in range(len(world.labs)):
        world.labs_aside[i] = world.labs[i]
    for j in range(len(world.suppliers)):
        world.suppliers_aside[j] = world.suppliers[j]


@inner
def put_back(world: World) -> None:
    """Write the copies of the rows back."""
    world.market[0] = world.market_aside[0]
    for i in range(len(world.labs)):
        world.labs[i] = world.labs_aside[i]
    for j in range(len(world.suppliers)):
        world.suppliers[j] = world.suppliers_aside[j]
