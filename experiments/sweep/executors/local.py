"""Here, on one machine: threads where compiled rules let go of the interpreter, else processes."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from joblib.externals.loky import get_reusable_executor

from experiments.sweep.executors import Job
from experiments.sweep.executors.tasks import ONE_THREAD, Done, do_parts
from experiments.sweep.executors.turns import again, in_turn
from experiments.sweep.folder import Receipt


def on_this_machine(job: Job) -> Iterator[Receipt]:
    """Do the parts in threads, or in processes where agents of the user's own act, which Python must interpret."""
    return in_processes(job) if job.experiment.interpreted else in_threads(job)


def in_threads(job: Job) -> Iterator[Receipt]:
    """Do the parts in threads; when the sweep is stopped, each finishes the part it is at."""
    stop = threading.Event()
    with ThreadPoolExecutor(job.workers) as pool:

        def submit(parts: tuple[int, ...]) -> Future[Done]:
            return pool.submit(do_parts, job.experiment, job.token, job.folder, parts, stop)

        try:
            yield from in_turn(submit, job.parts, job.workers)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def in_processes(job: Job) -> Iterator[Receipt]:
    """Do the parts in processes; parts whose process dies are begun again."""
    return again(job, _in_processes, (BrokenProcessPool,))


def _in_processes(job: Job) -> Iterator[Receipt]:
    pool: Any = get_reusable_executor(
        job.workers, initializer=_leave_interrupts_to_the_parent, reuse=False, env=ONE_THREAD, kill_workers=True
    )

    def submit(parts: tuple[int, ...]) -> Future[Done]:
        return pool.submit(do_parts, job.experiment, job.token, job.folder, parts)

    try:
        yield from in_turn(submit, job.parts, job.workers)
    finally:
        pool.shutdown(kill_workers=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
