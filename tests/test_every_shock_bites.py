"""Every field of a shock bites: turning it leaves different runs."""

import functools
import hashlib

import pytest

from agents.choices import SHOCKS
from model import Ensemble, load_scenario
from model.settings import EVENT_SETTINGS
from tests.worlds import recorded as recorded_bytes
from tests.worlds import with_events

pytestmark = pytest.mark.all

RUNS = 2


@functools.cache
def shaken(event: tuple[tuple[str, object], ...]) -> str:
    """Return a hash of what is recorded of two short runs under one shock."""
    runs = Ensemble(with_events(load_scenario("small"), event=dict(event)), runs=RUNS, months=24, seed=7).histories()
    return hashlib.sha256(b"".join(part for run in runs for part in recorded_bytes(run))).hexdigest()


def shakes(event: dict[str, object], field: str, one: object, other: object) -> bool:
    """Tell whether two values of a field of an event leave different runs."""
    first, second = ((event | {field: value}).items() for value in (one, other))
    return shaken(tuple(first)) != shaken(tuple(second))


ONE_SHOCK = {
    "surge": {"growth_x_per_year": (3.0, 30.0), "months": (2, 5), "target": ("openai", "mistral")},
    "demand_bust": {"size_share": (0.1, 0.4), "target": ("openai", "mistral")},
    "chip_embargo": {"size_share": (0.5, 0.9), "months": (2, 12)},
    "power_cap": {"size_share": (0.5, 0.95), "months": (2, 12)},
    "outage": {"size_share": (0.1, 0.4), "months": (1, 3), "target": ("aws", "azure")},
    "credit_crunch": {"months": (2, 12)},
    "price_war": {"size_share": (0.1, 0.4), "months": (2, 8)},
    "recall": {"target": ("azure", "spacex_colossus")},
    "orders": {"stubbornness_share": (0.0, 0.9), "months": (1, 6), "target": ("anthropic", "mistral")}
    | dict.fromkeys(("build_h100e", "lease_h100e", "partner_h100e"), (1e4, 1e5)),
}
"""What matters of each kind of shock, beside its time, and two values of it."""
HAND = {"first_month": 10, "target": "anthropic", "lease_h100e": 3e4}  # when there is something to rent at once
BEGINS = {"first_month": (6, 9), "chance_per_month": (0.0, 0.5)}
FIELDS = [(shock, name, pair) for shock, fields in ONE_SHOCK.items() for name, pair in (fields | BEGINS).items()]


@pytest.mark.parametrize(("shock", "name", "pair"), FIELDS, ids=lambda value: value if isinstance(value, str) else "")
def test_field_of_a_shock_bites(shock: str, name: str, pair: tuple[object, object]) -> None:
    world = {"shock": shock, "first_month": 8, "growth_x_per_year": 10.0} | (HAND if shock == "orders" else {})
    if shock == "recall":  # by then a partner has let what it has
        world["first_month"], pair = 16, (14, 18) if name == "first_month" else pair
    assert shakes(world, name, *pair), f"{name} of {shock} changes nothing between {pair[0]} and {pair[1]}"


@pytest.mark.parametrize("shock", SHOCKS)
def test_every_kind_of_shock_bites(shock: str) -> None:
    event = {"shock": shock, "first_month": 16 if shock == "recall" else 8, "growth_x_per_year": 10.0}
    assert shaken(tuple(event.items())) != shaken((("shock", "outage"), ("first_month", 0)))


def test_every_setting_of_an_event_is_tried() -> None:
    assert {s.name for s in EVENT_SETTINGS} == {"shock", *BEGINS} | {name for f in ONE_SHOCK.values() for name in f}
    assert tuple(ONE_SHOCK) == SHOCKS
