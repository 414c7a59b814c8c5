"""What economics already knows, asked of the market's own rules; no rule is written here."""

from model.theory import (
    diversification,
    faratin,
    foreclosure,
    logit,
    newsvendor,
    outside_options,
    owned_cost,
    rubinstein,
    spot_clearing,
    survival,
    time_to_build,
)

BENCHMARKS = (
    spot_clearing.BENCHMARK,
    time_to_build.BENCHMARK,
    rubinstein.BENCHMARK,
    faratin.BENCHMARK,
    outside_options.BENCHMARK,
    newsvendor.BENCHMARK,
    diversification.BENCHMARK,
    foreclosure.BENCHMARK,
    logit.BENCHMARK,
    survival.BENCHMARK,
    owned_cost.BENCHMARK,
)
"""Every benchmark, in the order in which they are told."""
