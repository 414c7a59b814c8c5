"""`bazaar bench part=sweep`: what a sweep costs beside the runs themselves, and what other runners cost."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from experiments.sweep.executors import Job
from experiments.sweep.executors.local import in_threads
from experiments.sweep.experiment import Experiment, experiment_of
from experiments.sweep.folder import SweepFolder
from experiments.sweep.work import Place, Worker
from model.ensemble import Runner

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "benchmarks" / "peers"
SHORT: dict[str, Any] = {"scenario": "small", "months": 3, "runs": 100_000}
USUAL: dict[str, Any] = {"scenario": "small", "runs": 4_096, "part_runs": 128}
LONG: dict[str, Any] = {"scenario": "colossus", "runs": 256}
WITH_TABLES = LONG | {"tables": ["months", "labs", "suppliers", "contracts", "regions"]}
TRIVIAL: dict[str, Any] = {"function": "trivial", "design": "lhs", "points": 5_000}
EMA = ("ema_workbench==3.0.0",)
REPEATS = 3


def sweep_figures() -> dict[str, Any]:
    """Return what a sweep adds to a run, how two workers do beside two bare processes, what tables and peers cost."""
    short = experiment_of("bench", SHORT)
    kernel, whole = best(partial(bare_seconds, short)), best(partial(swept_seconds, short, 1))
    processes, workers = two_processes_seconds(), best(partial(swept_seconds, experiment_of("bench", USUAL), 2))
    plain, kept = (best(partial(swept_seconds, experiment_of("bench", page), 1)) for page in (LONG, WITH_TABLES))
    return {
        "kernel_us_per_run": kernel / short.all_runs * 1e6,
        "sweep_overhead_us_per_run": (whole - kernel) / short.all_runs * 1e6,
        "two_workers_of_two_processes_percent": processes / workers * 100.0,
        "tables_of_colossus_percent_of_time": (kept - plain) / plain * 100.0,
        "trivial_us_per_run": trivial_figures(),
    }


def best(measure: Callable[[], float]) -> float:
    """Return the least of some measurements, the first of which may find things cold."""
    return min(measure() for _ in range(REPEATS))


def bare_seconds(experiment: Experiment) -> float:
    """Return how long the runs of an experiment take by themselves, nothing summed up and nothing written."""
    worker, arm = Worker(experiment), experiment.arms[0]
    runner = Runner(arm.scenario, experiment.months, worker.starts[arm.name])
    begin = time.perf_counter()
    for part in range(worker.place.parts):
        runs = worker.place.part(part)
        runner.run_many(runs, worker.place.world_seed(runs))
    return time.perf_counter() - begin


def swept_seconds(experiment: Experiment, workers: int) -> float:
    """Return how long the same takes as a sweep: metrics, parts and receipts on the disk, and the table of all runs."""
    parts = tuple(range(Place(experiment).parts))
    with tempfile.TemporaryDirectory() as results, SweepFolder(Path(results), "bench").locked() as folder:
        begin = time.perf_counter()
        for _ in in_threads(Job(experiment, results, folder.path, parts, workers)):
            pass
        folder.join_runs(len(parts))
        return time.perf_counter() - begin


BARE = """
import sys
from experiments.bench_sweep import USUAL, bare_seconds
from experiments.sweep.experiment import experiment_of
half = experiment_of("bench", USUAL | {"runs": USUAL["runs"] // 2})
bare_seconds(experiment_of("bench", USUAL | {"runs": 100}))
print("ready", flush=True)
sys.stdin.readline()
print(bare_seconds(half), flush=True)
"""


def two_processes_seconds() -> float:
    """Return how long two processes take that do half of the runs each and nothing else, the slower of them."""
    seconds = []
    for _ in range(REPEATS):
        pair = [_bare_process() for _ in range(2)]
        for _, said, _ in pair:
            said.readline()
        for _, _, told in pair:
            told.write("go\n")
            told.flush()
        seconds.append(max(float(said.readline()) for _, said, _ in pair))
        for process, said, told in pair:
            process.wait()
            said.close()
            told.close()
    return min(seconds)


def _bare_process() -> tuple["subprocess.Popen[str]", IO[str], IO[str]]:
    """Start a process that gets ready, waits for a word, and tells how long its runs took."""
    process = subprocess.Popen(
        [sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return process, cast("IO[str]", process.stdout), cast("IO[str]", process.stdin)


def trivial_figures() -> dict[str, float | None]:
    """Return what a run of x1 x2 + x3 costs here, written to the disk, and in other runners, held in memory."""
    experiment = experiment_of("bench", TRIVIAL)
    runs = experiment.all_runs
    figures: dict[str, float | None] = {}
    for workers in (1, 2):
        seconds = best(partial(swept_seconds, experiment, workers))
        figures[f"bazaar_{workers}_worker"] = seconds / runs * 1e6
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    apart = [
        uv,
        "run",
        "--isolated",
        "--no-project",
        "--python",
        sys.executable,
        *(f"--with={one}" for one in EMA),
        "python",
    ]
    for name, command, script in (
        ("mesa_3_5", [sys.executable], "mesa_batch.py"),
        ("ema_workbench_3_0", apart, "ema.py"),
    ):
        for processes in (1, 2):
            measured = peer_seconds([*command, str(PEERS / script), str(runs), str(processes)])
            figures[f"{name}_{processes}_process"] = None if measured is None else measured / runs * 1e6
    return figures


def peer_seconds(command: list[str]) -> float | None:
    """Return what another runner says it took; none, and why on stderr, where it cannot be run here."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        why = done.stderr.strip().splitlines()
        print(f"bazaar: {Path(command[-3]).name} did not run: {why[-1] if why else 'no reason given'}", file=sys.stderr)
        return None
    return float(json.loads(done.stdout.splitlines()[-1])["seconds"])
