"""Volatility: how prices, and what compute costs labs, move from month to month."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from model.history import History
from model.metrics.base import (
    FEWEST_MONTHS,
    Metric,
    Numbers,
    correlation,
    log_price,
    mean,
    mean_where,
    part,
    settled,
    unknown,
)
from model.state import Table

SPIKE_MONTHS, SPIKE_RATIO = 12, 2.0
"""A spike is a price above so many times the median of so many months before it."""


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
    return annual_volatility(settled(history.market["contract_price_usd_per_h100e_hour"]))


def spot_volatility(history: History) -> Numbers:
    """Return the annualised volatility of the spot price."""
    return annual_volatility(settled(history.market["spot_price_usd_per_h100e_hour"]))


def lab_cost_volatility(history: History) -> Numbers:
    """Return the annualised volatility of what compute costs a lab: the mean over the labs there from the start.

    Cost is the compute bill less gains on forwards, per H100e-hour of work done; a month with neither does not count.
    """
    labs = history.labs
    bill = labs["compute_bill_usd_m"] - labs["forward_gain_usd_m"]
    work = labs["served_inference_h100e"] + labs["served_training_h100e"]
    known = (labs["alive"] == 1) & (labs["entered_month"] == 0) & (bill > 0.0) & (work > 0.0)
    cost = bill / np.where(known, work, 1.0)
    volatility = annual_volatility_where(settled(known, axis=-2), settled(cost, axis=-2))
    return mean_where(np.isfinite(volatility), volatility)


def contract_drawdown(history: History) -> Numbers:
    """Return the largest fall of the contract price from an earlier peak."""
    prices = history.market["contract_price_usd_per_h100e_hour"]
    return np.max(1.0 - prices / np.maximum.accumulate(prices, axis=-1), axis=-1)


def spot_spike_share(history: History) -> Numbers:
    """Return the share of months with a spot price above twice the median of the twelve months before."""
    prices = settled(history.market["spot_price_usd_per_h100e_hour"])
    if prices.shape[-1] <= SPIKE_MONTHS:
        return unknown(prices)
    usual = np.median(sliding_window_view(prices[..., :-1], SPIKE_MONTHS, axis=-1), axis=-1)
    return mean(prices[..., SPIKE_MONTHS:] > SPIKE_RATIO * usual)


def tightness_volatility_correlation(history: History) -> Numbers:
    """Return the correlation of use in a month and the volatility of the spot price in the three months after it.

    Volatility is the root of the mean squared log change. Of rented H100 and H200 a correlation of 0.25 and 0.46 of use
    with the volatility of the seven days after was reported for the end of 2025 (Friedman, on data of Ornn).
    """
    used, logs = settled(history.market["utilisation_share"]), log_price(history, "spot")
    if logs.shape[-1] < FEWEST_MONTHS:
        return unknown(logs)
    squares = np.diff(logs, axis=-1) ** 2
    after = np.sqrt(mean(sliding_window_view(squares, 3, axis=-1)))
    return correlation(used[..., : after.shape[-1]], after)


def spot_pass_through(history: History) -> Numbers:
    """Return the slope of monthly log changes of the contract price on those of the spot price (least squares)."""
    spot, contract = (np.diff(log_price(history, kind), axis=-1) for kind in ("spot", "contract"))
    if spot.shape[-1] + 1 < FEWEST_MONTHS:
        return unknown(spot)
    spot, contract = (changes - mean(changes)[..., np.newaxis] for changes in (spot, contract))
    return part(np.sum(spot * contract, axis=-1), np.sum(spot * spot, axis=-1))


VOLATILITY = (
    Metric(
        "contract_volatility",
        "prices",
        "1/year",
        "annual volatility of the contract price: sqrt(12) x s.d. of monthly log changes",
        contract_volatility,
    ),
    Metric("spot_volatility", "prices", "1/year", "the same of the spot price", spot_volatility),
    Metric(
        "lab_cost_volatility", "prices", "1/year", "annual volatility of what compute costs labs", lab_cost_volatility
    ),
    Metric("contract_drawdown", "prices", "share", "largest fall of the contract price from a peak", contract_drawdown),
    Metric(
        "spot_spike_share",
        "prices",
        "share",
        "months with a spot price above twice the median of the 12 before",
        spot_spike_share,
    ),
    Metric(
        "tightness_volatility_correlation",
        "prices",
        "-1 to 1",
        "use of capacity with the volatility of the spot price in the 3 months after",
        tightness_volatility_correlation,
    ),
    Metric(
        "spot_pass_through",
        "prices",
        "ratio",
        "slope of monthly log changes of the contract price on those of the spot price",
        spot_pass_through,
    ),
)
