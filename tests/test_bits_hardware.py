"""Bit equality with all that hardware can do switched on: agents, a compiled run, an uncompiled one, small tables."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model import ComputeMarket, Ensemble, load_scenario
from model.birth import least_capacity
from tests.draws import assert_same_bits, market_bits, run_bits

pytestmark = pytest.mark.all

PARAMETERS: dict[str, object] = {
    "chip_lead_months": 10,
    "grid_queue_months": 5,
    "behind_the_meter_share": 0.3,
    "power_price_usd_per_mwh": 120,
    "generation_months": 7,
    "running_cost_rule": "vintage",
    "refresh_rule": "worth_less_than_scrap",
    "custom_silicon_cost_usd_m": 300,
    "custom_silicon_delay_months": 4,
    "supplier_entry_per_month": 0.4,
    "lab_entry_per_month": 0.4,
}
FAMILIES = {"suppliers.aws.chip_family": 1, "labs.google_deepmind.chip_family": 2, "entrants.neocloud.chip_family": 1}
RULES = ("incumbents_first", "highest_bid")
UNCOMPILED_MONTHS = 6


def scenario(rule):
    """Return `small` with everything on and one way to allot chips."""
    given = PARAMETERS | {"chip_allocation_rule": rule}
    return load_scenario("small", {f"parameters.{name}": value for name, value in given.items()} | FAMILIES)


@pytest.mark.parametrize("rule", RULES)
def test_a_market_of_agents_equals_run_0(rule):
    run = next(Ensemble(scenario(rule), runs=1, months=48, seed=6).histories())
    market = run.history.market
    for name in ("behind_the_meter_h100e", "grid_queue_mw", "retired_early_h100e", "lost_to_chips_h100e"):
        assert market[name].max() > 0.0, f"{name} never happens"
    assert (run.history.suppliers["silicon_month"] > 0).any()
    assert_same_bits(market_bits(ComputeMarket(scenario(rule), seed=6).run(48)), run_bits(run), rule)


def test_small_tables_give_the_same_bits():
    small = least_capacity(scenario(RULES[0]))
    tight, ample = (ComputeMarket(scenario(RULES[0]), seed=6, capacity=size).run(36) for size in (small, None))
    assert_same_bits(market_bits(tight), market_bits(ample))


PROGRAM = f"""
import hashlib
from model import ComputeMarket
from tests.test_bits_hardware import scenario
market = ComputeMarket(scenario("{RULES[1]}"), seed=3).run({UNCOMPILED_MONTHS})
print(hashlib.sha256(market.history.market[:{UNCOMPILED_MONTHS}].tobytes()).hexdigest())
"""


def test_uncompiled_rules_give_the_same_bits():
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    ).stdout
    here = next(Ensemble(scenario(RULES[1]), runs=1, seed=3, months=UNCOMPILED_MONTHS).histories()).history.market
    assert output.split() == [hashlib.sha256(here.tobytes()).hexdigest()]
