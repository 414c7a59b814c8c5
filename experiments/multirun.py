"""`bazaar run -m`: one run for each combination of several values; Hydra reads the values and hands out the jobs."""

import contextlib
import functools
import itertools
import json
import re
import shlex
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hydra import initialize_config_module
from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Quote, QuotedString, RangeSweep
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException
from rich.table import Table

from experiments.cli import DONE, FAILED, INTERRUPTED
from experiments.report import make_console
from experiments.request import RUN_SETTINGS, Request, own_folder, run_defaults, take, unquoted
from experiments.run import run
from experiments.store import check_name, check_replaceable, missing_folders
from model.naming import EVERY
from model.scenario import load_scenario
from model.settings import BadRequest

UNFIT = re.compile(r"[^A-Za-z0-9.+-]+")
LONGEST_NAME = 100
MOST_JOBS = 10_000


class Job(NamedTuple):
    """One run of several: its number, its name, the folder of its results, and its words."""

    number: int
    name: str
    folder: Path
    words: tuple[str, ...]


class Outcome(NamedTuple):
    """What came of a job: its exit code, and why it failed where it says so itself."""

    code: int
    error: str


def multirun(request: Request) -> int:
    """Carry out `bazaar run -m` and return its exit code."""
    for_hydra = [word for word in request.words if key_of(word).lstrip("+~").startswith(("hydra.", "hydra/"))]
    for word in for_hydra:
        if "sweeper" in key_of(word):
            raise BadRequest(f"{word} means nothing here; `bazaar sweep` has designs, and `-m` tries every combination")
    words = [word for word in request.words if word not in for_hydra]
    hydra = hydra_of_conf()
    try:
        jobs, settings = read_jobs(words, hydra)
        outcomes = launch(jobs, for_hydra, settings["results"], hydra)
    except (HydraException, OmegaConfBaseException) as error:
        raise BadRequest(" ".join(str(error).split())) from error
    print_summary(jobs, outcomes, settings["output"])
    failed = sum(outcome.code != DONE for outcome in outcomes)
    if failed:
        print(f"bazaar: {failed:,} of {len(jobs):,} jobs failed", file=sys.stderr)
    return FAILED if failed else DONE


def hydra_of_conf() -> Hydra:
    """Return Hydra at work on conf/; it is not the global one, for which `load_scenario` has its own use."""
    with initialize_config_module("conf", version_base="1.3"):
        hydra = GlobalHydra.instance().hydra
    assert hydra is not None
    return hydra


def key_of(word: str) -> str:
    """Return the key of a word."""
    return word.partition("=")[0]


def read_jobs(words: Sequence[str], hydra: Hydra) -> tuple[list[Job], dict[str, Any]]:
    """Return the jobs that some words ask for, each one checked, and the settings of the first.

    Raises
    ------
    BadRequest
        Where one of them could not be run, with what is wrong with it.
    """
    for key, count in Counter(map(key_of, words)).items():
        if count > 1:
            raise BadRequest(f"{key} is given twice")
    parser = OverridesParser.create(config_loader=hydra.config_loader)
    choices = [choices_of(word, parsed(word, parser)) for word in words]
    combinations = list(itertools.islice(itertools.product(*choices), MOST_JOBS + 1))
    if len(combinations) > MOST_JOBS:
        raise BadRequest(f"these are more than {MOST_JOBS:,} jobs; `bazaar sweep` is made for so many runs")
    swept = [key_of(each[0]) for each in choices if len(each) > 1]
    names = distinct([name_of(each, swept) for each in combinations])
    jobs: list[Job] = []
    first: dict[str, Any] = {}
    for number, (name, each) in enumerate(zip(names, combinations, strict=True)):
        given = tuple(word for word in each if key_of(word) != "name")
        settings = checked((*given, f"name={name}"))
        jobs.append(Job(number, name, Path(settings["results"]).expanduser() / name, (*given, f"name={name}")))
        first = first or settings
    return jobs, first


def parsed(word: str, parser: OverridesParser) -> Override:
    """Return a word as Hydra reads it."""
    try:
        return parser.parse_overrides([word.replace(f".{EVERY}.", ".every.", 1)])[0]  # Hydra's names have no stars
    except HydraException:
        raise BadRequest(f"{word} cannot be read; text with brackets or commas needs quotes: \"KEY='TEXT'\"") from None


def choices_of(word: str, override: Override) -> list[str]:
    """Return the words that a word stands for: one for each of its values, where it has several."""
    if not override.is_sweep_override():
        return [word]
    if not override.is_discrete_sweep():
        raise BadRequest(f"{word} has no end of values; write some, or range(LOW,HIGH,step=STEP)")
    values, sweep = list(override.sweep_string_iterator()), override.value()
    if isinstance(sweep, RangeSweep):  # Hydra adds step to step, and may end with 0.8999999999999999 of range(0.7,0.9)
        values = [f"{float(value):.12g}" if "." in value else value for value in values]
        values = [value for value in values if (float(value) - float(sweep.stop or 0)) * sweep.step < 0.0]
    return [f"{key_of(word)}={value}" for value in values]


def checked(words: tuple[str, ...]) -> dict[str, Any]:
    """Return the settings of a run after checking them, its scenario, and that its folder is free."""
    settings, rest = take(Request("run", words), RUN_SETTINGS, run_defaults())
    load_scenario(None, rest, own_folder(settings["own"]))
    check_name(settings["name"])
    check_replaceable(Path(settings["results"]).expanduser() / settings["name"])
    return settings


def name_of(words: Sequence[str], swept: Sequence[str]) -> str:
    """Return a name for a job: that of the command or of its scenario, then what is swept over."""
    values = {key_of(word): unquoted(word.partition("=")[2]) for word in words}
    base = values.get("name") or values.get("scenario") or load_scenario().name
    parts = [f"{short(key, swept)}={values[key]}" for key in swept if key not in {"name", "scenario"}]
    if "name" in values and "scenario" in swept:
        parts.insert(0, values["scenario"])
    return "_".join(UNFIT.sub("_", part) for part in [base, *parts])[:LONGEST_NAME]


def short(key: str, swept: Sequence[str]) -> str:
    """Return the last part of a dotted key, or all of it where another key ends alike."""
    last = key.rpartition(".")[2]
    return last if sum(other.rpartition(".")[2] == last for other in swept) == 1 else key


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names, those that occur more than once with their number behind them."""
    counts = Counter(names)
    return [f"{name}_{number}" if counts[name] > 1 else name for number, name in enumerate(names)]


def launch(jobs: Sequence[Job], for_hydra: Sequence[str], results: str, hydra: Hydra) -> list[Outcome]:
    """Let Hydra's launcher do the jobs, here one after another, or as `hydra/launcher=` says."""
    where = f"results={QuotedString(str(Path(results).expanduser()), Quote.single).with_quotes()}"
    config = hydra.compose_config("config", [*for_hydra, where], RunMode.MULTIRUN)
    context = HydraContext(config_loader=hydra.config_loader, callbacks=Callbacks(config))
    task = functools.partial(do_job, {job.name: job for job in jobs}, len(jobs))
    launcher = Plugins.instance().instantiate_launcher(hydra_context=context, task_function=task, config=config)
    made = missing_folders(Path(results).expanduser())
    try:
        done = launcher.launch([[where, f"name='{job.name}'"] for job in jobs], initial_job_idx=0)
    finally:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
    return [each.return_value for each in done]


def do_job(jobs: Mapping[str, Job], count: int, config: DictConfig) -> Outcome:
    """Do the job of a name as `bazaar run` does it; whatever is wrong with it is told and stops no other."""
    job = jobs[config.name]
    if "output=json" not in job.words:
        print(f"\njob {job.number + 1} of {count}: {shlex.join(['bazaar', 'run', *job.words])}\n", flush=True)
    try:
        code = run(Request("run", job.words))
    except Exception as error:
        reason = str(error) if isinstance(error, BadRequest) else f"{type(error).__name__}: {error}"
        reason = " ".join(reason.split())
        print(f"bazaar: {job.name}: {reason}", file=sys.stderr, flush=True)
        return Outcome(FAILED, reason)
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return Outcome(code, "" if code == DONE else "runs failed")


def print_summary(jobs: Sequence[Job], outcomes: Sequence[Outcome], output: str) -> None:
    """Print what came of each job and where it is, as a table or as a line of JSON."""
    if output == "json":
        told = [
            {"name": job.name, "folder": str(job.folder), "words": list(job.words), **outcome._asdict()}
            for job, outcome in zip(jobs, outcomes, strict=True)
        ]
        print(json.dumps({"jobs": told}, ensure_ascii=False))
        return
    table = Table("job", "outcome", "results", box=None, pad_edge=False, header_style="bold")
    for job, outcome in zip(jobs, outcomes, strict=True):
        said = "done" if outcome.code == DONE else f"failed: {outcome.error}"
        table.add_row(str(job.number + 1), said, str(job.folder))
    console = make_console()
    console.print()
    console.print(table)
