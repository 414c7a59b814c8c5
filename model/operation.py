"""Capacity serves demand: enterprises first, then contracts, then spot; labs ration what they cannot serve."""

import math

from agents.compiling import inner, rule, stage
from model.state import World


@stage
def deliver(world: World) -> None:
    """Deliver contracts and serve enterprises out of what works this month; the rest is offered on the spot market.

    Enterprises come first up to their priority share, then contracts in equal parts of what is due, then enterprises
    again.
    """
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        usable, due = supplier["usable_h100e"], supplier["contracted_h100e"]
        first = min(supplier["enterprise_wanted_h100e"], supplier["enterprise_priority_share"] * usable)
        supplier["delivered_h100e"] = min(due, usable - first)
        left = usable - first - supplier["delivered_h100e"]
        reserve = world.parameters[0]["on_demand_reserve_share"] * usable
        more = min(supplier["enterprise_wanted_h100e"] - first, max(0.0, left - reserve))
        supplier["enterprise_served_h100e"] = first + more
        supplier["spot_offered_h100e"] = left - more
    for i in range(len(world.labs)):
        world.labs[i]["contract_h100e"] = 0.0
    for row in range(world.market[0]["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] != 0:
            supplier = world.suppliers[contract["supplier"]]
            share = 0.0
            if supplier["contracted_h100e"] > 0.0:
                share = supplier["delivered_h100e"] / supplier["contracted_h100e"]
            contract["delivered_h100e"] = share * contract["due_h100e"]
            world.labs[contract["lab"]]["contract_h100e"] += contract["delivered_h100e"]


@rule
def lifted_share(servable: float, refused_before: float, speed: float) -> float:
    """Return the share of use that a lab allows: what it can serve, or less while last month's limit is being lifted.

    A limit is imposed at once, and lifted by a part of the way each month; ours.
    """
    if speed >= 1.0:
        return servable
    limit = refused_before + speed * (1.0 - servable - refused_before)
    return min(servable, 1.0 - limit)


@inner
def serve(world: World) -> None:
    """Let each lab serve inference and train with what it holds.

    Flexible training gives way first; then inference and the rest of training share what there is. A limit on use that
    outlasts the shortage leaves the more to training.
    """
    parameters = world.parameters[0]
    for i in range(len(world.labs)):
        lab = world.labs[i]
        inference, training = lab["need_inference_h100e"], lab["need_training_h100e"]
        work = lab["own_h100e"] + lab["contract_h100e"] + parameters["spot_service_share"] * lab["spot_h100e"]
        firm = inference + (1.0 - parameters["training_flexible_share"]) * training
        share = min(1.0, work / firm) if firm > 0.0 else 0.0
        limited = lifted_share(share, lab["unserved_share"], parameters["product_limit_speed_per_month"])
        lab["limited_h100e"] = (share - limited) * inference
        share = limited
        lab["served_inference_h100e"] = share * inference
        lab["served_training_h100e"] = max(0.0, min(training, work - share * inference))
        lab["unserved_share"] = 1.0 - share if inference > 0.0 else 0.0
        done = lab["served_inference_h100e"] + lab["served_training_h100e"]
        lab["used_share"] = min(1.0, done / work) if work > 0.0 else 0.0
        kept = 1.0 - 1.0 / parameters["training_stock_life_months"]
        lab["training_stock_h100e_months"] = kept * lab["training_stock_h100e_months"] + lab["served_training_h100e"]


@inner
def note_refusals(world: World) -> None:
    """Tell suppliers what labs wanted and could not get anywhere, spot market included.

    A lab asks several suppliers for the same need, so each of them counts its part only, by size.
    """
    for j in range(len(world.suppliers)):
        world.suppliers[j]["refused_h100e"] = 0.0
    for i in range(len(world.labs)):
        lab, asked = world.labs[i], 0.0
        for j in range(len(world.suppliers)):
            if world.pairs[i, j]["asked_rank"] > 0:
                asked += world.suppliers[j]["usable_h100e"]
        missing = lab["need_inference_h100e"] + lab["need_training_h100e"]
        missing -= lab["served_inference_h100e"] + lab["served_training_h100e"] + lab["limited_h100e"]
        for j in range(len(world.suppliers)):
            if asked > 0.0 and world.pairs[i, j]["asked_rank"] > 0:
                world.suppliers[j]["refused_h100e"] += missing * world.suppliers[j]["usable_h100e"] / asked


@inner
def rate_quality(world: World) -> None:
    """Rate each lab's quality by its stock of training against the frontier lab's: zeta ln(stock / best stock)."""
    best = 0.0
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            best = max(best, world.labs[i]["training_stock_h100e_months"])
    for i in range(len(world.labs)):
        stock = world.labs[i]["training_stock_h100e_months"]
        if world.labs[i]["alive"] == 1 and stock > 0.0:
            elasticity = world.parameters[0]["quality_compute_elasticity"]
            world.labs[i]["quality_log"] = elasticity * math.log(max(stock / best, 1e-6))
