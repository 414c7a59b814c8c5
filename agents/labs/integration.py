"""What is special about hardware of one's own: it is fitted to the work, and running it takes an organisation."""

from typing import Any

from agents.compiling import rule


@rule
def own_work_h100e(own_h100e: float, parameters: Any) -> float:
    """Return the work that own capacity does, in rented H100e: fitted hardware does more of it an hour."""
    return own_h100e * (1.0 + parameters["integration_gain_share"])


@rule
def overhead_share(own_h100e: float, need_h100e: float, parameters: Any) -> float:
    """Return the extra cost of building and running own sites: more, the more of the need stands on them.

    o + r min(1, own / need); ours.
    """
    overhead = float(parameters["integration_overhead_share"])
    if parameters["integration_overhead_rise_share"] > 0.0 and need_h100e > 0.0:
        overhead += parameters["integration_overhead_rise_share"] * min(1.0, own_h100e / need_h100e)
    return overhead
