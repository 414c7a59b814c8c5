"""What became of orders for new sites: what profit, money, power and chips left of them, acted again on a copy."""

from agents.hardware import lab_lead
from agents.ventures import venture_partner
from experiments.explain.record import Recorded, copy_of
from experiments.explain.words import Section, calendar_month, capacity, listed, share
from model.grid import connect_queued_power
from model.limits import CONSTRAINTS
from model.ordering import limit_orders
from model.regional_power import connect_within_regions
from model.state import World

DECIDED = ("asked_h100e", "order_h100e", "profitability_index", "full_cost_usd_per_h100e_hour")
"""Columns of a supplier that it writes when it decides what to order."""
BINDING = {
    "none": "nobody wanted new sites",
    "demand": "only demand, since nearly all that was asked for was ordered",
    "profit": "profit, since most of what was missing did not pay",
    "credit": "credit, since most of what was missing found no lender",
    "power": "power, since most of what was missing could not be connected",
    "chips": "chips, since more was wanted than they sufficed for",
}
"""What binds, in words, by its name."""
LOSSES = (
    ("profit", "that did not pay"),
    ("credit", "without a lender"),
    ("power", "without power"),
    ("chips", "without chips"),
)


def before_chips(recorded: Recorded) -> World:
    """Return the world in which orders are cut by money and power, and not yet by the month's chips, on a copy."""
    world, placed = copy_of(recorded.views["measure_market"]), recorded.views["place_orders"]
    for column in DECIDED:
        world.suppliers[column] = placed.suppliers[column]
    connect_queued_power(world)
    limit_orders(world)
    if world.regions["id"][0] > 0:
        connect_within_regions(world)
    return world


def binding_words(recorded: Recorded) -> str:
    """Return in words what bound the orders of the whole market this month."""
    market = recorded.views["place_orders"].market[0]
    said = f"In the whole market, what bound orders this month was {BINDING[CONSTRAINTS[market['binding_constraint']]]}"
    lost = [(float(market[f"lost_to_{name}_h100e"]), words) for name, words in LOSSES]
    parts = [f"{capacity(quantity)} {words}" for quantity, words in lost if quantity >= 1.0]
    asked = capacity(float(market["orders_asked_h100e"]))
    return (
        f"{said}: of {asked} asked for, all that labs mean to build included, {listed(parts)}." if parts else f"{said}."
    )


def build_section(recorded: Recorded, i: int) -> Section:
    """Return what lab `i` ordered for itself, and what kept it from more."""
    world, placed = before_chips(recorded), recorded.views["place_orders"]
    planned = float(recorded.views["measure_market"].labs["planned_build_h100e"][i])
    got, own_power = float(placed.labs["ordered_h100e"][i]), float(placed.labs["own_power_h100e"][i])
    if planned < 1.0:
        return Section("What it built", ["It meant to order no site of its own.", binding_words(recorded)])
    wanted = planned / float(world.parameters["usable_share"][0])
    left = float(world.labs["ordered_h100e"][i])
    sentences = [
        f"It meant to build for {capacity(planned)} of work, for which it needs {capacity(wanted)} of chips. What it "
        f"could fund and connect left {capacity(left)} of that, and the month's chips {capacity(got)}"
        + (
            f", ready in {calendar_month(recorded.scenario.start, recorded.month + lab_lead(world, i))}."
            if got
            else "."
        )
    ]
    if own_power >= 1.0:
        sentences.append(f"{capacity(own_power)} of it has generation of its own.")
    partner = venture_partner(world, i)
    if partner >= 0 and got >= 1.0:
        part = share(float(world.parameters["joint_venture_share"][0]))
        sentences.append(
            f"{recorded.supplier(partner)}, which is closest to it, pays for {part} of it and owns that part."
        )
    return Section("What it built", [*sentences, binding_words(recorded)])
