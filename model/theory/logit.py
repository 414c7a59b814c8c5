"""How users share themselves out over labs, and what a dearer service costs a lab."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from agents.choices import LOGIT
from model.demand import lose_refused_users
from model.month import meet_users
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number, numbers
from model.theory.worlds import STILL

USERS_H100E = 1e6
STEP = 1e-4
"""By how much utility falls to see users leave."""
REFUSED_SHARE = 0.4
"""Part of its users that the first lab refuses, to see where they go."""


def labs_to_choose(values: Values, prices: list[float]) -> World:
    """Return a world in which all users choose anew each month; price counts by its log in the market."""
    count = len(prices)
    world = empty_world(Capacity(count, 1, 1, 1, 1, 1))
    world.parameters[:] = default_record()
    choosing = {"user_choice_rule": LOGIT, "user_switching_per_month": 1.0, "user_availability_weight": 0.0}
    weights = {"user_price_weight": values["alpha"], "user_quality_weight": 1.0}
    refusing = {"churn_per_month": 1.0, "overflow_share": 1.0}
    for name, value in (STILL | choosing | weights | refusing).items():
        world.parameters[name] = value
    world.market["seed"], world.market["outside_users_h100e"] = 1, USERS_H100E
    world.labs["alive"], world.labs["luck_key"] = 1, np.arange(count)
    world.labs["quality_log"] = values["utilities"]
    world.labs["service_price_usd_per_h100e_hour"] = np.exp(prices)
    return world


def market_shares(values: Values, prices: list[float]) -> NDArray[np.float64]:
    """Return the shares that users of the market choose, those of no lab last."""
    world = labs_to_choose(values, prices)
    meet_users(world)
    users = np.append(world.labs["users_h100e"], world.market["outside_users_h100e"])
    return np.asarray(users / USERS_H100E)


def chosen_shares(values: Values, prices: list[float]) -> NDArray[np.float64]:
    """Return the logit shares, those of no lab last."""
    utilities = np.array(values["utilities"]) - values["alpha"] * np.array(prices)
    return np.asarray(softmax(np.append(utilities, 0.0)))


def with_first(values: Values, price: float) -> list[float]:
    """Return the prices with another one of the first lab."""
    return [price, *values["prices"][1:]]


def elasticity(values: Values) -> float:
    """Return by how much the first lab's users fall with its price, in the market, both relative."""
    first, step = values["prices"][0], STEP / max(values["alpha"], 1.0)
    fewer, more = (market_shares(values, with_first(values, price))[0] for price in (first + step, first - step))
    return float(first * np.log(fewer / more) / (2.0 * step))


def gone_to_second(values: Values) -> float:
    """Return the part of the first lab's refused users who go to the second, in the market."""
    world = labs_to_choose(values, values["prices"])
    meet_users(world)
    world.labs["unserved_share"][0] = REFUSED_SHARE
    lose_refused_users(world)
    arriving = world.labs["arriving_users_h100e"]
    return float(arriving[1] / arriving.sum())


def ask(values: Values) -> Outcome:
    """Let users of the market choose, and take the logit shares."""
    prices, alpha, count = values["prices"], values["alpha"], len(values["prices"])
    axes = ("price of the first lab", "share of all users")
    if len(values["utilities"]) != count:
        said = "There are not as many prices as utilities: each lab needs one of both."
        return Outcome((), Picture(*axes, ()), said)
    theory, found = chosen_shares(values, prices), market_shares(values, prices)
    names = [*(f"share_{place}" for place in range(1, count + 1)), "outside"]
    pairs = zip(names, map(float, theory), map(float, found), strict=True)
    rows = [Quantity(name, share, seen, 1e-9 * share + 1e-14) for name, share, seen in pairs]
    expected = -alpha * prices[0] * float(1.0 - theory[0])
    rows.append(Quantity("elasticity", expected, elasticity(values), 1e-7 * (1.0 + alpha * prices[0])))
    if count > 1:
        others = softmax(np.array(values["utilities"][1:]) - alpha * np.array(prices[1:]))
        rows.append(Quantity("overflow", float(others[0]), gone_to_second(values), 1e-9))
    return Outcome(tuple(rows), picture(values, axes))


def picture(values: Values, axes: tuple[str, str]) -> Picture:
    """Draw the shares of the first two labs and of no lab against the price of the first."""
    count = len(values["prices"])
    grid = [float(price) for price in np.linspace(0.0, 2.0 * values["prices"][0] + 1.0, 8)]
    theory = [chosen_shares(values, with_first(values, price)) for price in grid]
    found = [market_shares(values, with_first(values, price)) for price in grid]
    chosen = {"first lab": 0, "second lab": 1, "no lab": count} if count > 1 else {"first lab": 0, "no lab": 1}
    lines = [Series(label, grid, [float(row[k]) for row in theory], simulated=False) for label, k in chosen.items()]
    points = [float(row[k]) for k in chosen.values() for row in found]
    return Picture(*axes, (*lines, Series("users in the market", grid * len(chosen), points, simulated=True)))


BENCHMARK = Benchmark(
    "logit",
    "How do users share themselves out over labs, and how many does a lab lose that asks for more?",
    "s_i = e^(u_i - alpha p_i) / (1 + sum e^(u_k - alpha p_k)); elasticity -alpha p_i (1 - s_i)",
    ("model/month.py: meet_users", "model/demand.py: choose_labs, attraction, lose_refused_users"),
    "McFadden (1974); the refused go by remaining shares, Luce (1959); softmax of SciPy",
    "shares 1e-9 of each and 1e-14: both sides are exact; elasticity 1e-7 (1 + alpha p): a difference over a step",
    (
        numbers("utilities", [2.0, 1.0, 0.5], -20, 20, "-", "what users like about each lab, price apart", pairs=False),
        numbers(
            "prices", [1.0, 0.8, 0.5], 0, 20, "ln USD", "log price of each; the market's users feel logs", pairs=False
        ),
        number("alpha", 1.5, 0, 5, "-", "weight of price"),
    ),
    ask,
)
