"""Many worlds: the bits of the market, of any number of workers, of every process."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agents.choices import BARGAINING_RULES
from agents.labs import STRATEGIES
from model import ComputeMarket, Ensemble
from model.birth import world_at_start
from model.books import BooksError
from model.ensemble import BATCH_RUNS, Runner, grow_history, world_seed
from model.history import History, empty_history
from model.state import capacity_of
from tests.worlds import digest, random_parameters, recorded, run_scenario, with_parameters

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[2]


def test_market_and_ensemble_agree_over_random_parameters(small):
    """200 draws of every parameter over its plausible range, 12 to 24 months each, bit for bit."""
    draws = np.random.default_rng(2)
    differing = []
    for number in range(200):
        scenario = with_parameters(small, random_parameters(draws))
        months = int(draws.integers(12, 25))
        run = run_scenario(scenario, months, number)
        market = ComputeMarket(scenario, seed=number)
        with contextlib.suppress(BooksError):
            market.run(months)
        done = History(*(table[: market.months_run] for table in market.history))
        deals = market.world.deals[: int(market.world.market["deal_rows"][0])]
        if (digest(done), deals.tobytes()) != (digest(run.history), run.deals.tobytes()):
            differing.append(number)
    assert differing == []


def test_every_strategy_and_rule_agrees(small):
    for strategy in STRATEGIES:
        for rule in range(len(BARGAINING_RULES)):
            labs = {name: {**lab, "strategy": strategy} for name, lab in small.labs.items()}
            scenario = with_parameters(small._replace(labs=labs, months=18), {"bargaining_rule": rule})
            run = run_scenario(scenario, 18)
            assert digest(ComputeMarket(scenario).run(18).history) == digest(run.history)


SHORT_RUN = """
from model import Ensemble, ComputeMarket
from tests.worlds import digest, with_parameters
from model import load_scenario
scenario = with_parameters(load_scenario("small"), {"lab_entry_per_month": 0.3, "supplier_entry_per_month": 0.3})
scenario = scenario._replace(months=7)
print(*(digest(run.history) for run in Ensemble(scenario, runs=2).histories()))
print(digest(ComputeMarket(scenario).run().history))
"""


def in_another_process(**environment):
    """Run a short ensemble and a market in a fresh process; return its hashes."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SHORT_RUN],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module")
def here(small):
    scenario = with_parameters(small, {"lab_entry_per_month": 0.3, "supplier_entry_per_month": 0.3})
    return [digest(run.history) for run in Ensemble(scenario, runs=2, months=7).histories()]


@pytest.mark.parametrize(
    "environment",
    [{"NUMBA_DISABLE_JIT": "1", "PYTHONHASHSEED": "0"}, {"PYTHONHASHSEED": "4711"}],
    ids=["plain", "compiled"],
)
def test_other_processes_give_the_same_bits(here, environment):
    """Uncompiled and compiled, each under another hash seed."""
    assert in_another_process(**environment) == [*here, here[0]]


def test_workers_do_not_change_the_tables(small):
    alone, together = (Ensemble(small, runs=70, months=6, workers=workers).run() for workers in (1, 2))
    assert BATCH_RUNS < 70
    for one, other in zip(alone, together, strict=True):
        assert one.equals(other)
    assert alone.runs["run"].to_list() == list(range(70))


def test_a_run_depends_on_its_number_only(small):
    """The same in a runner that has run others before, in larger tables too."""
    crowded = with_parameters(small, {"lab_entry_per_month": 0.5, "supplier_entry_per_month": 0.5})
    runner = Runner(crowded, 24, world_at_start(crowded))
    first = recorded(runner.run(5, 1))
    for number in range(3):
        runner.run(number, 9)
    again = runner.run(5, 1)
    assert len(again.history.labs[0]) > 6, "the tables must have grown"
    fresh = Runner(crowded, 24, world_at_start(crowded, capacity_of(runner.world))).run(5, 1)
    assert recorded(again) == recorded(fresh) == first


def test_runs_differ(small):
    hashes = {digest(run.history) for run in Ensemble(small, runs=5, months=3).histories()}
    assert len(hashes) == 5


def test_a_run_says_its_seed(small):
    runs = list(Ensemble(small, runs=2, months=2, seed=7).histories())
    assert [run.seed for run in runs] == [world_seed(7, 0), world_seed(7, 1)]
    assert [run.run for run in runs] == [0, 1]
    assert all(run.failure == "" for run in runs)


def test_a_failed_run_is_kept_with_its_reason(small):
    ensemble = Ensemble(small, runs=2, months=4)
    ensemble.start.market["pipeline_h100e"] += 1.0
    tables = ensemble.run()
    assert tables.runs["failure"].str.starts_with("BooksError: pipeline").all()
    assert tables.runs["contract_price_end"].null_count() == 2
    assert len(tables.months) == 2  # the month that broke


def test_a_longer_history_keeps_what_it_holds(small):
    capacity = capacity_of(world_at_start(small))
    history = empty_history(3, capacity.labs, capacity.suppliers)
    history.market["month"] = (1, 2, 3)
    assert grow_history(history, capacity, 3) is history
    grown = grow_history(history, capacity, 4)
    assert len(grown.market) >= 4
    assert grown.market["month"][:3].tolist() == [1, 2, 3]
