"""Where firms in no one region put what they add: towards users that are refused for want of capacity in place."""

from agents.compiling import inner
from model.state import World


@inner
def move_sites(world: World) -> None:
    """Move the shares of sites a part of the way to where capacity would be with what is missing in place added.

    What a region's grid could not connect this month draws nobody. Ours.
    """
    if world.regions[0]["id"] == 0:
        return
    installed, wanted = 0.0, 0.0
    for r in range(len(world.regions)):
        installed += world.regions[r]["installed_h100e"]
        wanted += world.regions[r]["misplaced_h100e"] * world.regions[r]["connected_share"]
    if installed <= 0.0:
        return
    for r in range(len(world.regions)):
        region = world.regions[r]
        missing = region["misplaced_h100e"] * region["connected_share"]
        aim = (region["site_share"] * installed + missing) / (installed + wanted)
        region["site_share"] += world.parameters[0]["site_drift_per_month"] * (aim - region["site_share"])
