"""Cycles: how far log prices stray from their trend, how fast they come back, and whether they swing in a rhythm."""

from collections.abc import Callable

import numpy as np
from scipy import signal, stats

from model.history import History
from model.metrics.base import FEWEST_MONTHS, Metric, Numbers, log_price, part, unknown
from model.state import Table

WINDOW_MONTHS = 60
"""Months over which a trend is a straight line."""
SMOOTHING = np.array([0.25, 0.5, 0.25])
"""Weights with which a power and its neighbours are averaged (Daniell 1946, modified at the ends)."""
FEWEST_CYCLES = 2
"""A rhythm must come round so often in the months looked at."""
LEVEL, MOST_PERSISTENT = 0.95, 0.999


def windows(logs: Table) -> Table:
    """Return the last whole windows of 60 months, less their trends; shape (..., windows, months).

    A shorter run is one window.
    """
    length = min(WINDOW_MONTHS, logs.shape[-1])
    count = logs.shape[-1] // length
    return detrended(logs[..., logs.shape[-1] - count * length :].reshape(*logs.shape[:-1], count, length))


def detrended(values: Table) -> Table:
    """Return what is left of the last axis after a straight line (least squares)."""
    months = np.arange(values.shape[-1]) - (values.shape[-1] - 1) / 2.0
    slope = np.sum(values * months, axis=-1) / np.sum(months * months)  # in one order, whatever the number of runs
    left: Table = values - values.mean(axis=-1, keepdims=True) - slope[..., np.newaxis] * months
    return left


def cycle_cv(logs: Table) -> Numbers:
    """Return the standard deviation of log prices about their trends: about the price's coefficient of variation.

    A line takes two degrees of freedom from each window.
    """
    if logs.shape[-1] < FEWEST_MONTHS:
        return unknown(logs)
    left = windows(logs)
    freedom = left.shape[-2] * (left.shape[-1] - 2)
    return np.sqrt(np.sum(left * left, axis=(-1, -2)) / freedom)


def persistence(left: Table) -> Numbers:
    """Return the autoregression of what is left of trends, shape (..., windows, months), on itself a month before.

    Corrected for the bias of least squares about a line, -(2 + 4 phi) / months (Marriott and Pope 1954, Kendall 1954);
    nan where nothing is left.
    """
    then, now, months = left[..., :-1], left[..., 1:], left.shape[-1]
    found = part(np.sum(then * now, axis=(-1, -2)), np.sum(then * then, axis=(-1, -2)))
    return (found + 2.0 / months) / (1.0 - 4.0 / months)


def half_life(logs: Table) -> Numbers:
    """Return the months in which half of a distance from the trend is gone: ln 0.5 / ln phi, of an AR(1).

    0 where it does not last a month (phi <= 0), nan where it never goes.
    """
    if logs.shape[-1] < FEWEST_MONTHS:
        return unknown(logs)
    phi = persistence(windows(logs))
    inside = (phi > 0.0) & (phi < 1.0)
    lasting = np.log(0.5) / np.log(np.where(inside, phi, 0.5))
    return np.where(inside, lasting, np.where(phi <= 0.0, 0.0, np.nan))[()]


def period(logs: Table) -> Numbers:
    """Return the length in months of the strongest rhythm of log prices; nan where it is no stronger than red noise.

    The rhythm with the largest smoothed power, once a straight line is taken off. Red noise is an AR(1) of the same
    variance and persistence, and is exceeded with 95% confidence, all rhythms together (Bonferroni): Torrence and Compo
    (1998), A practical guide to wavelet analysis, Bulletin of the American Meteorological Society 79(1).
    """
    months = logs.shape[-1]
    if months < 2 * FEWEST_MONTHS:
        return unknown(logs)
    left = detrended(logs)
    power = smoothed_power(left)
    times = np.arange(1, power.shape[-1] + 1)
    phi = np.minimum(persistence(left[..., np.newaxis, :])[..., np.newaxis], MOST_PERSISTENT)
    noise = (1.0 - phi**2) / (1.0 + phi**2 - 2.0 * phi * np.cos(2.0 * np.pi * times / months))
    noise *= power.mean(axis=-1, keepdims=True) / noise.mean(axis=-1, keepdims=True)
    freedom = 2.0 / float(np.sum(SMOOTHING**2))
    needed = noise * stats.chi2.ppf(1.0 - (1.0 - LEVEL) / len(times), freedom) / freedom
    strongest = np.argmax(np.where(times >= FEWEST_CYCLES, power, -1.0), axis=-1)[..., np.newaxis]
    stands_out = np.take_along_axis(power > needed, strongest, axis=-1)[..., 0]
    return np.where(stands_out, months / (strongest[..., 0] + 1.0), np.nan)[()]


def smoothed_power(left: Table) -> Table:
    """Return the power of each rhythm that comes round once, twice, .. in the months; shape (..., rhythms)."""
    power = signal.periodogram(left, detrend=False, axis=-1)[1][..., 1:]
    beside = np.concatenate([power[..., :1], power, power[..., -1:]], axis=-1)
    return sum(weight * beside[..., place : place + power.shape[-1]] for place, weight in enumerate(SMOOTHING))


def of_price(measure: Callable[[Table], Numbers], kind: str) -> Callable[[History], Numbers]:
    """Return the metric that measures the log of the contract or spot price, months of settling down left out."""
    return lambda history: measure(log_price(history, kind))


STRAYING = "s.d. of the log {} price about a straight line over 60 months at a time"
RETURN = "months in which half of a distance of the {} price from that line is gone"
RHYTHM = "strongest rhythm of the {} price; nan where it is no stronger than red noise"
MEASURES = (
    ("cycle_cv", "ratio", STRAYING, cycle_cv),
    ("half_life", "months", RETURN, half_life),
    ("cycle_period", "months", RHYTHM, period),
)
CYCLES = tuple(
    Metric(f"{kind}_{name}", "cycles", unit, meaning.format(kind), of_price(measure, kind))
    for name, unit, meaning, measure in MEASURES
    for kind in ("contract", "spot")
)
