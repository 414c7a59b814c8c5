"""What economics already knows, asked of the market's own rules; no rule is written here."""

from model.theory import (
    diversification,
    faratin,
    newsvendor,
    outside_options,
    owned_cost,
    spot_clearing,
    time_to_build,
)

BENCHMARKS = (
    spot_clearing.BENCHMARK,
    time_to_build.BENCHMARK,
    faratin.BENCHMARK,
    outside_options.BENCHMARK,
    newsvendor.BENCHMARK,
    diversification.BENCHMARK,
    owned_cost.BENCHMARK,
)
"""Every benchmark, in the order in which they are told."""
