"""What an experiment expects to find, written down before it is run: outcome, arms, sign, size and falsifier."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from experiments.draws import draws_of, judgement_parameters
from model.metrics import METRICS
from model.scenario import Scenario
from model.settings import BadRequest, nearest

HIGHER, LOWER, SAME = "higher", "lower", "same"
KEYS = ("outcome", "between", "expected", "smallest", "falsifier")
JUDGEMENT = "judgement"
"""What an experiment writes in place of factors, or among them, to vary every parameter that rests on judgement."""


class Expectation(NamedTuple):
    """That a metric is higher or lower in arm `b` than in `a`, by more than `smallest` in its unit, or the same."""

    name: str
    outcome: str
    a: str
    b: str
    expected: str
    smallest: float
    falsifier: str

    @property
    def sign(self) -> int:
        """The sign of b - a that is expected, 0 for none."""
        return {HIGHER: 1, LOWER: -1, SAME: 0}[self.expected]


def expectations_of(page: Mapping[str, Any], arms: Sequence[str], metrics: Sequence[str]) -> tuple[Expectation, ...]:
    """Return what a page expects, each part of it checked.

    Raises
    ------
    BadRequest
        Where a key is missing or unknown, an arm or metric is not of this experiment, or a size is no number above 0.
    """
    section = page.get("expectations") or {}
    if not isinstance(section, dict):
        raise BadRequest(f"expectations = {section} is to be names, each with {', '.join(KEYS)}")
    return tuple(_expectation(str(name), said, arms, metrics) for name, said in section.items())


def _expectation(name: str, said: Any, arms: Sequence[str], metrics: Sequence[str]) -> Expectation:
    where = f"expectations.{name}"
    if not isinstance(said, dict):
        raise BadRequest(f"{where} = {said} says too little; write {', '.join(KEYS)}")
    for key in said:
        if key not in KEYS:
            raise BadRequest(f"{where}.{key} is unknown{nearest(str(key), KEYS)}")
    for key in KEYS:
        if key not in said:
            raise BadRequest(f"{where} says no {key}; write {', '.join(KEYS)}")
    outcome, between, smallest = str(said["outcome"]), said["between"], said["smallest"]
    if outcome not in metrics:
        known = outcome in [metric.name for metric in METRICS]
        raise BadRequest(
            f"{where}.outcome = {outcome} is not among the metrics of this experiment; name it under metrics:"
            if known
            else f"{where}.outcome = {outcome} is unknown{nearest(outcome, list(metrics))}"
        )
    if not isinstance(between, list) or len(set(map(str, between))) != 2 or len(between) != 2:
        raise BadRequest(f"{where}.between = {between} is no pair; write [ARM, ARM]")
    for arm in between:
        if arm not in arms:
            raise BadRequest(f"{where}.between: no arm is called {arm}{nearest(str(arm), list(arms))}")
    if said["expected"] not in (HIGHER, LOWER, SAME):
        raise BadRequest(f"{where}.expected = {said['expected']}; write {HIGHER}, {LOWER} or {SAME}, of the second arm")
    if isinstance(smallest, bool) or not isinstance(smallest, int | float) or not 0.0 < smallest < float("inf"):
        raise BadRequest(f"{where}.smallest = {smallest} is no number above 0, in the unit of {outcome}")
    falsifier = " ".join(str(said["falsifier"] or "").split())
    if not falsifier:
        raise BadRequest(f"{where}.falsifier says nothing; write what would refute it")
    return Expectation(name, outcome, str(between[0]), str(between[1]), said["expected"], float(smallest), falsifier)


def judgement_factors(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return every parameter that rests on judgement and that no scenario sets, as factors with plausible ranges."""
    found = {}
    for parameter in judgement_parameters():
        name = f"parameters.{parameter.name}"
        if all(scenario.resolved[name].origin == "default" for scenario in scenarios):
            found[name] = draws_of(parameter)
    return found


def with_judgement(given: Mapping[str, Any], scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return factors, in place of `judgement` all those that it stands for; a range that is given holds."""
    if JUDGEMENT not in given:
        return dict(given)
    if given[JUDGEMENT] is not None:
        raise BadRequest(f"factors.{JUDGEMENT} = {given[JUDGEMENT]}; it stands for many, so write nothing after it")
    return judgement_factors(scenarios) | {name: one for name, one in given.items() if name != JUDGEMENT}
