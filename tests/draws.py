"""What several tests share: two runs compared bit for bit, and the draws of the parameters."""

import numpy as np

from experiments.draws import draw, draw_overrides
from model import ComputeMarket
from model.ensemble import Run
from model.history import History
from model.parameters import PARAMETERS
from model.state import Table

__all__ = [
    "CHOICES",
    "any_choices",
    "assert_same_bits",
    "draw",
    "draw_overrides",
    "every_choice",
    "market_bits",
    "run_bits",
]

CHOICES = [(parameter.name, choice) for parameter in PARAMETERS for choice in parameter.choices[1:]]
"""Every choice of a rule that is not the default."""
MOST_CHOICES = max(len(parameter.choices) for parameter in PARAMETERS)


def every_choice(number: int) -> dict[str, object]:
    """Return the settings of world `number` of as many as the longest list of choices; together they have them all."""
    rules = {f"parameters.{p.name}": p.choices[number % len(p.choices)] for p in PARAMETERS if p.choices}
    return rules | {"parameters.foreclosure_share": 0.5, "labs.mistral.group": "xai", "parameters.spot_shouts": 200}


def any_choices(rng: np.random.Generator) -> dict[str, object]:
    """Return a choice of every rule, each as likely as the others."""
    return {f"parameters.{p.name}": p.choices[rng.integers(len(p.choices))] for p in PARAMETERS if p.choices}


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
    assert history.regions.tobytes() == other.regions.tobytes(), f"the regions differ: {context}"
    for name in ("labs", "suppliers"):
        here, there = getattr(history, name), getattr(other, name)
        used, used_there = (np.argwhere(table["id"] != 0) for table in (here, there))
        assert used.tolist() == used_there.tolist(), f"the {name} use other rows: {context}"
        assert here[here["id"] != 0].tobytes() == there[there["id"] != 0].tobytes(), f"the {name} differ: {context}"
    assert deals.tobytes() == other_deals.tobytes(), f"the deals differ: {context}"
