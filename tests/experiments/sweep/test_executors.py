"""Where a sweep is done and what dies meanwhile makes no difference to its bytes."""

import os
import sys
import time

import psutil
import pytest
import yaml

from experiments.sweep.executors import EXECUTORS, Job, executor_named, options_of
from experiments.sweep.executors.local import in_processes
from experiments.sweep.executors.options import OPTIONS
from experiments.sweep.executors.turns import WorkersDiedError
from experiments.sweep.experiment import load_experiment
from experiments.sweep.folder import SweepFolder
from experiments.sweep.work import Place
from model.settings import BadRequest

pytestmark = pytest.mark.all

PAGE = {
    "scenario": "small",
    "months": 24,
    "design": "lhs",
    "points": 1600,
    "part_runs": 32,
    "factors": {"parameters.usable_share": None, "labs.openai.cash_usd_m": [1000, 50000]},
    "tables": {"months": ["spot_price_usd_per_h100e_hour"]},
}
DEFAULTS = {setting.name: setting.default for setting in OPTIONS}
HERE = {"slurm.here": "true", "slurm.jobs": 2, "slurm.cpus": 1}
WORKERS = {"local": "popen_loky_posix", "ray": "ray::do_parts", "dask": "spawn_main", "slurm": "submitit.core._submit"}
"""What the command line of each executor's workers holds."""


@pytest.fixture(scope="module")
def experiment(warm, tmp_path_factory):
    own = tmp_path_factory.mktemp("own")
    (own / "experiment").mkdir()
    (own / "experiment" / "spread.yaml").write_text(yaml.safe_dump(PAGE))
    return load_experiment("spread", own=own)


@pytest.fixture(scope="module")
def truth(experiment, tmp_path_factory):
    job = job_of(experiment, tmp_path_factory.mktemp("truth"))
    assert len(list(executor_named("local")(job))) == len(job.parts)
    return content(job)


def job_of(experiment, folder, executor="local", settings=None, parts=None):
    """Return a job of all parts, or of the first few, with two workers."""
    with SweepFolder(folder, "spread").locked():
        pass
    numbers = tuple(range(parts or Place(experiment).parts))
    options = options_of(executor, DEFAULTS | (settings or {}))
    return Job(experiment, "spread", folder / "spread", numbers, 2, options)


def content(job):
    """Return the bytes of every table in the folder of a job, its receipts included."""
    paths = [path for path in job.folder.rglob("*") if path.suffix in {".parquet", ".json"}]
    return {path.relative_to(job.folder).as_posix(): path.read_bytes() for path in paths}


def workers_of(executor):
    """Return the processes that do the work of an executor and were started here."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if WORKERS[executor] in " ".join(child.cmdline()):
                found.append(child)
        except psutil.Error:
            continue
    return found


def one_at_work(executor):
    """Return a worker, once there is one; between two tasks there may be none for a moment."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if found := workers_of(executor):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"{executor} has no workers")


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_worker_that_is_killed_changes_no_byte(executor, experiment, truth, tmp_path):
    job = job_of(experiment, tmp_path, executor, HERE if executor == "slurm" else None)
    receipts = in_processes(job) if executor == "local" else executor_named(executor)(job)
    seen = [next(receipts).part]
    one_at_work(executor).kill()
    seen += [receipt.part for receipt in receipts]
    assert sorted(seen) == list(job.parts)
    assert content(job) == truth
    assert workers_of(executor) == []


@pytest.mark.parametrize("executor", EXECUTORS)
def test_interrupted_it_stops_soon_and_leaves_no_process(executor, experiment, truth, tmp_path):
    job = job_of(experiment, tmp_path, executor, HERE if executor == "slurm" else None)
    receipts = in_processes(job) if executor == "local" else executor_named(executor)(job)
    next(receipts)
    assert one_at_work(executor).is_running()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        receipts.throw(KeyboardInterrupt)
    assert time.monotonic() - begin < 10.0
    assert workers_of(executor) == []
    done = content(job)
    kept = [name for name in done if name.startswith("receipts/")]
    assert 0 < len(kept) < len(job.parts)
    assert all(done[name] == truth[name] for name in done if name in truth)


def script(path, text):
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)


SBATCH = """
import os, pathlib, re, subprocess, sys
state = pathlib.Path(__file__).parent
number = 77 + len(list(state.glob("script-*")))
text = pathlib.Path(sys.argv[1]).read_text()
(state / f"script-{number}").write_text(text)
array = re.search(r"--array=0-([0-9]+)", text)
for task in range(int(array[1]) + 1) if array else [None]:
    if (number, task) == (77, 1):
        continue  # this one dies before it has done anything
    more = {} if task is None else {"SLURM_ARRAY_JOB_ID": str(number), "SLURM_ARRAY_TASK_ID": str(task)}
    log = open(state / f"log-{number}-{task}", "wb")
    given = os.environ | more | {"SLURM_JOB_ID": str(number)}
    subprocess.Popen(["bash", sys.argv[1]], env=given, stdout=log, stderr=log)
print("Submitted batch job", number)
"""
SRUN = """
import os, sys
words = sys.argv[1:]
while words[0].startswith("--"):
    words = words[1:] if words[0] == "--unbuffered" else words[2:]
os.execv(words[0], words)
"""
SACCT = 'print("JobID|State|NodeList\\n77_1|NODE_FAIL|node7")'
SCANCEL = 'import pathlib, sys; (pathlib.Path(__file__).parent / "cancelled").write_text(sys.argv[1])'


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Put commands on the path that stand in for Slurm's: its jobs are processes of this machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {"sbatch": SBATCH, "srun": SRUN, "sacct": SACCT, "scancel": SCANCEL}.items():
        script(folder / name, text)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


SETTINGS = {
    "slurm.partition": "short",
    "slurm.account": "econ",
    "slurm.jobs": 3,
    "slurm.cpus": 2,
    "slurm.memory_gb": 5,
    "slurm.minutes": 90,
    "slurm.setup": "echo ready",
}


def test_slurm_gets_an_array_and_a_job_whose_node_fails_is_submitted_again(slurm, experiment, truth, tmp_path):
    job = job_of(experiment, tmp_path, "slurm", SETTINGS)
    seen = [receipt.part for receipt in executor_named("slurm")(job)]
    assert sorted(seen) == list(job.parts)
    assert content(job) == truth
    first, again = (slurm / "script-77").read_text(), (slurm / "script-78").read_text()
    wanted = ("partition=short", "account=econ", "array=0-2%3", "cpus-per-task=2", "mem=5GB", "time=90")
    for line in (*wanted, "job-name=bazaar_spread", "open-mode=append"):
        assert f"#SBATCH --{line}\n" in first, first
    assert "\necho ready\n" in first
    assert "time=90\n" in again


def test_slurms_jobs_are_cancelled_when_the_sweep_is_stopped(slurm, experiment, tmp_path):
    job = job_of(experiment, tmp_path, "slurm", SETTINGS, parts=20)
    receipts = executor_named("slurm")(job)
    next(receipts)
    with pytest.raises(KeyboardInterrupt):
        receipts.throw(KeyboardInterrupt)
    assert (slurm / "cancelled").read_text() == "77"
    for worker in workers_of("slurm"):
        worker.wait(60)


def test_a_job_that_raises_an_error_is_not_tried_again(slurm, experiment, tmp_path, monkeypatch):
    job = job_of(experiment, tmp_path, "slurm", SETTINGS, parts=3)
    (job.folder / "runs").write_text("a file where a folder should be")
    with pytest.raises(WorkersDiedError, match=r"^job 77_[02] failed: .*; its log is in "):
        list(executor_named("slurm")(job))
    assert not (slurm / "script-78").exists()


def test_without_slurm_it_says_where_to_submit(experiment, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadRequest, match="needs sbatch"):
        list(executor_named("slurm")(job_of(experiment, tmp_path, "slurm")))


def test_an_option_of_another_executor_is_refused():
    with pytest.raises(BadRequest, match=r"^slurm\.partition = short means nothing with executor=ray; leave it out"):
        options_of("ray", DEFAULTS | {"slurm.partition": "short"})


@pytest.mark.parametrize(("executor", "address"), [("ray", "127.0.0.1:1"), ("dask", "tcp://127.0.0.1:1")])
def test_an_address_at_which_nobody_answers_is_named(executor, address, experiment, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.sweep.executors.on_dask.PATIENCE_SECONDS", 1)
    job = job_of(experiment, tmp_path, executor, {f"{executor}.address": address})
    with pytest.raises(BadRequest, match=rf"^{executor}\.address = {address}: "):
        list(executor_named(executor)(job))
