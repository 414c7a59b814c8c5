"""Events as text: what `events_yaml` writes, `events=FILE` reads back to equal values."""

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.choices import SHOCKS
from experiments.events_file import events_yaml
from model import load_scenario
from model.checks import STRUCK
from model.scenario import with_events
from model.settings import EVENT_SETTINGS
from tests.worlds import example_events

SMALL = load_scenario("small")


def read_back(folder, text):
    """Return the events that `small` has with a file of this text."""
    (folder / "events.yaml").write_text(text, encoding="utf-8")
    return load_scenario("small", {"events": folder / "events.yaml"}).events


def test_an_event_is_a_line_and_says_what_differs():
    filled = with_events(SMALL, example_events() | {"on": {"shock": "power_cap", "first_month": 1}}).events
    lines = events_yaml(filled).splitlines()
    assert lines[1] == "events:"
    assert lines[-2] == (
        "  hand_7: {shock: orders, target: anthropic, first_month: 7, build_h100e: 20000, lease_h100e: 50000, "
        "partner_h100e: 100000, stubbornness_share: 0.2}"
    )
    assert lines[-1] == "  'on': {shock: power_cap, first_month: 1}"
    assert len(lines) == 2 + len(filled)
    assert events_yaml(filled) == events_yaml(example_events() | {"on": {"shock": "power_cap", "first_month": 1}})


def test_no_events_are_a_file_too(tmp_path):
    assert read_back(tmp_path, events_yaml({})) == {}


WORDS = ("on", "off", "yes", "no", "null", "true", "false", "y", "e1", "inf", "nan", "x0")
"""Names that YAML might take for something else."""
NAMES = st.sampled_from(WORDS) | st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)


def values_of(setting):
    """Return a strategy of values of a field."""
    if setting.kind is int:
        return st.integers(int(setting.low), int(setting.high))
    return st.floats(setting.low, setting.high) | st.integers(int(setting.low) + 1, int(setting.high)).map(float)


@st.composite
def events(draw):
    """Draw an event that `small` can have, with any of its fields."""
    shock = draw(st.sampled_from(SHOCKS))
    firms = next((list(getattr(SMALL, section)) for section, kinds in STRUCK.items() if shock in kinds), [])
    target = draw(st.sampled_from(firms if shock == "orders" else ["", *firms]))
    numbers = [setting for setting in EVENT_SETTINGS if setting.kind is not str]
    chosen = draw(st.lists(st.sampled_from(numbers), unique=True))
    event = {"shock": shock, "target": target} | {setting.name: draw(values_of(setting)) for setting in chosen}
    return event | {"first_month": draw(st.integers(1, 1200))}


@given(st.dictionaries(NAMES, events(), max_size=5))
@settings(max_examples=60)
def test_what_is_written_is_read_back(tmp_path_factory, listed):
    filled = with_events(SMALL, listed).events
    folder = tmp_path_factory.mktemp("events")
    for text in (events_yaml(filled), events_yaml(listed)):
        assert list(read_back(folder, text).items()) == list(filled.items())
        assert list(yaml.safe_load(text)["events"] or {}) == list(listed)
