"""When it pays to invest for good rather than to wait: the profitability at which a supplier begins to order."""

import math

from scipy.optimize import brentq, minimize_scalar

from agents.choices import REAL_OPTION
from agents.suppliers.investment import invest
from model.state import World
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import Line, spot_world

DEMAND = Line(10.0, 1.0)
HIGHEST = 1e4
"""Value / cost beyond which no trigger is looked for."""
NEVER = f"The trigger is more than {HIGHEST:.0f} times the cost: waiting costs next to nothing, and nobody invests."
CURVE = 40
POINTS = 9


def positive_root(rate: float, payout: float, volatility: float) -> float:
    """Return the root above 1 of the fundamental quadratic, by bracketing."""

    def quadratic(beta: float) -> float:
        return 0.5 * volatility * volatility * beta * (beta - 1.0) + (rate - payout) * beta - rate

    high = 2.0
    while quadratic(high) <= 0.0:
        high *= 2.0
    return float(brentq(quadratic, 1.0, high, xtol=1e-14, rtol=1e-14))


def trigger(rate: float, payout: float, volatility: float) -> float:
    """Return the value / cost at which it pays to invest, infinite where waiting always pays."""
    beta = positive_root(rate, payout, volatility)
    return beta / (beta - 1.0) if beta > 1.0 else math.inf


def best_trigger(rate: float, payout: float, volatility: float) -> float:
    """Return the value / cost V at which to invest if the option is to be worth most: (V - 1) V^-beta is greatest."""
    beta = positive_root(rate, payout, volatility)

    def loss(log_excess: float) -> float:
        return beta * math.log1p(math.exp(log_excess)) - log_excess

    found = minimize_scalar(loss, bracket=(-1.0, 1.0), tol=1e-12)
    return 1.0 + math.exp(float(found.x))


def supplier_world(rate: float, payout: float, volatility: float) -> World:
    """Return a world of one supplier that lacks capacity and weighs its investment as an option in full."""
    world = spot_world(
        DEMAND,
        [1.0],
        5.0,
        1.0,
        investment_hurdle=REAL_OPTION,
        option_weight_share=1.0,
        option_payout_per_year=payout,
        option_volatility_per_root_year=volatility,
        price_tightness_weight=0.0,
    )
    world.suppliers["wacc_per_year"] = rate
    world.suppliers["installed_h100e"] = world.sites["capacity_h100e"][0]
    return world


def orders_at(world: World, price: float) -> tuple[bool, float]:
    """Return whether the supplier orders when it realises a price, USD, and how profitable a site is to it."""
    supplier, market = world.suppliers[0], world.market[0]
    supplier["realised_price_usd_per_h100e_hour"] = price
    invest(world, 0)
    running = float(market["opex_usd_per_h100e_hour"])
    capital = float(supplier["full_cost_usd_per_h100e_hour"]) - running
    return bool(supplier["order_h100e"] > 0.0), (price - running) / capital


def simulated_trigger(rate: float, payout: float, volatility: float) -> float:
    """Return the profitability from which the supplier orders, by halving the interval of prices."""
    world = supplier_world(rate, payout, volatility)
    low, high = 0.0, 1.0
    while not orders_at(world, high)[0]:
        low, high = high, 2.0 * high
        if orders_at(world, high)[1] > 8.0 * HIGHEST:
            return math.inf
    for _ in range(50):
        middle = 0.5 * (low + high)
        if orders_at(world, middle)[0]:
            high = middle
        else:
            low = middle
    return orders_at(world, high)[1]


def picture(rate: float, payout: float, volatility: float) -> Picture:
    """Return the trigger over volatility."""
    most = 2.0 * volatility
    line = [most * (step + 1.0) / CURVE for step in range(CURVE)]
    points = [most * (step + 1.0) / POINTS for step in range(POINTS)]
    series = (
        Series("beta / (beta - 1)", line, [trigger(rate, payout, v) for v in line], simulated=False),
        Series("worth its cost", [line[0], most], [1.0, 1.0], simulated=False),
        Series(
            "supplier begins to order", points, [simulated_trigger(rate, payout, v) for v in points], simulated=True
        ),
    )
    return Picture("volatility of value, 1 / root year", "value / cost", series)


def ask(values: Values) -> Outcome:
    """Find the trigger of a supplier, and solve the fundamental quadratic."""
    rate, payout, volatility = values["r"], values["d"], values["sigma"]
    theory = trigger(rate, payout, volatility)
    if theory > HIGHEST:
        line = Series("beta / (beta - 1)", [0.0, volatility], [1.0, HIGHEST], simulated=False)
        return Outcome((), Picture("volatility of value, 1 / root year", "value / cost", (line,)), NEVER)
    simulated = simulated_trigger(rate, payout, volatility)
    best = best_trigger(rate, payout, volatility)
    quantities = (
        Quantity("trigger", theory, simulated, 1e-6 * theory),
        Quantity("best_trigger", best, simulated, 1e-5 * best),
    )
    return Outcome(quantities, picture(rate, payout, volatility))


BENCHMARK = Benchmark(
    "real_option",
    "How much more than its cost must a site be worth before it pays to build for good rather than to wait?",
    "V / I = beta / (beta - 1), sigma^2 beta (beta - 1) / 2 + (r - d) beta - r = 0; it makes (V - I) V^-beta greatest",
    ("agents/suppliers/investment.py: invest, profitability, readiness, option_multiple", "agents/costs.py: full_cost"),
    "Dixit & Pindyck (1994); roots and maximum by bracketing (SciPy)",
    "1e-6 of the trigger, found by halving; 1e-5 of the maximum, which is flat",
    (
        number("r", 0.12, 0.001, 1.0, "1/year", "cost of capital"),
        number("d", 0.25, 0.0, 1.0, "1/year", "payout: what waiting forgoes"),
        number("sigma", 0.4, 0.01, 2.0, "1/root year", "volatility of what a site is worth"),
    ),
    ask,
)
