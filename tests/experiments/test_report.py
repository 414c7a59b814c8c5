"""Numbers of the report: medians over the runs that have one."""

import math

import polars as pl
import pytest

from experiments.report import ILLUSTRATIVE, MetricRow, binding_constraints, metric_rows, metrics_table, number
from model.metrics import METRICS

pytestmark = pytest.mark.all


def test_median_and_spread_leave_out_what_is_no_number():
    # of 1 to 11, the 10th, 50th and 90th percentile are 2, 6 and 10
    values = [*map(float, range(1, 12)), math.nan, None]
    rows = metric_rows(pl.DataFrame({metric.name: values for metric in METRICS}, strict=False))
    assert [row.metric for row in rows] == [metric.name for metric in METRICS]
    assert all((row.p10, row.median, row.p90) == pytest.approx((2, 6, 10)) for row in rows)


def test_a_metric_without_numbers_is_none():
    rows = metric_rows(pl.DataFrame({metric.name: pl.Series([None], dtype=pl.Float64) for metric in METRICS}))
    assert all(math.isnan(row.median) for row in rows)


def test_a_metric_without_numbers_has_no_row():
    row = MetricRow("prices", "told", "USD", "what it is", 1.0, 2.0, 3.0)
    silent = row._replace(metric="silent", p10=math.nan, median=math.nan, p90=math.nan)
    assert metrics_table([row, silent]).row_count == 1


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1234567.0, "1,234,567"), (1.23456, "1.23"), (2e-5, "2e-05"), (math.nan, "-")]
)
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_the_table_ends_with_the_results_and_the_caution(bazaar, tmp_path):
    said = bazaar("run", "scenario=small", "runs=2", "months=2", f"results={tmp_path}")
    lines = [line.rstrip() for line in said.out.splitlines()]
    assert lines[-3:] == [
        f"results  {tmp_path / 'small'}",
        f"picture  {tmp_path / 'small' / 'overview.png'}",
        ILLUSTRATIVE,
    ]
    assert "sanity" in said.out
    assert "binding constraint of orders: " in said.out
    assert "AI revenue / world GDP" in said.out


def test_what_binds_is_counted_over_the_months_of_good_runs():
    names = ["power", "chips", "power", "demand", "credit"]
    months = pl.DataFrame({"run": [0, 0, 1, 1, 2], "binding_constraint": names})
    assert binding_constraints(months, pl.Series([0, 1])) == [("power", 0.5), ("chips", 0.25), ("demand", 0.25)]
