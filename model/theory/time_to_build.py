"""Why an industry that takes long to build overshoots: orders on their way that are not fully counted."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from agents.suppliers.investment import Growth, StockAdjustment, stock_adjustment_order
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number

MONTHS, SHOWN = 2400, 300
STILL = Growth(0.0, 0.0, 0.9)
"""A market that does not grow."""
CYCLES, SHORTEST = 3.2, 24.0
"""Periods in sight, and months of each, without which none is measured: crossings are read between months."""
STARVED = "Orders reach zero in the swing down: later cycles are longer than in theory; only the first is compared."
STARVED_AT_ONCE = "Orders reach zero before the first peak: the rule is not linear there, and theory says nothing."


def simulated_capacity(values: Values) -> tuple[NDArray[np.float64], float]:
    """Return capacity month by month under the market's order rule, and the month in which orders reached zero."""
    lead, delta = values["lead_months"], 1.0 / values["life_months"]
    settings = StockAdjustment(lead, delta, values["gain"], values["supply_line_weight"])
    capacity, orders = np.zeros(MONTHS), np.full(MONTHS + lead, delta * values["start"])
    installed, floor = values["start"], math.inf
    for month in range(MONTHS):
        if month > 0:
            installed = (1.0 - delta) * installed + orders[month]
        pipeline = orders[month + 1 : month + lead].sum()
        order = stock_adjustment_order(installed, pipeline, values["desired"], STILL, settings)
        floor = min(floor, month) if order <= 0.0 else floor
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


def cycle(values: Values) -> tuple[float, slice] | None:
    """Return period and the months in which a cycle is alone and large enough to be measured, if there are any.

    The root that dies out last must turn; the others must have fallen to a thousandth of it before it drowns itself.
    """
    roots = np.roots(characteristic(values))
    roots = roots[np.argsort(-np.abs(roots))]
    turn, decay = abs(np.angle(roots[0])), abs(roots[0])
    others = np.abs(roots[2:]).max(initial=0.0)
    if not (1e-6 < turn < math.pi - 1e-6 and others < decay < 1.0):
        return None
    first = values["lead_months"] + (math.ceil(math.log(1e-3) / math.log(others / decay)) if others > 0.0 else 0)
    last = min(MONTHS, math.floor(math.log(1e-6) / math.log(decay)))
    period = 2.0 * math.pi / float(turn)
    return (period, slice(first, last)) if period >= SHORTEST and last - first > CYCLES * period else None


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
    months = [float(month) for month in range(SHOWN)]
    lines = (
        Series("linear rule", months, linear[:SHOWN].tolist(), simulated=False),
        Series("supplier of the market", months, capacity[:SHOWN].tolist(), simulated=True),
    )
    picture = Picture("months after demand rose", "capacity, H100e", lines)
    start, desired = values["start"], values["desired"]
    if start == desired:
        return Outcome((), picture, "Capacity is what is wanted: there is nothing to adjust.")
    way = math.copysign(1.0, desired - start)
    peak = int(np.argmax(way * linear[: 5 * values["lead_months"]]))
    if floor + values["lead_months"] <= peak:
        return Outcome((), picture, STARVED_AT_ONCE)
    theory, simulated = (100.0 * way * float(path[peak] - desired) / desired for path in (linear, capacity))
    quantities = [Quantity("overshoot", theory, simulated, 1e-4 + 1e-9 * max(start, desired) / desired)]
    sustained = cycle(values)
    if sustained is not None and math.isinf(floor):
        period, places = sustained
        quantities.append(Quantity("period", period, measured_period(capacity[places], desired), 1e-3 * period))
    return Outcome(tuple(quantities), picture, "" if math.isinf(floor) else STARVED)


BENCHMARK = Benchmark(
    "time_to_build",
    "How far does capacity overshoot when building takes time, and how long is the cycle?",
    "K(t) = (1 - d) K(t-1) + O(t-tau), O = d K* + g [(K* - K) + w (WIP* - WIP)]",
    ("agents/suppliers/investment.py: stock_adjustment_order",),
    "Sterman (1989); linear filter and characteristic roots (SciPy, NumPy)",
    "overshoot 1e-4 of a percent, both exact; period 0.1%, as crossings are read between months",
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
