"""Slurm: the parts as an array of jobs, each with its share of them; submitit writes, submits and watches it."""

import contextlib
import pickle
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from submitit import AutoExecutor
from submitit.helpers import Checkpointable
from submitit.slurm.slurm import SlurmJob

from experiments.store import write_bytes
from experiments.sweep.executors import Job
from experiments.sweep.executors.local import on_this_machine
from experiments.sweep.executors.turns import WorkersDiedError, again
from experiments.sweep.folder import Receipt, open_folder
from model.settings import BadRequest

FOLDER, EXPERIMENT, SUBMITTED = "slurm", "experiment.pickle", "submitted"
LOOK_SECONDS = 1.0
SHARE_OF_LOOKING = 0.05
"""The folder is looked at every so often, and less often where looking takes long."""
STOP_SECONDS = 5.0
MOST_TIMEOUTS = 100
"""How often a job may meet its time limit; it goes on from the parts that it has finished."""


class Group(Checkpointable):  # type: ignore[misc]
    """What a job does; submitit queues it again when its time is up or its place is given to another."""

    def __call__(self, token: str, folder: Path, parts: tuple[int, ...], threads: int) -> list[Receipt]:
        """Do the parts that are not finished, in threads, and return the receipts of all."""
        done = open_folder(folder).receipts()
        missing = tuple(part for part in parts if part not in done)
        experiment = pickle.loads((folder / FOLDER / EXPERIMENT).read_bytes())
        receipts = list(on_this_machine(Job(experiment, token, folder, missing, threads)))
        return [done[part] for part in parts if part in done] + receipts


class JobsDiedError(Exception):
    """Jobs have ended without finishing."""


def on_slurm(job: Job) -> Iterator[Receipt]:
    """Do the parts in an array of Slurm's jobs; those of jobs that die are submitted again."""
    job = job._replace(folder=job.folder.absolute())
    executor, folder = executor_of(job), job.folder / FOLDER
    folder.mkdir(exist_ok=True)
    _cancel_earlier(folder)
    write_bytes(folder / EXPERIMENT, pickle.dumps(job.experiment))

    def do(job: Job) -> Iterator[Receipt]:
        return _on_slurm(executor, job)

    yield from again(job, do, (JobsDiedError,))
    shutil.rmtree(folder, ignore_errors=True)


def executor_of(job: Job) -> AutoExecutor:
    """Return what submits jobs with the options of the user; raise BadRequest where Slurm is not here."""
    options, here = job.options, job.options["here"] == "true"
    if not here and not (shutil.which("sbatch") and shutil.which("srun")):
        raise BadRequest("executor = slurm needs sbatch, which is not here; submit where it is, or try slurm.here=true")
    limits = {"slurm_max_num_timeout": MOST_TIMEOUTS, "local_max_num_timeout": MOST_TIMEOUTS}
    executor = AutoExecutor(job.folder / FOLDER, "local" if here else "slurm", **limits)
    executor.update_parameters(
        name=f"bazaar_{job.folder.name}",
        timeout_min=options["minutes"],
        cpus_per_task=options["cpus"],
        mem_gb=options["memory_gb"],
        slurm_partition=options["partition"] or None,
        slurm_account=options["account"] or None,
        slurm_setup=[options["setup"]] if options["setup"] else None,
        slurm_array_parallelism=options["jobs"],
    )
    return executor


def _on_slurm(executor: AutoExecutor, job: Job) -> Iterator[Receipt]:
    count, group = min(job.options["jobs"], len(job.parts)), Group()
    with executor.batch():
        jobs = [
            executor.submit(group, job.token, job.folder, tuple(parts.tolist()), job.options["cpus"])
            for parts in np.array_split(np.array(job.parts), count)
        ]
    try:
        if isinstance(jobs[0], SlurmJob):
            write_bytes(job.folder / FOLDER / SUBMITTED, _array(jobs).encode())
        yield from _as_they_come(job, jobs)
    except BaseException:
        _cancel(job.folder / FOLDER, jobs)
        raise


def _as_they_come(job: Job, jobs: Sequence[Any]) -> Iterator[Receipt]:
    """Yield receipts as they appear in the folder, until every job has ended."""
    left, waiting, results = set(job.parts), list(jobs), open_folder(job.folder)
    while waiting:
        begin = time.monotonic()
        ended = [one for one in waiting if one.done()]
        found = results.receipts()
        for one in ended:
            found |= {receipt.part: receipt for receipt in _result(one, job.folder)}
        waiting = [one for one in waiting if one not in ended]
        for part in sorted(left & found.keys()):
            left.discard(part)
            yield found[part]
        if waiting:
            time.sleep(max(LOOK_SECONDS, (time.monotonic() - begin) / SHARE_OF_LOOKING))
    if left:
        raise JobsDiedError(f"{len(left)} parts are missing; the logs of the jobs are in {job.folder / FOLDER}")


def _result(one: Any, folder: Path) -> list[Receipt]:
    """Return the receipts of a job that has ended, none where it died.

    Raises
    ------
    WorkersDiedError
        Where it has raised an error, which it would raise again.
    """
    if not one.paths.result_pickle.exists():
        return []
    if (error := one.exception()) is None:
        receipts: list[Receipt] = one.result()
        return receipts
    reason = str(error).strip().splitlines()[-1]
    raise WorkersDiedError(
        f"job {one.job_id} failed: {reason}; its log is in {folder / FOLDER}, what is finished is kept, "
        "and the same command goes on from there"
    )


def _array(jobs: Sequence[Any]) -> str:
    """Return the number by which Slurm knows all jobs of an array."""
    return str(jobs[0].job_id).partition("_")[0]


def _cancel(folder: Path, jobs: Sequence[Any]) -> None:
    if isinstance(jobs[0], SlurmJob):
        SlurmJob(folder, _array(jobs)).cancel(check=False)
        return
    for one in jobs:
        one.cancel()
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and not all(one.done() for one in jobs):
        time.sleep(0.1)


def _cancel_earlier(folder: Path) -> None:
    """Cancel the jobs of a sweep that was killed before it could do so."""
    with contextlib.suppress(FileNotFoundError):
        SlurmJob(folder, (folder / SUBMITTED).read_text(encoding="utf-8")).cancel(check=False)
