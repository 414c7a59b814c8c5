"""Shocks to fire by hand: what each needs to be told, and a few that are ready."""

from typing import NamedTuple

from model.checks import STRUCK
from model.scenario import Scenario
from model.settings import Value


class Ready(NamedTuple):
    """A shock that is ready to be fired: the words on its button, its kind and its fields."""

    words: str
    shock: str
    fields: dict[str, Value]


KINDS = ("demand_bust", "outage", "power_cap", "credit_crunch", "price_war", "chip_embargo", "surge", "recall")
"""Shocks that can be put together by hand."""


WITHOUT_SIZE = frozenset(["surge", "credit_crunch", "recall"])
"""Those of which nobody says how large they are."""


def ready(scenario: Scenario, lab: str) -> list[Ready]:
    """Return the shocks that are ready in a scenario: a surge of a lab, an embargo, the recall of idle capacity."""
    label = str(scenario.labs[lab]["label"])
    surge: dict[str, Value] = {"target": lab, "growth_x_per_year": 80.0, "months": 4}
    found = [
        Ready(f"80x now: {label}", "surge", surge),
        Ready("Chip embargo", "chip_embargo", {"size_share": 0.7, "months": 12}),
    ]
    takers = [key for key, supplier in scenario.suppliers.items() if supplier["recallable"]]
    found += [Ready(f"Recall {scenario.suppliers[key]['label']}", "recall", {"target": key}) for key in takers]
    return found


def targets(scenario: Scenario, shock: str) -> list[str]:
    """Return the keys of the firms that a shock may strike alone; none where it strikes all."""
    if shock in STRUCK["labs"]:
        return list(scenario.labs)
    return list(scenario.suppliers) if shock in STRUCK["suppliers"] else []


def fields_of(shock: str, target: str, months: int, size_share: float, growth_x_per_year: float) -> dict[str, Value]:
    """Return the fields that mean something for a shock."""
    fields: dict[str, Value] = {"months": months}
    if target:
        fields["target"] = target
    if shock == "surge":
        fields["growth_x_per_year"] = growth_x_per_year
    elif shock not in WITHOUT_SIZE:
        fields["size_share"] = size_share
    return fields
