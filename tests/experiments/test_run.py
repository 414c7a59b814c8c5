"""`bazaar run`: the same bytes for the same seed, and nothing lost or half-written whatever happens."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import polars as pl
import pytest
import yaml  # type: ignore[import-untyped]

import experiments
from experiments import run as run_module
from experiments import store
from experiments.store import TABLES
from model import BadRequest, Ensemble
from model.scenario import load_scenario
from tests.worlds import EXAMPLE, example_events

pytestmark = pytest.mark.all

FILES = {f"{table}.parquet" for table in TABLES} | {"resolved.yaml", "provenance.json", "log.jsonl", "overview.png"}


def command(folder, *words, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "experiments.cli", "run", "scenario=small", f"results={folder}", *words],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tables_of(folder):
    return {table: (folder / f"{table}.parquet").read_bytes() for table in TABLES}


def test_a_run_leaves_all_its_files_and_no_other(small_results):
    assert {path.name for path in small_results.iterdir()} == FILES
    assert [path.name for path in small_results.parent.iterdir()] == ["tiny"]
    assert (small_results / "overview.png").read_bytes().startswith(b"\x89PNG")


def test_tables_have_run_and_seed_and_nothing_of_clock_or_machine(small_results):
    results = experiments.load(small_results)
    for table in results[:5]:
        assert table.columns[:2] == ["run", "seed"]
        assert not {"time", "date", "host", "worker", "wall_s"} & set(table.columns)
    assert results.runs["run"].to_list() == [0, 1, 2]
    assert results.months.height == 3 * 5
    assert results.months.select("run", "month").equals(results.months.select("run", "month").sort("run", "month"))


def test_resolved_holds_every_setting_with_its_unit_and_origin(small_results):
    resolved = yaml.safe_load((small_results / "resolved.yaml").read_text())
    scenario = load_scenario("small", ["months=5"])
    assert {key: resolved[key] for key in ("scenario", "runs", "seed")} == {"scenario": "small", "runs": 3, "seed": 1}
    assert set(resolved["settings"]) == set(scenario.resolved)
    assert all({"value", "unit", "origin"} <= set(setting) for setting in resolved["settings"].values())
    assert resolved["settings"]["months"] == {"value": 5, "unit": "months", "origin": "override"}


def test_provenance_names_versions_and_the_command(small_results):
    facts = json.loads((small_results / "provenance.json").read_text())
    assert facts["command"].startswith("bazaar run scenario=small runs=3 months=5")
    assert facts["versions"]["numba"]
    assert (facts["runs_finished"], facts["interrupted"]) == (3, False)
    events = [json.loads(line)["event"] for line in (small_results / "log.jsonl").read_text().splitlines()]
    assert events == ["started", "batch", "finished"]


def test_equal_bytes_for_any_workers_and_hash_seed_and_twice(bazaar, tmp_path):
    words = ("runs=40", "months=6", "seed=7", "name=same", "output=json")
    other = command(tmp_path / "other", *words, "workers=2", PYTHONHASHSEED="12345")
    outputs = [
        bazaar("run", "scenario=small", *words, f"workers={n}", f"results={tmp_path / str(n)}").out for n in (1, 2)
    ]
    outputs.append(other.communicate()[0])
    assert other.returncode == 0
    said = [{k: v for k, v in json.loads(text).items() if k not in {"folder", "picture"}} for text in outputs]
    assert said[0] == said[1] == said[2]
    assert said[0]["finished"] == 40
    tables = [tables_of(tmp_path / folder / "same") for folder in ("1", "2", "other")]
    assert tables[0] == tables[1] == tables[2]


def test_a_file_of_shocks_is_replayed_to_the_same_bytes_and_resolved_holds_it(bazaar, tmp_path, small_results):
    words = ("scenario=small", "runs=3", "months=24", "name=shaken", f"events={EXAMPLE}", "events.storm.first_month=5")
    other = command(tmp_path / "other", *words[1:], "workers=2", PYTHONHASHSEED="12345")
    for folder in ("1", "2"):
        assert bazaar("run", *words, f"results={tmp_path / folder}").code == 0
    assert (other.communicate(), other.returncode)[1] == 0
    tables = [tables_of(tmp_path / folder / "shaken") for folder in ("1", "2", "other")]
    assert tables[0] == tables[1] == tables[2]
    months = experiments.load(tmp_path / "1" / "shaken").months
    assert months.filter(pl.col("month") == 5)["shocks_begun"].min() >= 1
    assert bazaar("run", *words[:-2], f"results={tmp_path / 'calm'}").code == 0
    assert tables_of(tmp_path / "calm" / "shaken") != tables[0]
    settings = yaml.safe_load((tmp_path / "1" / "shaken" / "resolved.yaml").read_text())["settings"]
    assert settings["events.embargo.size_share"] == {
        "value": 0.7,
        "unit": "share",
        "origin": "events file",
        "source": "J",
    }
    assert settings["events.storm.first_month"] == {"value": 5, "unit": "month", "origin": "override"}
    names = {key.split(".")[1] for key in settings if key.startswith("events.")}
    assert names == set(example_events())


def test_another_seed_gives_other_months(bazaar, tmp_path, small_results):
    assert bazaar("run", "scenario=small", "runs=3", "months=5", "name=tiny", "seed=2", f"results={tmp_path}").code == 0
    assert tables_of(tmp_path / "tiny")["months"] != tables_of(small_results)["months"]


def test_a_run_replaces_earlier_results_of_its_name_whole(bazaar, tmp_path):
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "provenance.json").write_text("{}")
    (tmp_path / "small" / "old.txt").write_text("")
    assert bazaar("run", "scenario=small", "runs=1", "months=1", f"results={tmp_path}").code == 0
    assert {path.name for path in (tmp_path / "small").iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_json_is_one_object_with_the_summary(bazaar, tmp_path):
    said = bazaar("run", "scenario=small", "runs=2", "months=2", "output=json", f"results={tmp_path}")
    report = json.loads(said.out)
    assert (report["finished"], report["failed"], report["months"]) == (2, 0, 2)
    assert {"theme", "metric", "unit", "p10", "median", "p90"} <= set(report["metrics"][0])
    assert {"name", "value", "low", "high", "ok"} <= set(report["sanity"][0])
    assert next(row for row in report["metrics"] if row["metric"] == "contract_volatility")["median"] is None


class OneFails(Ensemble):
    """An ensemble of which run 1 breaks its books."""

    def batches(self):
        for batch in super().batches():
            failure = pl.when(pl.col("run") == 1).then(pl.lit("BooksError: 3 H100e are missing")).alias("failure")
            yield batch._replace(runs=batch.runs.with_columns(failure))


def test_failed_runs_are_counted_and_the_first_is_told(bazaar, tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "Ensemble", OneFails)
    said = bazaar("run", "scenario=small", "runs=3", "months=2", f"results={tmp_path}")
    assert said.code == 1
    assert said.err == "bazaar: 1 of 3 runs failed; run 1: BooksError: 3 H100e are missing\n"
    assert experiments.load(tmp_path / "small").runs["failure"].to_list().count(None) == 2


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_one_line_and_leaves_nothing(bazaar, tmp_path, monkeypatch, number):
    written = []

    def replace(self, target):
        written.append(target)
        if len(written) == 3:
            raise OSError(number, os.strerror(number))
        return os.replace(self, target)  # noqa: PTH105

    monkeypatch.setattr(store.Path, "replace", replace)
    said = bazaar("run", "scenario=small", "runs=2", "months=2", f"results={tmp_path / 'results'}")
    assert said.code == 1
    assert said.err == f"bazaar: the disk is full: {os.strerror(number)}; nothing was kept of this run\n"
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_seen_by_polars_is_a_full_disk(tmp_path, monkeypatch):
    part = tmp_path / "part.parquet"
    pl.DataFrame({"run": [1]}).write_parquet(part)
    target = tmp_path / "runs.parquet"
    monkeypatch.setattr(store.uuid, "uuid4", lambda: SimpleNamespace(hex="1"))
    (tmp_path / ".runs.parquet.1.tmp").symlink_to("/dev/full")
    with pytest.raises(store.DiskFullError, match="No space left"):
        store.join_parts([part], target)


@pytest.mark.all
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_a_disk_that_is_really_full(tmp_path):
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets no user mount a disk")
    run = f"{sys.executable} -m experiments.cli run scenario=small runs=64 results={tmp_path}/results"
    script = f"mount -t tmpfs -o size=600k none {tmp_path} && {run}; echo code $?; ls -A {tmp_path}"
    said = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "code 1\n"
    assert said.stderr == "bazaar: the disk is full: No space left on device; nothing was kept of this run\n"


def test_ctrl_c_keeps_the_finished_runs(tmp_path):
    process = command(tmp_path, "runs=1000000", "months=24", "workers=2")
    wait_for(lambda: list(tmp_path.glob(".small.partial-*/runs/part-000001.parquet")), process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    results = experiments.load(tmp_path / "small")
    finished = results.runs.height
    assert f"bazaar: interrupted; the {finished} finished runs of 1000000 are in {tmp_path / 'small'}\n" == err
    assert f"{finished} runs of 24 months" in out
    assert results.runs["run"].to_list() == list(range(finished))
    assert results.months.height == 24 * finished
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def wait_for(condition, process, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def test_ctrl_c_before_any_run_is_finished_keeps_nothing(bazaar, tmp_path, monkeypatch):
    class Stopped(Ensemble):
        def batches(self):
            yield from ()
            raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "Ensemble", Stopped)
    said = bazaar("run", "scenario=small", "runs=3", "months=2", f"results={tmp_path / 'results'}")
    assert said.code == 130
    assert said.err == "bazaar: interrupted before any run was finished; nothing is kept\n"
    assert list(tmp_path.iterdir()) == []


def test_load_says_what_is_missing(tmp_path):
    with pytest.raises(BadRequest, match="holds no results"):
        experiments.load(tmp_path)
