"""The band of an ensemble: where most runs of a scenario lie under other luck, month by month."""

import numpy as np
import polars as pl

from experiments.view.moment import NO_BAND
from model.ensemble import Ensemble
from model.scenario import Scenario

RUNS = 64
QUANTILES = (0.1, 0.5, 0.9)
COLUMNS = (
    "contract_price_usd_per_h100e_hour",
    "spot_price_usd_per_h100e_hour",
    "list_price_usd_per_h100e_hour",
    "service_price_usd_per_h100e_hour",
    "unserved_share",
    "utilisation_share",
    "tightness",
    "installed_h100e",
    "queue_h100e",
    "queue_wait_months",
    "hhi_suppliers",
    "hhi_labs",
)
"""Columns of the market that have a band."""


def band_of(scenario: Scenario, seed: int, months: int, runs: int = RUNS) -> pl.DataFrame:
    """Return month, column, low, median and high over runs of a scenario; months as long as given."""
    ensemble = Ensemble(scenario, runs=runs, months=months, seed=seed)
    whole = [run.history.market for run in ensemble.histories() if not run.failure]
    if not whole:
        return NO_BAND
    frames = []
    for column in COLUMNS:
        low, median, high = np.quantile([market[column] for market in whole], QUANTILES, axis=0)
        names = {"month": np.arange(months), "column": [column] * months}
        frames.append(pl.DataFrame(names | {"low": low, "median": median, "high": high}))
    return pl.concat(frames)
