"""What trades and races do over time: who follows whom, how fast, and how many labs a market holds."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agents.suppliers import ENERGY_DEVELOPER, MINER, NONTRADITIONAL
from model import ComputeMarket, Ensemble, load_scenario
from tests.directions.figures import shock
from tests.draws import assert_same_bits, market_bits, run_bits
from tests.worlds import run_scenario, with_events

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[1]
RUNS = 24
ALL_TRADES = {
    "parameters.supplier_entry_per_month": 0.4,
    "parameters.follower_multiple": 2.0,
    "parameters.training_rule": "endogenous",
    "parameters.product_limit_speed_per_month": 0.3,
    "parameters.asset_sale_rule": "highest_bid",
    "parameters.lab_entry_per_month": 0.3,
    "suppliers.coreweave.cash_usd_m": 1,
    "parameters.entry_hurdle_ratio": 0.5,
} | {f"parameters.entrant_{kind}_weight": 1.0 for kind in ("miner", "energy_developer", "edge", "sovereign", "orbital")}


def test_all_of_it_gives_the_same_bits_to_agents_and_to_many_worlds():
    scenario = load_scenario("small", ALL_TRADES)
    run = next(Ensemble(scenario, runs=1, months=48, seed=9).histories())
    kinds = run.history.suppliers["kind"][run.history.suppliers["entered_month"] > 0]
    assert {NONTRADITIONAL, MINER, ENERGY_DEVELOPER} <= set(kinds.tolist())
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=9).run(48)), run_bits(run))


UNCOMPILED = """
import hashlib
from model import ComputeMarket
from tests.test_trades import ALL_TRADES
market = ComputeMarket("small", seed=9, overrides=ALL_TRADES | {"parameters.supplier_entry_per_month": 1.0}).run(12)
print(hashlib.sha256(market.history.market[:12].tobytes()).hexdigest())
"""


def test_all_of_it_gives_the_same_bits_uncompiled():
    scenario = load_scenario("small", ALL_TRADES | {"parameters.supplier_entry_per_month": 1.0})
    here = next(Ensemble(scenario, runs=1, months=12, seed=9).histories()).history.market
    done = subprocess.run(
        [sys.executable, "-c", UNCOMPILED],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert done.stdout.split() == [hashlib.sha256(here.tobytes()).hexdigest()]


def months_to_use(run, kind):
    """Return the months from the entry of each newcomer of a kind to its first capacity."""
    table = run.history.suppliers
    waits = []
    for supplier in np.unique(table["id"][(table["kind"] == kind) & (table["entered_month"] > 0)]):
        months, rows = np.nonzero((table["id"] == supplier) & (table["installed_h100e"] > 0.0))
        if len(months):
            waits.append(int(months[0] - table["entered_month"][months[0], rows[0]]))
    return waits


@pytest.mark.all
def test_idle_chips_come_in_months_and_power_in_years():
    values = {"supplier_entry_per_month": 0.4, "entrant_miner_weight": 1.0, "entrant_energy_developer_weight": 1.0}
    scenario = load_scenario("small", {f"parameters.{name}": value for name, value in values.items()})
    runs = list(Ensemble(scenario, runs=RUNS).histories())
    idle, mines, power = (
        np.concatenate([months_to_use(run, kind) for run in runs]) for kind in (NONTRADITIONAL, MINER, ENERGY_DEVELOPER)
    )
    assert np.median(idle) < 7
    assert 10 <= np.median(mines) <= 18
    assert np.median(power) >= 20


@pytest.mark.all
def test_builders_follow_the_price_with_a_lag():
    """Entry answers a surge of month 12 after the price has risen, and their capacity comes later still."""
    values = {"supplier_entry_per_month": 0.5, "entrant_nontraditional_share": 0.0, "entry_hurdle_ratio": 1.6}
    usual = load_scenario("small", {f"parameters.{name}": value for name, value in values.items()})
    surge = dict(shock(shock="surge", first_month=12, months=3, growth_x_per_year=20.0))
    surging = with_events(usual, event=surge)
    price, entered, built = np.zeros((3, 60))
    for seed in range(1, RUNS + 1):
        before, after = (run_scenario(world, 60, seed).history for world in (usual, surging))
        price += after.market["contract_price_usd_per_h100e_hour"] / before.market["contract_price_usd_per_h100e_hour"]
        entered += after.market["supplier_entries"] * 1.0 - before.market["supplier_entries"]
        built += newcomers_capacity(after) - newcomers_capacity(before)
    assert (entered[:12] == 0.0).all()
    assert entered[12:30].sum() > 10.0
    first_price = 12 + np.argmax(price[12:] > 1.02 * RUNS)
    first_entry = 12 + np.argmax(entered[12:] > 0.0)
    first_built = 12 + np.argmax(built[12:] > 0.01 * built.max())
    assert first_price <= first_entry < first_built
    assert first_built - first_entry >= 9


def newcomers_capacity(history):
    """Return what suppliers that entered have installed by month, H100e."""
    table = history.suppliers
    return (table["installed_h100e"] * (table["alive"] == 1) * (table["entered_month"] > 0)).sum(axis=1)


SCALED = {
    "labs": (
        "users_h100e",
        "training_stock_h100e_months",
        "own_sites_h100e",
        "own_orders_h100e_per_month",
        "power_mw_per_month",
        "cash_usd_m",
    ),
    "suppliers": ("installed_h100e", "orders_h100e_per_month", "enterprise_h100e", "power_mw_per_month", "cash_usd_m"),
    "contracts": ("capacity_h100e",),
}


def labs_held(size, rule, entry, equity_share=0.0):
    """Return the labs in business and the effective number by users at the end, in a market of another size."""
    small = load_scenario("small")
    values = {
        f"{section}.{key}.{name}": row[name] * size
        for section, names in SCALED.items()
        for key, row in getattr(small, section).items()
        for name in names
    }
    values["parameters.chip_supply_start_h100e_per_month"] = (
        size * small.parameters["chip_supply_start_h100e_per_month"]
    )
    values |= {
        "parameters.training_rule": rule,
        "parameters.lab_entry_per_month": entry,
        "parameters.user_choice_rule": "logit",
        "parameters.quality_compute_elasticity": 0.6,
        "parameters.equity_offer_share": equity_share,
    }
    ends = [run.history.market[-1] for run in Ensemble("small", runs=RUNS, overrides=values).histories()]
    alive = np.mean([end["labs_alive"] for end in ends])
    return float(alive), float(np.mean([1e4 / end["hhi_labs"] for end in ends]))


@pytest.mark.all
def test_a_race_for_quality_bounds_the_number_of_labs():
    """Sutton (1991): where outlays for quality follow the prize, a larger market does not hold more labs."""
    fixed = {(size, entry): labs_held(size, "fixed", entry) for size in (1, 10) for entry in (0.05, 0.5)}
    racing = {(size, entry): labs_held(size, "endogenous", entry) for size in (1, 10) for entry in (0.05, 0.5)}
    # a market ten times as large holds as many of those who come as before; but for a third of them if they must race
    assert fixed[10, 0.5][0] > 0.9 * fixed[1, 0.5][0]
    assert racing[10, 0.5][0] < 0.5 * racing[1, 0.5][0]
    # ten times as many who try make four times as many labs, and twice as many where they race
    assert fixed[10, 0.5][0] / fixed[10, 0.05][0] > 4.0
    assert racing[10, 0.5][0] / racing[10, 0.05][0] < 2.5
    # by users there are as many as before
    assert fixed[10, 0.5][1] / fixed[10, 0.05][1] > 1.03
    assert racing[10, 0.5][1] / racing[10, 0.05][1] < 1.02
    # in a larger market deals are large enough for suppliers to invest: who loses the race lives on their money
    assert labs_held(10, "endogenous", 0.5, equity_share=0.3)[0] > 1.5 * racing[10, 0.5][0]
