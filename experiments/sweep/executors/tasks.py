"""Tasks: some parts at a time, done one after another by whichever worker is free."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from experiments.sweep.experiment import Experiment
from experiments.sweep.folder import Receipt, open_folder
from experiments.sweep.work import Worker

ONE_THREAD = {"POLARS_MAX_THREADS": "1"}
"""Environment of processes of which there is one for each core."""

_workers: dict[tuple[str, int], Worker] = {}
_making = threading.Lock()


class Done(NamedTuple):
    """What a task has done: the receipts of its parts, and how long it took."""

    receipts: list[Receipt]
    seconds: float


def worker_of(experiment: Experiment, token: str) -> Worker:
    """Return this process's worker of an experiment, which is known by its token and runs."""
    with _making:
        key = token, experiment.runs
        if key not in _workers:
            _workers.clear()
            _workers[key] = Worker(experiment)
        return _workers[key]


def do_parts(
    experiment: Experiment, token: str, folder: Path, parts: Iterable[int], stop: threading.Event | None = None
) -> Done:
    """Do some parts one after another, each written while the next is done; stop between two when told to."""
    begin, worker, results = time.perf_counter(), worker_of(experiment, token), open_folder(folder)
    written: list[Future[Receipt]] = []
    with ThreadPoolExecutor(1) as writer:
        for part in parts:
            if stop is not None and stop.is_set():
                break
            tables = worker.part(part)
            if written:
                written[-1].result()  # one part at most waits for the disk
            written.append(writer.submit(results.write_part, part, tables, token))
    return Done([one.result() for one in written], time.perf_counter() - begin)
