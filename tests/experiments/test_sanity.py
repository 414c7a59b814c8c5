"""The sanity row, on months worked out by hand."""

import json

import numpy as np
import polars as pl
import pytest

from experiments import sanity
from model.scenario import load_scenario

pytestmark = pytest.mark.all

SCENARIO = load_scenario("small", {"months": 2})


def two_months(**columns):
    """Return one run of two months; columns not named are 1."""
    return {name: np.array([columns.get(name, (1.0, 1.0))], dtype=float) for name in sanity.COLUMNS}


def test_the_world_grows_from_the_middle_of_its_year():
    # 117,170 bn in mid-2025; mid-December 2025 is 11.5 - 6 = 5.5 months later, at 4.7% a year
    gdp = sanity.grown("world_gdp", SCENARIO, 13)
    assert gdp[0] == pytest.approx(117170 * 1.047 ** (5.5 / 12))
    assert gdp[12] == pytest.approx(1.047 * gdp[0])


def test_revenue_share_takes_the_largest_month():
    months = two_months(lab_revenue_usd_m=(1000.0, 100_000.0))
    expected = 12 * 100.0 / sanity.grown("world_gdp", SCENARIO, 2)[1]
    assert sanity.revenue_share(months, SCENARIO) == pytest.approx([expected])


def test_power_counts_arrivals_at_the_power_of_their_month():
    # 1,000,000 at 1.1 kW, then 100,000 more at 0.5 kW: 1,100 MW, then 1,150 MW for 8,760 hours
    months = two_months(
        installed_h100e=(1e6, 1.1e6), build_h100e=(0.0, 0.0), arrived_h100e=(0.0, 1e5), power_kw_per_h100e=(1.1, 0.5)
    )
    expected = 1150 * 8760 / 1e6 / sanity.grown("world_electricity", SCENARIO, 2)[1]
    assert sanity.power_share(months, SCENARIO) == pytest.approx([expected])


def test_ratios_are_of_sums_and_means():
    months = two_months(
        capex_usd_m=(10.0, 20.0),
        lab_revenue_usd_m=(5.0, 10.0),
        contract_price_usd_per_h100e_hour=(2.0, 3.0),
        full_cost_usd_per_h100e_hour=(2.0, 2.0),
        guard_bindings=(0.0, 1.0),
        labs_alive=(4.0, 4.0),
    )
    assert sanity.capex_ratio(months, SCENARIO) == pytest.approx([2.0])
    assert sanity.price_ratio(months, SCENARIO) == pytest.approx([1.25])
    assert sanity.guard_share(months, SCENARIO) == pytest.approx([0.125])


def test_rows_are_medians_over_whole_runs_with_their_bounds():
    ones = {name: [1.0] * 5 for name in sanity.COLUMNS}
    frame = pl.DataFrame({"run": [0, 0, 1, 1, 2], "month": [0, 1, 0, 1, 0], **ones})
    rows = {row.name: row for row in sanity.sanity_rows(frame, SCENARIO)}
    assert set(rows) == {check.name for check in sanity.CHECKS}
    assert rows["contract price / full cost"].value == pytest.approx(1.0)
    assert rows["contract price / full cost"].ok
    assert not rows["guard share"].ok


def test_no_whole_run_is_outside():
    empty = pl.DataFrame({"run": [], "month": [], **{name: [] for name in sanity.COLUMNS}})
    assert not any(row.ok for row in sanity.sanity_rows(empty, SCENARIO))


def test_a_default_run_is_sane(bazaar, tmp_path):
    said = bazaar("run", "runs=32", "output=json", f"results={tmp_path}")
    assert [row["name"] for row in json.loads(said.out)["sanity"] if not row["ok"]] == []
