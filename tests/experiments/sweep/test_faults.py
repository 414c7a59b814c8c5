"""Sweeps that are stopped in every way there is: real processes, killed for real."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import psutil
import pytest

import experiments
from experiments.cli import DONE, FAILED, INTERRUPTED
from experiments.sweep.experiment import load_experiment

pytestmark = pytest.mark.all

KILLS = 20
PAGE = """
scenario: small
design: lhs
points: {points}
months: 12
runs: 4
part_runs: 64
factors:
  parameters.usable_share:
  parameters.demand_growth_start_x_per_year:
tables: [months]
"""
OWN_PAGE = """
scenario: slow
months: 6
runs: 24
part_runs: 2
"""
SCENARIO = "# @package _global_\ndefaults:\n  - small\n  - _self_\ntitle: Small, one lab of mine\nagents: slow.py\n"
AGENTS = "from agents.lab import Lab\n\n\nclass Slow(Lab):\n    pass\n\n\nLABS = {'openai': Slow}\n"
TELLS_TIME = {"log.jsonl", "provenance.json", ".lock"}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder with an experiment of some seconds, and one with agents of the user's own."""
    folder = tmp_path_factory.mktemp("own")
    for name in ("experiment", "scenario"):
        (folder / name).mkdir()
    (folder / "experiment" / "long.yaml").write_text(PAGE.format(points=6_000))
    (folder / "experiment" / "short.yaml").write_text(PAGE.format(points=600))
    (folder / "experiment" / "slow.yaml").write_text(OWN_PAGE)
    (folder / "scenario" / "slow.yaml").write_text(SCENARIO)
    (folder / "slow.py").write_text(AGENTS)
    return folder


def command(own, name, results, *words):
    return [
        sys.executable,
        "-m",
        "experiments.cli",
        "sweep",
        f"experiment={name}",
        f"own={own}",
        f"results={results}",
        *words,
    ]


def started(own, name, results, *words, **settings):
    return subprocess.Popen(
        command(own, name, results, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings
    )


def finished(own, name, results, *words, **settings):
    return subprocess.run(
        command(own, name, results, *words), capture_output=True, text=True, timeout=300, check=False, **settings
    )


def bytes_of(folder):
    """Return every file that does not tell the time, by name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in TELLS_TIME)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def receipts(folder):
    return len(list((folder / "receipts").glob("*.json")))


def wait_for(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def wait_for_more(sweep, folder, before):
    """Wait until a sweep has done a part more, or is over."""
    wait_for(lambda: sweep.poll() is not None or receipts(folder) > before)


@pytest.fixture(scope="module")
def whole(own, tmp_path_factory):
    """What each experiment leaves when nothing stops it."""
    results = tmp_path_factory.mktemp("whole")
    for name in ("short", "slow"):
        done = finished(own, name, results)
        assert done.returncode == DONE, done.stderr
    return results


def test_a_sweep_killed_twenty_times_ends_with_the_same_bytes(own, tmp_path, capsys):
    instants, luck = [], random.Random(1)
    folder = tmp_path / "long"
    parts = -(-load_experiment("long", own=own).all_runs // 64)
    while len(instants) < KILLS:
        sweep = started(own, "long", tmp_path)
        if len(instants) % 5 == 4:  # while it starts
            time.sleep(luck.uniform(0.0, 3.0))
        else:  # while it works
            wait_for_more(sweep, folder, receipts(folder))
            time.sleep(luck.uniform(0.0, 0.5))
        assert sweep.poll() is None, f"done after {len(instants)} kills: {sweep.communicate()}"
        sweep.send_signal(signal.SIGKILL)
        sweep.communicate()
        instants.append(receipts(folder))
        assert_whole(folder)
    with capsys.disabled():
        print(f"\nkilled with so many of {parts} parts done: {instants}")
    assert instants == sorted(instants)
    last = finished(own, "long", tmp_path)
    assert last.returncode == DONE, last.stderr
    assert last.stderr.count("done again") == 0, "no part was torn, so none is named"
    assert finished(own, "long", tmp_path, "name=whole", "workers=1").returncode == DONE
    assert bytes_of(folder) == bytes_of(tmp_path / "whole")
    runs = experiments.load(folder).runs
    assert runs["run"].to_list() == list(range(runs.height))


def assert_whole(folder):
    """Every part that is there under its own name can be read."""
    for path in folder.glob("runs/part-*.parquet"):
        assert pl.read_parquet(path, columns=["run"]).height <= 64


def test_a_killed_worker_process_is_replaced(own, whole, tmp_path):
    sweep = started(own, "slow", tmp_path, "workers=2")
    folder = tmp_path / "slow"
    wait_for(lambda: receipts(folder) >= 2)
    workers = [
        child for child in psutil.Process(sweep.pid).children(recursive=True) if "loky" in " ".join(child.cmdline())
    ]
    workers[0].kill()
    said = sweep.communicate(timeout=200)
    assert sweep.returncode == DONE, said
    assert bytes_of(folder) == bytes_of(whole / "slow")


@pytest.mark.parametrize("name", ["short", "slow"])
def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process(own, whole, tmp_path, name):
    sweep = started(own, name, tmp_path, "workers=2", start_new_session=True)
    folder = tmp_path / name
    wait_for(lambda: receipts(folder) >= 2)
    children = psutil.Process(sweep.pid).children(recursive=True)
    os.killpg(sweep.pid, signal.SIGINT)
    _, error = sweep.communicate(timeout=60)
    assert sweep.returncode == INTERRUPTED
    assert "the same command goes on from there" in error
    assert error.count("\n") == 1, error
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    kept = receipts(folder)
    again = finished(own, name, tmp_path)
    assert again.returncode == DONE
    assert receipts(folder) > kept >= 2
    assert bytes_of(folder) == bytes_of(whole / name)


def test_a_file_that_may_not_grow_stops_a_sweep_as_a_full_disk_does(own, whole, tmp_path):
    def no_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    stopped = finished(own, "short", tmp_path, preexec_fn=no_room)
    assert stopped.returncode == FAILED
    assert "the disk is full" in stopped.stderr
    assert stopped.stderr.count("\n") == 1, stopped.stderr
    assert finished(own, "short", tmp_path).returncode == DONE
    assert bytes_of(tmp_path / "short") == bytes_of(whole / "short")


def test_two_sweeps_do_not_write_into_one_folder(own, tmp_path):
    first = started(own, "long", tmp_path, "workers=1")
    wait_for(lambda: receipts(tmp_path / "long") >= 1)
    second = finished(own, "long", tmp_path)
    assert second.returncode == 2
    assert "is being written by another sweep" in second.stderr
    assert first.poll() is None
    first.kill()
    first.communicate()
    assert_whole(tmp_path / "long")


def test_hash_seeds_and_workers_change_no_byte(own, whole, tmp_path):
    for number, words in enumerate((("workers=1",), ("workers=3",))):
        environment = os.environ | {"PYTHONHASHSEED": str(number + 1)}
        assert finished(own, "short", tmp_path / str(number), *words, env=environment).returncode == DONE
        assert bytes_of(tmp_path / str(number) / "short") == bytes_of(whole / "short")


def test_memory_does_not_grow_with_the_runs(own, tmp_path):
    (own / "experiment" / "many.yaml").write_text("scenario: small\nmonths: 1\nruns: 20000\n")
    peaks = []
    for runs in (4_000, 40_000):
        sweep = started(own, "many", tmp_path, f"runs={runs}", f"name=r{runs}", "workers=2")
        peak, process = 0, psutil.Process(sweep.pid)
        while sweep.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss)
            except psutil.Error:
                break
            time.sleep(0.05)
        sweep.communicate()
        assert sweep.returncode == DONE
        peaks.append(peak)
    assert peaks[1] < 1.5 * peaks[0] + 2**27
    assert Path(tmp_path / "r40000" / "runs.parquet").is_file()
