"""Tasks: some parts at a time, as many as make a second of work, so that handing them out costs next to nothing."""

import math
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from experiments.sweep.experiment import Experiment
from experiments.sweep.folder import Receipt, open_folder
from experiments.sweep.work import Worker

TASK_SECONDS = 1.0
MOST_PARTS = 1000

_workers: dict[str, Worker] = {}
_making = threading.Lock()


class Done(NamedTuple):
    """What a task has done: the receipts of its parts, and how long it took."""

    receipts: list[Receipt]
    seconds: float


def worker_of(experiment: Experiment, token: str) -> Worker:
    """Return this process's worker of an experiment, which is known by its token."""
    with _making:
        if token not in _workers:
            _workers.clear()
            _workers[token] = Worker(experiment)
        return _workers[token]


def do_parts(
    experiment: Experiment, token: str, folder: Path, parts: Iterable[int], stop: threading.Event | None = None
) -> Done:
    """Do some parts one after another and write them; stop between two of them when told to."""
    begin, worker, results = time.perf_counter(), worker_of(experiment, token), open_folder(folder)
    receipts = []
    for part in parts:
        if stop is not None and stop.is_set():
            break
        receipts.append(results.write_part(part, worker.part(part)))
    return Done(receipts, time.perf_counter() - begin)


class Tasks:
    """Hands out parts, first one by one, then as many at a time as take a second."""

    def __init__(self, parts: Iterable[int], workers: int) -> None:
        """Begin with the first part; the last parts are spread over the workers."""
        self.parts, self.workers, self.size = list(parts), workers, 1
        self.next = 0

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """Yield parts until none are left."""
        while self.next < len(self.parts):
            left = math.ceil((len(self.parts) - self.next) / self.workers)
            size = max(1, min(self.size, left))
            yield tuple(self.parts[self.next : self.next + size])
            self.next += size

    def note(self, done: Done) -> None:
        """Learn from a task how many parts make a second."""
        if done.receipts:
            each = max(done.seconds / len(done.receipts), 1e-6)
            self.size = max(1, min(MOST_PARTS, round(TASK_SECONDS / each)))
