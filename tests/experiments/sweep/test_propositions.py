"""The pages of the propositions: each can be run as it stands, asks something, and says what would refute it."""

import pytest

from experiments.sweep.experiment import experiment_names, load_experiment

PAGES = [name for name in experiment_names() if name.startswith("p") and name[1:3].isdigit()]
FEWEST_DRAWS = 200
WITHOUT_VERDICT = {"p11_early_movers"}
"""Registered when an outcome had to be a metric; the page says so, and p11_early_share asks the same."""


def test_there_are_twelve():
    assert sorted({name[:3] for name in PAGES}) == [f"p{number:02}" for number in range(1, 13)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_run_and_refuted(name):
    experiment = load_experiment(name)
    assert experiment.question.endswith("?")
    assert len(experiment.arms) >= 2
    assert len(experiment.design.points) >= FEWEST_DRAWS
    assert experiment.runs >= 2
    assert len(experiment.design.names) > 150, "judgement is drawn"
    assert bool(experiment.expectations) == (name not in WITHOUT_VERDICT)
    for one in experiment.expectations:
        assert one.firm or one.outcome in experiment.metrics
        assert one.falsifier
    settings = [{key: given.value for key, given in arm.scenario.resolved.items()} for arm in experiment.arms]
    assert all(one != settings[0] for one in settings[1:]), "arms differ"


@pytest.mark.parametrize("name", PAGES)
def test_runs_of_a_page_are_long_enough_for_its_metrics(name):
    experiment = load_experiment(name)
    for metric in experiment.metrics:
        if metric.endswith(("_24", "_60")):
            assert experiment.months > int(metric[-2:]), metric
        if "cycle" in metric:
            assert experiment.months > 240, metric
