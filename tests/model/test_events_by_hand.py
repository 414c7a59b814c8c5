"""Events given to a loaded scenario: checked and filled in as those of a file, and the same world to the last bit."""

import pytest

from experiments.events_file import events_yaml
from model import BadRequest, Ensemble, load_scenario
from model.scenario import Given, with_events
from tests.worlds import example_events, recorded

HAND = {
    "hand_3": {"shock": "orders", "target": "anthropic", "first_month": 3, "lease_h100e": 5e4, "partner_h100e": 10_000},
    "hand_10": {"shock": "orders", "target": "openai", "first_month": 10, "build_h100e": 2e4, "months": 2},
    "back": {"shock": "recall", "target": "spacex_colossus", "first_month": 6},
    "boom": {"shock": "surge", "target": "mistral", "first_month": 5, "months": 3, "growth_x_per_year": 20},
    "crunch": {"shock": "credit_crunch", "chance_per_month": 0.1, "months": 2},
}


def in_file(tmp_path, events):
    """Return overrides that read these events from a file."""
    (tmp_path / "mine.yaml").write_text(events_yaml(events), encoding="utf-8")
    return {"events": tmp_path / "mine.yaml"}


def test_events_are_filled_in_and_say_that_they_came_by_hand(small):
    scenario = with_events(small, HAND)
    assert scenario.events["hand_3"] == {
        "shock": "orders",
        "target": "anthropic",
        "first_month": 3,
        "chance_per_month": 0.0,
        "months": 1,
        "size_share": 0.5,
        "growth_x_per_year": 1.0,
        "build_h100e": 0.0,
        "lease_h100e": 50_000.0,
        "partner_h100e": 10_000.0,
        "stubbornness_share": 0.0,
    }
    assert type(scenario.events["hand_3"]["partner_h100e"]) is float
    assert scenario.resolved["events.hand_3.lease_h100e"] == Given(5e4, "H100e", "hand", "")
    assert scenario.resolved["events.hand_3.build_h100e"] == Given(0.0, "H100e", "default", "J")
    assert not small.events
    assert not any(name.startswith("events.") for name in small.resolved)
    assert scenario._replace(events={}, resolved=small.resolved) == small


def test_of_one_name_the_new_event_counts_as_a_whole(small):
    first = with_events(small, HAND)
    again = with_events(first, {"hand_3": {"shock": "outage", "first_month": 4}})
    assert list(again.events) == list(HAND)
    assert again.events["hand_3"] == with_events(small, {"a": {"shock": "outage", "first_month": 4}}).events["a"]
    assert again.resolved["events.hand_3.lease_h100e"].origin == "default"
    assert again.events["boom"] == first.events["boom"]
    assert with_events(first, {}) == first


def test_they_are_those_of_a_file_of_the_same_content(small, tmp_path):
    for events in (HAND, example_events()):
        given, read = with_events(small, events), load_scenario("small", in_file(tmp_path, events))
        assert list(given.events.items()) == list(read.events.items())
        assert given._replace(resolved={}) == read._replace(resolved={})


@pytest.mark.all
def test_they_give_the_bits_of_a_file_of_the_same_content(small, tmp_path):
    runs = [
        list(Ensemble(scenario, runs=2, months=20, seed=4).histories())
        for scenario in (with_events(small, HAND), load_scenario("small", in_file(tmp_path, HAND)), small)
    ]
    given, read, calm = ([recorded(run) for run in histories] for histories in runs)
    assert given == read
    assert given != calm
    assert not any(run.failure for run in runs[0])


@pytest.mark.parametrize(
    ("events", "line"),
    [
        ({"Hand": {}}, "events.Hand is no name; use small letters, digits and _"),
        ({3: {}}, "events.3 is no name"),
        ({"hand": 3}, "events is not a list of names, each with its settings"),
        ({"hand": {"first_month": 1}}, "events.hand.shock is missing and has no default"),
        ({"hand": {"shock": "order", "first_month": 1}}, "events.hand.shock = order is unknown; nearest: orders"),
        ({"hand": {"shock": "orders", "first_month": 1}}, "events.hand.target is missing: orders are those of one lab"),
        (
            {"hand": {"shock": "orders", "first_month": 1, "target": "antropic"}},
            "events.hand.target = antropic is unknown; nearest: anthropic",
        ),
        ({"hand": {"shock": "orders", "first_month": 1, "target": "aws"}}, "events.hand.target = aws is unknown"),
        ({"hand": {"shock": "orders", "target": "openai"}}, "events.hand never comes"),
        ({"hand": {"shock": "orders", "lease": 1}}, "events.hand.lease is unknown; nearest: lease_h100e"),
        ({"hand": {"shock": "orders", "lease_h100e": -1.0}}, "lease_h100e = -1.0 is below its lower bound 0 H100e"),
        ({"hand": {"shock": "orders", "build_h100e": float("nan")}}, "build_h100e = nan is not a finite number"),
        ({"hand": {"shock": "orders", "stubbornness_share": 1.1}}, "is above its upper bound 1 share"),
        ({"hand": {"shock": "orders", "months": 1.5}}, "events.hand.months = 1.5 is not a whole number"),
    ],
)
def test_wrong_events_are_refused_in_one_line(small, events, line):
    with pytest.raises(BadRequest) as refusal:
        with_events(small, events)
    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)
