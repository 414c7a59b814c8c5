"""Prices: levels, how far they are from cost, and how far apart."""

import numpy as np

from model.history import History
from model.metrics.base import Metric, Numbers, at_month, mean, mean_where


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


PRICE = "USD/H100e-hour"
PRICES = (
    Metric("contract_price_month_12", "prices", PRICE, "contract price after 12 months", contract_price_month_12),
    Metric("contract_price_month_36", "prices", PRICE, "contract price after 36 months", contract_price_month_36),
    Metric("contract_price_end", "prices", PRICE, "contract price in the last month", contract_price_end),
    Metric("spot_price_mean", "prices", PRICE, "mean spot price", spot_price_mean),
    Metric("price_to_full_cost", "prices", "ratio", "mean contract price / full cost", price_to_full_cost),
)
