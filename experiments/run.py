"""`bazaar run`: an ensemble of one scenario, to tables, a summary, a sanity row, a record and a picture."""

import contextlib
import json
import shlex
import sys
import time
import warnings
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml  # type: ignore[import-untyped]

from agents.compiling import CACHE_FOLDER
from experiments.cli import DONE, FAILED, INTERRUPTED
from experiments.overview import draw_overview
from experiments.provenance import entry, provenance, undisturbed
from experiments.report import Report, print_report, report_of
from experiments.request import RUN_SETTINGS, Request, own_folder, run_defaults, take
from experiments.slower import own_agents_line
from experiments.store import PROVENANCE, DiskFullError, Staging
from model import Ensemble
from model.own_agents import own_agents
from model.scenario import BadRequest, Scenario, load_scenario


class RunSettings(NamedTuple):
    """How to run; see RUN_SETTINGS."""

    runs: int
    seed: int
    workers: int
    results: str
    name: str
    own: str
    output: str


def run(request: Request) -> int:
    """Run an ensemble, write its results, print its summary, and return the exit code."""
    values, words = take(request, RUN_SETTINGS, run_defaults())
    settings = RunSettings(**values)
    scenario = load_scenario(None, words, own_folder(settings.own))
    own_agents(scenario)  # refuses what cannot act before anything is run
    if not settings.results:
        raise BadRequest("results = nothing is not a folder")
    try:
        with Staging(Path(settings.results).expanduser(), settings.name or scenario.name) as staging:
            return _run(request, settings, scenario, changes_of(words), staging)
    except DiskFullError as error:
        print(f"bazaar: the disk is full: {error.strerror}; nothing was kept of this run", file=sys.stderr)
        return FAILED


def changes_of(words: Sequence[str]) -> list[str]:
    """Return the words that change a scenario; its name and length are told anyway."""
    return [word for word in words if word.partition("=")[0] not in {"scenario", "months"}]


def _run(request: Request, settings: RunSettings, scenario: Scenario, changes: Sequence[str], staging: Staging) -> int:
    command = shlex.join(["bazaar", request.command, *request.words])
    staging.log("started", command=command, scenario=scenario.name, runs=settings.runs, months=scenario.months)
    started = time.perf_counter()
    interrupted = gather(settings, scenario, staging)
    wall_s = time.perf_counter() - started
    with undisturbed():
        if staging.batches() == 0:
            print("bazaar: interrupted before any run was finished; nothing is kept", file=sys.stderr)
            return INTERRUPTED
        staging.compact()
        staging.write_text("resolved.yaml", resolved_yaml(scenario, settings))
        report = report_of(scenario, changes, settings.runs, settings.seed, staging)
        facts = {"runs_finished": report.finished, "interrupted": interrupted, "wall_s": round(wall_s, 3)}
        staging.write_text(
            PROVENANCE,
            json.dumps(provenance(command, settings.seed, settings.runs, settings.workers) | facts, indent=1) + "\n",
        )
        draw_overview(scenario, changes, staging.folder, staging.folder / "overview.png")
        staging.log("interrupted" if interrupted else "finished", runs=report.finished, failed=report.failed)
        staging.commit()
    print_report(report, settings.output)
    if line := own_agents_line(scenario):
        print(line, file=sys.stderr if settings.output == "json" else sys.stdout)
    if interrupted:
        kept = f"the {report.finished} finished runs of {settings.runs} are in {staging.final}"
        print(f"bazaar: interrupted; {kept}", file=sys.stderr)
        return INTERRUPTED
    return _failures(report)


def _failures(report: Report) -> int:
    if not report.failed:
        return DONE
    print(f"bazaar: {report.failed} of {report.finished} runs failed; {report.first_failure}", file=sys.stderr)
    return FAILED


def gather(settings: RunSettings, scenario: Scenario, staging: Staging) -> bool:
    """Write the batches of the ensemble as they come; return whether the user stopped it."""
    if next(CACHE_FOLDER.rglob("*.nbi"), None) is None:
        print("bazaar: compiling the model, which takes some minutes and happens once", file=sys.stderr)
    ensemble = Ensemble(
        scenario, runs=settings.runs, months=scenario.months, seed=settings.seed, workers=settings.workers
    )
    warnings.filterwarnings("ignore", ".*still being processed by the workers have been cancelled", UserWarning)
    try:
        with (
            progress(settings.runs) as advance,
            contextlib.closing(cast("Generator[Any]", ensemble.batches())) as batches,
        ):
            for number, batch in enumerate(batches):
                staging.write_batch(number, batch)
                staging.log("batch", number=number, runs=batch.runs.height)
                advance(batch.runs.height)
    except KeyboardInterrupt:
        return True
    return False


@contextlib.contextmanager
def progress(runs: int) -> Iterator[Any]:
    """Show a bar on a terminal; give a function that moves it by a number of runs."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("runs", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=runs)
        yield lambda done: bar.advance(task, done)


def resolved_yaml(scenario: Scenario, settings: RunSettings) -> str:
    """Return every setting of the run with its unit, who set it, and its sources, as YAML."""
    head = {"scenario": scenario.name, "runs": settings.runs, "seed": settings.seed}
    given = {name: entry(value) for name, value in scenario.resolved.items()}
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(
        head | {"settings": given},
        Dumper=dumper,
        sort_keys=False,
        default_flow_style=None,
        allow_unicode=True,
        width=1000,
    )
    return f"# Every setting of this run, its unit, who set it, and the sources that its line names.\n{text}"
