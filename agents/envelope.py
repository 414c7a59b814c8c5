"""The portfolio of one delivery month: the lower envelope of what each channel costs.

Each block of a lab's uncertain requirement is needed with some probability. The expected cost of covering a block
through a channel is linear in that probability: a fixed part, paid whether it is needed or not, and a part paid only
if it is. The cheapest channel by probability is the lower envelope of five lines, and the quantities follow from the
quantiles of the requirement at its corners. With one lease and a spot market it is the newsvendor (Arrow, Harris &
Marschak 1951).
"""

import math
from typing import NamedTuple

from agents.choices import LOGNORMAL, NORMAL
from agents.compiling import rule
from agents.expectations import normal_above, normal_quantile

NONE, SPOT, LEASE_LINE, PARTNER_LINE, BUILD = range(5)
LEAST_NEED = 0.02
"""Nobody plans for blocks of the requirement that are needed with less than this probability."""
FIRM_NEED = 0.75
"""Probability of need at which the cheapest commitment is chosen for what would exceed the cap on spot."""


class Lines(NamedTuple):
    """Expected cost per H100e-hour of each channel is fixed[k] + variable[k] x probability of need."""

    fixed: tuple[float, float, float, float, float]
    variable: tuple[float, float, float, float, float]


class Limits(NamedTuple):
    """Most that partners can give, and most to leave to the spot market, H100e."""

    partner: float
    spot: float


class Split(NamedTuple):
    """Quantities to cover through each channel, H100e; `spot` is what the expected requirement leaves to it."""

    build: float
    lease: float
    partner: float
    spot: float


@rule
def requirement_quantile(forecast: float, spread: float, need: float, distribution: int = LOGNORMAL) -> float:
    """Return the requirement that is exceeded with probability `need`: median `forecast`, s.d. of its log `spread`.

    A normal one has an s.d. of `spread` x `forecast`, and is never below nothing.
    """
    if need >= 1.0:
        return 0.0
    if distribution == NORMAL:
        return max(0.0, forecast * (1.0 - spread * normal_quantile(need)))
    return forecast * math.exp(-spread * normal_quantile(need))


@rule
def probability_of_need(forecast: float, spread: float, level: float, distribution: int = LOGNORMAL) -> float:
    """Return the probability that the requirement exceeds `level`."""
    if level <= 0.0:
        return 1.0
    share = level / forecast
    if distribution == NORMAL:
        return normal_above((share - 1.0) / spread)
    return normal_above(math.log(share) / spread) if share > 0.0 else 1.0


@rule
def cheapest_channel(lines: Lines, need: float) -> int:
    """Return the channel of least expected cost at a probability of need; the least committing on a tie."""
    best = NONE
    least = lines.fixed[NONE] + lines.variable[NONE] * need
    for channel in range(1, 5):
        cost = lines.fixed[channel] + lines.variable[channel] * need
        if cost < least:
            best, least = channel, cost
    return best


@rule
def next_corner(lines: Lines, channel: int, need: float) -> tuple[int, float]:
    """Return the channel that takes over at `need` or below, and where; (-1, 0) if none does."""
    takes_over, corner = -1, 0.0
    for other in range(5):
        cheaper_fixed = lines.fixed[channel] - lines.fixed[other]
        dearer_variable = lines.variable[other] - lines.variable[channel]
        if cheaper_fixed > 0.0 and dearer_variable > 0.0:
            crossing = cheaper_fixed / dearer_variable
            if corner < crossing <= need:
                takes_over, corner = other, crossing
    return takes_over, corner


@rule
def without_channel(lines: Lines, channel: int) -> Lines:
    """Return the lines with one channel not to be had."""
    fixed, variable = lines
    if channel == SPOT:
        return Lines((fixed[0], math.inf, fixed[2], fixed[3], fixed[4]), variable)
    return Lines(
        (fixed[0], fixed[1], fixed[2], math.inf, fixed[4]), (variable[0], variable[1], variable[2], 0.0, variable[4])
    )


@rule
def split_requirement(
    lines: Lines, forecast: float, spread: float, covered: float, limits: Limits, distribution: int = LOGNORMAL
) -> Split:
    """Split what is not `covered` over the channels, cheapest block by block.

    `forecast` and `covered` are H100e, `spread` the s.d. of the log requirement, or of a normal one / forecast. What
    partners do not have goes to the next best channel; of what is left to the spot market beyond its limit the cheapest
    commitment takes all it can.
    """
    build, lease, partner, spot = 0.0, 0.0, 0.0, 0.0
    need = probability_of_need(forecast, spread, covered, distribution)
    level = covered
    channel = cheapest_channel(lines, need)
    while channel > SPOT:
        following, corner = next_corner(lines, channel, need)
        upper = max(level, requirement_quantile(forecast, spread, max(corner, LEAST_NEED), distribution))
        if channel == PARTNER_LINE and upper - level > limits.partner:
            upper = level + limits.partner
            lines = without_channel(lines, PARTNER_LINE)
            corner = min(need, probability_of_need(forecast, spread, upper, distribution))
            following = cheapest_channel(lines, corner)
        quantity = upper - level
        build += quantity if channel == BUILD else 0.0
        lease += quantity if channel == LEASE_LINE else 0.0
        partner += quantity if channel == PARTNER_LINE else 0.0
        level, need, channel = upper, corner, following
    if channel == SPOT:
        spot = max(0.0, forecast - level)
    firm = without_channel(lines, SPOT)
    excess = spot - limits.spot
    if excess > 0.0 and cheapest_channel(firm, FIRM_NEED) == PARTNER_LINE:
        more = min(excess, limits.partner - partner)
        partner, spot, excess = partner + more, spot - more, excess - more
        firm = without_channel(firm, PARTNER_LINE)
    committed = cheapest_channel(firm, FIRM_NEED)
    if excess > 0.0 and committed > SPOT:
        spot -= excess
        build += excess if committed == BUILD else 0.0
        lease += excess if committed == LEASE_LINE else 0.0
    return Split(build, lease, partner, spot)
