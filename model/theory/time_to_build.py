"""Why an industry that takes long to build overshoots: orders on their way that are not fully counted."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from agents.suppliers.investment import Growth, StockAdjustment, stock_adjustment_order
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number

MONTHS = 600
STILL = Growth(0.0, 0.0, 0.9)
"""A market that does not grow."""
SUSTAINED = 0.98
"""Decay a month above which a cycle lasts long enough to count."""


def simulated_capacity(values: Values) -> tuple[NDArray[np.float64], bool]:
    """Return capacity month by month under the market's order rule, and whether orders ever reached their floor."""
    lead, delta = values["lead_months"], 1.0 / values["life_months"]
    settings = StockAdjustment(lead, delta, values["gain"], values["supply_line_weight"])
    capacity, orders = np.zeros(MONTHS), np.full(MONTHS + lead, delta * values["start"])
    installed, floor = values["start"], False
    for month in range(MONTHS):
        if month > 0:
            installed = (1.0 - delta) * installed + orders[month]
        pipeline = orders[month + 1 : month + lead].sum()
        order = stock_adjustment_order(installed, pipeline, values["desired"], STILL, settings)
        floor = floor or order <= 0.0
        capacity[month], orders[month + lead] = installed, order
    return capacity, floor


def characteristic(values: Values) -> NDArray[np.float64]:
    """Return the coefficients of the linear rule's characteristic polynomial, highest power first; shape (tau + 1,).

    (z - 1 + delta) (z^(tau - 1) + g w sum_{s < tau} z^(tau - 1 - s)) + g = 0.
    """
    lead, gain = values["lead_months"], values["gain"]
    line = np.concatenate([[1.0], np.full(lead - 1, gain * values["supply_line_weight"])])
    polynomial = np.convolve([1.0, 1.0 / values["life_months"] - 1.0], line)
    polynomial[lead] += gain
    return np.asarray(polynomial)


def linear_capacity(values: Values) -> NDArray[np.float64]:
    """Return capacity month by month under the linear rule, as a digital filter gives it; shape (MONTHS,)."""
    lead, delta, gain = values["lead_months"], 1.0 / values["life_months"], values["gain"]
    wanted = delta + gain + gain * values["supply_line_weight"] * delta * (lead - 1)
    impulse = np.concatenate([np.zeros(lead), [wanted * (values["desired"] - values["start"])]])
    return values["start"] + np.asarray(lfilter(impulse, characteristic(values), np.ones(MONTHS)))


def dominant_root(values: Values) -> complex:
    """Return the root that dies out last, of those that oscillate."""
    roots = np.roots(characteristic(values))
    turning = roots[np.abs(roots.imag) > 1e-9]
    return complex(turning[np.argmax(np.abs(turning))])


def measured_period(capacity: NDArray[np.float64], level: float) -> float:
    """Return the mean time between upward crossings of a level, interpolated, months."""
    below, above = capacity[:-1] < level, capacity[1:] >= level
    places = np.nonzero(below & above)[0]
    crossings = places + (level - capacity[places]) / (capacity[places + 1] - capacity[places])
    return float(np.mean(np.diff(crossings))) if len(crossings) > 2 else math.nan


def ask(values: Values) -> Outcome:
    """Let a supplier adjust to a step in demand, and solve the linear rule."""
    capacity, floor = simulated_capacity(values)
    linear = linear_capacity(values)
    months = [float(month) for month in range(MONTHS // 2)]
    lines = (
        Series("linear rule", months, linear[: MONTHS // 2].tolist(), simulated=False),
        Series("supplier of the market", months, capacity[: MONTHS // 2].tolist(), simulated=True),
    )
    picture = Picture("months after demand rose", "capacity, H100e", lines)
    scale = 100.0 / values["desired"]
    peak = int(np.argmax(linear[: 5 * values["lead_months"]]))
    overshoot = (scale * (linear[peak] - values["desired"]), scale * (capacity[peak] - values["desired"]))
    quantities = [Quantity("overshoot", *overshoot, tolerance=1e-4)]
    said = ""
    root = dominant_root(values)
    if abs(root) > SUSTAINED and not floor:
        period = 2.0 * math.pi / abs(np.angle(root))
        measured = measured_period(capacity[values["lead_months"] :], values["desired"])
        quantities.append(Quantity("period", period, measured, 1.0))
    if floor:
        said = (
            "Orders reach zero in the swing down: later cycles are longer than in theory; only the first is compared."
        )
    return Outcome(tuple(quantities), picture, said)


BENCHMARK = Benchmark(
    "time_to_build",
    "How far does capacity overshoot when building takes time, and how long is the cycle?",
    "K(t) = (1 - d) K(t-1) + O(t-tau), O = d K* + g [(K* - K) + w (WIP* - WIP)]",
    ("agents/suppliers/investment.py: stock_adjustment_order",),
    "Sterman (1989); theory page 1, B4; linear filter and characteristic roots (SciPy, NumPy)",
    "overshoot 1e-4 of a percent, both exact; period 1 month, as crossings are monthly",
    (
        number("lead_months", 18, 2, 120, "months", "order to use"),
        number("life_months", 60, 2, 1200, "months", "life of capacity"),
        number("gain", 0.1, 0.0001, 1, "1/month", "part of a gap ordered a month"),
        number("supply_line_weight", 0.34, 0, 1, "share", "how far orders under way are counted"),
        number("start", 100.0, 1e-6, 1e9, "H100e", "capacity before"),
        number("desired", 120.0, 1e-6, 1e9, "H100e", "capacity wanted after"),
    ),
    ask,
)
