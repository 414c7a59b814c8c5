"""What a sweep says of all that its page expects: a verdict each, p-values adjusted for their number."""

from typing import NamedTuple

import polars as pl

from experiments.answers.firm import firm_means
from experiments.answers.statistics import effects_by_draw, holm, paired_differences
from experiments.answers.verdict import Expected, Verdict, verdict
from experiments.store import SweepResults
from experiments.sweep.expectations import Expectation
from experiments.sweep.experiment import Experiment


class Answer(NamedTuple):
    """An expectation, its verdict, and the p-value of no mean effect after Holm over all expectations of the page.

    `effects` has the effect of each draw, as `experiments.answers.statistics.effects_by_draw` gives them.
    """

    expectation: Expectation
    verdict: Verdict
    effects: pl.DataFrame
    adjusted_p_value: float


def answers(experiment: Experiment, results: SweepResults) -> list[Answer]:
    """Return the answer to each expectation of an experiment, in the order of its page.

    Parameters
    ----------
    experiment
        As loaded from its page.
    results
        Of its sweep (`experiments.load`).
    """
    points = results.runs.select("point", *experiment.design.names).unique("point", keep="first").sort("point")
    found = []
    for one in experiment.expectations:
        gaps = paired_differences(with_outcome(results, one), one.outcome, one.a, one.b)
        found.append((one, verdict(gaps, Expected(one.sign, one.smallest), points), effects_by_draw(gaps)))
    adjusted = holm([each.effect.p_value for _, each, _ in found])
    return [Answer(*row, p_value) for row, p_value in zip(found, adjusted, strict=True)]


def with_outcome(results: SweepResults, one: Expectation) -> pl.DataFrame:
    """Return the runs of a sweep with the outcome of an expectation as a column."""
    if not one.firm:
        return results.runs
    runs = results.runs.select("run", "arm", "point", "replicate", "failure")
    return runs.join(firm_means(results.tables[one.firm.table], one.outcome, one.firm), on="run", how="left")
