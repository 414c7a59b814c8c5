"""How much of the gains from trade a double auction finds when nobody in it thinks."""

import functools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.choices import CONSTRAINED, UNCONSTRAINED
from agents.fringe import Elastic
from model.auction import clearing_price, traded
from model.double_auction import Session, double_auction, shout
from model.orders import add_order, sort_book
from model.parameters import default_record
from model.state import DTYPES, Table
from model.theory.benchmark import Benchmark, Comparison, Outcome, Picture, Quantity, Series, Values, number

TRADERS, UNITS = 6, 3
"""Buyers, and sellers; units of each."""
VALUES = tuple(150 - 6 * unit for unit in range(TRADERS * UNITS))
COSTS = tuple(10 + 6 * unit for unit in range(TRADERS * UNITS))
"""What the units are worth, and what they cost: trader i has units i, i + 6 and i + 12."""
SURPLUS = sum(max(0, value - cost) for value, cost in zip(VALUES, COSTS))
HIGHEST = 200
"""Highest shout."""
SHOUTS, STEPS = 8000, 2500
"""Shouts of a session in the market, where each falls on one unit, and in theory, where each falls on a trader."""
THEORY_SESSIONS = 1000
NOBODY = Elastic(0.0, 1.0, 1.0)
"""No elastic demand beside the bids."""
BUYER, SELLER, EVEN = 150.0, 50.0, 400
"""Limits of two traders who meet, and the even draws of each."""
PUBLISHED = ((1, 90.0, 99.9), (2, 90.0, 99.2), (3, 76.7, 99.0), (4, 48.8, 98.2), (5, 86.0, 97.1))
"""Mean efficiency of unconstrained and of constrained traders in per cent, market by market."""
PROVENANCE = (
    "Gode & Sunder (1993), as quoted in textbooks, rounded figures confirmed by a replication guide; their schedules "
    "of value and cost are not known, and on those efficiency depends: ours are of one schedule of our own"
)


class Sessions(NamedTuple):
    """Efficiency by session, and the part of sessions in which each unit that buyers may want was traded."""

    efficiency: NDArray[np.float64]
    traded: NDArray[np.float64]


def books() -> tuple[Table, Table]:
    """Return sorted books of all units, one H100e each."""
    bids, asks = (np.zeros(TRADERS * UNITS, DTYPES[side]) for side in ("bids", "asks"))
    for unit, (value, cost) in enumerate(zip(VALUES, COSTS)):
        add_order(bids, unit, float(value), 1.0, unit % TRADERS)
        add_order(asks, unit, float(cost), 1.0, unit % TRADERS)
    sort_book(bids, len(bids), False)
    sort_book(asks, len(asks), True)
    return bids, asks


def sessions_of(values: Values, traders: int) -> Sessions:
    """Return what so many sessions of the market's double auction give; a session is a month."""
    parameters = default_record()
    parameters["spot_traders"], parameters["spot_shouts"] = traders, SHOUTS
    parameters["spot_highest_shout_ratio"] = HIGHEST / VALUES[0]
    efficiency, counts = np.zeros(values["sessions"]), np.zeros(len(VALUES))
    for month in range(values["sessions"]):
        bids, asks = books()
        session = Session(values["seed"], month)
        double_auction(bids, len(bids), asks, len(asks), NOBODY, session, parameters[0])
        worth, cost = (book["filled_h100e"] @ book["price_usd_per_h100e_hour"] for book in (bids, asks))
        efficiency[month] = (worth - cost) / SURPLUS
        counts += bids["filled_h100e"]
    return Sessions(efficiency, counts / values["sessions"])


@functools.cache
def expected_sessions() -> Sessions:
    """Return what constrained traders reach in an auction of its own.

    Bids are even between 0 and value, asks between cost and 200; all sessions move one step at a time. With whole
    numbers, as in the laboratory, the efficiency is lower by 0.001.
    """
    luck = np.random.default_rng(1993)
    every = np.arange(THEORY_SESSIONS)
    limits = np.array([VALUES, COSTS]).reshape(2, UNITS, TRADERS)
    done = np.zeros((2, THEORY_SESSIONS, TRADERS), dtype=int)
    holder, quote = np.full((2, THEORY_SESSIONS), -1), np.tile([[0.0], [math.inf]], (1, THEORY_SESSIONS))
    gains = np.zeros(THEORY_SESSIONS)
    for _ in range(STEPS):
        side, who = luck.integers(0, 2, THEORY_SESSIONS), luck.integers(0, TRADERS, THEORY_SESSIONS)
        unit = done[side, every, who]
        limit = limits[side, np.minimum(unit, UNITS - 1), who]
        draw = luck.random(THEORY_SESSIONS)
        price = np.where(side == 0, draw * limit, draw * HIGHEST + (1.0 - draw) * limit)
        price = np.where(unit < UNITS, price, np.where(side == 0, 0.0, math.inf))
        meets = np.where(side == 0, price >= quote[1], price <= quote[0]) & (holder[1 - side, every] >= 0)
        better = ~meets & np.where(side == 0, price > quote[0], price < quote[1])
        quote[side[better], every[better]] = price[better]
        holder[side[better], every[better]] = who[better]
        some, mine = every[meets], side[meets]
        other = holder[1 - mine, some]
        theirs = limits[1 - mine, done[1 - mine, some, other], other]
        gains[some] += np.abs(theirs - limit[meets]) * np.sign((limit[meets] - theirs) * (1 - 2 * mine))
        done[mine, some, who[meets]] += 1
        done[1 - mine, some, other] += 1
        holder[:, some], quote[0, some], quote[1, some] = -1, 0.0, math.inf
    bought = np.array([(done[0, :, unit % TRADERS] > unit // TRADERS).mean() for unit in range(len(VALUES))])
    return Sessions(gains / SURPLUS, bought)


def crossing() -> tuple[float, float]:
    """Return price and quantity at which the market's call auction clears the same books."""
    bids, asks = books()
    price = clearing_price(bids, len(bids), asks, len(asks), NOBODY)
    return price, traded(bids, len(bids), asks, len(asks), NOBODY, price).quantity


def chance_to_meet() -> float:
    """Return how often a constrained bid for `BUYER` is above a constrained ask for `SELLER`, over even draws."""
    draws = (np.arange(EVEN) + 0.5) / EVEN
    bids = np.array([shout(BUYER, float(HIGHEST), float(draw), True, True) for draw in draws])
    asks = np.array([shout(SELLER, float(HIGHEST), float(draw), False, True) for draw in draws])
    return float((bids[:, None] >= asks[None, :]).mean())


def comparisons(free: float, bound: float) -> tuple[Comparison, ...]:
    """Return the published efficiencies beside ours, market by market."""
    rows: list[Comparison] = []
    for market, unconstrained, constrained in PUBLISHED:
        rows.append(Comparison(f"unconstrained, market {market}, %", unconstrained, 100.0 * free, PROVENANCE))
        rows.append(Comparison(f"constrained, market {market}, %", constrained, 100.0 * bound, PROVENANCE))
    return tuple(rows)


def drawn(theory: Sessions, bound: Sessions, free: Sessions, quantity: int) -> Picture:
    """Return how often each unit is traded: by those who know all, and by those who shout at random."""
    units = [float(unit) for unit in range(1, len(VALUES) + 1)]
    known = [1.0] * quantity + [0.0] * (len(VALUES) - quantity)
    series = (
        Series("all known: as many as gain", units, known, simulated=False),
        Series("limits kept, theory", units, theory.traded.tolist(), simulated=False),
        Series("limits kept, market", units, bound.traded.tolist(), simulated=True),
        Series("no limits, market", units, free.traded.tolist(), simulated=True),
    )
    return Picture("unit, most valued first", "part of sessions in which it is traded", series)


def ask(values: Values) -> Outcome:
    """Let traders shout at random in the market and in an auction of its own, and clear the same books by a call."""
    bound, free = sessions_of(values, CONSTRAINED), sessions_of(values, UNCONSTRAINED)
    theory = expected_sessions()
    error = float(theory.efficiency.std()) * math.sqrt(1.0 / values["sessions"] + 1.0 / THEORY_SESSIONS)
    price, quantity = crossing()
    profitable = sum(value >= cost for value, cost in zip(VALUES, COSTS))
    low = max(COSTS[profitable - 1], VALUES[profitable])
    high = min(VALUES[profitable - 1], COSTS[profitable])
    all_traded = (sum(VALUES) - sum(COSTS)) / SURPLUS
    meeting = (BUYER - SELLER) ** 2 / (2.0 * BUYER * (HIGHEST - SELLER))
    quantities = (
        Quantity(
            "efficiency", float(theory.efficiency.mean()), float(bound.efficiency.mean()), max(0.005, 5.0 * error)
        ),
        Quantity("efficiency_unconstrained", all_traded, float(free.efficiency.mean()), 1e-9),
        Quantity("price", 0.5 * (low + high), price, 1e-9),
        Quantity("quantity", float(profitable), quantity, 1e-9),
        Quantity("chance_to_meet", meeting, chance_to_meet(), 1e-3),
    )
    rows = comparisons(float(free.efficiency.mean()), float(bound.efficiency.mean()))
    return Outcome(quantities, drawn(theory, bound, free, profitable), "", rows)


BENCHMARK = Benchmark(
    "zero_intelligence",
    "How much of the gains from trade does an auction find when traders shout at random?",
    "efficiency = gains made / 888, the most there is; 684/888 if all units trade; "
    "chance that a bid meets an ask = (v - c)^2 / [2 v (M - c)]",
    (
        "model/double_auction.py: double_auction, shout, trade_between",
        "model/auction.py: clearing_price, traded",
    ),
    "Gode & Sunder (1993), with values and costs of our own; a second auction in NumPy",
    "0.005, or 5 standard errors of few sessions, as both sides are random; 1e-9 for the other rows, which are exact, "
    "and 0.001 for the chance, counted on a grid",
    (
        number("sessions", 200, 1, 400, "count", "sessions of each kind of traders"),
        number("seed", 1, 0, 1_000_000, "-", "seed of the market's draws"),
    ),
    ask,
)
