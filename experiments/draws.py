"""Random draws of the parameters within their plausible ranges."""

import math
from typing import Any

import numpy as np

from model.parameters import PARAMETERS, Parameter

DELIVERY_MONTHS = ((1, 6, 12, 24), (2, 12, 24, 48), (1, 3, 6, 12), (1, 2, 3, 4))
"""Delivery months must increase, so that they are drawn together."""
JUDGEMENT = "J"


def draw_overrides(rng: np.random.Generator) -> dict[str, Any]:
    """Return overrides that set every parameter to a draw from its plausible range."""
    drawn = {f"parameters.{p.name}": draw(rng, p) for p in PARAMETERS if not is_delivery(p)}
    months = DELIVERY_MONTHS[rng.integers(len(DELIVERY_MONTHS))]
    for word, value in zip(("prompt", "short", "medium", "long"), months, strict=True):
        drawn[f"parameters.delivery_{word}_months"] = value
    return drawn


def draw_judgement(rng: np.random.Generator) -> dict[str, Any]:
    """Return overrides that set every judgement parameter to a draw; delivery months, a set by design, are left."""
    return {f"parameters.{p.name}": draw(rng, p) for p in judgement_parameters()}


def judgement_parameters() -> list[Parameter]:
    """Return the parameters that rest on judgement and are drawn one by one; textbook rules stay off."""
    judged = [p for p in PARAMETERS if p.source == JUDGEMENT and not is_delivery(p)]
    return [p for p in judged if p.plausible_range[0] < p.plausible_range[1]]


def is_delivery(parameter: Parameter) -> bool:
    """Return whether a parameter is one of the four delivery months."""
    return parameter.name.startswith("delivery_")


def draw(rng: np.random.Generator, parameter: Parameter) -> float | int | str:
    """Return a value from the plausible range of a parameter; of one that chooses, the name of a choice in it."""
    low, high = parameter.plausible_range
    if parameter.kind is int:
        value = int(rng.integers(math.ceil(low), math.floor(high) + 1))
        return parameter.choices[value] if parameter.choices else value
    return float(rng.uniform(low, high))


def draws_of(parameter: Parameter) -> list[float] | dict[str, list[str]]:
    """Return the plausible range of a parameter as an experiment's page gives it; of one that chooses, the choices."""
    low, high = parameter.plausible_range
    if parameter.choices:
        return {"values": list(parameter.choices[int(low) : int(high) + 1])}
    if parameter.kind is int:
        return [math.ceil(low), math.floor(high)]
    return [float(low), float(high)]
