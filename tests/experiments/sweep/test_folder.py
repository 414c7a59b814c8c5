"""The folder of a sweep: whole parts, receipts, what may be continued, and who may write."""

import json
import multiprocessing
import os
import signal
import time

import polars as pl
import pytest

import experiments
from experiments.cli import BAD_REQUEST, DONE, FAILED, main
from experiments.sweep.experiment import experiment_of
from experiments.sweep.folder import SweepFolder
from experiments.sweep.identity import differences, extends, identity_of
from experiments.sweep.progress import Progress
from model.ensemble import Runner
from model.settings import BadRequest

PAGE = {"function": "trivial", "design": "lhs", "points": 50, "part_runs": 20}


@pytest.fixture
def own(tmp_path):
    """A folder with the experiment `mine`: 100 values of a function, in five parts."""
    (tmp_path / "own" / "experiment").mkdir(parents=True)
    write(tmp_path / "own", "")
    return tmp_path / "own"


def write(own, more):
    text = "function: trivial\ndesign: lhs\npoints: 50\npart_runs: 20\n" + more
    (own / "experiment" / "mine.yaml").write_text(text)


def swept(own, *words):
    return main(["sweep", "experiment=mine", f"own={own}", f"results={own.parent}", "workers=1", *words])


def bytes_of(folder):
    """Return every file that does not tell the time, by name."""
    told = {"log.jsonl", "provenance.json", ".lock"}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in told
    }


def test_a_sweep_leaves_what_the_page_of_results_lists(own, capsys):
    assert swept(own, "runs=2") == DONE
    folder = own.parent / "mine"
    assert {path.name for path in folder.iterdir()} == {
        *("runs", "receipts", "runs.parquet", "design.parquet"),
        *("resolved.yaml", "sweep.json", "provenance.json", "log.jsonl", ".lock"),
    }
    results = experiments.load(folder)
    assert results.runs["run"].to_list() == list(range(100))
    assert results.design.height == 50
    assert results.resolved["design"] == {"kind": "lhs", "points": 50, "base": 0, "levels": 0}
    expected = results.runs["x1"] * results.runs["x2"] + results.runs["x3"]
    assert (results.runs["y"] - expected).abs().max() < 1e-15
    assert len(list((folder / "runs").glob("part-*.parquet"))) == 5
    events = [json.loads(line)["event"] for line in (folder / "log.jsonl").read_text().splitlines()]
    assert events == ["started", *["part"] * 5, "finished"]
    assert "100 runs, none failed" in capsys.readouterr().out


def test_the_same_command_does_nothing_twice_and_ends_with_the_same_bytes(own, capsys):
    swept(own)
    before = bytes_of(own.parent / "mine")
    assert swept(own) == DONE
    assert bytes_of(own.parent / "mine") == before
    assert "all done before" in capsys.readouterr().out


def test_more_replicates_extend_a_sweep_to_the_bytes_of_the_longer_one(own):
    swept(own, "runs=1")
    swept(own, "runs=3")
    swept(own, "runs=3", "name=whole")
    assert bytes_of(own.parent / "mine") == bytes_of(own.parent / "whole")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("points=60", "points: 50 -> 60"),
        ("seed=2", "seed: 1 -> 2"),
        ("part_runs=10", "part_runs: 20 -> 10"),
        ("design=grid", "design: lhs -> grid"),
    ],
)
def test_another_experiment_is_refused_with_the_difference(own, capsys, word, told):
    swept(own)
    before = bytes_of(own.parent / "mine")
    assert swept(own, word) == BAD_REQUEST
    error = capsys.readouterr().err
    assert told in error
    assert "choose another name=, or restart=true" in error
    assert bytes_of(own.parent / "mine") == before
    assert swept(own, word, "restart=true") == DONE


def test_fewer_replicates_are_refused_and_changed_code_is_noticed():
    few, more = (identity_of(experiment_of("mine", PAGE | {"runs": runs})) for runs in (1, 2))
    assert extends(few, more)
    assert not extends(more, few)
    assert differences(more, few) == ["runs: 2 -> 1"]
    assert not extends(few, few | {"model": few["model"] | {"code": "other"}})


def test_settings_of_scenarios_are_compared_one_by_one():
    one, other = (
        identity_of(experiment_of("mine", {"scenario": "small"}, words))
        for words in ([], ["parameters.usable_share=0.7"])
    )
    assert differences(one, other) == ["arms.small.parameters.usable_share: 0.95 -> 0.7"]


@pytest.mark.parametrize("harm", ["torn", "flipped", "gone", "receipt"])
def test_a_damaged_part_is_named_and_done_again(own, capsys, harm):
    swept(own, "runs=2")
    folder = own.parent / "mine"
    before = bytes_of(folder)
    part = folder / "runs" / "part-000003.parquet"
    content = part.read_bytes()
    if harm == "torn":
        part.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        part.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif harm == "gone":
        part.unlink()
    else:
        (folder / "receipts" / "part-000003.json").write_text('{"part": 3, "ru')
    capsys.readouterr()
    assert swept(own, "runs=2") == DONE
    assert bytes_of(folder) == before
    said = capsys.readouterr().err
    reason = {"torn": "is damaged", "flipped": "is damaged", "gone": "is missing"}.get(harm)
    assert ("runs/part-000003.parquet " + reason in said) if reason else said == ""


def test_what_was_being_written_is_removed(own):
    swept(own)
    folder = own.parent / "mine"
    (folder / "runs" / ".part-000001.parquet.0123.tmp").write_bytes(b"half")
    before = bytes_of(folder).keys() - {"runs/.part-000001.parquet.0123.tmp"}
    swept(own)
    assert bytes_of(folder).keys() == before


def test_an_unfinished_sweep_is_no_result_yet(own):
    swept(own)
    folder = own.parent / "mine"
    sweep_folder = SweepFolder(own.parent, "mine")
    sweep_folder.reopen()
    with pytest.raises(BadRequest, match="holds a sweep that is not finished; give its command again"):
        experiments.load(folder)
    assert pl.scan_parquet(folder / "runs" / "*.parquet").collect().height == 50


def test_runs_and_sweeps_do_not_replace_each_other(own, capsys):
    swept(own)
    assert main(["run", "scenario=small", "name=mine", f"results={own.parent}", "runs=1", "months=1"]) == BAD_REQUEST
    assert "holds a sweep; choose another name=" in capsys.readouterr().err
    (own.parent / "other").mkdir()
    (own.parent / "other" / "thesis.txt").write_text("mine")
    assert swept(own, "name=other", "restart=true") == BAD_REQUEST
    assert "holds no sweep" in capsys.readouterr().err
    assert (own.parent / "other" / "thesis.txt").read_text() == "mine"


def hold(results, ready):
    with SweepFolder(results, "mine").locked():
        ready.set()
        time.sleep(60)


def test_a_second_sweep_is_refused_until_the_first_is_gone_however_it_went(own, capsys):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    other = context.Process(target=hold, args=(own.parent, ready))
    other.start()
    assert ready.wait(60)
    assert swept(own) == BAD_REQUEST
    assert "is being written by another sweep" in capsys.readouterr().err
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    assert swept(own) == DONE


def test_failures_are_counted_kept_and_tried_again_when_asked(own, capsys, monkeypatch):
    (own / "experiment" / "mine.yaml").write_text("scenario: small\nmonths: 1\nruns: 8\npart_runs: 2\n")
    run_many = Runner.run_many

    def raising(self, runs, seeds, points=None):
        if 3 in runs:
            raise MemoryError("out of memory")
        return run_many(self, runs, seeds, points)

    monkeypatch.setattr(Runner, "run_many", raising)
    assert swept(own) == FAILED
    said = capsys.readouterr()
    assert said.err == "bazaar: 1 of 8 runs failed; run 3 (small): MemoryError: out of memory\n"
    assert "8 runs, 1 failed" in said.out
    assert experiments.load(own.parent / "mine").runs["failure"].null_count() == 7
    monkeypatch.undo()
    assert swept(own) == FAILED, "failures stay until they are to be tried again"
    assert swept(own, "retry_failed=true") == DONE
    swept(own, "name=whole")
    assert bytes_of(own.parent / "mine") == bytes_of(own.parent / "whole")


def test_results_that_cannot_be_made_are_told(own, capsys):
    (own.parent / "file").write_text("")
    assert main(["sweep", "experiment=mine", f"own={own}", f"results={own.parent / 'file'}"]) == BAD_REQUEST
    assert "results cannot be written to" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(own, capsys):
    closed = own.parent / "closed"
    closed.mkdir(mode=0o500)
    assert main(["sweep", "experiment=mine", f"own={own}", f"results={closed}"]) == BAD_REQUEST
    assert "results cannot be written to" in capsys.readouterr().err


def test_a_full_disk_stops_a_sweep_with_what_to_do(own, capsys, monkeypatch):
    written = SweepFolder.write_part
    room = iter(range(2))

    def filling(self, part, tables, token):
        if next(room, None) is None:
            raise experiments.store.DiskFullError(28, "No space left on device")
        return written(self, part, tables, token)

    monkeypatch.setattr(SweepFolder, "write_part", filling)
    assert swept(own) == FAILED
    assert "the disk is full: No space left on device; what is finished is kept" in capsys.readouterr().err
    monkeypatch.undo()
    assert swept(own) == DONE
    swept(own, "name=whole")
    assert bytes_of(own.parent / "mine") == bytes_of(own.parent / "whole")


def test_progress_counts_from_what_was_there():
    progress = Progress(10, 100, 1)
    progress.add(20, 2)
    told = json.loads(progress.line())
    assert (told["done"], told["of"], told["failed"]) == (30, 100, 3)
    assert progress.per_second > 0.0
    assert progress.seconds_left >= 0.0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "experiment= is missing"),
        (["experiment=smok"], "no experiment is called smok; nearest: smoke"),
        (["experiment=smoke", "executor=sloow"], "executor = sloow is unknown; there are: local, ray, dask, slurm"),
        (["experiment=smoke", "own=/nowhere"], "own = /nowhere is no folder"),
        (["experiment=smoke", "retry_failed=maybe"], "retry_failed = maybe is unknown; there are: false, true"),
        (["experiment=smoke", "points=100"], "points = 100 is no power of two"),
    ],
)
def test_requests_that_cannot_be_met_are_told_in_one_line(words, told, capsys, tmp_path):
    assert main(["sweep", *words, f"results={tmp_path}"]) == BAD_REQUEST
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_arms_and_factors_in_another_order_are_another_sweep(own, capsys):
    page = "scenario: small\nmonths: 1\ndesign: grid\nlevels: 2\n"
    factors = ["  labs.openai.cash_usd_m: [1000, 2000]\n", "  labs.anthropic.cash_usd_m: [1000, 2000]\n"]
    arms = ["  one:\n", "  two: {overrides: {parameters.usable_share: 0.8}}\n"]

    def order(first, second):
        text = page + "factors:\n" + "".join(factors[::first]) + "arms:\n" + "".join(arms[::second])
        (own / "experiment" / "mine.yaml").write_text(text)

    order(1, 1)
    assert swept(own) == DONE
    for changed, told in (((1, -1), "arm_order: ['one', 'two'] -> ['two', 'one']"), ((-1, 1), "factor_order: ")):
        order(*changed)
        assert swept(own, "runs=2") == BAD_REQUEST
        assert told in capsys.readouterr().err


def test_parts_of_another_sweep_do_not_count(own):
    swept(own)
    folder = own.parent / "mine"
    before = bytes_of(folder)
    for path in (folder / "receipts").glob("*.json"):
        path.write_text(path.read_text().replace('"token": "', '"token": "other'))
    assert swept(own) == DONE
    assert bytes_of(folder) == before


def test_a_restart_may_be_killed_and_leaves_what_is_not_its_own(own, capsys):
    swept(own)
    folder = own.parent / "mine"
    (folder / "notes.txt").write_text("mine")
    (folder / "sweep.json").unlink()  # as a kill in mid-restart leaves it
    assert swept(own, "restart=true") == DONE
    (folder / "sweep.json").write_text('{"runs": ')
    assert swept(own) == BAD_REQUEST
    assert "sweep.json is damaged; drop what is there with restart=true" in capsys.readouterr().err
    assert swept(own, "restart=true") == DONE
    assert (folder / "notes.txt").read_text() == "mine"


def test_names_with_brackets_are_names(own):
    assert swept(own, "name=a[1]") == DONE
    assert experiments.load(own.parent / "a[1]").runs.height == 50
