"""What stops orders: money, power and chips, one after the other; what each of them takes, and which takes most."""

from typing import Any

from agents.choices import INCUMBENTS_FIRST, PRO_RATA
from agents.compiling import inner
from agents.labs.costs import own_cost, serving_value
from model.grid import join_grid_queue
from model.state import World
from model.technology import power_kw, power_supply_scale

CONSTRAINTS = ("none", "demand", "profit", "credit", "power", "chips")
"""Names of `market["binding_constraint"]`, by value: nobody wants more, or orders are all that demand asks for, or most
of what is missing is not worth it, cannot be paid, connected, or had."""
_, BY_DEMAND, BY_PROFIT, BY_CREDIT, BY_POWER, BY_CHIPS = range(6)

LOSS_THAT_BINDS_SHARE = 0.01
"""Part of the orders that must be missing before anything but demand is said to bind."""


@inner
def may_borrow(world: World, row: Any) -> int:
    """Return 1 for a firm that finds lenders: one in business, but in a credit crunch only with a parent."""
    return int(row["alive"] * max(row["parent_backed"], 1 - world.market[0]["credit_closed"]))


@inner
def connectable_mw(world: World, row: Any, ready: int) -> float:
    """Return the power that a firm can connect for a site that is ready in a month, its reserve included, MW."""
    power_mw = row["power_mw_per_month"] * power_supply_scale(world.parameters[0], ready) + row["power_reserve_mw"]
    return float(power_mw * (1.0 - world.market[0]["power_loss_share"]))


@inner
def within_power(world: World, row: Any, capacity: float, lead: int) -> float:
    """Return how much of an order a firm can fund, and connect to power once the site is ready, H100e."""
    ready = world.market[0]["month"] + lead
    most = connectable_mw(world, row, ready) * 1000.0 / power_kw(world.parameters[0], ready)
    return float(may_borrow(world, row) * min(capacity, most))


@inner
def order_merit(world: World, owner_is_lab: int, owner: int) -> float:
    """Return the value of a firm's order / its cost: a supplier's profitability, or what an hour is worth to a lab."""
    if owner_is_lab == 1:
        return serving_value(world, owner) / max(1e-9, own_cost(world, owner))
    return float(world.suppliers[owner]["profitability_index"])


@inner
def limit_order(world: World, owner_is_lab: int, owner: int, row: Any, asked: float, lead: int) -> None:
    """Write what a firm may order of what it asks for, H100e, chips apart.

    What power lacks is built with generation of its own, up to a share of the order and where it is worth that; for
    the rest it joins the queue for the grid.
    """
    market, parameters = world.market[0], world.parameters[0]
    funded = may_borrow(world, row) * asked
    connected = within_power(world, row, asked, lead)
    lacking = funded - connected
    row["own_power_h100e"] = 0.0
    if lacking > 0.0:
        share = parameters["behind_the_meter_share"]
        if share > 0.0 and order_merit(world, owner_is_lab, owner) >= parameters["behind_the_meter_cost_ratio"]:
            row["own_power_h100e"] = min(lacking, connected * share / (1.0 - share))
        if parameters["grid_queue_months"] > 0:
            kw = power_kw(parameters, market["month"] + parameters["grid_queue_months"])
            join_grid_queue(world, owner_is_lab, owner, row, (lacking - row["own_power_h100e"]) * kw / 1000.0)
    row["ordered_h100e"] = connected + row["own_power_h100e"]
    market["lost_to_credit_h100e"] += row["alive"] * asked - funded
    market["lost_to_power_h100e"] += funded - row["ordered_h100e"]


@inner
def use_reserve(world: World, row: Any, lead: int) -> None:
    """Take from a firm's reserve what its order draws beyond the power that it can connect anyway."""
    if row["power_reserve_mw"] > 0.0:
        ready = world.market[0]["month"] + lead
        drawn = (row["ordered_h100e"] - row["own_power_h100e"]) * power_kw(world.parameters[0], ready) / 1000.0
        usual = row["power_mw_per_month"] * power_supply_scale(world.parameters[0], ready)
        usual *= 1.0 - world.market[0]["power_loss_share"]
        row["power_reserve_mw"] = max(0.0, row["power_reserve_mw"] - max(0.0, drawn - usual))


@inner
def cut_order(row: Any, share: float) -> None:
    """Leave a firm a share of its order."""
    row["ordered_h100e"] *= share
    row["own_power_h100e"] *= share


@inner
def allot_chips(world: World, chips: float, wanted: float) -> None:
    """Cut orders to the month's chips: the same share for all, or in full by rank until none are left."""
    if wanted > chips and world.parameters[0]["chip_allocation_rule"] != PRO_RATA:
        rank_firms(world)
        serve_by_rank(world, chips)
        return
    share = min(1.0, chips / wanted) if wanted > 0.0 else 0.0
    for j in range(len(world.suppliers)):
        cut_order(world.suppliers[j], share)
    for i in range(len(world.labs)):
        cut_order(world.labs[i], share)


@inner
def rank_firms(world: World) -> None:
    """Write each firm's rank for chips: by the capacity that it has, or by what its order is worth."""
    parameters = world.parameters[0]
    incumbents = parameters["chip_allocation_rule"] == INCUMBENTS_FIRST
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["chip_priority"] = supplier["installed_h100e"] if incumbents else order_merit(world, 0, j)
    for i in range(len(world.labs)):
        lab = world.labs[i]
        base = lab["own_h100e"] / parameters["usable_share"]
        lab["chip_priority"] = base if incumbents else order_merit(world, 1, i)


@inner
def serve_by_rank(world: World, chips: float) -> None:
    """Give chips to the firm with the highest rank, of equals the older one, then to the next, until none are left."""
    last_rank, last_id, left = 0.0, 0, chips
    for turn in range(len(world.suppliers) + len(world.labs)):
        side, best, rank, number = -1, -1, 0.0, 0
        for j in range(len(world.suppliers)):
            row = world.suppliers[j]
            if row["alive"] == 1 and comes_next(row, turn, last_rank, last_id) and leads(row, best, rank, number):
                side, best, rank, number = 0, j, row["chip_priority"], row["id"]
        for i in range(len(world.labs)):
            lab = world.labs[i]
            if lab["alive"] == 1 and comes_next(lab, turn, last_rank, last_id) and leads(lab, best, rank, number):
                side, best, rank, number = 1, i, lab["chip_priority"], lab["id"]
        if side == 0:
            left -= serve(world.suppliers[best], left)
        elif side == 1:
            left -= serve(world.labs[best], left)
        last_rank, last_id = rank, number


@inner
def comes_next(row: Any, turn: int, last_rank: float, last_id: int) -> bool:
    """Tell whether a firm comes after the one served last."""
    if turn == 0 or row["chip_priority"] < last_rank:
        return True
    return bool(row["chip_priority"] == last_rank and row["id"] > last_id)


@inner
def leads(row: Any, best: int, rank: float, number: int) -> bool:
    """Tell whether a firm comes before the best one found so far."""
    return bool(best < 0 or row["chip_priority"] > rank or (row["chip_priority"] == rank and row["id"] < number))


@inner
def serve(row: Any, chips: float) -> float:
    """Give a firm what it ordered as far as chips go; return what it got, H100e."""
    if row["ordered_h100e"] > 0.0:
        cut_order(row, min(1.0, chips / row["ordered_h100e"]))
    return float(row["ordered_h100e"])


@inner
def name_constraint(world: World) -> None:
    """Write what binds this month.

    Chips, if orders that money and power leave exceed them: then more money or power would not add up to more sites.
    Else what takes most of what demand asks for.
    """
    market = world.market[0]
    binding, most = BY_DEMAND, LOSS_THAT_BINDS_SHARE * market["orders_asked_h100e"]
    if market["lost_to_profit_h100e"] > most:
        binding, most = BY_PROFIT, market["lost_to_profit_h100e"]
    if market["lost_to_credit_h100e"] > most:
        binding, most = BY_CREDIT, market["lost_to_credit_h100e"]
    if market["lost_to_power_h100e"] > most:
        binding, most = BY_POWER, market["lost_to_power_h100e"]
    if market["lost_to_chips_h100e"] > LOSS_THAT_BINDS_SHARE * market["orders_wanted_h100e"]:
        binding = BY_CHIPS
    market["binding_constraint"] = binding if market["orders_asked_h100e"] > 0.0 else 0
