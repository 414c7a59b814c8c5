"""Where inference is served: at home first, near by what cannot wait, over the backbone what may go anywhere."""

import math

from agents.compiling import inner
from agents.labs.integration import own_work_h100e
from agents.places import place_share, users_share
from model.state import World


@inner
def place_inference(world: World) -> None:
    """Cut what labs serve to what their capacity can serve where it stands.

    A part of a region's inference must be served there, a part of the rest within the latency bound, what is left
    anywhere; what crosses a link is bounded by it. Training runs wherever there is room.
    """
    hold_capacity(world)
    serve_at_home(world)
    for users in range(len(world.regions)):
        for other in range(len(world.regions)):
            world.routes[users, other]["carried_h100e"] = 0.0
    carry(world, True)
    carry(world, False)
    note_misplaced(world)


@inner
def hold_capacity(world: World) -> None:
    """Write what each lab holds in each region: own sites, contracts, spot in proportion to what is sold where."""
    sold = 0.0
    for j in range(len(world.suppliers)):
        sold += world.suppliers[j]["spot_sold_h100e"]
    for r in range(len(world.regions)):
        sold_here = 0.0
        for j in range(len(world.suppliers)):
            sold_here += place_share(world.regions, world.suppliers[j], r) * world.suppliers[j]["spot_sold_h100e"]
        here = sold_here / sold if sold > 0.0 else 0.0
        for i in range(len(world.labs)):
            lab = world.labs[i]
            capacity = place_share(world.regions, lab, r) * own_work_h100e(lab["own_h100e"], world.parameters[0])
            capacity += here * world.parameters[0]["spot_service_share"] * lab["spot_h100e"]
            world.lab_regions[i, r]["capacity_h100e"] = capacity
    for row in range(world.market[0]["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] != 0:
            for r in range(len(world.regions)):
                share = place_share(world.regions, world.suppliers[contract["supplier"]], r)
                world.lab_regions[contract["lab"], r]["capacity_h100e"] += share * contract["delivered_h100e"]


@inner
def serve_at_home(world: World) -> None:
    """Serve each region's inference from capacity that stands there; write what is spare, and what looks elsewhere.

    What must be local is served first, then what must be near, then the rest.
    """
    parameters = world.parameters[0]
    localised, near_share = parameters["localised_share"], parameters["latency_sensitive_share"]
    for i in range(len(world.labs)):
        lab = world.labs[i]
        for r in range(len(world.regions)):
            place, users = world.lab_regions[i, r], users_share(world.regions, lab, r)
            place["demand_h100e"] = lab["need_inference_h100e"] * users
            wanted = lab["served_inference_h100e"] * users
            near = (1.0 - localised) * near_share * wanted
            far = (1.0 - localised) * (1.0 - near_share) * wanted
            served = min(wanted, place["capacity_h100e"])
            place["served_h100e"] = served
            place["imported_h100e"] = 0.0
            place["spare_h100e"] = place["capacity_h100e"] - served
            place["near_h100e"] = min(near, max(0.0, wanted - served - far))
            place["far_h100e"] = min(far, wanted - served)


@inner
def carry(world: World, near: bool) -> None:
    """Let users be served in other regions, each region asking its nearest first; labs share a full link pro rata."""
    count = len(world.regions)
    for place in range(1, count):
        for users in range(count):
            source = world.routes[users, place]["nearest_region"]
            if source < 0:
                continue
            if near and world.routes[source, users]["latency_ms"] > world.parameters[0]["latency_bound_ms"]:
                continue
            wanted = 0.0
            for i in range(len(world.labs)):
                wanted += wanted_of(world, i, source, users, near)
            if wanted > 0.0:
                share = min(1.0, free_way(world, source, users) / wanted)
                use_way(world, source, users, share * wanted)
                for i in range(len(world.labs)):
                    take(world, i, source, users, near, share * wanted_of(world, i, source, users, near))


@inner
def wanted_of(world: World, i: int, source: int, users: int, near: bool) -> float:
    """Return what lab `i` would serve of a region's users in another, H100e."""
    place = world.lab_regions[i, users]
    waiting = place["near_h100e"] if near else place["far_h100e"]
    return float(min(waiting, world.lab_regions[i, source]["spare_h100e"]))


@inner
def take(world: World, i: int, source: int, users: int, near: bool, quantity: float) -> None:
    """Let lab `i` serve a quantity of a region's users in another."""
    place = world.lab_regions[i, users]
    if near:
        place["near_h100e"] -= quantity
    else:
        place["far_h100e"] -= quantity
    place["served_h100e"] += quantity
    place["imported_h100e"] += quantity
    world.lab_regions[i, source]["spare_h100e"] -= quantity


@inner
def free_way(world: World, source: int, users: int) -> float:
    """Return what the links on the way from one region to another can still carry, H100e."""
    parameters, months = world.parameters[0], float(world.market[0]["month"])
    grown = math.exp(months / 12.0 * math.log(parameters["backbone_growth_x_per_year"])) * parameters["backbone_scale"]
    free, at = math.inf, source
    while at != users:
        following = world.routes[at, users]["next_region"]
        link = world.routes[at, following]
        free = min(free, max(0.0, grown * link["link_h100e"] - link["carried_h100e"]))
        at = following
    return free


@inner
def use_way(world: World, source: int, users: int, quantity: float) -> None:
    """Count a quantity on each link of the way from one region to another."""
    at = source
    while at != users:
        following = world.routes[at, users]["next_region"]
        world.routes[at, following]["carried_h100e"] += quantity
        at = following


@inner
def note_misplaced(world: World) -> None:
    """Write what each lab serves in all, and what it has capacity for but not in the right place."""
    for i in range(len(world.labs)):
        lab, served = world.labs[i], 0.0
        for r in range(len(world.regions)):
            place = world.lab_regions[i, r]
            wanted = lab["served_inference_h100e"] * users_share(world.regions, lab, r)
            place["misplaced_h100e"] = max(0.0, wanted - place["served_h100e"])
            served += place["served_h100e"]
        lab["misplaced_h100e"] = max(0.0, lab["served_inference_h100e"] - served)
        lab["served_inference_h100e"] = min(lab["served_inference_h100e"], served)
        if lab["need_inference_h100e"] > 0.0:
            lab["unserved_share"] = 1.0 - lab["served_inference_h100e"] / lab["need_inference_h100e"]


@inner
def refuse_in_place(world: World, i: int) -> None:
    """Tell the suppliers that lab `i` asked what it misses where they are, each its part by usable capacity there."""
    for r in range(len(world.regions)):
        asked = 0.0
        for j in range(len(world.suppliers)):
            asked += asked_capacity(world, i, j, r)
        for j in range(len(world.suppliers)):
            if asked > 0.0:
                part = asked_capacity(world, i, j, r) / asked
                world.suppliers[j]["refused_h100e"] += part * world.lab_regions[i, r]["misplaced_h100e"]


@inner
def asked_capacity(world: World, i: int, j: int, r: int) -> float:
    """Return the usable capacity of supplier `j` in region `r` if lab `i` asked it, H100e."""
    if world.pairs[i, j]["asked_rank"] == 0:
        return 0.0
    supplier = world.suppliers[j]
    return float(place_share(world.regions, supplier, r) * supplier["usable_h100e"])
