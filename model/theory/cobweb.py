"""Why prices swing when supply follows the price of a month ago: the cobweb."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.choices import SUPPLY_CURVE
from agents.suppliers.expecting import expect_price
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, choice, number
from model.theory.worlds import Line, run, spot_world, units_of

SIZE = 20.0
"""Quantity that is wanted at price zero, after scaling; no result depends on it."""
AT_REST = 6
"""Months in which the price must stay where it began, if it began at rest."""
LEAST = 1e-3
"""Price and capacity, as shares of those at rest, below which the lines are taken to end."""
SHOWN = 12
"""Months in the picture."""
ROUNDING = 1e-12
"""Rounding of prices, as a share of the highest."""
NO_CROSSING = "Demand and supply do not cross at a positive price and quantity: there is no price to stay at."
LEAVES = (
    "In month {month} expected price, price or capacity would fall to zero: straight lines end there, and with them "
    "the theory. Deviations are multiplied by {factor:.6g} a month."
)
MAGNIFIED = (
    "Deviations are multiplied by {factor:.6g} a month: rounding errors become swings of their own, and no path is "
    "told from another."
)
DIVERGES = (
    "Deviations are multiplied by {factor:.6g} a month: the market moves away from its equilibrium, and the lines hold "
    "only until a price or capacity falls to zero."
)
REPEATS = "Deviations are multiplied by -1 a month: the market repeats a cycle of two months for ever."


class Lines(NamedTuple):
    """Demand a - b p and supply c + d p, in units in which demand at price zero is `SIZE`."""

    a: float
    b: float
    c: float
    d: float

    @property
    def price(self) -> float:
        """Price at which they cross."""
        return (self.a - self.c) / (self.b + self.d)

    @property
    def quantity(self) -> float:
        """Quantity at which they cross."""
        return self.c + self.d * self.price


class Path(NamedTuple):
    """Expected price before each month and after the last, capacity and price in each month."""

    expected: NDArray[np.float64]
    capacity: NDArray[np.float64]
    price: NDArray[np.float64]


def lines_of(values: Values) -> Lines:
    """Return the lines, scaled: what is one of quantity is free."""
    scale = SIZE / values["a"]
    return Lines(SIZE, scale * values["b"], scale * values["c"], scale * values["d"])


def weight_of(values: Values) -> float:
    """Return the weight of the last price in the expected one: 1 if expectations are naive."""
    return 1.0 if values["expectations"] == "naive" else values["weight"]


def simulated_path(lines: Lines, weight: float, deviation: float, months: int) -> Path:
    """Return what a market of one supplier that plans along the supply line does, every stage of the month run."""
    rest, demand = lines.price, Line(lines.a, lines.b)
    units, first = units_of(demand), rest + deviation
    world = spot_world(
        demand,
        [lines.c + lines.d * first],
        rest,
        investment_rule=SUPPLY_CURVE,
        supply_curve_slope=lines.d * rest / lines.quantity,
        price_learning_per_month=weight,
    )
    world.suppliers["demand_belief_h100e"] = lines.quantity * units.h100e
    expect_price(world.suppliers[0], first * units.usd)
    history = run(world, months)
    supplier = history.suppliers[:, 0]
    expected = supplier["price_belief_usd_per_h100e_hour"] / units.usd
    return Path(
        np.concatenate([[first], expected]),
        supplier["installed_h100e"] / units.h100e,
        history.market["spot_price_usd_per_h100e_hour"] / units.usd,
    )


def linear_path(lines: Lines, weight: float, deviation: float, months: int) -> Path:
    """Return the same in closed form: the deviation of the expected price is multiplied by 1 - w (1 + d / b)."""
    factor = 1.0 - weight * (1.0 + lines.d / lines.b)
    with np.errstate(over="ignore"):
        powers = np.asarray(factor ** np.arange(months + 1), dtype=np.float64)
        away = deviation * powers if deviation != 0.0 else np.zeros(months + 1)
        planned = lines.d * away[:-1]
        return Path(lines.price + away, lines.quantity + planned, lines.price - planned / lines.b)


def month_of_leaving(lines: Lines, path: Path) -> int:
    """Return the first month in which the lines leave positive prices and capacities, 0 for none."""
    dear = np.minimum(path.expected[:-1], path.price) > LEAST * lines.price
    outside = np.nonzero(~(dear & (path.capacity > LEAST * lines.quantity)))[0]
    if len(outside) > 0:
        return int(outside[0]) + 1
    return len(path.price) + 1 if path.expected[-1] <= 0.0 else 0


def corners(path: Path, shown: int, unit: float) -> tuple[list[float], list[float]]:
    """Return the corners of the path: expected price on the supply line, then the price on the demand line."""
    x = unit * np.repeat(path.capacity[:shown], 2)
    y = np.stack([path.expected[:-1][:shown], path.price[:shown]], axis=1).reshape(-1)
    return x.tolist(), y.tolist()


def drawn(lines: Lines, unit: float, theory: Path, simulated: Path | None) -> Picture:
    """Return the diagram of demand, supply, and the path between them as far as it stays inside.

    `unit` undoes the scaling of quantities.
    """
    inside = month_of_leaving(lines, theory)
    shown = min(SHOWN, inside - 1 if inside > 0 else SHOWN)
    swings = np.abs(np.concatenate([theory.expected[:shown], theory.price[:shown]]) - lines.price)
    reach = 1.6 * max(swings.max(initial=0.0), 0.05 * lines.price)
    low, high = max(0.0, lines.price - reach), lines.price + reach
    paid = np.array([low, min(high, lines.a / lines.b)])
    asked = np.array([max(low, -lines.c / lines.d if lines.d > 0.0 else 0.0), high])
    series = [
        Series("demand", (unit * (lines.a - lines.b * paid)).tolist(), paid.tolist(), simulated=False),
        Series("supply", (unit * (lines.c + lines.d * asked)).tolist(), asked.tolist(), simulated=False),
    ]
    if shown > 0:
        series.append(Series("path of theory", *corners(theory, shown, unit), simulated=False))
    if simulated is not None:
        series.append(Series("market", *corners(simulated, shown, unit), simulated=True))
    return Picture("quantity", "price, expected and paid", tuple(series))


def ask(values: Values) -> Outcome:
    """Run the market from a wrong expectation and from the right one, and the lines in closed form."""
    lines, weight, months = lines_of(values), weight_of(values), values["ticks"]
    if lines.quantity <= 1e-4 * lines.a or lines.price <= 1e-6 * lines.a / lines.b:
        return Outcome((), Picture("quantity", "price", ()), NO_CROSSING)
    factor, unit = 1.0 - weight * (1.0 + lines.d / lines.b), values["a"] / SIZE
    theory = linear_path(lines, weight, values["initial_deviation"], months)
    month = month_of_leaving(lines, theory)
    if month > 0:
        said = LEAVES.format(month=month, factor=factor)
        return Outcome((), drawn(lines, unit, theory, None), said)
    rounding = ROUNDING * (lines.a / lines.b + abs(values["initial_deviation"])) * (1.0 + lines.d / lines.b)
    magnified = math.log(rounding / lines.price) + max(months, AT_REST) * math.log(max(1.0, abs(factor)))
    if magnified > math.log(1e-6):
        return Outcome((), drawn(lines, unit, theory, None), MAGNIFIED.format(factor=factor))
    simulated = simulated_path(lines, weight, values["initial_deviation"], months)
    at_rest = simulated_path(lines, weight, 0.0, AT_REST).price
    away, found = theory.expected[-1] - lines.price, simulated.expected[-1] - lines.price
    grown = rounding * (1.0 + max(1.0, abs(factor)) ** months)
    quantities = (
        Quantity("price", lines.price, float(at_rest[-1]), rounding * (1.0 + max(1.0, abs(factor)) ** AT_REST)),
        Quantity("deviation", float(away), float(found), float(1e-9 * abs(away) + grown)),
    )
    said = ""
    if abs(factor + 1.0) < 1e-9:
        said = REPEATS
    elif factor < -1.0:
        said = DIVERGES.format(factor=factor)
    return Outcome(quantities, drawn(lines, unit, theory, simulated), said)


BENCHMARK = Benchmark(
    "cobweb",
    "Where does a market go whose suppliers plan capacity by the price of a month ago?",
    "p(t) = (a - c - d e(t)) / b; e(t+1) = e(t) + w (p(t) - e(t)), w = 1 if naive; "
    "e(t) - p* = [1 - w (1 + d/b)]^t (e(0) - p*)",
    (
        "agents/suppliers/conduct.py: curve_capacity, adjusting_order",
        "agents/suppliers/expecting.py: learn_price",
        "model/month.py: every stage",
    ),
    "Ezekiel (1938); Nerlove (1958) for adaptive expectations",
    "1e-9 of the deviation, and 1e-12 of the highest price for rounding, as far as the market magnifies it: both exact",
    (
        number("a", 20.0, 1e-3, 1e9, "quantity", "demand at price zero"),
        number("b", 1.0, 1e-3, 1e9, "quantity/price", "fall of demand with the price"),
        number("c", 2.0, -1e9, 1e9, "quantity", "supply at price zero"),
        number("d", 0.8, 0, 1e9, "quantity/price", "rise of supply with the price expected"),
        choice("expectations", ("naive", "adaptive"), "the last price, or slow learning"),
        number("weight", 0.5, 0, 1, "share", "weight of the last price under adaptive expectations"),
        number("initial_deviation", 1.0, -1e9, 1e9, "price", "first expected price less the equilibrium"),
        number("ticks", 10, 1, 400, "months", "how long"),
    ),
    ask,
)
