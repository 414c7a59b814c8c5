"""Why orders swing more than sales: a supplier that keeps stock for the sales it expects over a lead time."""

import numpy as np
from numpy.typing import NDArray

from agents.choices import ORDER_UP_TO
from agents.suppliers.stocking import MEMORY_MONTHS
from model.history import empty_history, run_months
from model.room import make_room
from model.state import World
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import Line, spot_world

MEAN = 1e5
"""Mean of monthly sales, H100e."""
FOREVER = 1_000_000_000
"""Life of a site, months: nothing wears out."""
SHOWN = 25
"""Months in the picture."""


def even_noise(months: int, seed: int) -> NDArray[np.float64]:
    """Return noise of mean square 1 with random phases and the same strength at every frequency, the lowest included.

    So it is uncorrelated at every lag over the whole run, as independent draws of mean 0 are on average: what is
    measured needs no allowance for chance.
    """
    luck, half = np.random.default_rng(seed), months // 2 + 1
    spectrum = np.exp(2j * np.pi * luck.random(half))
    spectrum[0] = 1.0
    if months % 2 == 0:
        spectrum[-1] = 1.0
    noise = np.fft.irfft(spectrum, months)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)))


def sales_of(values: Values) -> NDArray[np.float64]:
    """Return monthly sales: the noise, and before it as much of its end as the supplier remembers."""
    noise = even_noise(values["months"], values["seed"])
    swing = min(0.2, 0.9 / (np.abs(noise).max() * (1.0 + 2.0 * values["lead"] / values["window"])))
    once = MEAN * (1.0 + swing * noise)
    return np.concatenate([once[np.arange(-warming(values), 0) % len(once)], once])


def warming(values: Values) -> int:
    """Return the months after which the supplier has forgotten the start."""
    return int(values["window"] + values["lead"]) + 2


def market_of(values: Values, wanted: float) -> World:
    """Return a market of one supplier to enterprises that want `wanted` the month before the first."""
    world = spot_world(
        Line(1.0, 1.0),
        [0.0],
        0.5,
        investment_rule=ORDER_UP_TO,
        moving_average_months=values["window"],
        site_life_months=FOREVER,
        enterprise_price_elasticity=0.0,
        investment_ramp_start_ratio=-1e9,
        investment_ramp_cap_ratio=1.0,
    )
    world.market["fringe_h100e"] = 0.0
    world.sites["capacity_h100e"][0] = wanted + values["lead"] * MEAN
    world.market["pipeline_h100e"] = world.sites["capacity_h100e"][0]
    world.suppliers["lead_months"][0] = values["lead"]
    world.suppliers["wanted_before_h100e"][0] = wanted
    return world


def simulated_orders(values: Values, sales: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the orders of a supplier whose customers want so much more each month, every stage of the month run.

    What they want piles up: capacity is kept, so sales are what is newly wanted.
    """
    wanted = MEAN * values["lead"]
    world = make_room(market_of(values, wanted))
    history = empty_history(len(sales), len(world.labs), len(world.suppliers))
    for month, sold in enumerate(sales):
        wanted += sold
        world.suppliers["enterprise_h100e"][0] = wanted
        world = make_room(world)
        if run_months(world, history, month, month + 1) != month + 1 or world.market["breach"][0] != 0:
            raise RuntimeError(f"month {month} did not end well")
    return np.asarray(history.suppliers["order_h100e"][:, 0])


def expected_orders(values: Values, sales: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return orders in closed form, from the month on in which memory is full: D + (L / m) (D - D of m months ago)."""
    late, window = sales[warming(values) :], values["window"]
    before = sales[warming(values) - window : len(sales) - window]
    return np.asarray(late + values["lead"] / window * (late - before))


def ask(values: Values) -> Outcome:
    """Let customers want more by a noisy amount each month, and measure how orders swing."""
    lead, window, sales = values["lead"], values["window"], sales_of(values)
    orders = simulated_orders(values, sales)[warming(values) :]
    theory, late = expected_orders(values, sales), sales[warming(values) :]
    ratio = 1.0 + 2.0 * lead / window + 2.0 * (lead / window) ** 2
    away, square = orders - MEAN, float(np.sum((late - MEAN) ** 2))
    quantities = (
        Quantity("ratio", ratio, float(away @ away) / square, 1e-6 * ratio),
        Quantity("response", 1.0 + lead / window, float(away @ (late - MEAN)) / square, 1e-6 * (1.0 + lead / window)),
        Quantity("mean_order", 1.0, float(orders.mean() / late.mean()), 1e-6),
    )
    months = [float(month) for month in range(1, len(late) + 1)][:SHOWN]
    shown = ((late / MEAN)[:SHOWN].tolist(), (theory / MEAN)[:SHOWN].tolist(), (orders / MEAN)[:SHOWN].tolist())
    series = (
        Series("sales", months, shown[0], simulated=False),
        Series("orders, theory", months, shown[1], simulated=False),
        Series("orders, market", months, shown[2], simulated=True),
    )
    return Outcome(quantities, Picture("month", "H100e a month / mean sales", series))


BENCHMARK = Benchmark(
    "bullwhip",
    "How much more do orders swing than sales, if a supplier expects the sales of the last months to go on?",
    "order = D(t) + L [MA(t) - MA(t-1)], MA the mean of m months of sales D; "
    "Var(orders) / Var(sales) = 1 + 2 L/m + 2 L^2/m^2",
    (
        "agents/suppliers/stocking.py: remember_sales, mean_sales, order_up_to",
        "model/ordering.py: place_orders",
        "model/capacity.py: survey_sites",
        "model/month.py: every stage",
    ),
    "Chen, Drezner, Ryan & Simchi-Levi (2000)",
    "1e-6: the noise has the same strength at every frequency, so that its sample is as uncorrelated as theory has it, "
    "and chance plays no part",
    (
        number("lead", 2, 1, 60, "months", "order to use"),
        number("window", 6, 1, MEMORY_MONTHS, "months", "months of sales in the moving average"),
        number("months", 240, 80, 600, "months", "months that are measured"),
        number("seed", 1, 0, 1_000_000, "-", "seed of the noise"),
    ),
    ask,
)
