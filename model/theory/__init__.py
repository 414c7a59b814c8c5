"""What economics already knows, asked of the market's own rules; no rule is written here."""

from model.theory import (
    bullwhip,
    cobweb,
    diversification,
    experiment_hommes2007,
    faratin,
    foreclosure,
    logit,
    newsvendor,
    outside_options,
    owned_cost,
    rubinstein,
    spot_clearing,
    survival,
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
    rubinstein.BENCHMARK,
    faratin.BENCHMARK,
    outside_options.BENCHMARK,
    newsvendor.BENCHMARK,
    diversification.BENCHMARK,
    foreclosure.BENCHMARK,
    logit.BENCHMARK,
    survival.BENCHMARK,
    bullwhip.BENCHMARK,
    switching.BENCHMARK,
    owned_cost.BENCHMARK,
)
"""Every benchmark, in the order in which they are told."""
