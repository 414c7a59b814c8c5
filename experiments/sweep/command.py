"""`bazaar sweep`: the runs of an experiment, part by part, so that whatever stops it, the same command goes on."""

import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from joblib import cpu_count

from experiments.cli import DONE, FAILED, INTERRUPTED
from experiments.provenance import provenance, undisturbed
from experiments.request import OUTPUT, RUN_SETTINGS, Request, own_folder, run_defaults, take
from experiments.store import PROVENANCE, DiskFullError, part_bytes, write_bytes
from experiments.sweep.executors import EXECUTORS, Job, executor_named, options_of
from experiments.sweep.executors.options import OPTIONS
from experiments.sweep.experiment import Experiment, experiment_names, load_experiment
from experiments.sweep.folder import DESIGN, SweepFolder
from experiments.sweep.identity import identity_of, token_of
from experiments.sweep.progress import Progress, shown, tell
from experiments.sweep.resolved import resolved_yaml
from experiments.sweep.sizes import FULL, SIZES, folder_name
from experiments.sweep.summary import Summary, print_summary, summarise
from experiments.sweep.work import Place
from model.settings import BadRequest, Setting, nearest

YES_NO = ("false", "true")
ALL = "all"
"""What `experiment=` says to mean every experiment that answers something."""
EXPECTED = "expectations"
"""Where the provenance keeps what was expected when the runs were done."""
SETTINGS = (
    Setting("experiment", str, None, "text", "one of `bazaar list what=experiments`, or all that answer something"),
    Setting("size", str, FULL, "text", "as the page says, or quick: what its section quick says", choices=SIZES),
    Setting("executor", str, "local", "text", "where runs are done", choices=tuple(EXECUTORS)),
    *(setting._replace(default="") for setting in RUN_SETTINGS if setting.name in {"workers", "results"}),
    Setting("name", str, "", "text", "folder within results; the experiment's name if empty"),
    Setting("own", str, "", "folder", "a folder of your own with experiment/, scenario/ or population/ files"),
    Setting("retry_failed", str, "false", "text", "do the parts again in which a run failed", choices=YES_NO),
    Setting("restart", str, "false", "text", "drop what an earlier sweep of that name has done", choices=YES_NO),
    *OPTIONS,
    OUTPUT,
)
"""What `bazaar sweep` takes for itself; the rest is the experiment's, or its scenarios'."""


def sweep(request: Request) -> int:
    """Carry out `bazaar sweep` and return its exit code."""
    defaults = {name: value for name, value in run_defaults().items() if name in {"workers", "results"}}
    _asked_for(request)
    settings, words = take(request, SETTINGS, defaults)
    options_of(settings["executor"], settings)  # refuses those of another executor
    own = own_folder(settings["own"])
    if settings["experiment"] == ALL:
        from experiments.sweep.several import sweep_all  # which reads what figures need

        return sweep_all(request, settings, words, own)
    experiment = load_experiment(settings["experiment"], words, own, settings["size"])
    folder = folder_of(experiment, settings)
    return held(folder, lambda: run_sweep(experiment, folder, settings, words_of(request)))


def folder_of(experiment: Experiment, settings: dict[str, Any]) -> SweepFolder:
    """Return the folder in which the results of an experiment belong."""
    name = settings["name"] or folder_name(experiment.name, settings["size"])
    return SweepFolder(Path(settings["results"]).expanduser(), name)


def words_of(request: Request) -> str:
    """Return a command as it was typed."""
    return shlex.join(["bazaar", request.command, *request.words])


def held(folder: SweepFolder, work: Callable[[], int]) -> int:
    """Return the exit code of some work in a folder that nobody else writes to meanwhile."""
    try:
        with folder.locked():
            return work()
    except DiskFullError as error:
        kept = f"what is finished is kept in {folder.path}; make room and give the same command"
        print(f"bazaar: the disk is full: {error.strerror}; {kept}", file=sys.stderr)
        return FAILED


def _asked_for(request: Request) -> None:
    """Say which experiments there are where none is named."""
    if not any(word.startswith("experiment=") for word in request.words):
        raise BadRequest(f"experiment= is missing{nearest('', experiment_names())}")


Told = Callable[[Summary, str], None]
"""What prints the summary of a sweep, as a table or as json."""


def run_sweep(
    experiment: Experiment, folder: SweepFolder, settings: dict[str, Any], command: str, told: Told = print_summary
) -> int:
    """Do what is missing of a sweep in its folder, sum it up, and return the exit code."""
    gathered = gather(experiment, folder, settings, command)
    if gathered is None:
        return INTERRUPTED
    with undisturbed():
        summary = summarise(experiment, folder.path, *gathered)
        finish(experiment, folder, settings, command, gathered)
    told(summary, settings["output"])
    return _failures(summary)


class Gathered(NamedTuple):
    """How many runs there are, and how long those of this time took."""

    progress: Progress
    wall_s: float


def gather(experiment: Experiment, folder: SweepFolder, settings: dict[str, Any], command: str) -> Gathered | None:
    """Do what is missing of a sweep and join its runs; return nothing where the user stopped it."""
    identity, place = identity_of(experiment), Place(experiment)
    if settings["restart"] == "true":
        folder.clear()
    folder.open(identity)
    folder.remove_leftovers()
    token = token_of(identity)
    missing, progress = left_to_do(folder, place, token, settings["retry_failed"] == "true")
    if missing:
        folder.reopen()
    folder.log("started", command=command, runs=place.runs, parts=place.parts, missing=len(missing))
    write_bytes(folder.path / "resolved.yaml", resolved_yaml(experiment).encode())
    write_bytes(folder.path / DESIGN, part_bytes(design_table(experiment)))
    workers = settings["workers"] or cpu_count()
    options = options_of(settings["executor"], settings)
    job = Job(experiment, token, folder.path, missing, max(1, min(workers, len(missing))), options)
    begun = time.perf_counter()
    try:
        carry_out(job, settings["executor"], folder, progress)
    except KeyboardInterrupt:
        done = sum(receipt.runs for receipt in folder.receipts().values())  # tasks under way have ended theirs
        folder.log("interrupted", runs=done)
        kept = f"{done:,} of {progress.total:,} runs are in {folder.path}"
        print(f"bazaar: interrupted; {kept}; the same command goes on from there", file=sys.stderr)
        return None
    wall_s = time.perf_counter() - begun
    with undisturbed():
        folder.join_runs(place.parts)
    return Gathered(progress, wall_s)


def finish(
    experiment: Experiment, folder: SweepFolder, settings: dict[str, Any], command: str, gathered: Gathered
) -> None:
    """Note that a sweep is done, and what it was done with; where nothing was left to do, that is noted already."""
    workers, (progress, wall_s), path = settings["workers"] or cpu_count(), gathered, folder.path / PROVENANCE
    if progress.before < progress.total or not path.is_file():
        facts = {"runs_finished": progress.total, "wall_s": round(wall_s, 3), "executor": settings["executor"]}
        facts |= {EXPECTED: [one.noted() for one in experiment.expectations]}
        about = provenance(command, experiment.seed, experiment.runs, workers) | facts
        write_bytes(path, (json.dumps(about, indent=1) + "\n").encode())
    folder.log("finished", runs=progress.done, failed=progress.failed)


def _failures(summary: Summary) -> int:
    if not summary.failed:
        return DONE
    print(f"bazaar: {summary.failed:,} of {summary.runs:,} runs failed; {summary.first_failure}", file=sys.stderr)
    return FAILED


def left_to_do(folder: SweepFolder, place: Place, token: str, retry_failed: bool) -> tuple[tuple[int, ...], Progress]:
    """Return the parts to do and the progress so far; damaged parts are named on stderr and done again."""
    receipts = {part: one for part, one in folder.receipts().items() if one.token == token}
    done = failed = 0
    missing = []
    for part in range(place.parts):
        receipt = receipts.pop(part, None)
        fault = folder.fault(receipt) if receipt else ""
        if fault:
            print(f"bazaar: {fault}; its {len(place.part(part))} runs are done again", file=sys.stderr)
            folder.log("damaged", part=part, fault=fault)
        if receipt is None or fault or receipt.runs != len(place.part(part)) or (retry_failed and receipt.failures):
            folder.forget(part)
            missing.append(part)
        else:
            done, failed = done + receipt.runs, failed + receipt.failures
    return tuple(missing), Progress(done, place.runs, failed)


def carry_out(job: Job, executor: str, folder: SweepFolder, progress: Progress) -> None:
    """Let an executor do the parts of a job, and tell how far it is."""
    if not job.parts:
        return
    with shown(progress):
        for receipt in executor_named(executor)(job):
            progress.add(receipt.runs, receipt.failures)
            folder.log("part", number=receipt.part, runs=receipt.runs, failed=receipt.failures)
            tell(progress)


def design_table(experiment: Experiment) -> pl.DataFrame:
    """Return the points of an experiment, one row each."""
    design = experiment.design
    columns: dict[str, Any] = {"point": range(len(design.points))}
    return pl.DataFrame(columns | {name: design.points[:, k] for k, name in enumerate(design.names)})
