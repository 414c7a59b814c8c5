"""What regions, the links between them and their power do to a market."""

from collections.abc import Mapping

import numpy as np

from model import load_scenario
from model.ensemble import Run
from model.metrics import places
from tests.directions.figures import CONTRACT, DOWN, UNSERVED, UP, Case, Figure, mean_of

US, EUROPE, GULF = range(3)


def price_spread(run: Run) -> float:
    """Return how far the contract prices of regions are apart."""
    return places.regional_price_spread(run.history)


def misplaced(run: Run) -> float:
    """Return the part of inference refused for want of capacity in place."""
    return places.unserved_by_place_share(run.history)


def of_region(column: str, row: int) -> Figure:
    """Return the mean of a column of a region over the months that have it."""
    return lambda run: float(np.nanmean(run.history.regions[column][:, row]))


def price_against_us(row: int) -> Figure:
    """Return the mean of a region's contract price / that of the United States, in months that have both."""

    def figure(run: Run) -> float:
        prices = run.history.regions["contract_price_usd_per_h100e_hour"]
        return float(np.nanmean(prices[:, row] / prices[:, US]))

    return figure


def list_price_of_nebius(run: Run) -> float:
    """Return the mean of the list price of Nebius, which is in Europe, / that of the market."""
    row = list(load_scenario("regions").suppliers).index("nebius")
    prices = run.history.suppliers["list_price_usd_per_h100e_hour"][:, row]
    return float(np.mean(prices / run.history.market["list_price_usd_per_h100e_hour"]))


def on_a_map(
    change: Mapping[str, object], figure: Figure, sign: int, world: Mapping[str, object] | None = None
) -> Case:
    """Return a case in the scenario `regions`."""
    return Case(change, figure, sign, world or {}, "regions")


STRICT = {"localised_share": 0.3}
NARROW = {"backbone_scale": 0.25}
TIED = {"site_drift_per_month": 0.0, "localised_share": 0.02, "locality_weight_share": 0.9}

CASES = {
    "what must be local is refused where chips are not": on_a_map(STRICT, misplaced, UP, {"localised_share": 0.02}),
    "localisation lowers what capacity can do": on_a_map(STRICT, UNSERVED, UP, {"localised_share": 0.02}),
    # the large clouds charge the same everywhere, and their sites go where they are wanted: while they do, or at the
    # usual weight of place, or while three tenths at most must be local, prices part by half a per cent only
    "localisation parts the prices of regions": on_a_map({"localised_share": 0.6}, price_spread, UP, TIED),
    "localisation makes contracts dear where chips are few": on_a_map(
        {"localised_share": 0.3}, price_against_us(EUROPE), UP, TIED
    ),
    "a tight latency bound refuses users far from chips": on_a_map(
        {"latency_bound_ms": 60}, misplaced, UP, {"latency_bound_ms": 250}
    ),
    "more that cannot wait is refused under a tight bound": on_a_map(
        {"latency_sensitive_share": 0.6},
        misplaced,
        UP,
        {"latency_sensitive_share": 0.1, "latency_bound_ms": 60},
    ),
    # the usual cables hardly bind; a quarter of them soon do
    "a wider backbone leaves fewer users unserved": on_a_map({"backbone_scale": 4.0}, misplaced, DOWN, NARROW),
    "a backbone that grows keeps up with demand": on_a_map(
        {"backbone_growth_x_per_year": 2.0}, misplaced, DOWN, {"backbone_growth_x_per_year": 1.0}
    ),
    "labs that mind place pay more where they are short": on_a_map(
        {"locality_weight_share": 0.6}, price_spread, UP, STRICT | {"locality_weight_share": 0.0}
    ),
    "sites that follow users serve more of them": on_a_map(
        {"site_drift_per_month": 0.4}, misplaced, DOWN, STRICT | {"site_drift_per_month": 0.02}
    ),
    "dear power makes contracts dear": on_a_map({"regions.us.power_price_usd_per_mwh": 200}, CONTRACT, UP),
    # what is signed there hardly shows it: who became dear signs less, and large clouds pay for all their sites alike
    "dear power in a region makes its suppliers dear": on_a_map(
        {"regions.europe.power_price_usd_per_mwh": 400}, list_price_of_nebius, UP
    ),
    "dear power in a region moves orders away": on_a_map(
        {"regions.gulf.power_price_usd_per_mwh": 400}, of_region("ordered_mw_per_month", GULF), DOWN
    ),
    "what power costs in the usual running cost is not paid twice": on_a_map(
        {"power_price_usual_usd_per_mwh": 140},
        mean_of("list_price_usd_per_h100e_hour"),
        DOWN,
        {"power_price_usual_usd_per_mwh": 50},
    ),
    "a full grid keeps sites away": on_a_map(
        {"regions.europe.power_mw_per_month": 40}, of_region("ordered_mw_per_month", EUROPE), DOWN
    ),
    "a lab whose users are at home needs no cable": on_a_map(
        {"labs.alibaba.home_users_share": 0.0}, of_region("misplaced_h100e", EUROPE), UP
    ),
    "chips that stand where users are serve more of them": on_a_map(
        {"regions.us.site_share": 0.68, "regions.asia.site_share": 0.24}, misplaced, DOWN
    ),
}
