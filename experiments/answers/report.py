"""What a sweep says of all that its page expects: a verdict each, p-values adjusted for their number."""

from typing import NamedTuple

import polars as pl

from experiments.answers.statistics import holm, paired_differences
from experiments.answers.verdict import Expected, Verdict, verdict
from experiments.sweep.expectations import Expectation
from experiments.sweep.experiment import Experiment


class Answer(NamedTuple):
    """An expectation, its verdict, and the p-value of no mean effect after Holm over all expectations of the page."""

    expectation: Expectation
    verdict: Verdict
    adjusted_p_value: float


def answers(experiment: Experiment, runs: pl.DataFrame) -> list[Answer]:
    """Return the answer to each expectation of an experiment, in the order of its page.

    Parameters
    ----------
    experiment
        As loaded from its page.
    runs
        The table of its runs (`experiments.load`).
    """
    points = runs.select("point", *experiment.design.names).unique("point", keep="first").sort("point")
    found = []
    for one in experiment.expectations:
        gaps = paired_differences(runs, one.outcome, one.a, one.b)
        found.append(verdict(gaps, Expected(one.sign, one.smallest), points))
    adjusted = holm([each.effect.p_value for each in found])
    return [Answer(*row) for row in zip(experiment.expectations, found, adjusted, strict=True)]
