"""Here, on one machine: threads where compiled rules let go of the interpreter, else processes."""

import functools
import itertools
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from joblib.externals.loky import get_reusable_executor

from experiments.sweep.executors import Job
from experiments.sweep.executors.tasks import Done, Tasks, do_parts
from experiments.sweep.folder import Receipt

ATTEMPTS = 3
"""How often a task is begun whose process dies."""
AHEAD = 2
"""Tasks handed out for each worker, so that none waits."""

Submit = Callable[[tuple[int, ...]], "Future[Done]"]


def on_this_machine(job: Job) -> Iterator[Receipt]:
    """Do the parts in threads, or in processes where agents of the user's own act, which Python must interpret."""
    return in_processes(job) if job.experiment.interpreted else in_threads(job)


def in_threads(job: Job) -> Iterator[Receipt]:
    """Do the parts in threads; when the sweep is stopped, each finishes the part it is at."""
    stop = threading.Event()
    with ThreadPoolExecutor(job.workers) as pool:
        submit = functools.partial(_submit, pool, job, stop)
        try:
            yield from in_turn(submit, Tasks(job.parts, job.workers), job.workers)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def in_processes(job: Job) -> Iterator[Receipt]:
    """Do the parts in processes; a task whose process dies is begun again."""
    tasks, attempts = Tasks(job.parts, job.workers), 0
    left = set(job.parts)
    while left:
        pool = get_reusable_executor(
            job.workers, initializer=_leave_interrupts_to_the_parent, kill_workers=attempts > 0
        )
        submit = functools.partial(_submit, pool, job, None)
        try:
            for receipt in in_turn(submit, tasks, job.workers):
                left.discard(receipt.part)
                yield receipt
        except BrokenProcessPool:
            attempts += 1
            if attempts == ATTEMPTS:
                raise
            tasks = Tasks(sorted(left), job.workers)
        except BaseException:
            pool.shutdown(kill_workers=True)
            raise


def in_turn(submit: Submit, tasks: Tasks, workers: int) -> Iterator[Receipt]:
    """Hand out tasks, a few ahead of the workers, and yield receipts as tasks end."""
    coming: Iterable[Any] = iter(tasks)
    waiting = {submit(parts) for parts in itertools.islice(coming, AHEAD * workers)}
    while waiting:
        ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ended:
            done = future.result()
            tasks.note(done)
            yield from done.receipts
        waiting |= {submit(parts) for parts in itertools.islice(coming, AHEAD * workers - len(waiting))}


def _submit(pool: Any, job: Job, stop: threading.Event | None, parts: tuple[int, ...]) -> "Future[Done]":
    return pool.submit(do_parts, job.experiment, job.token, job.folder, parts, stop)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
