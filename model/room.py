"""Room in the tables: before each month there is room for the most that a month can write, so no row is ever lost.

A table that could overflow is doubled before the month begins. A month therefore never fails half-way, and gives the
same bits in tables of any size.
"""

from agents.compiling import stage
from model.state import World, capacity_of, copy_into, empty_world


@stage
def has_room(world: World) -> bool:
    """Tell whether every table that grows has room for one more month.

    At most one lab and one supplier enter, every firm and entrant orders one site (two, where some have generation of
    their own), the partner in a lab's joint venture as many, every lab joins one queue, and every lab signs with every
    supplier once a delivery month, and once more with one that builds for it.
    """
    market = world.market[0]
    labs, suppliers = len(world.labs), len(world.suppliers)
    labs_alive, suppliers_alive = 0, 0
    for i in range(labs):
        labs_alive += world.labs[i]["alive"]
    for j in range(suppliers):
        suppliers_alive += world.suppliers[j]["alive"]
    parameters = world.parameters[0]
    signed = suppliers + 1 if parameters["build_to_suit_share"] > 0.0 else suppliers
    deals = labs * signed * world.offers.shape[1]
    orders = 2 if parameters["behind_the_meter_share"] > 0.0 else 1
    ordering = 2 * labs + suppliers if parameters["joint_venture_share"] > 0.0 else labs + suppliers
    return (
        labs_alive < labs
        and suppliers_alive < suppliers
        and market["site_rows"] + orders * ordering + 1 <= len(world.sites)
        and market["contract_rows"] + deals <= len(world.contracts)
        and market["queue_rows"] + labs <= len(world.queue)
        and market["deal_rows"] + deals <= len(world.deals)
    )


def make_room(world: World) -> World:
    """Return a copy of the world in larger tables, until one more month has room; the firms' tables grow by a half."""
    while not has_room(world):
        now = capacity_of(world)
        firms = (now.labs + (now.labs + 1) // 2, now.suppliers + (now.suppliers + 1) // 2)
        labs = firms[0] if int(world.labs["alive"].sum()) >= now.labs else now.labs
        suppliers = firms[1] if int(world.suppliers["alive"].sum()) >= now.suppliers else now.suppliers
        larger = empty_world(
            now._replace(
                labs=labs,
                suppliers=suppliers,
                sites=2 * now.sites,
                contracts=2 * now.contracts,
                queue=2 * now.queue + 1,
                deals=2 * now.deals,
            )
        )
        copy_into(world, larger)
        world = larger
    return world
