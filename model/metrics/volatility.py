"""Volatility: how prices, and what compute costs labs, move from month to month."""

import numpy as np

from model.history import History
from model.metrics.base import Metric, Numbers, mean_where
from model.state import Table


def annual_volatility(prices: Table) -> Numbers:
    """Return sqrt(12) x standard deviation of monthly log changes."""
    if prices.shape[-1] < 3:
        return np.full(prices.shape[:-1], np.nan)[()]
    return np.sqrt(12.0) * np.std(np.diff(np.log(prices), axis=-1), axis=-1, ddof=1)


def annual_volatility_where(known: Table, prices: Table) -> Numbers:
    """Return the same of the prices of each firm that are known, one after another; nan for less than three.

    Shape (..., months, firms) to (..., firms).
    """
    logs, months = np.log(np.where(known, prices, 1.0)), np.arange(known.shape[-2])[:, np.newaxis]
    last = np.maximum.accumulate(np.where(known, months, -1), axis=-2)[..., :-1, :]
    counted = known[..., 1:, :] & (last >= 0)
    changes = np.where(counted, logs[..., 1:, :] - np.take_along_axis(logs, np.maximum(last, 0), axis=-2), 0.0)
    count = counted.sum(axis=-2)
    enough = np.where(count > 1, count, np.nan)
    mean = changes.sum(axis=-2) / enough
    squares = np.where(counted, changes - mean[..., np.newaxis, :], 0.0) ** 2
    return np.sqrt(12.0 * squares.sum(axis=-2) / (enough - 1.0))


def contract_volatility(history: History) -> Numbers:
    """Return the annualised volatility of the smoothed contract price."""
    return annual_volatility(history.market["contract_price_usd_per_h100e_hour"])


def spot_volatility(history: History) -> Numbers:
    """Return the annualised volatility of the spot price."""
    return annual_volatility(history.market["spot_price_usd_per_h100e_hour"])


def lab_cost_volatility(history: History) -> Numbers:
    """Return the annualised volatility of what compute costs a lab: the mean over the labs there from the start.

    Cost is the compute bill less gains on forwards, per H100e-hour of work done; a month with neither does not count.
    """
    labs = history.labs
    bill = labs["compute_bill_usd_m"] - labs["forward_gain_usd_m"]
    work = labs["served_inference_h100e"] + labs["served_training_h100e"]
    known = (labs["alive"] == 1) & (labs["entered_month"] == 0) & (bill > 0.0) & (work > 0.0)
    volatility = annual_volatility_where(known, bill / np.where(known, work, 1.0))
    return mean_where(np.isfinite(volatility), volatility)


def contract_drawdown(history: History) -> Numbers:
    """Return the largest fall of the contract price from an earlier peak."""
    prices = history.market["contract_price_usd_per_h100e_hour"]
    return np.max(1.0 - prices / np.maximum.accumulate(prices, axis=-1), axis=-1)


VOLATILITY = (
    Metric("contract_volatility", "prices", "1/year", "annual volatility of the contract price", contract_volatility),
    Metric("spot_volatility", "prices", "1/year", "annual volatility of the spot price", spot_volatility),
    Metric(
        "lab_cost_volatility", "prices", "1/year", "annual volatility of what compute costs labs", lab_cost_volatility
    ),
    Metric("contract_drawdown", "prices", "share", "largest fall of the contract price from a peak", contract_drawdown),
)
