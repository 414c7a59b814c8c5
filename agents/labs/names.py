"""The names of the strategies, and the numbers that the tables hold."""

from typing import Any

from agents.compiling import rule

STRATEGIES = (
    "portfolio",
    "hand_to_mouth",
    "integrated",
    "renter",
    "partner_seeker",
    "opportunist",
    "diversifier",
    "planner",
    "adaptive",
    "oracle",
    "zero_intelligence",
    "hedger",
)
"""Names of `labs["strategy"]`, by value; a new one is added at the end."""
(
    PORTFOLIO,
    HAND_TO_MOUTH,
    INTEGRATED,
    RENTER,
    PARTNER_SEEKER,
    OPPORTUNIST,
    DIVERSIFIER,
    PLANNER,
    ADAPTIVE,
    ORACLE,
    ZERO_INTELLIGENCE,
    HEDGER,
) = range(12)

TRIED = 6
"""How many of them, from the first on, an adaptive lab chooses from."""


@rule
def played(lab: Any) -> int:
    """Return the strategy that a lab follows now: an adaptive one that of its choice."""
    if lab["strategy"] == ADAPTIVE:
        return int(lab["plays"])
    return int(lab["strategy"])


@rule
def acts_by_luck(lab: Any) -> bool:
    """Tell whether a lab needs draws to act."""
    return bool(lab["strategy"] == ADAPTIVE or lab["strategy"] == ZERO_INTELLIGENCE)
