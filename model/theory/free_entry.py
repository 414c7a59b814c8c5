"""How many suppliers a market holds if each must earn back what entering costs; Sutton's bound is not asked here.

Where firms escalate a sunk outlay on quality, markets of any size hold few (Sutton 1991). Suppliers of the market have
no such outlay, and labs do not choose one by a best reply to each other, so that no rule could be put to that test.

Who may enter reckons with one more rival as the textbook does: the rule `foreseen_value` holds that step of it. How
many firms there are comes out of months in which they enter one by one, build and sell, and so do price and profit.
"""

import math
from typing import NamedTuple

import numpy as np

from agents.choices import COURNOT, FORESIGHT
from agents.suppliers import NEOCLOUD
from agents.units import USD_M_PER_MONTH
from model.history import empty_history, run_months
from model.room import make_room
from model.state import World
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import Line, spot_world, units_of

HIGHEST, COST = 2.0, 1.0
"""Price at which demand S (A - P) ends, and cost; the margin between them is 1."""
SIZE = 100.0
TIES = 1e-6
"""One who would just break even enters: what rounding may take from its profit."""
SETTLING = 24
"""Months between two chances to enter, in which the market comes to rest."""
LADDER = (5.0, 11.0, 20.0, 31.0, 56.0, 110.0, 210.0, 300.0, 390.0)
"""Sizes by which the slope is measured; none is a square, where the number of firms would be exact."""
NOBODY = "Not even one that has the market to itself earns back what entering costs: nobody lives there."


class Step(NamedTuple):
    """A market at rest: its suppliers, its price, and the size / F at which what each earns just pays for entry."""

    firms: int
    price: float
    size: float


def entry_world(size_over_cost: float, firms_wanted: int) -> World:
    """Return a market of that size with one supplier in it and a queue of others at the door."""
    demand = Line(SIZE * HIGHEST, SIZE)
    units, fixed = units_of(demand), SIZE / size_over_cost * (1.0 - TIES)
    world = spot_world(
        demand,
        [0.5 * SIZE],
        COST,
        investment_rule=COURNOT,
        inventory_adjustment_per_month=min(1.0, 1.5 / (firms_wanted + 1.0)),
        entrant_nontraditional_share=0.0,
        supplier_entry_rule=FORESIGHT,
        supplier_entry_cost_usd_m=fixed * units.usd * units.h100e * USD_M_PER_MONTH,
    )
    entrant = world.supplier_templates[0]
    entrant["kind"], entrant["availability_share"], entrant["lead_months"] = NEOCLOUD, 1, 1
    entrant["power_mw_per_month"], entrant["parent_backed"], entrant["term_months"] = 1e15, 1, 12
    entrant["installed_h100e"] = 1e-3 * SIZE * units.h100e
    return world


def lived(world: World, first: int, last: int, chance: float) -> World:
    """Return the world after the months from `first` to before `last`, in each of which one may enter by chance."""
    world.parameters["supplier_entry_per_month"] = chance
    while first < last:
        world = make_room(world)
        first = run_months(world, empty_history(last, len(world.labs), len(world.suppliers)), first, last)
        if int(world.market["breach"][0]) != 0:
            raise RuntimeError(f"the books broke in month {first}")
    return world


def grown(size_over_cost: float, firms_wanted: int) -> list[Step]:
    """Return the market at rest with one supplier, with two, and so on, until the next one stays away."""
    world = entry_world(size_over_cost, firms_wanted)
    units, steps, month = units_of(Line(SIZE * HIGHEST, SIZE)), list[Step](), 0
    fixed = SIZE / size_over_cost * units.usd * units.h100e * USD_M_PER_MONTH
    while len(steps) < firms_wanted + 3:
        rest = month + SETTLING * (1 if steps else 4)
        world = lived(world, month, rest, 0.0)
        market, month = world.market[0], rest + 1
        price = float(market["spot_price_usd_per_h100e_hour"]) / units.usd
        firms = int(market["suppliers_alive"])
        earned = float((world.suppliers["revenue_usd_m"] - world.suppliers["cost_usd_m"]).sum()) / firms
        steps.append(Step(firms, price, size_over_cost * fixed / earned))
        world = lived(world, rest, month, 1.0)
        if int(world.market["suppliers_alive"][0]) == steps[-1].firms:
            break
    return steps


def threshold_ratio(firms: int, last: Step) -> float:
    """Return the size per firm at which one more just lives, over that of `last`, from what both markets earn."""
    more = grown((firms + 2.5) ** 2, firms + 1)[-1]
    return (more.size / more.firms) / (last.size / last.firms)


def firms_of(size_over_cost: float) -> int:
    """Return how many firms theory says the market holds; one who just breaks even counts."""
    return math.floor(math.sqrt(size_over_cost * (1.0 + TIES))) - 1


def slope(sizes: list[float], firms: list[int]) -> float:
    """Return d ln(n + 1) / d ln(S / F), by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(np.array(firms) + 1.0), 1)[0])


def ask(values: Values) -> Outcome:
    """Open the door of a market again and again until nobody comes in, and compare with the profit theory foresees."""
    size, largest = values["s_over_f"], values["largest"]
    sizes = [step for step in LADDER if step <= largest]
    corners = [(n + 1.0) ** 2 for n in range(1, firms_of(largest) + 1)]
    stairs = [corners[0], *(corner for corner in corners[1:] for _ in range(2)), float(largest)]
    heights = [float(n) for n in range(1, firms_of(largest) + 1) for _ in range(2)]
    counted = [grown(step, firms_of(step))[-1].firms for step in sizes]
    series = (
        Series("root of S / F, less 1, whole firms", stairs, heights, simulated=False),
        Series("suppliers in the market", list(sizes), [float(n) for n in counted], simulated=True),
    )
    picture = Picture("size of the market / cost of entry", "suppliers", series)
    wanted = firms_of(size)
    if wanted < 1:
        return Outcome((), picture, NOBODY)
    steps = grown(size, wanted)
    last = steps[-1]
    price = COST + (HIGHEST - COST) / (wanted + 1.0)
    quantities = [Quantity("firms", float(wanted), float(last.firms), 0.0), Quantity("price", price, last.price, 1e-4)]
    if len(sizes) > 1:
        quantities.append(Quantity("slope", 0.5, slope(sizes, counted), 0.03))
    ratio = wanted * (wanted + 2.0) ** 2 / (wanted + 1.0) ** 3
    quantities.append(Quantity("threshold_ratio", ratio, threshold_ratio(wanted, last), 1e-4))
    return Outcome(tuple(quantities), picture)


BENCHMARK = Benchmark(
    "free_entry",
    "How many suppliers does a market hold if each must earn back what entering costs?",
    "S / (n + 1)^2 = F, so n = floor(sqrt(S / F)) - 1; threshold ratio n (n + 2)^2 / (n + 1)^3",
    ("model/month.py: month", "model/entry.py: come, consider_entry, foreseen_value, enter_supplier"),
    "Mankiw & Whinston (1986), Bresnahan & Reiss (1991), Grant et al. (2020); closed form",
    "none for firms; price and ratio 1e-4, as the market approaches its rest; the slope 0.03, as firms are whole",
    (
        number(
            "s_over_f", 100.0, 0.01, 2500.0, "1", "size S of demand S (2 - p) / cost F of entry, at a unit cost of 1"
        ),
        number("largest", 400.0, 4.0, 400.0, "1", "largest S / F by which the slope is measured"),
    ),
    ask,
)
