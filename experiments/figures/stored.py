"""The stored results that figures and the report are made from, and what has changed since they were made."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from experiments.figures.figure import Answered
from experiments.store import PROVENANCE, SWEEP, SweepResults, load
from experiments.sweep.command import EXPECTED
from experiments.sweep.experiment import Experiment, load_experiment, read_page
from experiments.sweep.identity import differences, identity_of, token_of
from experiments.sweep.sizes import FULL, folder_name
from model.settings import BadRequest

NOT_KEPT = "they do not say what was expected when they were made"
MOST_NAMED = 3
"""Missing results that are made one by one; where more are missing, all are."""
BESIDES = {"runs": 0, "model": None}
"""What may differ between a page and its results: there may be more runs, and the code is told of by itself."""


class Stored(NamedTuple):
    """An experiment, what its sweep left and where, its page, what the sweep is known by, and why to doubt it.

    `changes` says in words what of the page is not what it was when the runs were done; `old_code` whether the model
    is not.
    """

    answered: Answered
    folder: Path
    page: Path
    token: str
    changes: list[str]
    old_code: bool

    @property
    def runs(self) -> pl.DataFrame:
        """One row a run."""
        return self.answered.results.runs

    @property
    def provenance(self) -> dict[str, Any]:
        """What the runs were done with."""
        return self.answered.results.provenance


def read_stored(names: Sequence[str], results: Path, size: str, own: Path | None = None) -> dict[str, Stored]:
    """Return what the sweeps of experiments left, by name.

    Raises
    ------
    BadRequest
        Where some have left nothing, or what is not of their page, with the commands that make it.
    """
    folders = {name: results / folder_name(name, size) for name in names}
    missing = [name for name, folder in folders.items() if not is_finished(folder)]
    if missing:
        swept = missing if len(missing) <= MOST_NAMED else ["all"]
        commands = "; ".join(sweep_command(name, results, size, own) for name in swept)
        raise BadRequest(f"{results} holds no finished results of {', '.join(missing)}; make them with {commands}")
    return {name: read_one(name, folder, size, own) for name, folder in folders.items()}


def is_finished(folder: Path) -> bool:
    """Tell whether a folder holds a sweep that is done."""
    return all((folder / name).is_file() for name in (SWEEP, PROVENANCE))


def sweep_command(name: str, results: Path, size: str, own: Path | None = None) -> str:
    """Return the command that makes the results of an experiment."""
    words = [f"experiment={name}", *([] if size == FULL else [f"size={size}"])]
    words += [] if results == Path("results") else [f"results={results}"]
    return " ".join(["bazaar sweep", *words, *([f"own={own}"] if own else [])])


def read_one(name: str, folder: Path, size: str, own: Path | None) -> Stored:
    """Return what the sweep of one experiment left."""
    experiment, results = load_experiment(name, (), own, size), load(folder)
    assert isinstance(results, SweepResults)  # as `is_finished` told
    identity = json.loads((folder / SWEEP).read_text(encoding="utf-8"))
    if missing := lacking(experiment, results):
        again = sweep_command(name, folder.parent, size, own)
        raise BadRequest(f"{folder} holds no {missing[0]}, which its page asks for; {again} restart=true")
    now = identity_of(experiment)
    changes = differences(identity | BESIDES, now | BESIDES)
    changes += expectations_changed(results.provenance, [one.noted() for one in experiment.expectations])
    page = read_page(name, own)[1] / f"{name}.yaml"
    old_code = identity["model"] != now["model"]
    return Stored(Answered(experiment, results), folder, page, token_of(identity), changes, old_code)


def lacking(experiment: Experiment, results: SweepResults) -> list[str]:
    """Return which columns, arms and columns of firms an experiment needs for its verdicts and its results lack."""
    wanted = {"point", *experiment.design.names, *experiment.metrics}
    arms = {arm.name for arm in experiment.arms}
    kept = {name: table.collect_schema().names() for name, table in results.tables.items()}
    firms = [(one.firm.table, one.outcome) for one in experiment.expectations if one.firm]
    return [
        *sorted(wanted - set(results.runs.columns)),
        *sorted(arms - set(results.runs["arm"])),
        *(f"{column} of {table}" for table, column in firms if column not in kept.get(table, [])),
    ]


def expectations_changed(provenance: dict[str, Any], expected: list[dict[str, Any]]) -> list[str]:
    """Return which expectations are not what they were when the runs were done."""
    if EXPECTED not in provenance:
        return [NOT_KEPT] if expected else []
    before, now = ({one["name"]: one for one in side} for side in (provenance[EXPECTED], expected))
    dropped = [f"expectation {name} was dropped" for name in before if name not in now]
    changed = [f"expectation {name} was changed" for name in before if name in now and before[name] != now[name]]
    return dropped + changed + [f"expectation {name} was added" for name in now if name not in before]
