"""Prices: levels, how far they are from cost, and how far apart."""

import numpy as np

from model.history import History
from model.metrics.base import Metric, Numbers, at_month, mean, mean_where, part
from model.state import Table


def contract_price_month_12(history: History) -> Numbers:
    """Return the smoothed price of new contracts after a year."""
    return at_month(history, "contract_price_usd_per_h100e_hour", 12)


def contract_price_month_36(history: History) -> Numbers:
    """Return the smoothed price of new contracts after three years."""
    return at_month(history, "contract_price_usd_per_h100e_hour", 36)


def contract_price_end(history: History) -> Numbers:
    """Return the smoothed price of new contracts in the last month."""
    return at_month(history, "contract_price_usd_per_h100e_hour", -1)


def spot_price_mean(history: History) -> Numbers:
    """Return the mean spot price."""
    return mean(history.market["spot_price_usd_per_h100e_hour"])


def price_to_full_cost(history: History) -> Numbers:
    """Return the mean of contract price / full cost of new capacity."""
    price, cost = (history.market[f"{name}_usd_per_h100e_hour"] for name in ("contract_price", "full_cost"))
    return mean_where(cost > 0.0, price / np.where(cost > 0.0, cost, 1.0))


def basis(history: History) -> Table:
    """Return by how much new contracts are dearer than spot hours, by month; below 0 where they are cheaper."""
    contract, spot = (history.market[f"{kind}_price_usd_per_h100e_hour"] for kind in ("contract", "spot"))
    return contract - spot


def basis_mean(history: History) -> Numbers:
    """Return the mean of contract price less spot price."""
    return mean(basis(history))


def basis_spread(history: History) -> Numbers:
    """Return the standard deviation of contract price less spot price over the months."""
    return np.std(basis(history), axis=-1)


def price_dispersion(history: History) -> Numbers:
    """Return how far apart suppliers' prices are: 90th / 10th percentile of their realised ones, mean of the months.

    Realised prices are smoothed, and who enters starts at the market's, so prices of single deals are further apart.

    Of suppliers that sell something in the month, each counted once; percentiles lie between two values in proportion.
    nan where nobody sells, or the 10th is not above zero.
    """
    suppliers = history.suppliers
    sold = suppliers["delivered_h100e"] + suppliers["enterprise_served_h100e"] + suppliers["spot_sold_h100e"]
    sells = (suppliers["alive"] == 1) & (sold > 0.0)
    ordered = np.sort(np.where(sells, suppliers["realised_price_usd_per_h100e_hour"], np.nan), axis=-1)
    high, low = (percentile(ordered, sells.sum(axis=-1), share) for share in (0.9, 0.1))
    ratio = part(high, low)
    return mean_where(np.isfinite(ratio), ratio)


def percentile(ordered: Table, count: Table, share: float) -> Table:
    """Return the value below which a share of the first `count` lies, of values in rising order on the last axis."""
    place = share * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low, high = (np.take_along_axis(ordered, one[..., np.newaxis], axis=-1)[..., 0] for one in (below, above))
    return low + (place - below) * (high - low)


PRICE = "USD/H100e-hour"
PRICES = (
    Metric("contract_price_month_12", "prices", PRICE, "contract price after 12 months", contract_price_month_12),
    Metric("contract_price_month_36", "prices", PRICE, "contract price after 36 months", contract_price_month_36),
    Metric("contract_price_end", "prices", PRICE, "contract price in the last month", contract_price_end),
    Metric("spot_price_mean", "prices", PRICE, "mean spot price", spot_price_mean),
    Metric("price_to_full_cost", "prices", "ratio", "mean contract price / full cost", price_to_full_cost),
    Metric("basis_mean", "prices", PRICE, "mean of contract price less spot price", basis_mean),
    Metric("basis_spread", "prices", PRICE, "s.d. of contract price less spot price over the months", basis_spread),
    Metric(
        "price_dispersion",
        "prices",
        "ratio",
        "90th / 10th percentile of suppliers' realised prices (smoothed), mean of the months",
        price_dispersion,
    ),
)
