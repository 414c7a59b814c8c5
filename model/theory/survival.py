"""How long a lab's cash lasts when income comes and goes, and how much it takes to last."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.signal import fftconvolve
from scipy.stats import norm

from agents.labs import STRATEGIES
from agents.units import USD_M_PER_MONTH
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Comparison, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import STILL, Line, run, start_market, units_of

INCOME_RATIO = 1000.0
"""Income / its s.d.: news is so small a part of it that the market's lognormal news is as good as normal."""
SPARE = 4.0
"""Capacity of own sites / need: no lab has to plan for more."""
MOST_LABS = 250
"""Labs in one world; more are spread over worlds of other luck."""
ERRORS = 4.0
CLOSE = 0.05
"""Standard deviations of income within which capital is found."""
TRIALS, POINTS = 6, 20
"""Parts of the labs that are run to try an amount of capital, and for a point of the picture."""
STEPS = 25
"""Points of the convolution to one s.d. of income."""
MONTHLY = 0.5826
"""Standard deviations by which a barrier moves away if it is watched once a step, -zeta(1/2) / sqrt(2 pi)."""
FAR = 9.0
"""Standard deviations beyond which nothing comes."""

QUIET: dict[str, float] = STILL | {
    "lab_demand_noise_per_month": 1.0 / INCOME_RATIO,
    "service_price_speed_per_month": 0.0,
    "opex_start_usd_per_h100e_hour": 0.0,
    "other_cost_share": 0.0,
    "training_share": 0.0,
    "user_switching_per_month": 0.0,
    "return_per_month": 0.0,
    "round_interval_months": 10**9,
}
"""Own news is all that moves a lab's income; nobody gives it money."""


def labs_with_cash(values: Values, cash: float, count: int, seed: int) -> World:
    """Return a world of labs that serve users on own sites, whose fixed repayment leaves them `drift` on average."""
    world = empty_world(Capacity(count + 1, 1, 2 * count + 4, 4 * count + 4, count + 1, 4 * count + 4))
    world.parameters[:] = default_record()
    for name, value in QUIET.items():
        world.parameters[name] = value
    demand = Line(10.0, 1.0)
    start_market(world, demand, units_of(demand))
    world.parameters["service_price_start_usd_per_h100e_hour"] = 1.0
    world.parameters["site_life_months"] = values["months"] + 1
    income = INCOME_RATIO * values["sd"]
    labs, sites = world.labs[:count], world.sites[:count]
    labs["id"] = labs["luck_key"] = 1 + np.arange(count)
    labs["alive"], labs["strategy"], labs["cash_usd_m"] = 1, STRATEGIES.index("hand_to_mouth"), cash
    labs["users_h100e"], labs["service_price_usd_per_h100e_hour"] = income / USD_M_PER_MONTH, 1.0
    labs["unit_cost_usd_per_h100e_hour"] = labs["spot_price_belief_usd_per_h100e_hour"] = 1.0
    labs["build_cost_ratio"], labs["build_lead_months"] = 1.0, 24
    sites["id"], sites["owner"], sites["owner_is_lab"] = labs["id"], np.arange(count), 1
    sites["capacity_h100e"], sites["retire_month"] = SPARE * labs["users_h100e"], values["months"] + 1
    sites["repayment_usd_m"] = income - values["drift"]
    market = world.market
    market["seed"], market["site_rows"], market["site_hint"] = seed, count, count
    market["pipeline_h100e"] = sites["capacity_h100e"].sum()
    return world


def share_alive(values: Values, cash: float, count: int) -> float:
    """Return the share of so many labs of the market that are in business after so many months."""
    alive = 0
    for first in range(0, count, MOST_LABS):
        size = min(MOST_LABS, count - first)
        world = labs_with_cash(values, cash, size, 1 + first)
        alive += int(run(world, values["months"]).labs["alive"][-1].sum())
    return alive / count


class Curve(NamedTuple):
    """The probability to last by starting cash, at even steps; beyond the last it is 1."""

    cash: NDArray[np.float64]
    lasting: NDArray[np.float64]

    def at(self, cash: float) -> float:
        """Return the probability to last with that cash."""
        return float(np.interp(cash, self.cash, self.lasting))

    def median(self) -> float:
        """Return the cash with which half of all last; the probability there rises without a halt."""
        return float(np.interp(0.5, self.lasting, self.cash))

    def slope(self, cash: float) -> float:
        """Return by how much the probability rises with cash."""
        return float(np.interp(cash, self.cash, np.gradient(self.lasting, self.cash)))


def lasting(values: Values) -> Curve:
    """Return the probability to have cash left at the end of each month, by convolution, month by month from the end.

    S_t(x) = integral over y >= 0 of S_(t-1)(y) phi((y - x - drift) / sd) / sd, S_0 = 1; trapezoids.
    """
    drift, sd, months = values["drift"], values["sd"], values["months"]
    step = sd / STEPS
    top = math.ceil((max(0.0, -drift) * months + FAR * sd * math.sqrt(months)) / step)
    reach = math.ceil((abs(drift) + FAR * sd) / step)
    income = step * np.arange(-reach, reach + 1)
    weights = norm.pdf(income, drift, sd) * step
    curve = np.ones(top + 1)
    for _ in range(months):
        curve[0] *= 0.5
        wide = np.concatenate((np.zeros(reach), curve, np.ones(reach)))
        curve = np.clip(fftconvolve(wide, weights[::-1], mode="valid"), 0.0, 1.0)
    return Curve(step * np.arange(top + 1), np.maximum.accumulate(curve))


def lasting_if_watched(values: Values) -> float:
    """Return the probability never to be without cash when it is watched at every moment, not month by month."""
    cash, drift, sd = values["cash"], values["drift"], values["sd"]
    spread = sd * math.sqrt(values["months"])
    mirror = norm.logcdf((drift * values["months"] - cash) / spread) - 2.0 * drift * cash / sd**2
    return float(norm.cdf((cash + drift * values["months"]) / spread) - math.exp(min(0.0, mirror)))


def comparisons(values: Values, alive: float) -> tuple[Comparison, ...]:
    """Return what theory says of cash that is watched at every moment, beside cash that is counted once a month."""
    cash, drift, sd = values["cash"], values["drift"], values["sd"]
    longer = values | {"cash": cash + MONTHLY * sd}
    watched = (
        Comparison(
            "closed form, survival if cash is watched at every moment",
            lasting_if_watched(values),
            alive,
            "Brownian motion with a barrier (Harrison 1985); a lab of the market fails only at the end of a month",
        ),
        Comparison(
            "closed form, survival approximated",
            lasting_if_watched(longer),
            alive,
            "the same with 0.5826 s.d. more cash, for counting once a month (Siegmund 1985)",
        ),
    )
    if drift <= 0.0:
        return watched
    ruin = math.exp(-2.0 * drift * cash / sd**2)
    source = "Brownian motion with drift upward (Harrison 1985), without an end and watched at every moment"
    return (*watched, Comparison("closed form, ruin some day", ruin, 1.0 - alive, source))


def least_capital(values: Values, most: float, labs: int, seen: dict[float, float]) -> float:
    """Return the cash with which half of so many labs last, from 0 to `most`; shares are noted as they are seen."""

    def over_half(start: float) -> float:
        if start not in seen:
            seen[start] = share_alive(values, start, labs)
        return seen[start] - 0.5

    if over_half(0.0) >= 0.0:
        return 0.0
    if over_half(most) <= 0.0:
        return most
    return float(brentq(over_half, 0.0, most, xtol=CLOSE * values["sd"], maxiter=20, disp=False))


def ask(values: Values) -> Outcome:
    """Run labs through the months, and convolve their income."""
    axes = ("cash at the start, USD m", "share of labs in business")
    cash, draws = values["cash"], values["labs"]
    if abs(values["drift"]) > 5.0 * values["sd"]:
        said = "Income hardly varies beside what is lost or gained a month: cash lasts to a known month, or for good."
        return Outcome((), Picture(*axes, ()), said)
    curve, fewer = lasting(values), max(10, draws // TRIALS)
    alive, expected = share_alive(values, cash, draws), curve.at(cash)
    error = ERRORS * math.sqrt(expected * (1.0 - expected) / draws) + ERRORS / draws
    rows = [Quantity("survival", expected, alive, error)]
    seen, said = {cash: alive}, ""
    if curve.lasting[0] >= 0.4:
        said = "Nearly half of all labs last without any cash: there is no least capital to look for."
    else:
        median = curve.median()
        found = least_capital(values, 2.5 * median, fewer, seen)
        within = (ERRORS * 0.5 / math.sqrt(fewer) + ERRORS / fewer) / curve.slope(median)
        rows.append(Quantity("minimum_capital", median, found, within + CLOSE * values["sd"]))
    for part in (0.5, 0.75, 1.25, 1.5):
        seen[part * cash] = share_alive(values, part * cash, max(10, draws // POINTS))
    return Outcome(tuple(rows), Picture(*axes, series(values, curve, seen)), said, comparisons(values, alive))


def series(values: Values, curve: Curve, seen: dict[float, float]) -> tuple[Series, ...]:
    """Return the line of theory, and the points that were run."""
    grid = [float(start) for start in np.linspace(0.0, max(seen), 60)]
    watched = [lasting_if_watched(values | {"cash": start}) for start in grid]
    return (
        Series("cash watched at every moment", grid, watched, simulated=False),
        Series("cash counted once a month", grid, [curve.at(start) for start in grid], simulated=False),
        Series("labs of the market", sorted(seen), [seen[start] for start in sorted(seen)], simulated=True),
    )


BENCHMARK = Benchmark(
    "survival",
    "How long does a lab's cash last when its income comes and goes, and how much does it take to last?",
    "S_t(x) = integral over y >= 0 of S_(t-1)(y) phi((y - x - drift) / sd) dy / sd, S_0 = 1; capital: S_T(x) = 1/2",
    (
        "model/month.py: month",
        "model/demand.py: grow_users, news_level",
        "model/finance.py: settle_lab",
        "model/entry.py: leave",
    ),
    "first passage of a random walk (Feller 1968), by convolution (SciPy)",
    "4 standard errors of the labs run, and 3 labs; capital: the same over the slope of the curve",
    (
        number("cash", 24.0, 0.001, 1e4, "USD m", "cash at the start"),
        number("drift", -0.5, -20, 20, "USD m/month", "mean of income less cost"),
        number("sd", 2.0, 0.1, 50, "USD m/month", "s.d. of income"),
        number("months", 36, 2, 60, "months", "months to last"),
        number("labs", 10_000, 30, 10_000, "labs", "labs to run; a sixth of them for each trial of capital"),
    ),
    ask,
)
