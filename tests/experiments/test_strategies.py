"""How labs of each strategy fared."""

import polars as pl
import pytest

from agents.labs.names import PORTFOLIO, RENTER
from experiments.strategies import strategy_rows

pytestmark = pytest.mark.all

RUNS = pl.Series("run", [0, 1])


def month_of(run, month, lab, strategy, **values):
    """A lab-month in which 100 of 100 hours are served by capacity of 100 for 0.146 USD m, which is 2 USD an hour."""
    usual = {"users_h100e": 50.0, "need_inference_h100e": 60.0, "served_inference_h100e": 60.0}
    usual |= {"served_training_h100e": 40.0, "own_h100e": 0.0, "contract_h100e": 100.0, "spot_h100e": 0.0}
    usual |= {"used_share": 1.0, "compute_bill_usd_m": 0.146}
    return {"run": run, "month": month, "lab": lab, "strategy": strategy} | usual | values


def test_medians_by_strategy_cheapest_first():
    # the renter of run 0 is gone by month 1, pays 2.5 USD an hour, serves 48 of 60 and uses 4/5 of what it
    # holds; entrants do not count
    dear = {"compute_bill_usd_m": 0.146 * 1.1, "served_inference_h100e": 48.0, "used_share": 0.8}
    rows = [month_of(run, month, "a", PORTFOLIO) for run in (0, 1) for month in (0, 1)]
    rows += [
        month_of(0, 0, "b", RENTER, **dear),
        *[month_of(1, month, "b", RENTER, users_h100e=150.0) for month in (0, 1)],
    ]
    rows.append(month_of(0, 1, "entrant_lab", RENTER, users_h100e=1e9))
    first, second = strategy_rows(pl.LazyFrame(rows), RUNS, 2)
    assert (first.strategy, first.labs, second.strategy) == ("portfolio", 1, "renter")
    assert first[2:] == pytest.approx((2.0, 0.0, 0.0, 1.0, 0.625))  # users: all of 50, and 50 of 200
    assert second[2:] == pytest.approx((2.25, 0.1, 0.1, 0.5, 0.375))


def test_one_strategy_needs_no_table():
    rows = [month_of(0, 0, "a", PORTFOLIO), month_of(0, 0, "b", PORTFOLIO)]
    assert strategy_rows(pl.LazyFrame(rows), RUNS, 1) == []
