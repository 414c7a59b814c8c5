"""Few suppliers who each choose the capacity that is best against the others: Cournot's market, and who reaches it."""

import math

from agents.choices import COURNOT
from agents.units import USD_M_PER_MONTH
from model.history import History
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import Line, run, spot_world, units_of

LEAST = 1e-6
"""Inertia below which it is chosen here."""
LONGEST = 3000
"""Months after which a market that has not settled is told to be slow."""
PRECISION = 1e-8
FEW, SHOWN = 4, 40
NO_MARGIN = "Cost is within a thousandth of the price at which demand ends, or above it: nobody builds to speak of."
DIVERGES = (
    "Best replies overshoot by as much as they correct, or by more, and the equilibrium is not reached: with all "
    "of the gap closed at once this holds for three firms and more (Theocharis 1960). Only the multiplier is compared."
)
SLOW = (
    "So little of the gap is closed a month that the market does not settle in sight: only the multiplier is compared."
)


def inertia_of(values: Values) -> float:
    """Return the part of the gap to its best reply that a firm closes in a month, chosen to settle where it is 0."""
    firms = values["n"]
    if values["inertia"] >= LEAST:
        return float(values["inertia"])
    return 1.0 if firms <= 2 else 1.5 / (firms + 1.0)


def starts(firms: int, multiplier: float) -> list[float]:
    """Return quantities to start from, as parts of the equilibrium: unequal, and so near that no reply is nothing."""
    if firms == 1:
        return [0.2]
    below = 0.5 / (firms * max(1.0, multiplier * multiplier))
    return [1.0 - below + 0.5 * (2.0 * place / (firms - 1.0) - 1.0) for place in range(firms)]


def market(values: Values, parts: list[float], months: int) -> History:
    """Return the history of a market of suppliers that reply to each other, started at parts of the equilibrium."""
    demand, cost = demand_of(values), max(values["c"], 1e-9 * values["a"])
    quantity = (values["a"] - cost) / (values["n"] + 1.0)
    own = {"investment_rule": COURNOT, "inventory_adjustment_per_month": inertia_of(values)}
    return run(spot_world(demand, [part * quantity for part in parts], cost, **own), months)


def demand_of(values: Values) -> Line:
    """Return the demand Q = a - p."""
    return Line(values["a"], 1.0)


def compared(values: Values, history: History) -> list[Quantity]:
    """Return the equilibrium of theory beside the last month of the market."""
    firms, highest, cost = values["n"], values["a"], values["c"]
    units = units_of(demand_of(values))
    quantity = (highest - cost) / (firms + 1.0)
    price = (highest + firms * cost) / (firms + 1.0)
    suppliers, last = history.suppliers[-1, :firms], history.market[-1]
    sold = suppliers["spot_sold_h100e"] / units.h100e
    paid = float(last["spot_price_usd_per_h100e_hour"]) / units.usd
    earned = (suppliers["revenue_usd_m"] - suppliers["cost_usd_m"]) / (units.h100e * units.usd * USD_M_PER_MONTH)
    full = float(suppliers["full_cost_usd_per_h100e_hour"][0]) / units.usd
    return [
        Quantity("quantity", quantity, float(sold[-1]), 1e-4 * quantity),
        Quantity("price", price, paid, 1e-4 * price),
        Quantity("profit", quantity * quantity, float(earned[-1]), 1e-4 * quantity * quantity),
        Quantity("hhi", 1e4 / firms, float(last["hhi_suppliers"]), 1.0 / firms),
        Quantity("lerner", (price - cost) / price, (paid - full) / paid, 1e-4),
    ]


def reactions(values: Values) -> Picture:
    """Return the reaction functions of two firms and the way that two suppliers of the market take."""
    highest, cost = values["a"], values["c"]
    most = highest - cost
    line = [most * step / 20.0 for step in range(21)]
    reply = [0.5 * (most - other) for other in line]
    history = market(values | {"n": 2}, [0.2, 2.4], 14)
    way = history.suppliers["installed_h100e"][:, :2] / units_of(demand_of(values)).h100e
    series = (
        Series("best reply of firm 2", line, reply, simulated=False),
        Series("best reply of firm 1", reply, line, simulated=False),
        Series("suppliers of the market, month by month", way[:, 0].tolist(), way[:, 1].tolist(), simulated=True),
    )
    return Picture("quantity of firm 1", "quantity of firm 2", series)


def totals(values: Values, history: History) -> Picture:
    """Return the total quantity, month by month, beside that of the equilibrium."""
    units, firms = units_of(demand_of(values)), values["n"]
    total = history.suppliers["installed_h100e"][:SHOWN, :firms].sum(axis=1) / units.h100e
    months = [float(month) for month in range(len(total))]
    level = firms * (values["a"] - values["c"]) / (firms + 1.0)
    series = (
        Series("Cournot equilibrium", [0.0, months[-1]], [level, level], simulated=False),
        Series("suppliers of the market", months, total.tolist(), simulated=True),
    )
    return Picture("months", "quantity of all firms", series)


def ask(values: Values) -> Outcome:
    """Let suppliers reply to each other until they rest, and compare with Cournot's equilibrium."""
    firms, inertia = values["n"], inertia_of(values)
    multiplier = 1.0 - 0.5 * inertia * (firms + 1.0)
    line = Series("nothing is built", [0.0, 1.0], [0.0, 0.0], simulated=False)
    if values["a"] - values["c"] < 1e-3 * values["a"]:
        return Outcome((), Picture("months", "quantity", (line,)), NO_MARGIN)
    slowest = max(abs(multiplier), 1.0 - 0.5 * inertia if firms > 1 else 0.0)
    settles = abs(multiplier) < 1.0 - 1e-9
    months = 1 + math.ceil(math.log(PRECISION) / math.log(max(slowest, 1e-2))) if settles else 0
    said = DIVERGES if not settles else SLOW if months > LONGEST else ""
    shown = FEW if firms == 2 or not settles else SHOWN
    history = market(values, starts(firms, multiplier), shown if said else max(shown, months))
    total = history.suppliers["installed_h100e"][:3, :firms].sum(axis=1)
    measured = float((total[2] - total[1]) / (total[1] - total[0]))
    row = Quantity("multiplier", multiplier, measured, 1e-6 * max(1.0, abs(multiplier)))
    picture = reactions(values) if firms == 2 else totals(values, history)
    return Outcome((*([] if said else compared(values, history)), row), picture, said)


BENCHMARK = Benchmark(
    "cournot",
    "What do a few suppliers build, and at what price do they sell, if each does its best against the others?",
    "q = (a - c) / (n + 1), p = (a + n c) / (n + 1), profit q^2; Q - Q* is multiplied by 1 - k (n + 1) / 2",
    ("model/month.py: month", "agents/suppliers/conduct.py: best_reply, demand_response, adjusting_order"),
    "Cournot (1838), Theocharis (1960); closed form",
    "1e-4 of each, as the market approaches its rest only; the multiplier 1e-6, it is exact",
    (
        number("n", 2, 1, 40, "firms", "suppliers"),
        number("a", 10.0, 0.1, 1e6, "1", "price at which demand Q = a - p ends"),
        number("c", 1.0, 0.0, 1e6, "1", "cost of one of quantity"),
        number("inertia", 0.0, 0.0, 1.0, "share", "gap to the best reply closed a month; 0: as lets all settle"),
    ),
    ask,
)
