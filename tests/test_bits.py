"""Bit equality: a market of agents, a compiled run, an uncompiled one, tables of any size and agents in any order."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model import ComputeMarket, Ensemble, load_scenario
from model.birth import least_capacity, world_at_start
from model.ensemble import Runner
from model.state import Capacity, capacity_of
from tests.draws import (
    CHOICES,
    MOST_CHOICES,
    any_choices,
    assert_same_bits,
    draw_overrides,
    every_choice,
    market_bits,
    run_bits,
)
from tests.worlds import example_events, with_events

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[1]
BUSY = {"parameters.lab_entry_per_month": 0.4, "parameters.supplier_entry_per_month": 0.4}
"""Firms enter in most months, so that small tables must grow."""
AMPLE = Capacity(40, 40, 4000, 20_000, 400, 60_000)


@pytest.mark.parametrize("block", range(8))
def test_a_market_of_agents_equals_run_0_over_random_parameters(block):
    for draw in range(26):
        rng = np.random.default_rng([block, draw])
        months, seed = int(rng.integers(10, 13)), int(rng.integers(1, 10_000))
        scenario = load_scenario("small", draw_overrides(rng) | (any_choices(rng) if draw % 2 else {}))
        run = next(Ensemble(scenario, runs=1, months=months, seed=seed).histories())
        market = ComputeMarket(scenario, seed=seed).run(months)
        assert_same_bits(market_bits(market), run_bits(run), f"block {block}, draw {draw}, seed {seed}")


def test_a_market_of_agents_equals_run_0_to_the_end():
    for seed in (1, 2, 3):
        run = next(Ensemble("small", runs=1, seed=seed).histories())
        assert_same_bits(market_bits(ComputeMarket("small", seed=seed).run()), run_bits(run), seed)


def test_a_market_of_colossus_equals_run_0():
    run = next(Ensemble("colossus", runs=1, seed=4).histories())
    assert_same_bits(market_bits(ComputeMarket("colossus", seed=4).run()), run_bits(run))


def test_a_market_with_regions_equals_run_0():
    scenario = load_scenario("regions", BUSY)
    run = next(Ensemble(scenario, runs=1, months=40, seed=4).histories())
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=4).run(40)), run_bits(run))


@pytest.mark.parametrize(("name", "choice"), CHOICES)
def test_a_market_of_agents_equals_run_0_under_every_rule(name, choice):
    scenario = load_scenario("small", {f"parameters.{name}": choice})
    run = next(Ensemble(scenario, runs=1, months=30, seed=5).histories())
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=5).run(30)), run_bits(run), f"{name}={choice}")


@pytest.mark.parametrize("number", range(MOST_CHOICES))
def test_rules_chosen_together_give_the_same_bits(number):
    scenario = load_scenario("small", every_choice(number) | BUSY)
    run = next(Ensemble(scenario, runs=1, months=48, seed=6).histories())
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=6).run(48)), run_bits(run), number)


def test_labs_that_only_build_give_the_same_bits():
    overrides = {f"labs.{lab}.strategy": "integrated" for lab in load_scenario("small").labs}
    overrides["entrants.lab.strategy"], overrides["parameters.lab_entry_per_month"] = "integrated", 0.3
    scenario = load_scenario("small", overrides)
    run = next(Ensemble(scenario, runs=1, months=36, seed=6).histories())
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=6).run(36)), run_bits(run))


HEDGING = BUSY | {
    "parameters.forward_horizon_months": 5,
    "parameters.lab_hedge_share": 0.8,
    "parameters.supplier_hedge_share": 0.4,
    "labs.openai.strategy": "integrated",
    "labs.anthropic.strategy": "hedger",
    "entrants.lab.strategy": "hedger",
}
"""Spot hours are traded forward by all."""


def test_a_forward_market_gives_the_same_bits():
    scenario = load_scenario("small", HEDGING)
    run = next(Ensemble(scenario, runs=1, months=48, seed=6).histories())
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=6).run(48)), run_bits(run))
    assert (run.history.labs["forward_gain_usd_m"] != 0.0).any()


EFFORTS = {
    "parameters.relationship_cost_usd_m": 20,
    "parameters.relationship_months": 2,
    "parameters.integration_gain_share": 0.1,
    "parameters.integration_overhead_rise_share": 0.2,
    "parameters.plan_cycle_months": 2,
    "parameters.strategy_inertia_share": 0.2,
}
"""Relationships and integration on, and plans often."""


@pytest.mark.parametrize("strategy", [None, "adaptive", "zero_intelligence"])
def test_labs_of_every_strategy_give_the_same_bits(strategy):
    busy = {"parameters.lab_entry_per_month": 0.3, "entrants.lab.strategy": "adaptive"}
    labs = {f"labs.{lab}.strategy": strategy for lab in load_scenario("strategies").labs} if strategy else {}
    scenario = load_scenario("strategies", EFFORTS | busy | labs)
    run = next(Ensemble(scenario, runs=1, months=36, seed=8).histories())
    assert (run.history.labs["plays"] > 0).any()
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=8).run(36)), run_bits(run), strategy)


def test_seeds_differ():
    runs = list(Ensemble("small", runs=2, months=3).histories())
    assert runs[0].history.market.tobytes() != runs[1].history.market.tobytes()


HASHED_MONTHS = 8
HASHES = f"""
import hashlib
from model import ComputeMarket, Ensemble
run = next(Ensemble("small", runs=1, seed=3, months={HASHED_MONTHS}).histories())
market = ComputeMarket("small", seed=3).run({HASHED_MONTHS})
for table in (run.history.market, market.history.market[:{HASHED_MONTHS}]):
    print(hashlib.sha256(table.tobytes()).hexdigest())
"""


CHOSEN_MONTHS = 4
CHOSEN = f"""
import hashlib
from model import ComputeMarket, Ensemble, load_scenario
from tests.draws import MOST_CHOICES, every_choice
for number in range(MOST_CHOICES):
    scenario = load_scenario("small", every_choice(number))
    market = ComputeMarket(scenario, seed=3).run({CHOSEN_MONTHS})
    print(hashlib.sha256(market.history.market[:{CHOSEN_MONTHS}].tobytes()).hexdigest())
"""
UNDER_SHOCKS = f"""
import hashlib
from model import ComputeMarket
from tests.test_bits import shaken
market = ComputeMarket(shaken({{}}), seed=3).run({HASHED_MONTHS})
print(hashlib.sha256(market.history.market[:{HASHED_MONTHS}].tobytes()).hexdigest())
"""
STRATEGIC = f"""
import hashlib
from model import ComputeMarket
from tests.test_bits import EFFORTS
market = ComputeMarket("strategies", seed=3, overrides=EFFORTS).run({HASHED_MONTHS})
print(hashlib.sha256(market.history.market[:{HASHED_MONTHS}].tobytes()).hexdigest())
"""
HEDGED = f"""
import hashlib
from model import ComputeMarket, load_scenario
from tests.test_bits import HEDGING
market = ComputeMarket(load_scenario("small", HEDGING), seed=3).run({HASHED_MONTHS})
print(hashlib.sha256(market.history.market[:{HASHED_MONTHS}].tobytes()).hexdigest())
labs = market.history.labs[:{HASHED_MONTHS}]
print(hashlib.sha256(labs[labs["id"] != 0].tobytes()).hexdigest())
"""
ON_A_MAP = f"""
import hashlib
from model import ComputeMarket
market = ComputeMarket("regions", seed=3).run({HASHED_MONTHS})
for table in (market.history.market, market.history.regions):
    print(hashlib.sha256(table[:{HASHED_MONTHS}].tobytes()).hexdigest())
"""
PROGRAMS = {
    "uncompiled rules": CHOSEN,
    "uncompiled shocks": UNDER_SHOCKS,
    "uncompiled strategies": STRATEGIC,
    "uncompiled forwards": HEDGED,
    "uncompiled regions": ON_A_MAP,
}
"""What a process runs, where it is not `HASHES`."""


@pytest.fixture(scope="module", autouse=True)
def processes():
    """Start the processes that these tests need, all at once and early: each takes seconds to import."""
    settings = {
        "uncompiled": {"NUMBA_DISABLE_JIT": "1", "PYTHONHASHSEED": "1"},
        "uncompiled rules": {"NUMBA_DISABLE_JIT": "1"},
        "uncompiled shocks": {"NUMBA_DISABLE_JIT": "1"},
        "uncompiled forwards": {"NUMBA_DISABLE_JIT": "1"},
        "uncompiled strategies": {"NUMBA_DISABLE_JIT": "1"},
        "uncompiled regions": {"NUMBA_DISABLE_JIT": "1"},
        "one hash seed": {"PYTHONHASHSEED": "1"},
        "another hash seed": {"PYTHONHASHSEED": "2"},
    }
    started = {
        name: subprocess.Popen(
            [sys.executable, "-c", PROGRAMS.get(name, HASHES)],
            cwd=ROOT,
            env=os.environ | values,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, values in settings.items()
    }
    yield started
    for process in started.values():
        with process:
            process.kill()


@pytest.mark.parametrize("name", ["uncompiled", "one hash seed", "another hash seed"])
def test_another_process_gives_the_same_bits(processes, name):
    process = processes[name]
    here = next(Ensemble("small", runs=1, seed=3, months=HASHED_MONTHS).histories()).history.market
    expected = hashlib.sha256(here.tobytes()).hexdigest()
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert output.split() == [expected, expected], f"{name}: first the ensemble's, then the market's"


def test_the_chosen_rules_give_the_same_bits_uncompiled(processes):
    process = processes["uncompiled rules"]
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    for number, found in enumerate(output.split()):
        scenario = load_scenario("small", every_choice(number))
        here = next(Ensemble(scenario, runs=1, seed=3, months=CHOSEN_MONTHS).histories()).history.market
        assert hashlib.sha256(here.tobytes()).hexdigest() == found, f"choices of world {number}"
    assert len(output.split()) == MOST_CHOICES


SHAKEN = {
    f"{name}_again": event | {"first_month": 1 + row % 7, "chance_per_month": 0.1}
    for row, (name, event) in enumerate(example_events().items())
}
"""Every shock early, and again and again, beside those of the example in docs/."""


def shaken(overrides):
    """Return `small` under many shocks of all kinds."""
    return with_events(load_scenario("small", overrides), **example_events(), **SHAKEN)


@pytest.mark.parametrize("number", range(MOST_CHOICES))
def test_a_market_of_agents_equals_run_0_under_all_shocks(number):
    scenario = shaken(every_choice(number) | BUSY | {"parameters.index_linked_share": 0.7})
    run = next(Ensemble(scenario, runs=1, months=48, seed=6).histories())
    assert run.history.market["shocks_begun"].sum() > 15
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=6).run(48)), run_bits(run), number)


@pytest.mark.parametrize("number", range(8))
def test_a_market_of_agents_equals_run_0_under_shocks_and_random_parameters(number):
    rng = np.random.default_rng([99, number])
    scenario = shaken(draw_overrides(rng) | any_choices(rng))
    run = next(Ensemble(scenario, runs=1, months=24, seed=number).histories())
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=number).run(24)), run_bits(run), number)


def test_shocks_give_the_same_bits_uncompiled(processes):
    process = processes["uncompiled shocks"]
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    here = next(Ensemble(shaken({}), runs=1, seed=3, months=HASHED_MONTHS).histories()).history.market
    assert here["shocks_begun"].sum() >= len(SHAKEN)
    assert output.split() == [hashlib.sha256(here.tobytes()).hexdigest()]


def test_a_forward_market_gives_the_same_bits_uncompiled(processes):
    process = processes["uncompiled forwards"]
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    here = next(Ensemble(load_scenario("small", HEDGING), runs=1, seed=3, months=HASHED_MONTHS).histories()).history
    tables = (here.market, here.labs[here.labs["id"] != 0])
    assert output.split() == [hashlib.sha256(table.tobytes()).hexdigest() for table in tables]


def test_strategies_give_the_same_bits_uncompiled(processes):
    process = processes["uncompiled strategies"]
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    here = next(Ensemble("strategies", runs=1, seed=3, months=HASHED_MONTHS, overrides=EFFORTS).histories()).history
    assert output.split() == [hashlib.sha256(here.market.tobytes()).hexdigest()]


def test_regions_give_the_same_bits_uncompiled(processes):
    process = processes["uncompiled regions"]
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    here = next(Ensemble("regions", runs=1, seed=3, months=HASHED_MONTHS).histories()).history
    assert here.regions["imported_h100e"].any()
    assert output.split() == [hashlib.sha256(table.tobytes()).hexdigest() for table in (here.market, here.regions)]


@pytest.mark.parametrize("shocks", [False, True], ids=["calm", "shaken"])
@pytest.mark.parametrize("overrides", [{}, BUSY], ids=["default", "busy entry"])
def test_tables_of_any_size_give_the_same_bits(overrides, shocks):
    scenario = shaken(overrides) if shocks else load_scenario("small", overrides)
    least, months = least_capacity(scenario), 36
    expected = run_bits(next(Ensemble(scenario, runs=1, months=months, seed=5).histories()))
    for capacity in (least, AMPLE._replace(events=least.events, agreements=least.agreements, stakes=least.stakes)):
        market = ComputeMarket(scenario, seed=5, capacity=capacity).run(months)
        assert_same_bits(market_bits(market), expected, f"ComputeMarket, {capacity}")
        start = world_at_start(scenario, capacity)
        runner = Runner(scenario, months, start)
        assert_same_bits(run_bits(runner.run(0, 5)), expected, f"Runner, {capacity}")
        grew = capacity_of(runner.world) != capacity
        assert grew == (capacity == least), "the least tables must grow, the ample ones not"
        assert_same_bits(run_bits(runner.run(0, 5)), expected, f"Runner again, in the tables it has, {capacity}")


class Disordered:
    """Agents that act in another order; stands in for Mesa's AgentSet."""

    def __init__(self, agents, reorder):
        self.agents, self.reorder = list(agents), reorder

    def __iter__(self):
        return iter(self.agents)

    def __len__(self):
        return len(self.agents)

    def do(self, action):
        for agent in self.reorder(self.agents):
            getattr(agent, action)()


def reverse(agents):
    return agents[::-1]


ORDERS = np.random.default_rng(8)


def shuffle(agents):
    return [agents[place] for place in ORDERS.permutation(len(agents))]


@pytest.mark.parametrize("reorder", [reverse, shuffle])
@pytest.mark.parametrize(
    "scenario",
    [
        load_scenario("small"),
        load_scenario("small", BUSY),
        load_scenario("small", {"parameters.bargaining_rule": "faratin"}),
        shaken(BUSY | {"parameters.spot_rule": "smoothed", "parameters.index_linked_share": 0.7}),
        load_scenario("small", HEDGING),
        load_scenario("regions", {"parameters.localised_share": 0.3}),
    ],
    ids=["default", "busy entry", "faratin", "shaken", "hedging", "regions"],
)
def test_the_order_in_which_agents_act_does_not_matter(reorder, scenario):
    class DisorderedMarket(ComputeMarket):
        def _admit_agents(self):
            super()._admit_agents()
            self.labs, self.suppliers = Disordered(self.labs, reorder), Disordered(self.suppliers, reorder)

    for seed in (1, 2):
        market = DisorderedMarket(scenario, seed=seed).run(48)
        assert isinstance(market.labs, Disordered)
        run = next(Ensemble(scenario, runs=1, months=48, seed=seed).histories())
        assert_same_bits(market_bits(market), run_bits(run), f"seed {seed}")
