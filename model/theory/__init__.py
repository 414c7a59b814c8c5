"""What economics already knows, asked of the market's own rules; no rule is written here."""

from model.theory import (
    capacity_then_price,
    cournot,
    diversification,
    faratin,
    free_entry,
    newsvendor,
    outside_options,
    owned_cost,
    peak_load,
    real_option,
    spot_clearing,
    time_to_build,
)

BENCHMARKS = (
    spot_clearing.BENCHMARK,
    time_to_build.BENCHMARK,
    cournot.BENCHMARK,
    capacity_then_price.BENCHMARK,
    free_entry.BENCHMARK,
    faratin.BENCHMARK,
    outside_options.BENCHMARK,
    newsvendor.BENCHMARK,
    real_option.BENCHMARK,
    diversification.BENCHMARK,
    peak_load.BENCHMARK,
    owned_cost.BENCHMARK,
)
"""Every benchmark, in the order in which they are told."""
