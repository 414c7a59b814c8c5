"""Capacity serves demand: enterprises first, then contracts, then spot; labs ration what they cannot serve."""

import math

from agents.compiling import inner, rule, stage
from agents.labs.integration import own_work_h100e
from agents.labs.training import spillover_per_month
from agents.packages import GUARANTEED, INTERRUPTIBLE
from model.placement import place_inference, refuse_in_place
from model.state import World


@stage
def deliver(world: World) -> None:
    """Deliver contracts and serve enterprises out of what works this month; the rest is offered on the spot market."""
    for j in range(len(world.suppliers)):
        share_out(world, j)
    for i in range(len(world.labs)):
        world.labs[i]["contract_h100e"] = 0.0
    for row in range(world.market[0]["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] != 0:
            supplier = world.suppliers[contract["supplier"]]
            share = supplier["standard_served_share"]
            if contract["service_level"] == GUARANTEED:
                share = supplier["guaranteed_served_share"]
            elif contract["service_level"] == INTERRUPTIBLE:
                share = supplier["interruptible_served_share"]
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
def share_out(world: World, j: int) -> None:
    """Share supplier `j`'s usable capacity out: by class of service, in a class in equal parts of what is due.

    Guaranteed contracts come first, then enterprises up to their priority share, standard contracts, enterprises again,
    interruptible contracts.
    """
    supplier = world.suppliers[j]
    usable, wanted = supplier["usable_h100e"], supplier["enterprise_wanted_h100e"]
    guaranteed, interruptible = supplier["guaranteed_h100e"], supplier["interruptible_h100e"]
    standard = max(0.0, supplier["contracted_h100e"] - guaranteed - interruptible)
    served = min(guaranteed, usable)
    supplier["guaranteed_served_share"] = served / guaranteed if guaranteed > 0.0 else 0.0
    first = min(wanted, supplier["enterprise_priority_share"] * usable, usable - served)
    usual = min(standard, usable - served - first)
    supplier["standard_served_share"] = usual / standard if standard > 0.0 else 0.0
    left = usable - served - first - usual
    reserve = world.parameters[0]["on_demand_reserve_share"] * usable
    more = min(wanted - first, max(0.0, left - reserve))
    last = min(interruptible, left - more)
    supplier["interruptible_served_share"] = last / interruptible if interruptible > 0.0 else 0.0
    supplier["enterprise_served_h100e"] = first + more
    supplier["delivered_h100e"] = served + usual + last
    supplier["spot_offered_h100e"] = left - more - last


@inner
def capacity_for_work(world: World, i: int) -> float:
    """Return the work that lab `i` can do this month, H100e: own sites, contracts, and spot less interruptions."""
    lab = world.labs[i]
    spot = world.parameters[0]["spot_service_share"] * lab["spot_h100e"]
    return float(own_work_h100e(lab["own_h100e"], world.parameters[0]) + lab["contract_h100e"] + spot)


@inner
def remember_limits(world: World) -> None:
    """Remember what each lab refused last month, from where limits on use are lifted."""
    for i in range(len(world.labs)):
        world.labs[i]["unserved_before_share"] = world.labs[i]["unserved_share"]


@inner
def serve(world: World) -> None:
    """Let each lab serve inference and train with what it holds.

    Flexible training gives way first; then inference and the rest of training share what there is. Inference that its
    capacity cannot serve from where it stands is refused, and training takes the room. A limit on use that outlasts the
    shortage leaves the more to training.
    """
    parameters = world.parameters[0]
    for i in range(len(world.labs)):
        lab = world.labs[i]
        inference, training = lab["need_inference_h100e"], lab["need_training_h100e"]
        work = capacity_for_work(world, i)
        firm = inference + (1.0 - parameters["training_flexible_share"]) * training
        share = min(1.0, work / firm) if firm > 0.0 else 0.0
        limited = lifted_share(share, lab["unserved_before_share"], parameters["product_limit_speed_per_month"])
        lab["limited_h100e"] = (share - limited) * inference
        share = limited
        lab["served_inference_h100e"] = share * inference
        lab["unserved_share"] = 1.0 - share if inference > 0.0 else 0.0
    if world.regions[0]["id"] > 0:
        place_inference(world)
    for i in range(len(world.labs)):
        lab, work = world.labs[i], capacity_for_work(world, i)
        left = work - lab["served_inference_h100e"]
        lab["served_training_h100e"] = max(0.0, min(lab["need_training_h100e"], left))
        done = lab["served_inference_h100e"] + lab["served_training_h100e"]
        lab["used_share"] = min(1.0, done / work) if work > 0.0 else 0.0
        kept = 1.0 - 1.0 / parameters["training_stock_life_months"]
        lab["training_stock_h100e_months"] = kept * lab["training_stock_h100e_months"] + lab["served_training_h100e"]


@inner
def note_refusals(world: World) -> None:
    """Tell suppliers what labs wanted and could not get anywhere, spot market included.

    A lab asks several suppliers for the same need, so each of them counts its part only, by size; what is missing in a
    region is counted there.
    """
    for j in range(len(world.suppliers)):
        world.suppliers[j]["refused_h100e"] = 0.0
    for i in range(len(world.labs)):
        lab, asked = world.labs[i], 0.0
        for j in range(len(world.suppliers)):
            if world.pairs[i, j]["asked_rank"] > 0:
                asked += world.suppliers[j]["usable_h100e"]
        missing = lab["need_inference_h100e"] + lab["need_training_h100e"]
        missing -= lab["served_inference_h100e"] + lab["served_training_h100e"]
        missing -= lab["misplaced_h100e"] + lab["limited_h100e"]
        for j in range(len(world.suppliers)):
            if asked > 0.0 and world.pairs[i, j]["asked_rank"] > 0:
                world.suppliers[j]["refused_h100e"] += missing * world.suppliers[j]["usable_h100e"] / asked
        if lab["misplaced_h100e"] > 0.0:
            refuse_in_place(world, i)


@inner
def best_stock(world: World) -> float:
    """Return the largest stock of training that a lab has, H100e-months."""
    best = 0.0
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            best = max(best, world.labs[i]["training_stock_h100e_months"])
    return best


@inner
def learn_from_the_best(world: World) -> None:
    """Let each lab learn a part of what the frontier lab knows and it does not, if knowledge spills over."""
    best, learnt = best_stock(world), spillover_per_month(world.parameters[0])
    for i in range(len(world.labs)):
        lab = world.labs[i]
        if lab["alive"] == 1:
            lab["training_stock_h100e_months"] += learnt * (best - lab["training_stock_h100e_months"])


@inner
def rate_quality(world: World) -> None:
    """Rate each lab's quality by its stock of training against the frontier lab's: zeta ln(stock / best stock)."""
    best = best_stock(world)
    for i in range(len(world.labs)):
        stock = world.labs[i]["training_stock_h100e_months"]
        if world.labs[i]["alive"] == 1 and stock > 0.0:
            elasticity = world.parameters[0]["quality_compute_elasticity"]
            world.labs[i]["quality_log"] = elasticity * math.log(max(stock / best, 1e-6))
