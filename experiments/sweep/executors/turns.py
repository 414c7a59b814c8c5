"""Handing out: the parts of a job to its workers in turn, and again those that died with a worker."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING

from experiments.sweep.executors import Job
from experiments.sweep.executors.tasks import Done
from experiments.sweep.folder import Receipt

if TYPE_CHECKING:
    from concurrent.futures import Future

ATTEMPTS = 3
"""How often parts are begun whose workers die."""
AHEAD = 2
"""Tasks handed out for each worker, so that none waits."""
TASK_SECONDS = 1.0
TASKS_A_SECOND = 50
"""How many tasks may end a second, on however many workers: what one parent hands out with ease."""
MOST_PARTS = 1000

Submit = Callable[[tuple[int, ...]], "Future[Done]"]


class WorkersDiedError(OSError):
    """Workers died again and again; what is finished is kept."""


class Tasks:
    """Hands out parts, first one by one, then as many at a time as take long enough."""

    def __init__(self, parts: Iterable[int], workers: int) -> None:
        """Begin with the first part; the last parts are spread over the workers."""
        self.parts, self.workers, self.size = list(parts), workers, 1
        self.seconds = max(TASK_SECONDS, workers / TASKS_A_SECOND)
        self.next = 0

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """Yield parts until none are left."""
        while self.next < len(self.parts):
            left = math.ceil((len(self.parts) - self.next) / self.workers)
            size = max(1, min(self.size, left))
            yield tuple(self.parts[self.next : self.next + size])
            self.next += size

    def note(self, done: Done) -> None:
        """Learn from a task how many parts are long enough."""
        if done.receipts:
            each = max(done.seconds / len(done.receipts), 1e-6)
            self.size = max(1, min(MOST_PARTS, round(self.seconds / each)))


def in_turn(submit: Submit, parts: Iterable[int], workers: int) -> Iterator[Receipt]:
    """Hand out parts, a few tasks ahead of the workers, and yield receipts as tasks end."""
    ended: SimpleQueue[Future[Done]] = SimpleQueue()
    tasks, out = Tasks(parts, workers), 0
    coming = iter(tasks)
    while True:
        for some in itertools.islice(coming, AHEAD * workers - out):
            submit(some).add_done_callback(ended.put)
            out += 1
        if not out:
            return
        done = ended.get().result()
        out -= 1
        tasks.note(done)
        yield from done.receipts


def again(
    job: Job, do: Callable[[Job], Iterator[Receipt]], deaths: tuple[type[BaseException], ...]
) -> Iterator[Receipt]:
    """Do a job, and again what is left of it when a death of workers has ended it.

    Raises
    ------
    WorkersDiedError
        When it has been tried often enough.
    """
    left = set(job.parts)
    for _ in range(ATTEMPTS):
        try:
            for receipt in do(job._replace(parts=tuple(sorted(left)))):
                left.discard(receipt.part)
                yield receipt
        except deaths as error:
            reason = error
        else:
            return
    raise WorkersDiedError(
        f"workers died {ATTEMPTS} times ({type(reason).__name__}); memory may be short; "
        f"what is finished is kept in {job.folder}, and the same command goes on from there"
    )
