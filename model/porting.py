"""Labs that sign for chips of another maker move their software: they pay for it, and remember it."""

from agents.compiling import inner
from agents.labs.porting import CHIP_FAMILIES, porting_usd_m
from model.money import transfer
from model.state import STAFF, World


@inner
def port_software(world: World, i: int, j: int, quantity: float) -> None:
    """Let lab `i` pay its staff to move so much work, H100e, to supplier `j`'s chips, unless they are of its family."""
    lab = world.labs[i]
    if lab["chip_family"] != world.suppliers[j]["chip_family"]:
        transfer(lab, world.accounts[STAFF], porting_usd_m(world, i, j, quantity))
        note_ported(world, i, j, quantity)


@inner
def note_ported(world: World, i: int, j: int, quantity: float) -> None:
    """Remember that so much of lab `i`'s work, H100e, runs on chips of supplier `j`'s family."""
    world.ported[i, world.suppliers[j]["chip_family"]]["ported_h100e"] += quantity


@inner
def forget_porting(world: World, i: int) -> None:
    """Let a new lab in row `i` begin without experience."""
    for family in range(CHIP_FAMILIES):
        world.ported[i, family]["ported_h100e"] = 0.0
