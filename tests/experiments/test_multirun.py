"""`bazaar run -m`: every combination is one `bazaar run` with a name of its own, and is checked before any is run."""

import json
import os
from pathlib import Path

import pytest

from experiments import multirun
from experiments.cli import INTERRUPTED
from model.settings import BadRequest


@pytest.fixture
def done(monkeypatch):
    """Do no run, but note the words of each; those with seed=13 fail, with 14 raise, with 15 are stopped."""
    words = []

    def run(request):
        words.append(list(request.words))
        if "seed=14" in request.words:
            raise RuntimeError("a bug\nof two lines")
        return {"seed=13": 1, "seed=15": INTERRUPTED}.get(next((w for w in request.words if "seed" in w), ""), 0)

    monkeypatch.setattr(multirun, "run", run)
    return words


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(done):
    return [words[-1].removeprefix("name=") for words in done]


def test_every_combination_is_a_run_with_a_name_of_its_own(bazaar, done, empty):
    said = bazaar("run", "-m", "scenario=small,slack", "runs=20", "parameters.usable_share=0.8,0.9")
    assert (said.code, said.err) == (0, "")
    assert done[0] == ["scenario=small", "runs=20", "parameters.usable_share=0.8", "name=small_usable_share_0.8"]
    assert names(done) == [f"{one}_usable_share_{share}" for one in ("small", "slack") for share in (0.8, 0.9)]
    assert "job 4 of 4: bazaar run scenario=slack runs=20 parameters.usable_share=0.9" in said.out
    assert all(f"done     results/{name}" in said.out for name in names(done))


def test_nothing_else_is_written_and_nobody_is_moved(bazaar, done, empty):
    bazaar("run", "-m", "scenario=small,slack")
    assert list(empty.iterdir()) == []
    assert Path.cwd() == empty
    assert "HYDRA_FULL_ERROR" not in os.environ


SWEPT = {
    "seed=range(1,4)": "colossus_seed_1 colossus_seed_2 colossus_seed_3",
    "parameters.usable_share=range(0.7,0.9,step=0.1)": "colossus_usable_share_0.7 colossus_usable_share_0.8",
    "parameters.usable_share=range(0.8,0.6,step=-0.1)": "colossus_usable_share_0.8 colossus_usable_share_0.7",
    "parameters.bargaining_rule=choice(nash,faratin)": "colossus_bargaining_rule_nash colossus_bargaining_rule_faratin",
    "scenario=glob(*ma*,exclude=c*)": "small",
    "name=my scenario=small,slack seed=1,2": "my_small_seed_1 my_small_seed_2 my_slack_seed_1 my_slack_seed_2",
    "name=one,two": "one two",
    "scenario=small": "small",
    "scenario=small ~labs.mistral labs.openai.label='A,B'": "small",
    "scenario=small labs.*.cash_usd_m=1,2": "small_cash_usd_m_1 small_cash_usd_m_2",
    "scenario=small labs.openai.users_h100e=1e5,2e5 labs.anthropic.users_h100e=9": (
        "small_users_h100e_100000.0 small_users_h100e_200000.0"
    ),
    "scenario=small labs.openai.users_h100e=1e5,2e5 labs.anthropic.users_h100e=8,9": (
        "small_labs.openai.users_h100e_100000.0_labs.anthropic.users_h100e_8"
        " small_labs.openai.users_h100e_100000.0_labs.anthropic.users_h100e_9"
        " small_labs.openai.users_h100e_200000.0_labs.anthropic.users_h100e_8"
        " small_labs.openai.users_h100e_200000.0_labs.anthropic.users_h100e_9"
    ),
}


@pytest.mark.parametrize("words", SWEPT)
def test_values_are_those_of_hydra(bazaar, done, empty, words):
    said = bazaar("run", "--multirun", *words.split())
    assert (said.code, said.err) == (0, "")
    assert names(done) == SWEPT[words].split()


def test_names_that_would_be_the_same_get_numbers():
    assert multirun.distinct(["a", "b", "a"]) == ["a_0", "b", "a_2"]
    assert multirun.name_of(["name=x", "events='a b/c.yaml'"], ["events"]) == "x_events_a_b_c.yaml"


WRONG = {
    "scenario=small,slcak": "no scenario is called slcak; nearest: slack",
    "scenario=small parameters.usable_shar=0.8,0.9": "parameters.usable_shar is unknown; nearest: usable_share",
    "scenario=small parameters.usable_share=0.8,1.5": "parameters.usable_share = 1.5 is above its upper bound 1",
    "scenario=colossus,small labs.meta.cash_usd_m=5": "labs.meta is unknown",
    "parameters.usable_share=interval(0.7,0.9)": "has no end of values; write some, or range(",
    "seed=1,2 parameters.usable_share=range(0.7": "parameters.usable_share=range(0.7 cannot be read",
    "seed=range(1,100000)": "more than 10,000 jobs",
    "seed=1,2 seed=3": "seed is given twice",
    "runs=0,1": "runs = 0 is below its lower bound 1",
    "seed=1,2 hydra/launcher=nothing": "hydra/launcher",
    "seed=1,2 hydra/sweeper=optuna": "hydra/sweeper=optuna means nothing here",
    "seed=1,2 hydra.sweep.dr=x": "hydra.sweep.dr",
    "small": "'small' sets nothing",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_request_is_refused_in_one_line_before_any_job(bazaar, done, empty, words):
    said = bazaar("run", "-m", *words.split())
    assert (said.code, said.out, done) == (2, "", []), said
    assert said.err.startswith("bazaar: ")
    assert said.err.count("\n") == 1, said.err
    assert WRONG[words] in said.err
    assert list(empty.iterdir()) == []


def test_a_folder_that_holds_something_else_is_refused_before_any_job(bazaar, done, empty):
    (empty / "results" / "slack").mkdir(parents=True)
    said = bazaar("run", "-m", "scenario=small,slack")
    assert (said.code, done) == (2, [])
    assert "results/slack is there and holds no results of ours" in said.err


def test_other_commands_have_no_m(bazaar):
    said = bazaar("list", "-m", "what=labs")
    assert (said.code, said.err) == (
        2,
        "bazaar: -m is for `bazaar run`: one run for each combination of several values\n",
    )


def test_a_job_that_fails_stops_no_other_and_the_exit_code_says_so(bazaar, done, empty):
    said = bazaar("run", "-m", "scenario=small", "seed=12,13,14,1", "output=json")
    assert said.code == 1
    assert said.err == "bazaar: small_seed_14: RuntimeError: a bug of two lines\nbazaar: 2 of 4 jobs failed\n"
    jobs = json.loads(said.out)["jobs"]
    assert [(job["name"], job["code"], job["error"]) for job in jobs] == [
        ("small_seed_12", 0, ""),
        ("small_seed_13", 1, "runs failed"),
        ("small_seed_14", 1, "RuntimeError: a bug of two lines"),
        ("small_seed_1", 0, ""),
    ]
    assert jobs[0]["folder"] == "results/small_seed_12"


def test_ctrl_c_stops_them_all(bazaar, done, empty):
    said = bazaar("run", "-m", "scenario=small", "seed=15,16")
    assert (said.code, len(done)) == (130, 1)


def test_results_with_odd_letters_in_their_path_are_passed_on(bazaar, done, empty):
    said = bazaar("run", "-m", "scenario=small", "seed=1,2", "results='a b=(c)'", "output=json")
    assert said.code == 0, said
    assert [job["folder"] for job in json.loads(said.out)["jobs"]] == ["a b=(c)/small_seed_1", "a b=(c)/small_seed_2"]


def test_a_job_that_cannot_be_done_after_all_is_told(bazaar, empty, monkeypatch):
    def refuse(request):
        raise BadRequest("no room")

    monkeypatch.setattr(multirun, "run", refuse)
    said = bazaar("run", "-m", "scenario=small")
    assert (said.code, said.err) == (1, "bazaar: small: no room\nbazaar: 1 of 1 jobs failed\n")


@pytest.mark.all
def test_jobs_leave_what_runs_leave(bazaar, empty):
    said = bazaar("run", "-m", "scenario=small", "runs=2", "months=3", "parameters.usable_share=0.8,0.9")
    assert (said.code, said.err) == (0, "")
    alone = bazaar("run", "scenario=small", "runs=2", "months=3", "parameters.usable_share=0.9", "name=alone")
    assert alone.code == 0
    assert [path.name for path in empty.iterdir()] == ["results"]
    folders = {path.name: path for path in (empty / "results").iterdir()}
    assert set(folders) == {"alone", "small_usable_share_0.8", "small_usable_share_0.9"}
    tables = [(folders[name] / "months.parquet").read_bytes() for name in ("alone", "small_usable_share_0.9")]
    assert tables[0] == tables[1]
    command = json.loads((folders["small_usable_share_0.9"] / "provenance.json").read_text())["command"]
    assert command.startswith("bazaar run scenario=small runs=2 months=3 parameters.usable_share=0.9 name=small_usable")
