"""The record beside contracts worked out by hand."""

import json
import math

import polars as pl
import pytest

import experiments
from experiments.record import SIZE_SHARE, records_of
from experiments.report import record_lines
from model.scenario import load_scenario

pytestmark = pytest.mark.all

SCENARIO = load_scenario("small")
SIZE_H100E = 206_847
"""Three quarters of 275,796."""
SCHEMA = {
    "run": pl.Int64,
    "lab": pl.String,
    "lab_id": pl.Int64,
    "supplier": pl.String,
    "capacity_h100e": pl.Float64,
    "price_usd_per_h100e_hour": pl.Float64,
    "signed_month": pl.Int64,
    "start_month": pl.Int64,
    "full_month": pl.Int64,
    "end_month": pl.Int64,
}


def contract(run, lab, capacity, price, signed, start, end, supplier="spacex_colossus", lab_id=0, ramp=0):
    return (run, lab, lab_id or len(lab), supplier, capacity, price, signed, start, start + ramp, end)


def record(*contracts, runs=1, scenario=SCENARIO):
    """Return the record of Colossus beside some contracts."""
    frame = pl.DataFrame(contracts, schema=SCHEMA, orient="row")
    (found,) = records_of(frame.lazy(), pl.Series(range(runs), dtype=pl.Int64), scenario)
    return found


def medians(found):
    return {row.quantity: row.median for row in found.quantities}


def shares(labs):
    return {lab.lab: lab.share for lab in labs}


def test_one_lab_signs_in_two_pieces():
    # 100,000 at 2 from month 6 and 150,000 at 3 from month 8, signed in months 5 and 7: 250,000 from August 2026 at
    # (200 + 450) / 250 = 2.6; 2.6 x 8,760 x 275,796 = 6.2815 bn, x 515,861 = 11.7493 bn
    found = record(contract(0, "anthropic", 1e5, 2.0, 5, 6, 42), contract(0, "anthropic", 1.5e5, 3.0, 7, 8, 44))
    assert found.size_h100e == SIZE_H100E == SIZE_SHARE * 275_796
    assert (found.runs, found.one_lab_runs, found.all_labs_runs) == (1, 1, 1)
    assert medians(found) == {
        "signed": "2026-07",
        "in full from": "2026-08",
        "capacity": 250_000,
        "price": pytest.approx(2.6),
        "value, early estimate": pytest.approx(6.2815, rel=1e-4),
        "value, filing": pytest.approx(11.7493, rel=1e-4),
        "most, one lab": 250_000,
        "most, all labs": 250_000,
    }
    assert shares(found.partners) == shares(found.largest) == {"anthropic": 1.0}


def test_capacity_counts_from_the_month_it_is_there_in_full():
    # starts in month 6 and ramps for two months; one that ends within its ramp is never there in full
    found = record(
        contract(0, "anthropic", 2.5e5, 2.0, 5, 6, 42, ramp=2), contract(0, "meta", 9e5, 2.0, 5, 6, 8, ramp=2)
    )
    assert (medians(found)["in full from"], medians(found)["capacity"]) == ("2026-08", 250_000)


def test_two_labs_have_the_size_only_together():
    found = record(contract(0, "anthropic", 1.5e5, 2.0, 5, 6, 42), contract(0, "openai", 1e5, 2.0, 5, 7, 43))
    assert (found.one_lab_runs, found.all_labs_runs) == (0, 1)
    assert (medians(found)["most, one lab"], medians(found)["most, all labs"]) == (150_000, 250_000)
    assert (found.partners, shares(found.largest)) == ([], {"anthropic": 1.0})
    assert "one lab in no run, all labs together in 1 of 1 runs" in record_lines(found)[2]


def test_entrants_share_a_key_and_are_not_one_lab():
    entrants = [contract(0, "entrant_lab", 1.5e5, 2.0, 5, 6, 42, lab_id=number) for number in (10, 11)]
    found = record(*entrants)
    assert (found.one_lab_runs, found.all_labs_runs) == (0, 1)
    assert found.largest == [("entrant_lab", "Entrant lab", 1.0)]


def test_what_ended_before_another_starts_is_not_held_with_it():
    # the first ends in month 12, in which the second begins; the third overlaps with the second by 50,000 too few
    found = record(
        contract(0, "anthropic", 2e5, 2.0, 5, 6, 12),
        contract(0, "anthropic", 1.5e5, 2.0, 11, 12, 40),
        contract(0, "anthropic", 5e4, 2.0, 11, 30, 31),
    )
    assert (found.one_lab_runs, medians(found)["most, one lab"]) == (0, 200_000)


def test_the_price_is_of_what_runs_when_the_size_is_reached():
    # what ended in month 10 at a price of 9 and what begins in month 20 at a price of 1 are not in it
    found = record(
        contract(0, "openai", 2e5, 9.0, 5, 6, 10),
        contract(0, "openai", 2.5e5, 2.0, 5, 10, 46),
        contract(0, "openai", 2.5e5, 1.0, 5, 20, 46),
    )
    assert (medians(found)["price"], medians(found)["in full from"]) == (2.0, "2026-10")
    assert medians(found)["most, one lab"] == 500_000


def test_the_partner_is_the_first_of_the_size_and_may_not_have_most():
    found = record(
        contract(0, "anthropic", 2.5e5, 2.0, 5, 6, 20),
        contract(0, "openai", 1e6, 1.0, 30, 31, 60),
        contract(1, "openai", 2.5e5, 3.0, 5, 6, 20),
        runs=4,
    )
    assert (found.one_lab_runs, shares(found.partners)) == (2, {"anthropic": 0.25, "openai": 0.25})
    assert shares(found.largest) == {"openai": 0.5}
    # over the two runs with a partner: 2.1, 2.5 and 2.9; over all four, of which two have nothing: 0, 125,000, 775,000
    price, most = found.quantities[3], found.quantities[6]
    assert (price.p10, price.median, price.p90) == pytest.approx((2.1, 2.5, 2.9))
    assert (most.p10, most.median, most.p90) == pytest.approx((0, 125_000, 775_000))


def test_what_does_not_count():
    """Another supplier, a contract of the start, one that ended before it began, and a run that failed."""
    found = record(
        contract(0, "anthropic", 1e6, 2.0, 5, 6, 42, supplier="aws"),
        contract(0, "anthropic", 1e6, 2.0, -1, 0, 42),
        contract(0, "anthropic", 1e6, 2.0, 5, 16, 16),
        contract(7, "anthropic", 1e6, 2.0, 5, 6, 42),
    )
    assert (found.runs, found.one_lab_runs, found.all_labs_runs) == (1, 0, 0)


@pytest.mark.parametrize("runs", [0, 2])
def test_no_deal_is_in_no_run_and_has_no_numbers(runs):
    found = record(runs=runs)
    assert "one lab in no run, all labs together in no run" in record_lines(found)[2]
    assert len(record_lines(found)) == 3
    assert math.isnan(medians(found)["signed"])
    assert math.isnan(medians(found)["price"])
    assert (found.partners, found.largest) == ([], [])


def test_the_lines_name_the_parties_and_what_was_given():
    scenario = load_scenario("small", {"suppliers.spacex_colossus.label": "Shed", "labs.openai.label": "[b]Lab"})
    contracts = [contract(run, "openai" if run else "anthropic", 2.5e5, 2.0, 5, 6, 20) for run in range(101)]
    assert record_lines(record(*contracts, runs=1000, scenario=scenario)) == [
        "record of colossus, Anthropic at Shed: early estimate 2026-05 (S41), filing 2026-06 (S09)",
        "inputs: 275,796 H100e installed, on sale from 2026-05, list price 2.3 USD/H100e-hour at the start",
        "its size, 206,847 H100e at once: one lab in 101 of 1,000 runs, all labs together in 101 of 1,000 runs",
        "first lab of that size, described below: [b]Lab 10%, Anthropic <1% of runs",
        "most in a run: [b]Lab 10%, Anthropic <1% of runs",
    ]


def test_a_run_says_it_in_its_table_and_its_json(bazaar, tmp_path):
    words = ("run", "scenario=small", "runs=4", "months=12", "name=twelve", f"results={tmp_path}")
    table = bazaar(*words).out
    said = json.loads(bazaar(*words, "output=json").out, parse_constant=lambda constant: pytest.fail(constant))
    (found,) = said["record"]
    assert [found[key] for key in ("deal", "lab", "supplier", "runs")] == [
        "colossus",
        "anthropic",
        "spacex_colossus",
        4,
    ]
    assert [basis["basis"] for basis in found["bases"]] == ["early estimate", "filing"]
    price = next(row for row in found["quantities"] if row["quantity"] == "price")
    assert price["record"]["filing"] == [3.32]
    contracts = experiments.load(tmp_path / "twelve").contracts.filter(supplier="spacex_colossus")
    large = contracts.filter(pl.col("capacity_h100e") >= SIZE_H100E, pl.col("signed_month") >= 0)
    assert large["run"].n_unique() <= found["one_lab_runs"] <= found["all_labs_runs"] <= 4
    assert f"{found['bases'][1]['capacity_h100e']:,.0f}" in table
    assert table.index("guard share") < table.index("record of colossus") < table.index("results  ")


def test_a_run_too_short_for_a_deal_is_in_no_run(bazaar, tmp_path):
    words = ("run", "scenario=small", "runs=2", "months=2", f"results={tmp_path}")
    assert "one lab in no run" in bazaar(*words).out
    said = json.loads(bazaar(*words, "output=json").out, parse_constant=lambda constant: pytest.fail(constant))
    assert said["record"][0]["quantities"][3]["median"] is None


def test_without_the_supplier_there_is_no_record(bazaar, tmp_path):
    words = ("run", "scenario=small", "runs=2", "months=2", "~suppliers.spacex_colossus", f"results={tmp_path}")
    assert "record" not in bazaar(*words).out
    assert json.loads(bazaar(*words, "output=json").out)["record"] == []
