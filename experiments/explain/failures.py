"""What the failure of each supplier would have cost in the month explained."""

from experiments.explain.record import Recorded, copy_of
from model.network import try_failures


def losses_of_failures(recorded: Recorded) -> dict[int, float]:
    """Return the share of the inference served that would be lost if a supplier failed, by its row."""
    world = copy_of(recorded.views["measure_market"])
    try_failures(world)
    return {j: float(world.suppliers["failure_loss_share"][j]) for j in recorded.alive_suppliers()}
