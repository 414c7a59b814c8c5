"""Regions: how far apart prices are, and what is refused for want of capacity in place."""

import numpy as np

from model.history import History
from model.metrics.base import Metric, Numbers, mean_where


def regional_price_spread(history: History) -> Numbers:
    """Return how far apart regions are: contract price / that of the market, mean of the months, dearest / cheapest.

    Not a number with less than two regions in which contracts were signed.
    """
    prices = history.regions["contract_price_usd_per_h100e_hour"]
    relative = prices / history.market["contract_price_usd_per_h100e_hour"][..., np.newaxis]
    named = (history.regions["id"] > 0) & np.isfinite(relative)
    levels = mean_where(named.swapaxes(-1, -2), relative.swapaxes(-1, -2))
    several = np.isfinite(levels).sum(axis=-1) > 1
    dearest = np.max(np.where(np.isfinite(levels), levels, 0.0), axis=-1)
    cheapest = np.min(np.where(np.isfinite(levels), levels, np.inf), axis=-1)
    return dearest / np.where(several, cheapest, np.nan)


def unserved_by_place_share(history: History) -> Numbers:
    """Return the part of inference that was refused although the lab's capacity elsewhere would have done."""
    demand, misplaced = (np.sum(history.regions[name], axis=(-1, -2)) for name in ("demand_h100e", "misplaced_h100e"))
    return misplaced / np.where(demand > 0.0, demand, np.nan)


PLACES = (
    Metric(
        "regional_price_spread", "regions", "ratio", "contract price, dearest / cheapest region", regional_price_spread
    ),
    Metric(
        "unserved_by_place_share", "regions", "share", "refused for want of capacity in place", unserved_by_place_share
    ),
)
