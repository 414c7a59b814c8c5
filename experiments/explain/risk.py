"""The risk charge, the seller's reservation price and the recall hazard in their parts, which always add up."""

from agents import suppliers
from agents.labs.costs import risk_charge, serving_value
from agents.labs.locality import locality_charge
from agents.labs.porting import porting_charge
from agents.labs.relationship import set_up_charge
from agents.suppliers import EDGE, edge
from agents.suppliers.economics import running_cost
from agents.suppliers.nontraditional import own_need
from agents.suppliers.pricing import foreclosure_charge
from experiments.explain.terms import term_worths
from experiments.explain.words import Cell
from model.state import World

OTHER, NEED = "other", "own labs' need"
MATTERS_USD = 5e-4
"""A part that is nowhere larger is not told."""
GROUPS = {
    "dependence": ("dependence",),
    "rivalry": ("rivalry",),
    "terms": ("term", "service", "ramp", "payment ahead", "recall", "conduct"),
    "beginning there": ("set-up", "porting"),
    "place": ("place", "nearness"),
    OTHER: (OTHER,),
}
"""The parts of the risk charge in groups, for a picture."""
SWITCHES = (("dependence", "risk_aversion"), ("rivalry", "rival_discount_share"))
"""Parts of the risk charge that are what it loses when a parameter is zero, and that parameter."""


def risk_parts(world: World, i: int, j: int) -> dict[str, float]:
    """Return the parts of the charge for supplier `j`'s risks to lab `i`, USD per H100e-hour; `other` is the rest."""
    value = serving_value(world, i)
    total = float(risk_charge(world, i, j, value))
    parts = {name: total - float(risk_charge(without(world, key), i, j, value)) for name, key in SWITCHES}
    parts |= {name: float(worth.charge) for name, worth in term_worths(world, i, j).items()}
    parts["set-up"] = float(set_up_charge(world, i, j, value))
    parts["porting"] = float(porting_charge(world, i, j, value))
    parts["place"] = float(locality_charge(world, i, j, value))
    parts["nearness"] = -float(edge.nearness(world)) if world.suppliers["kind"][j] == EDGE else 0.0
    return parts | {OTHER: total - sum(parts.values())}


def grouped(parts: dict[str, float]) -> dict[str, float]:
    """Return the parts of a risk charge added up in groups."""
    return {group: sum(parts[name] for name in names) for group, names in GROUPS.items()}


def without(world: World, parameter: str) -> World:
    """Return the world with one parameter at zero."""
    parameters = world.parameters.copy()
    parameters[parameter] = 0.0
    return world._replace(parameters=parameters)


def seller_parts(world: World, i: int, j: int) -> dict[str, float]:
    """Return the parts of the least supplier `j` takes from lab `i`, a floor at its running cost among them."""
    parameters, price = world.parameters[0], float(world.market["contract_price_usd_per_h100e_hour"][0])
    credit = float(parameters["credit_spread_share"])
    if world.labs["entered_month"][i] > 0:
        credit *= float(parameters["entrant_credit_multiple"])
    if world.labs["parent_backed"][i] == 1:
        credit = 0.0
    if world.suppliers["parent_backed"][j] == 0:
        credit *= 1.0 - float(parameters["backstop_share"])
    parts = {"opportunity": float(suppliers.opportunity_cost(world, j)), "credit risk": credit * price}
    parts |= {name: float(worth.cost) for name, worth in term_worths(world, i, j).items()}
    parts["floor"] = max(0.0, float(running_cost(world, j)) - sum(parts.values()))
    parts["foreclosure"] = float(foreclosure_charge(world, i, j)) if parameters["foreclosure_share"] > 0.0 else 0.0
    total = float(world.pairs["seller_reservation_usd_per_h100e_hour"][i, j])
    return parts | {OTHER: total - sum(parts.values())}


def hazard_parts(world: World, j: int) -> dict[str, float]:
    """Return the chance a month that supplier `j` recalls a contract in parts, 1/month; `world` is the one before.

    The usual chance, what a list price adds that has left behind what its contracts earn, and what its own labs' need
    adds; none for a supplier that may not recall.
    """
    supplier, parameters = world.suppliers[j], world.parameters[0]
    if supplier["recallable"] == 0:
        return {"usual": 0.0, "price": 0.0, NEED: 0.0}
    usual = float(parameters["recall_hazard_per_month"])
    rise = min(max(price_gain(world, j) / float(parameters["recall_price_trigger_ratio"]) - 1.0, 0.0), 1.0)
    price = usual * (float(parameters["recall_hazard_multiple"]) - 1.0) * rise
    need = float(parameters["recall_need_per_month"]) * float(own_need(world, j))
    return {"usual": usual, "price": price, NEED: need}


def price_gain(world: World, j: int) -> float:
    """Return supplier `j`'s list price / what its contracts earn."""
    supplier = world.suppliers[j]
    earned = max(1e-9, float(supplier["realised_price_usd_per_h100e_hour"]))
    return float(supplier["list_price_usd_per_h100e_hour"]) / earned


def told_parts(parts: dict[int, dict[str, float]]) -> dict[int, dict[str, Cell]]:
    """Return the parts of each row as cells of a table, without those that are nothing in all rows."""
    names = list(next(iter(parts.values()), {}))
    some = [name for name in names if max(abs(each[name]) for each in parts.values()) > MATTERS_USD]
    return {row: {name: each[name] for name in some} for row, each in parts.items()}
