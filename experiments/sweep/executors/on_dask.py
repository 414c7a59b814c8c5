"""Dask: the parts as tasks of a Dask cluster, one that runs or one that is started here for the while."""

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future

from distributed import Client, KilledWorker, LocalCluster

from experiments.provenance import undisturbed
from experiments.sweep.executors import Job
from experiments.sweep.executors.tasks import ONE_THREAD, Done, do_parts
from experiments.sweep.executors.turns import again, in_turn
from experiments.sweep.folder import Receipt
from model.settings import BadRequest

PATIENCE_SECONDS = 60
"""How long a cluster may take to have a first worker."""


def on_dask(job: Job) -> Iterator[Receipt]:
    """Do the parts on a Dask cluster; Dask itself begins a task again whose worker dies.

    When all die that hold the experiment, what depends on it is cancelled, and it is sent again.
    """
    return again(job, _on_dask, (KilledWorker, CancelledError))


def _on_dask(job: Job) -> Iterator[Receipt]:
    with _cluster(job) as client:
        [experiment] = client.scatter([job.experiment], broadcast=True, hash=False)
        pool = client.get_executor(pure=False)

        def submit(parts: tuple[int, ...]) -> Future[Done]:
            future: Future[Done] = pool.submit(do_parts, experiment, job.token, job.folder.absolute(), parts)
            return future

        yield from in_turn(submit, job.parts, sum(client.nthreads().values()))


@contextlib.contextmanager
def _cluster(job: Job) -> Iterator[Client]:
    """Join a Dask cluster, or start one here, of one process a core."""
    address = job.options.get("address", "")
    with contextlib.ExitStack() as stack:
        if address:
            try:
                client = stack.enter_context(Client(address, timeout=PATIENCE_SECONDS))
                client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
            except (OSError, ValueError) as error:
                raise BadRequest(f"dask.address = {address}: {' '.join(str(error).split())}") from error
        else:
            with undisturbed():  # its processes then leave Ctrl-C to the parent
                cluster = LocalCluster(
                    n_workers=job.workers,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                    env=ONE_THREAD,
                )
            client = stack.enter_context(Client(stack.enter_context(cluster)))
        yield client
