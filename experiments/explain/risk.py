"""The risk charge and the seller's reservation price in their parts, which always add up."""

from typing import Any

import agents.suppliers
from agents.costs import term_discount
from agents.labs.costs import risk_charge, serving_value
from agents.suppliers import KINDS
from agents.suppliers.pricing import foreclosure_charge
from experiments.explain.words import Cell
from model.state import World

RISK_PARTS = (
    ("dependence", "risk_aversion"),
    ("rivalry", "rival_discount_share"),
    ("recall", "recall_hazard_per_month"),
    ("term", "term_inflexibility_share"),
)
"""Parts of the risk charge, and the parameter without which a part is gone."""
OTHER = "other"


def risk_parts(world: World, i: int, j: int) -> dict[str, float]:
    """Return the parts of the charge for supplier `j`'s risks to lab `i`, USD per H100e-hour; `other` is the rest.

    A part is what the charge loses when its parameter is zero.
    """
    value = serving_value(world, i)
    total = float(risk_charge(world, i, j, value))
    parts = {name: total - float(risk_charge(without(world, key), i, j, value)) for name, key in RISK_PARTS}
    return parts | {OTHER: total - sum(parts.values())}


def without(world: World, parameter: str) -> World:
    """Return the world with one parameter at zero."""
    parameters = world.parameters.copy()
    parameters[parameter] = 0.0
    return world._replace(parameters=parameters)


def opportunity(world: World, j: int) -> float:
    """Return what an hour under contract must beat for supplier `j`, by the rule of its kind, USD per H100e-hour."""
    kind: Any = getattr(agents.suppliers, KINDS[int(world.suppliers["kind"][j])])
    return float(kind.opportunity_cost(world, j))


def seller_parts(world: World, i: int, j: int) -> dict[str, float]:
    """Return the parts of the least supplier `j` takes from lab `i`; `other` is what a floor adds."""
    parameters, price = world.parameters[0], float(world.market["contract_price_usd_per_h100e_hour"][0])
    credit = float(parameters["credit_spread_share"])
    if world.labs["entered_month"][i] > 0:
        credit *= float(parameters["entrant_credit_multiple"])
    if world.labs["parent_backed"][i] == 1:
        credit = 0.0
    charged = float(foreclosure_charge(world, i, j)) if parameters["foreclosure_share"] > 0.0 else 0.0
    parts = {
        "opportunity": opportunity(world, j),
        "credit risk": credit * price,
        "long term": -float(term_discount(parameters, float(world.suppliers["term_months"][j]))) * price,
        "foreclosure": charged,
    }
    total = float(world.pairs["seller_reservation_usd_per_h100e_hour"][i, j])
    return parts | {OTHER: total - sum(parts.values())}


def told_parts(parts: dict[int, dict[str, float]]) -> dict[int, dict[str, Cell]]:
    """Return the parts of each row as cells of a table, without those that are nothing in all rows."""
    names = list(next(iter(parts.values()), {}))
    some = [name for name in names if max(abs(each[name]) for each in parts.values()) > 5e-4]
    return {row: {f"{name} USD": each[name] for name in some} for row, each in parts.items()}
