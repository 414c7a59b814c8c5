"""Ray: the parts as tasks of a Ray cluster, one that runs or one that is started here for the while."""

import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# Under `uv run` Ray would start its workers by that command again, in another folder, where it means something else.
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
import ray
from ray.exceptions import RayTaskError, WorkerCrashedError

from experiments.sweep.executors import Job
from experiments.sweep.executors.tasks import ONE_THREAD, Done, do_parts
from experiments.sweep.executors.turns import ATTEMPTS, again, in_turn
from experiments.sweep.folder import Receipt
from model.settings import BadRequest

PATIENCE_SECONDS = 10


def on_ray(job: Job) -> Iterator[Receipt]:
    """Do the parts on a Ray cluster; Ray itself begins a task again whose worker dies."""
    return again(job, _on_ray, (WorkerCrashedError,))


def _on_ray(job: Job) -> Iterator[Receipt]:
    with _cluster(job) as workers:
        experiment = ray.put(job.experiment)
        task: Any = ray.remote(num_cpus=1, max_retries=ATTEMPTS)(do_parts)

        def submit(parts: tuple[int, ...]) -> Future[Done]:
            future: Future[Done] = task.remote(experiment, job.token, job.folder.absolute(), parts).future()
            return future

        try:
            yield from in_turn(submit, job.parts, workers)
        except RayTaskError as error:
            raise error.cause from None


@contextlib.contextmanager
def _cluster(job: Job) -> Iterator[int]:
    """Join a Ray cluster, or start one here, and yield its number of cores."""
    address = job.options.get("address", "")
    where = (
        {"address": address} if address else {"address": "local", "num_cpus": job.workers, "include_dashboard": False}
    )
    try:
        _knock(address)
        ray.init(runtime_env={"env_vars": ONE_THREAD}, log_to_driver=False, logging_level=logging.ERROR, **where)
    except (OSError, ValueError) as error:
        raise BadRequest(f"ray.address = {address}: {' '.join(str(error).split())}") from error
    try:
        yield int(ray.cluster_resources().get("CPU", job.workers))
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Raise an error where nobody answers at HOST:PORT; Ray itself would try for minutes."""
    host, _, port = address.partition(":")
    if port.isdigit():
        socket.create_connection((host, int(port)), PATIENCE_SECONDS).close()
