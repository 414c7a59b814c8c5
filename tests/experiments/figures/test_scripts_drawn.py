"""Every experiment runs in quick size, and every figure is drawn from that, without a warning and legible."""

import pytest

from experiments import cli
from experiments.figures.all import FIGURES
from experiments.figures.stored import read_stored
from experiments.figures.write import write_figure
from experiments.sweep.experiment import experiment_names
from experiments.sweep.sizes import QUICK


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """Return a function that gives the quick results of experiments, each swept once."""
    results, done = tmp_path_factory.mktemp("quick"), set()

    def stored(names):
        for name in names:
            if name not in done:
                assert cli.main(["sweep", f"experiment={name}", f"size={QUICK}", f"results={results}"]) == 0
                done.add(name)
        return read_stored(names, results, QUICK)

    return stored


@pytest.mark.all
@pytest.mark.parametrize("name", experiment_names())
def test_every_experiment_runs_in_quick_size(name, quick):
    experiment, results = quick([name])[name].answered
    assert results.runs["failure"].drop_nulls().to_list() == []
    assert set(results.runs["arm"]) == {arm.name for arm in experiment.arms}
    assert results.runs.height == experiment.all_runs


@pytest.mark.all
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_figures_are_drawn_from_quick_results(figure, quick, tmp_path):
    drawn = write_figure(figure, quick(figure.experiments), tmp_path)
    assert drawn.png
    assert (tmp_path / f"{figure.name}.csv").read_text().count("\n") > 0
