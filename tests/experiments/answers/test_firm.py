"""Outcomes of one firm, from a table of labs typed by hand."""

import math

import polars as pl
import pytest

from experiments.answers.firm import firm_means
from experiments.sweep.firms import Firm

ROWS = [
    # run, month, lab, users, unserved, cost
    (0, 4, "ours", 10.0, 0.9, 9.0),
    (0, 5, "ours", 20.0, 0.2, 2.0),
    (0, 5, "other", 60.0, 0.0, 1.0),
    (0, 6, "ours", 40.0, 0.4, 3.0),
    (0, 6, "other", 60.0, 0.0, 1.0),
    (1, 5, "ours", 30.0, 0.3, 2.0),
    (1, 5, "other", 90.0, 0.0, 1.0),
    (1, 6, "other", 90.0, 0.0, 1.0),  # ours is out of business
    (2, 5, "other", 50.0, 0.0, 1.0),  # and here was never in
    (2, 6, "entrant_lab", 50.0, 0.0, 1.0),
    (2, 6, "entrant_lab", 30.0, 0.0, 1.0),
    (3, 5, "ours", 50.0, 0.0, math.nan),  # nobody is left in month 6
]
TABLE = pl.LazyFrame(
    ROWS, ["run", "month", "lab", "users_h100e", "unserved_share", "unit_cost_usd_per_h100e_hour"], orient="row"
)


def means(column, first, last, *, of_all=False, name="ours"):
    found = firm_means(TABLE, column, Firm("lab", name, first, last, of_all))
    return dict(found.sort("run").rows())


def test_a_month_is_that_month_and_months_are_their_mean():
    assert means("unserved_share", 5, 5) == {0: 0.2, 1: 0.3, 2: None, 3: 0.0}
    assert means("unserved_share", 5, 6)[0] == pytest.approx(0.3)  # of 0.2 and 0.4


def test_a_part_of_all_is_that_of_each_month():
    # 20 / 80 and 40 / 100, then 30 / 120 and nothing
    assert means("users_h100e", 5, 5, of_all=True) == {0: 0.25, 1: 0.25, 2: 0.0, 3: 1.0}
    found = means("users_h100e", 5, 6, of_all=True)
    assert (found[0], found[1]) == pytest.approx((0.325, 0.125))
    assert means("users_h100e", 6, 6, of_all=True, name="other")[2] == 0.0


def test_a_part_of_a_sum_with_debts_is_none():
    table = pl.LazyFrame({"run": [0, 0], "month": [5, 5], "lab": ["ours", "other"], "cash_usd_m": [30.0, -10.0]})
    assert firm_means(table, "cash_usd_m", Firm("lab", "ours", 5, 5, of_all=True)).rows() == [(0, None)]
    assert firm_means(table, "cash_usd_m", Firm("lab", "ours", 5, 5)).rows() == [(0, 30.0)]


def test_who_is_out_of_business_has_none_of_what_adds_up_and_no_price():
    assert means("users_h100e", 5, 6) == {0: 30.0, 1: 15.0, 2: 0.0, 3: None}
    assert means("unit_cost_usd_per_h100e_hour", 5, 6) == {0: 2.5, 1: None, 2: None, 3: None}
    assert means("unserved_share", 6, 6) == {0: 0.4, 1: None, 2: None}


def test_a_month_without_any_firm_or_number_leaves_a_run_without():
    assert means("users_h100e", 5, 6, of_all=True)[3] is None
    assert math.isnan(means("unit_cost_usd_per_h100e_hour", 5, 5)[3])


def test_a_supplier_is_found_in_its_own_table():
    rows = [(0, 1, "azure", 30.0), (0, 1, "lambda", 10.0)]
    table = pl.LazyFrame(rows, ["run", "month", "supplier", "installed_h100e"], orient="row")
    assert firm_means(table, "installed_h100e", Firm("supplier", "lambda", 1, 1, of_all=True)).rows() == [(0, 0.25)]
