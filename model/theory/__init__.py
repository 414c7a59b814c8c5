"""What economics already knows, asked of the market's own rules; no rule is written here."""

from model.theory import (
    bullwhip,
    cobweb,
    diversification,
    experiment_hommes2007,
    faratin,
    newsvendor,
    outside_options,
    owned_cost,
    spot_clearing,
    switching,
    time_to_build,
    zero_intelligence,
)

BENCHMARKS = (
    spot_clearing.BENCHMARK,
    zero_intelligence.BENCHMARK,
    cobweb.BENCHMARK,
    experiment_hommes2007.BENCHMARK,
    time_to_build.BENCHMARK,
    faratin.BENCHMARK,
    outside_options.BENCHMARK,
    newsvendor.BENCHMARK,
    diversification.BENCHMARK,
    bullwhip.BENCHMARK,
    switching.BENCHMARK,
    owned_cost.BENCHMARK,
)
"""Every benchmark, in the order in which they are told."""
