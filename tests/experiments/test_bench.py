"""`bazaar bench`: what is measured."""

import pytest

from experiments.bench import BENCH_MONTHS, bench_scenario, phases
from model import Ensemble, load_scenario
from model import month as month_module
from tests.worlds import plain

pytestmark = pytest.mark.all

SIZED = ("cash_usd_m", "users_h100e", "own_sites_h100e", "power_mw_per_month", "training_stock_h100e_months")


def test_the_population_is_colossus_filled_up_to_16_labs_and_12_suppliers():
    bench, colossus = bench_scenario(), load_scenario("colossus")
    assert (len(bench.labs), len(bench.suppliers), bench.months) == (16, 12, BENCH_MONTHS)
    assert bench.suppliers == colossus.suppliers
    for column in SIZED:
        sums = [sum(lab[column] for lab in scenario.labs.values()) for scenario in (bench, colossus)]
        assert sums[0] == pytest.approx(sums[1]), column


def test_every_supplier_has_sold_as_much_as_in_colossus():
    bench, colossus = bench_scenario(), load_scenario("colossus")
    for supplier in colossus.suppliers:
        sold = [
            sum(c["capacity_h100e"] * c["price_usd_per_h100e_hour"] for c in contracts if c["supplier"] == supplier)
            for contracts in (bench.contracts.values(), colossus.contracts.values())
        ]
        assert sold[0] == pytest.approx(sold[1]), supplier
    assert {contract["lab"] for contract in bench.contracts.values()} <= set(bench.labs)


def test_it_runs_with_balanced_books():
    run = next(Ensemble(bench_scenario(), runs=1, months=12).histories())
    assert run.failure == ""


def test_the_phases_are_the_stages_of_the_month_in_order():
    """Run one after the other, they are the month: each stage of it, once, in its order."""
    named = [stage.__name__ for phase in phases() for stage in phase.stages]
    assert named == list(plain(month_module.month).__code__.co_names)
