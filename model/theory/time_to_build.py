"""Why an industry that takes long to build overshoots: orders on their way that are not fully counted."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.signal import lfilter

from agents.choices import SUPPLY_CURVE
from agents.suppliers.investment import Growth, StockAdjustment, stock_adjustment_order
from model.state import World, capacity_of, copy_into, empty_world
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import Line, run, spot_world, units_of

MONTHS, SHOWN = 2400, 300
STILL = Growth(0.0, 0.0, 0.9)
"""A market that does not grow."""
CYCLES, SHORTEST = 3.2, 24.0
"""Periods in sight, and months of each, without which none is measured: crossings are read between months."""
OUTLIVED = 0.99
"""Size of the second swing, the first being 1, up to which the first is soon alone."""
OLDEST = 1200
"""Months of life up to which capacity of every age is put into one world."""
STARVED = (
    "Orders reach zero in the swing down: later cycles are longer than in theory, and of the path only the first is "
    "compared."
)
STARVED_AT_ONCE = "Orders reach zero before the first peak: the rule is not linear there, and theory says nothing."


def simulated_capacity(values: Values, months: int = MONTHS) -> tuple[NDArray[np.float64], float]:
    """Return capacity month by month under the market's order rule, and the month in which orders reached zero."""
    lead, delta = values["lead_months"], 1.0 / values["life_months"]
    settings = StockAdjustment(lead, delta, values["gain"], values["supply_line_weight"])
    capacity, orders = np.zeros(months), np.full(months + lead, delta * values["start"])
    installed, floor = values["start"], math.inf
    for month in range(months):
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
    drowned = max(1e-6, 1e-11 * values["desired"] / abs(values["start"] - values["desired"]))
    last = min(MONTHS, math.floor(min(0.0, math.log(drowned)) / math.log(decay)))
    period = 2.0 * math.pi / float(turn)
    return (period, slice(first, last)) if period >= SHORTEST and last - first > CYCLES * period else None


def measured_period(capacity: NDArray[np.float64], level: float) -> float:
    """Return the mean time between upward crossings of a level, interpolated, months."""
    below, above = capacity[:-1] < level, capacity[1:] >= level
    places = np.nonzero(below & above)[0]
    crossings = places + (level - capacity[places]) / (capacity[places + 1] - capacity[places])
    return float(np.mean(np.diff(crossings))) if len(crossings) > 2 else math.nan


def boundary(values: Values) -> tuple[float, float] | None:
    """Return the least gain at which the linear rule swings for ever, and the period, unless it is above 1.

    On the unit circle z = e^(i theta) the characteristic equation gives a gain, which must be real and above zero.
    """
    lead, delta, weight = values["lead_months"], 1.0 / values["life_months"], values["supply_line_weight"]

    def gain(angle: Any) -> Any:
        z = np.exp(1j * angle)
        line = (z ** (lead - 1) - 1.0) / (z - 1.0)
        return -(z - 1.0 + delta) * z ** (lead - 1) / (1.0 + weight * (z - 1.0 + delta) * line)

    angles = np.linspace(1e-6, math.pi - 1e-3, 100 * lead)
    signs = np.signbit(gain(angles).imag)
    found = list[tuple[float, float]]()
    for place in np.nonzero(signs[:-1] != signs[1:])[0]:
        angle = brentq(lambda turn: gain(turn).imag, angles[place], angles[place + 1], xtol=1e-15)
        if 0.0 < gain(angle).real <= 1.0 and abs(gain(angle).imag) < 1e-9:
            found.append((float(gain(angle).real), 2.0 * math.pi / angle))
    return min(found) if found else None


def mode(path: NDArray[np.float64]) -> tuple[float, float]:
    """Return the growth per month and the period of a path that is one swing: x(t+1) = a x(t) - b x(t-1)."""
    turn, square = np.linalg.lstsq(np.stack([path[1:-1], -path[:-2]], axis=1), path[2:], rcond=None)[0]
    growth = math.sqrt(max(square, 1e-12))
    return growth, 2.0 * math.pi / math.acos(min(max(0.5 * turn / growth, -1.0), 1.0 - 1e-12))


def critical_rows(values: Values) -> list[Quantity]:
    """Return the gain from which the market's rule swings ever wider, and the period there, beside theory.

    Swings are small, so that orders stay above zero, and watched once the slowest root has outlived the others.
    """
    edge = boundary(values)
    if edge is None:
        return []
    critical, period = edge
    sizes = np.sort(np.abs(np.roots(characteristic(values | {"gain": critical}))))[::-1]
    others = float(sizes[2:].max(initial=1e-6))
    if others > OUTLIVED:
        return []
    first = values["lead_months"] + math.ceil(math.log(1e-8) / math.log(others))
    start = values["desired"] * (1.0 - 1e-3 / (critical * values["life_months"] + 1.0))

    def swing(gain: float) -> tuple[float, float]:
        near = values | {"gain": gain, "start": start}
        path = simulated_capacity(near, first + math.ceil(period))[0][first:]
        return mode(path / values["desired"] - 1.0)

    low, high = 0.9 * critical, 1.1 * critical
    if (swing(low)[0] - 1.0) * (swing(high)[0] - 1.0) > 0.0:
        simulated, turn = math.nan, math.nan
    else:
        simulated = float(brentq(lambda gain: swing(gain)[0] - 1.0, low, high, rtol=1e-7))
        turn = swing(simulated)[1]
    return [
        Quantity("critical_gain", critical, simulated, 1e-4 * critical),
        Quantity("critical_period", period, turn, 1e-4 * period),
    ]


def replacement_cycle(lead: int) -> float:
    """Return the period of a market whose supplier replaces all it has, by the supply curve, when it wears out.

    Capacity lives as long as it takes to build, and is paid over its life: K(t) = S(p(t - lead)), as steep as demand.
    """
    demand = Line(20.0, 1.0)
    world = spot_world(
        demand,
        [11.0],
        10.0 * lead,
        investment_rule=SUPPLY_CURVE,
        supply_curve_slope=1.0,
        supply_line_weight=1.0,
        site_life_months=lead,
    )
    unit = units_of(demand).h100e
    world.suppliers["lead_months"], world.suppliers["demand_belief_h100e"] = lead, 10.0 * unit
    capacity = run(world, 7 * lead + 2).suppliers["installed_h100e"][:, 0] / unit
    return measured_period(capacity, 10.0)


def steady_world(values: Values) -> World:
    """Return a world whose supplier has as much as it wants, of every age, and orders under way that replace it."""
    lead, life = values["lead_months"], values["life_months"]
    demand = Line(20.0, 1.0)
    small = spot_world(
        demand,
        [1.0],
        10.0,
        site_life_months=life,
        capacity_buffer_ratio=1.0,
        investment_ramp_start_ratio=-1e3,
        investment_ramp_cap_ratio=1.0,
        inventory_adjustment_per_month=values["gain"],
        supply_line_weight=values["supply_line_weight"],
    )
    world = empty_world(capacity_of(small)._replace(sites=max(len(small.sites), life + 2 * lead)))
    copy_into(small, world)
    part = units_of(demand).h100e / life
    world.suppliers["lead_months"] = lead
    for row in range(life + lead - 1):
        site, online = world.sites[row], row - life + 1
        site["id"], site["owner"], site["capacity_h100e"] = row + 1, 0, part
        site["online_month"], site["retire_month"] = online, online + life
    world.market["site_rows"] = world.market["site_hint"] = life + lead - 1
    world.market["next_id"], world.market["pipeline_h100e"] = life + 2 * lead, part * lead
    return world


def orders_under_way(values: Values) -> float:
    """Return the capacity under way once two lead times have passed, as a part of all capacity."""
    history = run(steady_world(values), 2 * values["lead_months"])
    supplier = history.suppliers[-1, 0]
    return float((supplier["pipeline_h100e"] + supplier["ordered_h100e"]) / supplier["installed_h100e"])


def market_rows(values: Values) -> list[Quantity]:
    """Return what whole markets of the engine say of the lead time, beside theory."""
    lead, life, desired = values["lead_months"], values["life_months"], values["desired"]
    rows = [Quantity("cycle_of_full_replacement", 2.0 * lead, replacement_cycle(lead), 1e-6 * lead)]
    if life <= OLDEST:
        under_way = desired / life * lead
        rows.append(Quantity("under_way", under_way, desired * orders_under_way(values), 1e-6 * under_way))
    return rows


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
    said = STARVED if math.isfinite(floor) else ""
    return Outcome((*quantities, *critical_rows(values), *market_rows(values)), picture, said)


BENCHMARK = Benchmark(
    "time_to_build",
    "How far does capacity overshoot when building takes time, and how long is the cycle?",
    "K(t) = (1 - d) K(t-1) + O(t-tau), O = d K* + g [(K* - K) + w (WIP* - WIP)]; K(t) = S(p(t-tau)); WIP = d K tau",
    (
        "agents/suppliers/investment.py: stock_adjustment_order, invest, adjust_stock",
        "agents/suppliers/conduct.py: curve_capacity, adjusting_order",
        "model/capacity.py: survey",
        "model/ordering.py: place_orders, in whole months",
    ),
    "Sterman (1989), Ezekiel (1938), Little (1961); linear filter and characteristic roots (SciPy, NumPy)",
    "overshoot 1e-4 of a percent, cycle of full replacement and orders under way 1e-6, all exact; period 0.1%, as "
    "crossings are read between months; critical gain and period 1e-4, as other swings have nearly died",
    (
        number("lead_months", 18, 2, 120, "months", "order to use"),
        number("life_months", 60, 2, 1000000, "months", "life of capacity"),
        number("gain", 0.1, 0.0001, 1, "1/month", "part of a gap ordered a month"),
        number("supply_line_weight", 0.34, 0, 1, "share", "how far orders under way are counted"),
        number("start", 100.0, 1e-6, 1e9, "H100e", "capacity before"),
        number("desired", 120.0, 1e-6, 1e9, "H100e", "capacity wanted after"),
    ),
    ask,
)
