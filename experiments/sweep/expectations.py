"""What an experiment expects to find, written down before it is run: outcome, arms, sign, size and falsifier."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from experiments.draws import draws_of, judgement_parameters
from experiments.sweep.firms import COLUMNS, Firm, Kept, firm_of
from experiments.sweep.firms import KEYS as FIRM_KEYS
from model.metrics import METRICS
from model.scenario import Scenario
from model.settings import BadRequest, nearest

HIGHER, LOWER, SAME = "higher", "lower", "same"
KEYS = ("outcome", "between", "expected", "smallest", "falsifier")
METRIC_BY_NAME = {metric.name: metric for metric in METRICS}
JUDGEMENT = "judgement"
"""What an experiment writes in place of factors, or among them, to vary every parameter that rests on judgement."""


class Expectation(NamedTuple):
    """That an outcome is higher or lower in arm `b` than in `a`, by more than `smallest` in its unit, or the same.

    The outcome is a metric, or a column of `firm`.
    """

    name: str
    outcome: str
    a: str
    b: str
    expected: str
    smallest: float
    falsifier: str
    firm: Firm | None = None

    @property
    def sign(self) -> int:
        """The sign of b - a that is expected, 0 for none."""
        return {HIGHER: 1, LOWER: -1, SAME: 0}[self.expected]

    @property
    def label(self) -> str:
        """What the outcome is called: the metric, or the column with its firm and months in words."""
        return self.firm.words(self.outcome) if self.firm else self.outcome

    @property
    def unit(self) -> str:
        """The unit of the outcome, as it is declared."""
        return self.firm.unit(self.outcome) if self.firm else METRIC_BY_NAME[self.outcome].unit

    @property
    def meaning(self) -> str:
        """What the metric or the column says, as it is declared."""
        return COLUMNS[self.firm.kind][self.outcome].meaning if self.firm else METRIC_BY_NAME[self.outcome].definition

    def noted(self) -> dict[str, Any]:
        """Return the expectation as plain JSON; of a metric without a word of firms, as older sweeps have noted it."""
        noted = self._asdict()
        if self.firm:
            return noted | {"firm": self.firm._asdict()}
        del noted["firm"]
        return noted


def expectations_of(page: Mapping[str, Any], kept: Kept) -> tuple[Expectation, ...]:
    """Return what a page expects, each part of it checked.

    Raises
    ------
    BadRequest
        Where a key is missing or unknown, an arm, metric, column or firm is not of this experiment, or a size is no
        number above 0.
    """
    section = page.get("expectations") or {}
    if not isinstance(section, dict):
        raise BadRequest(f"expectations = {section} is to be names, each with {', '.join(KEYS)}")
    return tuple(_expectation(str(name), said, kept) for name, said in section.items())


def _expectation(name: str, said: Any, kept: Kept) -> Expectation:
    where = f"expectations.{name}"
    _check_keys(where, said)
    outcome, between, smallest = str(said["outcome"]), said["between"], said["smallest"]
    _check_between(where, between, list(kept.arms))
    firm = firm_of(where, said, kept)
    if not firm:
        _check_metric(where, outcome, kept.metrics)
    if said["expected"] not in (HIGHER, LOWER, SAME):
        raise BadRequest(f"{where}.expected = {said['expected']}; write {HIGHER}, {LOWER} or {SAME}, of the second arm")
    if isinstance(smallest, bool) or not isinstance(smallest, int | float) or not 0.0 < smallest < float("inf"):
        raise BadRequest(f"{where}.smallest = {smallest} is no number above 0, in the unit of {outcome}")
    falsifier = " ".join(said["falsifier"].split()) if isinstance(said["falsifier"], str) else ""
    if not falsifier:
        raise BadRequest(f"{where}.falsifier says nothing in words; write what would refute it, one word in quotes")
    a, b = map(str, between)
    return Expectation(name, outcome, a, b, said["expected"], float(smallest), falsifier, firm)


def _check_keys(where: str, said: Any) -> None:
    if not isinstance(said, dict):
        raise BadRequest(f"{where} = {said} says too little; write {', '.join(KEYS)}")
    known = (*KEYS, *FIRM_KEYS)
    for key in said:
        if key not in known:
            raise BadRequest(f"{where}.{key} is unknown{nearest(str(key), known)}")
    for key in KEYS:
        if key not in said:
            raise BadRequest(f"{where} says no {key}; write {', '.join(KEYS)}")


def _check_metric(where: str, outcome: str, metrics: Sequence[str]) -> None:
    if outcome in metrics:
        return
    if outcome in METRIC_BY_NAME:
        raise BadRequest(
            f"{where}.outcome = {outcome} is not among the metrics of this experiment; name it under metrics:"
        )
    whose = [f"{kind}: NAME" for kind, columns in COLUMNS.items() if outcome in columns]
    if whose:
        raise BadRequest(f"{where}.outcome = {outcome} is a firm's and no metric; say whose, with {' or '.join(whose)}")
    raise BadRequest(f"{where}.outcome = {outcome} is unknown{nearest(outcome, list(metrics))}")


def _check_between(where: str, between: Any, arms: Sequence[str]) -> None:
    if not isinstance(between, list) or len(set(map(str, between))) != 2 or len(between) != 2:
        raise BadRequest(f"{where}.between = {between} is no pair; write [ARM, ARM]")
    for arm in between:
        if arm not in arms:
            raise BadRequest(f"{where}.between: no arm is called {arm}{nearest(str(arm), arms)}")


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
