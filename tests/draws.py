"""What several tests share: random draws of the parameters, and two runs compared bit for bit."""

import math
from typing import Any

import numpy as np

from model import ComputeMarket
from model.ensemble import Run
from model.history import History
from model.parameters import PARAMETERS, Parameter
from model.state import Table

DELIVERY_MONTHS = ((1, 6, 12, 24), (2, 12, 24, 48), (1, 3, 6, 12), (1, 2, 3, 4))
"""Delivery months must increase, so that they are drawn together."""


def draw_overrides(rng: np.random.Generator) -> dict[str, Any]:
    """Return overrides that set every parameter to a draw from its plausible range."""
    drawn = {f"parameters.{p.name}": draw(rng, p) for p in PARAMETERS if not p.name.startswith("delivery_")}
    months = DELIVERY_MONTHS[rng.integers(len(DELIVERY_MONTHS))]
    for word, value in zip(("prompt", "short", "medium", "long"), months, strict=True):
        drawn[f"parameters.delivery_{word}_months"] = value
    return drawn


def draw(rng: np.random.Generator, parameter: Parameter) -> float | int | str:
    """Return a value from the plausible range of a parameter, or the name of a choice."""
    low, high = parameter.plausible_range
    if parameter.choices:
        return parameter.choices[rng.integers(len(parameter.choices))]
    if parameter.kind is int:
        return int(rng.integers(math.ceil(low), math.floor(high) + 1))
    return float(rng.uniform(low, high))


def market_bits(market: ComputeMarket) -> tuple[History, Table]:
    """Return what a market has recorded, and its deals."""
    recorded = History(*(table[: market.months_run] for table in market.history))
    return recorded, market.world.deals[: int(market.world.market["deal_rows"][0])]


def run_bits(run: Run) -> tuple[History, Table]:
    """Return what was recorded of a run, and its deals."""
    assert not run.failure
    return run.history, run.deals


def assert_same_bits(first: tuple[History, Table], second: tuple[History, Table], context: object = "") -> None:
    """Compare histories and deals byte for byte, of the firms' tables the rows that have ever held a firm."""
    (history, deals), (other, other_deals) = first, second
    assert history.market.tobytes() == other.market.tobytes(), f"the markets differ: {context}"
    for name in ("labs", "suppliers"):
        here, there = getattr(history, name), getattr(other, name)
        used, used_there = (np.argwhere(table["id"] != 0) for table in (here, there))
        assert used.tolist() == used_there.tolist(), f"the {name} use other rows: {context}"
        assert here[here["id"] != 0].tobytes() == there[there["id"] != 0].tobytes(), f"the {name} differ: {context}"
    assert deals.tobytes() == other_deals.tobytes(), f"the deals differ: {context}"
