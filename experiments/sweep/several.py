"""`bazaar sweep experiment=all`: every experiment that answers something, one after another, a line each."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.cli import BAD_REQUEST, DONE, INTERRUPTED
from experiments.figures.all import FIGURES
from experiments.request import Request
from experiments.sweep.command import folder_of, held, run_sweep, words_of
from experiments.sweep.experiment import experiment_names, load_experiment, read_page
from experiments.sweep.summary import Summary, as_json
from model.settings import BadRequest

ONE_NAME = "name= is for one experiment; with experiment=all every one has its own"


def answering_names(own: Path | None = None) -> list[str]:
    """Return the experiments that expect something or that a figure is made from, in order."""
    drawn = {name for figure in FIGURES for name in figure.experiments}
    return [name for name in experiment_names(own) if name in drawn or read_page(name, own)[0].get("expectations")]


def sweep_all(request: Request, settings: dict[str, Any], words: Sequence[str], own: Path | None) -> int:
    """Carry out the sweeps of all experiments that answer something and return the worst of their exit codes."""
    if settings["name"]:
        raise BadRequest(ONE_NAME)
    names = answering_names(own)
    experiments = [load_experiment(name, words, own, settings["size"]) for name in names]  # all are refused, or none
    worst = DONE
    for number, experiment in enumerate(experiments, 1):
        begun, place = time.monotonic(), f"{number} of {len(names)}"
        if sys.stderr.isatty():
            print(f"{place}: {experiment.name}, {experiment.all_runs:,} runs", file=sys.stderr)

        def told(summary: Summary, output: str, begun: float = begun, place: str = place) -> None:
            print(line(summary, output, place, time.monotonic() - begun), flush=True)

        folder = folder_of(experiment, settings)
        try:
            code = held(folder, lambda: run_sweep(experiment, folder, settings, words_of(request), told))  # noqa: B023
        except BadRequest as error:
            print(f"bazaar: {experiment.name}: {error}", file=sys.stderr)
            code = BAD_REQUEST
        if code == INTERRUPTED:
            return code
        worst = max(worst, code)
    return worst


def line(summary: Summary, output: str, place: str, seconds: float) -> str:
    """Return what is said of one of several sweeps, as a line of text or of JSON."""
    if output == "json":
        return json.dumps(as_json(summary), ensure_ascii=False)
    failed = f"{summary.failed:,} failed" if summary.failed else "none failed"
    return f"{place}: {summary.experiment.name}, {summary.runs:,} runs, {failed}, {seconds:,.0f} s; {summary.folder}"
