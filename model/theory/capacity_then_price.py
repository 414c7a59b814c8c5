"""Two suppliers with capacity who post prices: where that ends as in Cournot's market, and where prices must cycle."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from agents.choices import POSTED_SPOT, UNDERCUT
from agents.fringe import Elastic
from agents.suppliers import quote
from agents.units import USD_M_PER_MONTH
from model.orders import add_order, sort_book
from model.posted import sell_as_posted
from model.state import DTYPES, World
from model.theory.benchmark import Benchmark, Comparison, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import Line, run, spot_world, units_of

CHOKE = 10.0
DEMAND = Line(CHOKE, 1.0)
UNIT_COST = 1.0
"""Cost of one of capacity where it is chosen."""
REPLY_HOLDS = 11.0 / 3.0
"""Capacity of the rival up to which the best reply to it leads to prices at rest."""
FOREVER = 10**6
QUANTILES, OWN_PRICES = 100, 5
CYCLES, FALL, LONG_FALL = 3, 0.5, 1.5
"""Cycles of prices that are run, and how far asks fall that come to rest, and to be seen."""
ROUGH = 10
"""Steps of capacity at a time, where the best is looked for first."""
VISIBLE = 0.05
"""Step of prices that is large enough to be seen."""
MIXED = (
    "There is no equilibrium in which each posts one price: whoever is undercut does better at a high price, so "
    "asks fall step by step, jump and fall again (Edgeworth 1925), within the prices that theory draws by lot."
)
"""What is said of capacities above the best replies to each other."""
MEANS = (
    " Both undercut at the same time from last month's asks, so that asks move together and hardly ever does one sell "
    "what the other leaves: over a cycle the larger takes {:.2f} a month, and by the lottery {:.2f}; the smaller asks "
    "{:.2f}, and by the lottery {:.2f}."
)
"""What is said of the means of a cycle."""
TOGETHER = "mixed equilibrium of Kreps & Scheinkman (1983), prices drawn apart; asks of the market move together"
COARSE = " Here prices move by steps too large for that: to share the market costs less than a step down."


class Prices(NamedTuple):
    """The prices that theory knows: lowest and highest, alike where one is asked by both."""

    low: float
    high: float

    @property
    def mixed(self) -> bool:
        """Whether they are drawn by lot."""
        return self.low < self.high


def sales(price: float, own: float, cheaper: float) -> float:
    """Return what a supplier sells at a price, if others sell so much first."""
    return min(own, max(0.0, CHOKE - price - cheaper))


def larger_revenue(large: float, small: float) -> float:
    """Return what the larger supplier earns if it leaves the rival all that it can sell, and is a monopolist after."""
    left = max(0.0, CHOKE - small)
    return 0.25 * left * left if large > 0.5 * left else large * (left - large)


def prices_of(first: float, second: float) -> Prices:
    """Return the prices of theory: one where both capacities are best replies or ample, else the support of a lottery.

    The larger supplier earns the same at both ends: as the cheaper one, and as monopolist of what the smaller leaves.
    """
    small, large = sorted((first, second))
    if small >= CHOKE:
        return Prices(0.0, 0.0)
    if large <= 0.5 * (CHOKE - small):
        return Prices(CHOKE - first - second, CHOKE - first - second)
    high, revenue = 0.5 * (CHOKE - small), larger_revenue(large, small)

    def gain(price: float) -> float:
        return price * sales(price, large, 0.0) - revenue

    return Prices(float(brentq(gain, 0.0, high, xtol=1e-13)), high)


def excess_share(first: float, second: float, price: float) -> float:
    """Return the share of both capacities that finds no buyer at a price."""
    return max(0.0, first + second - (CHOKE - price)) / (first + second)


def drawn(large: float, small: float, support: Prices, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the prices of the smaller supplier by chance of a lower one: they leave the larger one indifferent."""
    revenue = larger_revenue(large, small)

    def chance(price: float) -> float:
        first, last = sales(price, large, 0.0), sales(price, large, small)
        return (price * first - revenue) / (price * (first - last))

    def price(share: float) -> float:
        ends = {0.0: support.low, 1.0: support.high}
        found = ends[share] if share in ends else brentq(lambda p: chance(p) - share, *support, xtol=1e-14)
        return float(found)

    return np.array([price(share) for share in chances.tolist()])


def duopoly(capacities: list[float], tick: float, start: float) -> World:
    """Return a market of two suppliers with sites for ever and no power for more, who have asked a price before."""
    units = units_of(DEMAND)
    world = spot_world(
        DEMAND,
        capacities,
        UNIT_COST,
        site_life_months=FOREVER,
        exit_months=FOREVER,
        spot_rule=POSTED_SPOT,
        spot_ask_rule=UNDERCUT,
        spot_price_tick_usd_per_h100e_hour=tick * units.usd,
    )
    world.suppliers["power_mw_per_month"] = 0.0
    world.suppliers["spot_last_ask_usd_per_h100e_hour"] = start * units.usd
    world.suppliers["spot_offered_h100e"][:2] = world.sites["capacity_h100e"][:2]
    return world


class Course(NamedTuple):
    """Asks of both suppliers and what they take, month by month in textbook units; shape (months, 2)."""

    asks: NDArray[np.float64]
    revenue: NDArray[np.float64]


def course_of(capacities: list[float], prices: Prices, tick: float, fall: float) -> Course:
    """Return asks and revenue of both suppliers, month by month.

    They start a step above the highest of many prices, or so far above a price at which asks come to rest.
    """
    above = tick if prices.mixed else fall
    months = CYCLES * (round((prices.high - prices.low) / tick) + 4) if prices.mixed else 2 * round(fall / tick)
    suppliers = run(duopoly(capacities, tick, prices.high + above), months).suppliers
    units = units_of(DEMAND)
    asks = suppliers["spot_urgent_ask_usd_per_h100e_hour"][:, :2] / units.usd
    return Course(asks, suppliers["spot_revenue_usd_m"][:, :2] / (USD_M_PER_MONTH * units.usd * units.h100e))


def sold_for(asks: list[tuple[float, float]]) -> float:
    """Return what the first supplier takes a month when both post (price, quantity), in textbook units."""
    units, book, count = units_of(DEMAND), np.zeros(2, DTYPES["asks"]), 0
    for owner, (price, quantity) in enumerate(asks):
        count = add_order(book, count, price * units.usd, quantity * units.h100e, owner)
    sort_book(book, count, True)
    middle, slope = 0.5 * CHOKE, units.h100e / units.usd
    fringe = Elastic(middle * units.h100e, middle * units.usd, 1.0, slope)
    sell_as_posted(np.zeros(1, DTYPES["bids"]), 0, book, count, fringe)
    return float(book["value_usd_per_hour"][:count][book["owner"][:count] == 0].sum()) / (units.usd * units.h100e)


def revenue_against_lots(large: float, small: float, support: Prices) -> float:
    """Return what the larger supplier takes on average against the smaller one's lottery, at its worst price.

    Its prices lie between those of the rival, so that the share of cheaper ones is exact.
    """
    rival = drawn(large, small, support, (np.arange(QUANTILES) + 0.5) / QUANTILES)
    own = drawn(large, small, support, np.linspace(0.0, 1.0, OWN_PRICES))
    means = [float(np.mean([sold_for([(p, large), (q, small)]) for q in rival])) for p in own]
    return max(means, key=lambda mean: abs(mean - larger_revenue(large, small)))


def simulated_reply(rival: float, tick: float) -> float:
    """Return the capacity, in steps of the tick, that earns most at the best ask if the rival sells first."""
    world, units = duopoly([1.0, rival], tick, tick), units_of(DEMAND)

    def gain(step: int) -> float:
        capacity = step * tick
        world.suppliers["spot_offered_h100e"][0] = capacity * units.h100e
        quote(world, 0)
        ask = float(world.suppliers["spot_urgent_ask_usd_per_h100e_hour"][0]) / units.usd
        return sold_for([(ask, capacity), (0.5 * tick, rival)]) - UNIT_COST * capacity

    most = int((CHOKE - rival) / tick)
    rough = max(range(1, most + 1, ROUGH), key=gain)
    return tick * max(range(max(1, rough - 2 * ROUGH), min(most, rough + 2 * ROUGH) + 1), key=gain)


def picture(capacities: list[float]) -> Picture:
    """Return asks, month by month, beside what theory says; at rest, also those of two with twice the capacity."""
    markets, double = [capacities], [2.0 * capacity for capacity in capacities]
    if not prices_of(*capacities).mixed and prices_of(*double).mixed:
        markets.append(double)
    series = list[Series]()
    for both in markets:
        levels, label = prices_of(*both), f"asks, {both[0]:g} and {both[1]:g}"
        path = course_of(both, levels, VISIBLE, LONG_FALL).asks
        months = [float(month) for month in range(len(path))]
        across, up = [0.0, months[-1]], [levels.low, levels.low]
        if levels.mixed:
            across, up = [*across, months[-1], 0.0, 0.0], [*up, levels.high, levels.high, levels.low]
        name = "theory: drawn by lot from within" if levels.mixed else "theory: one price"
        series.append(Series(name, across, up, simulated=False))
        series.append(Series(label, months, path[:, 0].tolist(), simulated=True))
    return Picture("months", "price", tuple(series))


def comparisons(capacities: list[float], prices: Prices, course: Course) -> tuple[Comparison, ...]:
    """Return what the lottery brings the larger supplier and asks of the smaller one, beside their cycle's means."""
    small, large = sorted(capacities)
    second_is_large = int(capacities[1] > capacities[0])
    mean_ask = float(drawn(large, small, prices, (np.arange(QUANTILES) + 0.5) / QUANTILES).mean())
    taken = float(course.revenue[:, second_is_large].mean())
    asked = float(course.asks[:, 1 - second_is_large].mean())
    return (
        Comparison("closed form, revenue of the lottery", larger_revenue(large, small), taken, TOGETHER),
        Comparison("closed form, mean ask of the lottery", mean_ask, asked, TOGETHER),
    )


def quantities_of_cycle(
    capacities: list[float], prices: Prices, asks: NDArray[np.float64], tick: float
) -> list[Quantity]:
    """Return the ends of the cycle, where steps are small enough for one, and what the lottery brings."""
    small, large = sorted(capacities)
    quantities, revenue = list[Quantity](), larger_revenue(large, small)
    if prices.low * excess_share(small, large, prices.low) > 2.0 * tick:
        quantities.append(Quantity("low", prices.low, float(asks.min()), 2.0 * tick))
        quantities.append(Quantity("high", prices.high, float(asks.max()), 1.5 * tick))
    quantities.append(Quantity("revenue", revenue, revenue_against_lots(large, small, prices), 1e-6 * revenue))
    return quantities


def ask(values: Values) -> Outcome:
    """Let two suppliers undercut each other, and compare with the prices of theory; ask for the best capacity too."""
    first, second, tick = values["capacity_1"], values["capacity_2"], values["tick"]
    prices, capacities = prices_of(first, second), [first, second]
    course, said, beside = course_of(capacities, prices, tick, FALL), "", tuple[Comparison, ...]()
    if prices.mixed:
        later = Course(*(path[len(path) // CYCLES :] for path in course))
        quantities = quantities_of_cycle(capacities, prices, later.asks, tick)
        beside = comparisons(capacities, prices, later)
        means = MEANS.format(beside[0].simulated, beside[0].published, beside[1].simulated, beside[1].published)
        said = MIXED + (means if quantities[0].name == "low" else COARSE)
    else:
        quantities = [Quantity("price", prices.low, float(course.asks[-1, 0]), 2.0 * tick)]
    if second <= REPLY_HOLDS:
        reply = 0.5 * (CHOKE - UNIT_COST - second)
        quantities.append(Quantity("best_reply", reply, simulated_reply(second, tick), 1.5 * tick, counted=False))
    return Outcome(tuple(quantities), picture(capacities), said, beside)


BENCHMARK = Benchmark(
    "capacity_then_price",
    "At what price do two suppliers sell who have built before they post prices, and how much would they build?",
    "p = 10 - K1 - K2 while K_i <= (10 - K_j) / 2, else a lottery over [R / K1, (10 - K2) / 2]; best K1 = (9 - K2) / 2",
    (
        "model/month.py: month",
        "agents/suppliers/undercutting.py: best_ask, sold_at",
        "model/posted.py: sell_as_posted",
    ),
    "Kreps & Scheinkman (1983), Edgeworth (1925), Bertrand (1883); closed form, lottery by bracketing (SciPy)",
    "two steps of the price for asks and one of capacity, as they move by steps; revenue 1e-6, it is exact; "
    "the best capacity is looked for by the benchmark itself, a check of method",
    (
        number("capacity_1", 3.0, 0.1, 20.0, "1", "capacity of the first, demand being 10 - p"),
        number("capacity_2", 3.0, 0.1, 20.0, "1", "capacity of the second"),
        number("tick", 0.01, 0.01, 0.1, "1", "step of prices, and of capacity where the best is looked for"),
    ),
    ask,
)
