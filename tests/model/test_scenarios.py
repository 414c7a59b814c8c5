"""Every scenario we ship runs with balanced books, and is what it says it is."""

import functools

import numpy as np
import pytest

from agents.labs import STRATEGIES
from agents.suppliers import KINDS, NEOCLOUD, NONTRADITIONAL
from model import Ensemble, load_scenario
from model.scenario import config_names

pytestmark = pytest.mark.all

SCENARIOS = config_names("scenario")
COLOSSUS = "spacex_colossus"


@functools.cache
def runs(name, count, months, **parameters):
    """Return some runs of a scenario."""
    overrides = {f"parameters.{key}": value for key, value in parameters.items()}
    return list(Ensemble(name, runs=count, months=months, overrides=overrides).histories())


def markets(name, count, months, **parameters):
    """Return the market of some runs, one row a run and one column a month."""
    return np.stack([run.history.market for run in runs(name, count, months, **parameters)])


def mean_growth(name, row):
    """Return by what a lab's users grow in the first four months, mean of some runs."""
    users = [run.history.labs["users_h100e"][:5, row] for run in runs(name, 8, 12)]
    return np.mean([months[4] / months[0] for months in users])


def row_of(name, section, firm):
    """Return the row of a firm of the start."""
    return list(getattr(load_scenario(name), section)).index(firm)


def test_all_scenarios_are_known():
    sisters = {"baseline", "slack", "no_partners", "all_integrated", "no_recall", "stationary", "regions"}
    assert set(SCENARIOS) == {"small", "colossus", "strategies", *sisters}


def test_colossus_is_what_runs_without_a_name():
    assert load_scenario().name == "colossus"


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_runs_with_balanced_books(name):
    months = min(48, load_scenario(name).months)
    for run in runs(name, 4, months):
        assert run.failure == ""
        assert len(run.history.market) == months
        assert np.isfinite(run.history.market["contract_price_usd_per_h100e_hour"]).all()


def test_the_labs_of_strategies_are_alike_but_for_their_strategy_and_name():
    scenario = load_scenario("strategies")
    assert [lab["strategy"] for lab in scenario.labs.values()] == [name for name in STRATEGIES if name != "hedger"]
    assert scenario.parameters["forward_horizon_months"] == 0, "without forwards a hedger is a portfolio"
    alike = [
        {k: v for k, v in lab.items() if k not in {"label", "group", "strategy"}} for lab in scenario.labs.values()
    ]
    assert all(lab == alike[0] for lab in alike)
    terms = {}
    for contract in scenario.contracts.values():
        own = {k: v for k, v in contract.items() if k != "lab"}
        terms.setdefault(contract["lab"], []).append(own)
    assert set(terms) == set(scenario.labs)
    assert all(each == terms["portfolio"] for each in terms.values())


# --- colossus ---


def test_colossus_has_eight_labs_twelve_suppliers_and_five_years():
    colossus = load_scenario("colossus")
    assert (len(colossus.labs), len(colossus.suppliers), colossus.months) == (8, 12, 60)
    assert {supplier["kind"] for supplier in colossus.suppliers.values()} == set(KINDS) - {"orbital"}


def test_colossus_starts_nearly_full_with_everybody_served():
    first = markets("colossus", 100, 1)[:, 0]
    assert 0.93 <= first["utilisation_share"].mean() <= 0.95
    assert np.median(first["unserved_share"]) < 1e-9
    assert (first["unserved_share"] < 0.01).mean() >= 0.9  # an outage may strike in the first month


def test_colossus_itself_is_sold_to_nobody_before_its_owner_moves_out():
    row = row_of("colossus", "suppliers", COLOSSUS)
    number = len(load_scenario("colossus").labs) + row + 1
    for run in runs("colossus", 8, 12):
        before = run.history.suppliers[:5, row]  # months 0 to 4
        for column in ("installed_h100e", "delivered_h100e", "spot_sold_h100e", "enterprise_served_h100e"):
            assert (before[column] == 0.0).all(), column
        sold = run.deals[run.deals["supplier_id"] == number]
        assert len(sold) > 0
        assert sold["signed_month"].min() >= 5
        assert run.history.suppliers[5, row]["installed_h100e"] == pytest.approx(275_796.0)


def test_only_what_was_signed_before_the_start_is_an_input():
    colossus = load_scenario("colossus")
    contracts = colossus.contracts.values()
    assert not [contract for contract in contracts if contract["supplier"] == COLOSSUS]
    tranches = sum(contract["tranches"] for contract in contracts)
    (run,) = runs("colossus", 1, 12)
    initial = run.deals["signed_month"] < 0
    assert initial.sum() == tranches
    assert initial[:tranches].all()  # the log starts with them
    capacity = sum(contract["capacity_h100e"] for contract in contracts)
    assert run.deals["capacity_h100e"][initial].sum() == pytest.approx(capacity)


def test_one_lab_surges_in_colossus_for_a_quarter_and_a_month():
    colossus = load_scenario("colossus")
    surging = {key: lab["surge_growth_x_per_year"] for key, lab in colossus.labs.items() if lab["surge_months"] > 0}
    assert surging == {"anthropic": 80.0}
    # 80x a year for 4 months is 4.3x, against 1.36x at 2.5x a year; news has an s.d. of 0.04 a month
    row = row_of("colossus", "labs", "anthropic")
    assert mean_growth("colossus", row) == pytest.approx(80 ** (4 / 12), rel=0.15)


# --- the sisters ---


def test_nobody_surges_in_baseline():
    baseline = load_scenario("baseline")
    assert all(lab["surge_months"] == 0 for lab in baseline.labs.values())
    assert baseline.months == 120
    row = row_of("baseline", "labs", "anthropic")
    assert mean_growth("baseline", row) == pytest.approx(2.5 ** (4 / 12), rel=0.15)


@pytest.mark.parametrize("name", ["baseline", "no_recall", "slack"])
def test_a_sister_has_the_firms_and_contracts_of_colossus(name):
    colossus, sister = load_scenario("colossus"), load_scenario(name)
    assert sister.suppliers == colossus.suppliers
    assert sister.contracts == colossus.contracts
    assert list(sister.labs) == list(colossus.labs)


def test_there_is_no_partner_in_no_partners_and_none_enters():
    scenario = load_scenario("no_partners")
    assert {supplier["kind"] for supplier in scenario.suppliers.values()} == {"hyperscaler", "neocloud"}
    busy = {"supplier_entry_per_month": 0.5}
    for run in runs("no_partners", 4, 48, **busy):
        assert run.history.market["supplier_entries"].sum() > 5
        kinds = run.history.suppliers["kind"][run.history.suppliers["alive"] == 1]
        assert NEOCLOUD in kinds
        assert NONTRADITIONAL not in kinds
        assert (run.history.market["partner_h100e"] == 0.0).all()
        assert (run.deals["channel"] == 0).all()
    entering = [run.history.suppliers["kind"] for run in runs("colossus", 4, 48, **busy)]
    assert any((kinds[-1][12:] == NONTRADITIONAL).any() for kinds in entering), "in colossus they do enter"


def test_neoclouds_enter_no_partners_as_often_as_colossus():
    # 0.04 a month of which half are nontraditional, and 0.02 of which none are
    colossus, sister = load_scenario("colossus").parameters, load_scenario("no_partners").parameters
    rates = [p["supplier_entry_per_month"] * (1.0 - p["entrant_nontraditional_share"]) for p in (colossus, sister)]
    assert rates[1] == pytest.approx(rates[0])


def test_no_partner_recalls_in_no_recall():
    assert markets("no_recall", 12, 60)["recalls"].sum() == 0
    assert markets("colossus", 12, 60)["recalls"].sum() > 0
    for run in runs("no_recall", 12, 60):
        assert run.history.market["partner_h100e"].max() > 0.0, "there is something to recall"


def test_integrated_labs_rent_nothing_and_live_on_their_own_sites_and_spot():
    founders = len(load_scenario("all_integrated").labs)
    for run in runs("all_integrated", 4, 36):
        labs = run.history.labs[:, :founders]
        assert (labs["contract_h100e"] == 0.0).all()
        assert not (run.deals["lab_id"] <= founders).any()
        used = labs["served_inference_h100e"] + labs["served_training_h100e"]
        assert (used <= labs["own_h100e"] + labs["spot_h100e"] + 1e-6 * used).all()
        assert (labs["own_h100e"][-1] > labs["own_h100e"][0]).all(), "everybody builds"


def test_no_lab_that_enters_all_integrated_rents_either():
    for run in runs("all_integrated", 4, 36, lab_entry_per_month=0.2):
        assert (run.history.labs["contract_h100e"] == 0.0).all()


def test_what_labs_rent_in_colossus_they_own_in_all_integrated():
    colossus, sister = load_scenario("colossus"), load_scenario("all_integrated")
    usable = colossus.parameters["usable_share"]
    for key, lab in colossus.labs.items():
        rented = sum(
            contract["capacity_h100e"]
            for contract in colossus.contracts.values()
            if contract["lab"] == key and contract["start_month"] == 0
        )
        before = lab["own_sites_h100e"] * usable + rented
        assert sister.labs[key]["own_sites_h100e"] * usable == pytest.approx(before, rel=0.02), key
        assert sister.labs[key]["strategy"] == "integrated"


def test_less_is_used_in_slack_than_in_colossus():
    # the same luck run by run, so that 12 pairs suffice
    slack, colossus = (markets(name, 12, 60)["utilisation_share"].mean(axis=1) for name in ("slack", "colossus"))
    gap = colossus - slack
    assert gap.mean() > 2.0 * gap.std(ddof=1) / np.sqrt(12)


# --- stationary ---


def stationary_sites():
    """Return (sites, lead time) of every firm of `stationary`, H100e and months; chips take their time everywhere."""
    scenario = load_scenario("stationary")
    chips = scenario.parameters["chip_lead_months"]
    sites = [(lab["own_sites_h100e"], lab["build_lead_months"]) for lab in scenario.labs.values()]
    sites += [(supplier["installed_h100e"], supplier["lead_months"]) for supplier in scenario.suppliers.values()]
    return [(capacity, max(lead, chips)) for capacity, lead in sites]


def test_what_is_under_way_in_stationary_replaces_what_retires():
    # a sixtieth a month for lead - 1 months; the one of the last month is ordered in the first
    scenario = load_scenario("stationary")
    life = scenario.parameters["site_life_months"]
    for lab in scenario.labs.values():
        assert lab["own_orders_h100e_per_month"] == pytest.approx(lab["own_sites_h100e"] / life, abs=0.5)
    for supplier in scenario.suppliers.values():
        assert supplier["orders_h100e_per_month"] == pytest.approx(supplier["installed_h100e"] / life, abs=0.5)
    under_way = sum(sites * (lead - 1) for sites, lead in stationary_sites()) / life
    start = Ensemble("stationary", runs=1, months=1).start.market
    assert start["pipeline_h100e"][0] == pytest.approx(under_way, rel=1e-4)


def test_nothing_has_a_trend_in_stationary():
    market = markets("stationary", 1, 120)[0]
    for column in ("capex_usd_per_h100e", "opex_usd_per_h100e_hour", "power_kw_per_h100e", "margin_share"):
        assert market[column] == pytest.approx(market[column][0], rel=1e-12), column
    assert (market["growth_per_month"] == 0.0).all()
    scenario = load_scenario("stationary")
    assert all(lab["surge_months"] == 0 for lab in scenario.labs.values())
    assert all(supplier["available_from_month"] == 0 for supplier in scenario.suppliers.values())


def test_in_stationary_nobody_enters_and_all_contracts_run_from_the_start():
    assert markets("stationary", 20, 120)["lab_entries"].sum() == 0
    assert markets("stationary", 20, 120)["supplier_entries"].sum() == 0
    contracts = load_scenario("stationary").contracts.values()
    assert all(contract["start_month"] == 0 for contract in contracts if contract["capacity_h100e"] > 0)


def test_capacity_of_stationary_is_replaced_and_no_more():
    # For a while orders of before arrive. Over ten years, mean of 20 runs: what was in use at the start, 0.88 of all,
    # is still carried; nobody wants more than 1.1 / 0.95 = 1.16 of what is wanted, which is no more than there was.
    market = markets("stationary", 20, 120)
    usable = load_scenario("stationary").parameters["usable_share"]
    capacity = market["installed_h100e"] + market["build_h100e"] / usable
    start = sum(sites for sites, _ in stationary_sites())
    assert capacity[:, :4] == pytest.approx(start, rel=0.02)
    assert 0.88 * start <= capacity.mean() <= 1.16 * start


@pytest.mark.parametrize("price", ["list_price", "contract_price", "service_price"])
def test_prices_of_stationary_have_no_trend(price):
    # the trend of ln price over 120 months, a run: its mean of 20 runs is nothing within three standard errors
    market = markets("stationary", 20, 120)
    logs = np.log(market[f"{price}_usd_per_h100e_hour"])
    trends = np.polyfit(np.arange(120) / 12.0, logs.T, 1)[0]
    assert abs(trends.mean()) < 3.0 * trends.std(ddof=1) / np.sqrt(20)
    assert trends.std() < 0.1, "or the line above would say nothing"
