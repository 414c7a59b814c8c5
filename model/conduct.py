"""Draws for labs that act by luck, which agents cannot draw for themselves."""

from agents.compiling import inner
from agents.labs.names import acts_by_luck
from model import luck
from model.state import World


@inner
def draw_conduct(world: World) -> None:
    """Write this month's uniform draws, one a delivery month, for every lab that acts by luck."""
    market = world.market[0]
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1 and acts_by_luck(world.labs[i]):
            for delivery in range(world.requirements.shape[1]):
                key = luck.joint_key(world.labs[i]["luck_key"], delivery, 0)
                world.requirements[i, delivery]["draw_share"] = luck.uniform(
                    market["seed"], luck.CHANCE, market["month"], key
                )
