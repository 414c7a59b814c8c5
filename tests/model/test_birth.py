"""The first month: in balance, staggered, paid for."""

import math

import numpy as np
import pytest

from agents.costs import annuity_months, term_discount
from model.birth import least_capacity, starting_capacity, world_at_start
from model.capacity import ramp_share
from model.founding import found_sites
from model.parameters import PARAMETERS
from model.state import INVESTORS
from tests.worlds import all_cash, bare_world, run_scenario, with_parameters


@pytest.fixture(scope="module")
def world(small):
    return world_at_start(small)


def test_the_first_month_starts_in_balance(small):
    # capacity in use over installed, notes §3: 0.94; nobody is refused
    first = run_scenario(small, 1).history.market[0]
    assert first["utilisation_share"] == pytest.approx(0.94, abs=0.015)
    assert first["unserved_share"] < 0.01


def test_money_sums_to_zero(world):
    assert all_cash(world) == pytest.approx(0.0, abs=1e-6)
    assert world.accounts["cash_usd_m"][INVESTORS] < 0.0


def test_parameters_and_firms_are_those_of_the_scenario(small, world):
    for parameter in PARAMETERS:
        assert world.parameters[parameter.name][0] == small.parameters[parameter.name]
    assert world.labs["cash_usd_m"][:4].tolist() == [lab["cash_usd_m"] for lab in small.labs.values()]
    assert world.suppliers["lead_months"][:4].tolist() == [s["lead_months"] for s in small.suppliers.values()]
    assert world.labs["id"][:4].tolist() == [1, 2, 3, 4]
    assert world.suppliers["id"][:4].tolist() == [5, 6, 7, 8]
    assert world.labs["alive"].sum() == world.suppliers["alive"].sum() == 4
    assert world.labs["group"][2] != world.labs["group"][1] != 0


def test_labs_and_suppliers_are_tied_by_group_or_by_a_stake(small, world):
    ties = {
        (list(small.labs)[i], list(small.suppliers)[j]): world.pairs["tie_share"][i, j]
        for i, j in zip(*np.nonzero(world.pairs["tie_share"]), strict=True)
    }
    stakes = {("openai", "azure"): 0.27, ("anthropic", "azure"): 0.014, ("anthropic", "aws"): 0.15}
    groups = {
        (lab, supplier): 1.0
        for lab, row in small.labs.items()
        for supplier, other in small.suppliers.items()
        if row["group"] and row["group"] == other["group"]
    }
    assert ties == pytest.approx(stakes | groups)


def test_a_common_group_counts_for_more_than_a_stake(small):
    labs = {**small.labs, "openai": {**small.labs["openai"], "group": small.suppliers["azure"]["group"]}}
    assert world_at_start(small._replace(labs=labs)).pairs["tie_share"][0, 0] == 1.0


def test_installed_capacity_is_in_the_sites(small, world):
    sites = world.sites[world.sites["id"] != 0]
    online = sites[sites["online_month"] <= 0]
    for row, supplier in enumerate(small.suppliers.values()):
        own = online[(online["owner_is_lab"] == 0) & (online["owner"] == row)]["capacity_h100e"].sum()
        expected = 0.0 if supplier["available_from_month"] > 0 else supplier["installed_h100e"]
        assert own == pytest.approx(expected, rel=1e-12)
    own = online[online["owner_is_lab"] == 1]
    assert own["capacity_h100e"].sum() == pytest.approx(2_000_000.0, rel=1e-12)
    assert set(own["owner"].tolist()) == {2}


def test_sites_retire_month_by_month_and_most_are_young(world):
    sites = world.sites[(world.sites["id"] != 0) & (world.sites["owner_is_lab"] == 0) & (world.sites["owner"] == 0)]
    online = np.sort(sites[sites["online_month"] <= 0], order="retire_month")
    assert len(online) == 20
    assert (np.diff(online["retire_month"]) > 0).all()
    assert (np.diff(online["capacity_h100e"]) > 0.0).all()
    assert (online["retire_month"] - online["online_month"] == 60).all()
    # half the demand 12 ln 2 / ln 2.5 = 9.08 months ago: sites three groups of three months older are about half
    ratio = online["capacity_h100e"][-4] / online["capacity_h100e"][-1]
    assert ratio == pytest.approx(math.exp(-math.log(2.5) * 9.0 / 12.0), rel=1e-9)


def test_orders_under_way_arrive_one_a_month_for_the_lead_time(small, world):
    # azure: 167,200 a month that grow 2x a year, for the 14 months before an order of today arrives
    sites = world.sites[(world.sites["id"] != 0) & (world.sites["owner_is_lab"] == 0) & (world.sites["owner"] == 0)]
    under_way = sites[sites["online_month"] > 0]
    assert under_way["online_month"].tolist() == list(range(1, 15))
    assert under_way["capacity_h100e"][11] == pytest.approx(2.0 * 167_200.0)
    assert (under_way["retire_month"] - under_way["online_month"] == 60).all()


def test_sites_are_repaid_at_the_owners_cost_of_capital(world):
    site = world.sites[0]  # Google DeepMind's
    unit = 33_000.0 * (1.0 + 0.10) / 1e6 / annuity_months(0.09, 60.0)  # integration overhead on own sites
    assert site["repayment_usd_m"] == pytest.approx(unit * site["capacity_h100e"], rel=1e-12)


def test_idle_capacity_that_comes_free_later_is_paid_for(world):
    # SpaceX Colossus, row 3, in month 5
    sites = world.sites[(world.sites["id"] != 0) & (world.sites["owner_is_lab"] == 0) & (world.sites["owner"] == 3)]
    assert sites["online_month"].tolist() == [5]
    assert sites["repayment_usd_m"].tolist() == [0.0]
    assert (world.offers["free_h100e"][3] == 0.0).all()


def test_contracts_end_in_equal_tranches(small, world):
    rows = world.contracts[: int(world.market["contract_rows"][0])]
    own = rows[(rows["lab"] == 0) & (rows["supplier"] == 0)]  # OpenAI at Azure: 760,000 from month 10 to 50
    assert own["end_month"].tolist() == [10, 20, 30, 40, 50]
    assert own["capacity_h100e"].tolist() == [152_000.0] * 5
    assert (rows["signed_month"] == -1).all()
    total = sum(contract["capacity_h100e"] for contract in small.contracts.values())
    assert rows["capacity_h100e"].sum() == pytest.approx(total)


def test_one_tranche_ends_first(small):
    contracts = {**small.contracts, "openai_azure": {**small.contracts["openai_azure"], "tranches": 1}}
    rows = world_at_start(small._replace(contracts=contracts)).contracts
    assert rows["end_month"][(rows["lab"] == 0) & (rows["supplier"] == 0) & (rows["id"] != 0)].tolist() == [10]


def test_the_market_starts_at_the_prices_of_its_contracts(small, world):
    contracts = small.contracts.values()
    signed = sum(c["capacity_h100e"] for c in contracts)
    price = sum(c["capacity_h100e"] * c["price_usd_per_h100e_hour"] for c in contracts) / signed
    assert world.market["contract_price_usd_per_h100e_hour"][0] == pytest.approx(price)
    assert 1.7 < price < 2.3  # notes §3
    assert world.market["month"][0] == world.market["seed"][0] == world.market["breach"][0] == 0


def test_without_contracts_the_market_starts_at_posted_prices(small):
    # lists 2.9, 2.9, 2.5 and the partner's, by size; the usual discount ln-linear in the mean term
    bare = world_at_start(small._replace(contracts={}))
    suppliers = small.suppliers.values()
    size = sum(supplier["installed_h100e"] for supplier in suppliers)
    listed = sum(s["installed_h100e"] * s["list_price_usd_per_h100e_hour"] for s in suppliers) / size
    term = sum(s["installed_h100e"] * s["term_months"] for s in suppliers) / size
    discount = term_discount(bare.parameters[0], term)
    assert 0.0 < discount < 0.5
    assert bare.market["contract_price_usd_per_h100e_hour"][0] == pytest.approx(listed * (1.0 - discount))
    assert bare.market["contract_to_list_ratio"][0] == pytest.approx(1.0 - discount)


def test_the_fringe_is_a_share_of_what_is_on_sale(small, world):
    # Colossus is used by its owner until month 5
    on_sale = sum(small.suppliers[name]["installed_h100e"] for name in ("azure", "aws", "coreweave"))
    expected = small.parameters["fringe_share_of_stock"] * on_sale
    assert world.market["fringe_h100e"][0] == pytest.approx(expected)


def test_a_supplier_with_nothing_but_orders_believes_in_those(small):
    # 5000 a month that grow, 13 months of them; it has sold nothing
    suppliers = {
        **small.suppliers,
        "aws": {
            **small.suppliers["aws"], "installed_h100e": 0.0, "enterprise_h100e": 0.0,
            "orders_h100e_per_month": 5000.0, "lead_months": 14,
        },
    }  # fmt: skip
    contracts = {name: contract for name, contract in small.contracts.items() if contract["supplier"] != "aws"}
    other = world_at_start(small._replace(suppliers=suppliers, contracts=contracts))
    row = list(suppliers).index("aws")
    monthly = math.exp(math.log(small.parameters["chip_growth_base_x_per_year"]) / 12.0)
    expected = sum(5000.0 * monthly**month for month in range(1, 14))
    assert other.suppliers["pipeline_h100e"][row] == pytest.approx(expected)
    assert other.suppliers["demand_belief_h100e"][row] == pytest.approx(expected)
    full = list(small.suppliers).index("azure")
    sold = other.suppliers["contracted_h100e"][full] + other.suppliers["enterprise_wanted_h100e"][full]
    assert other.suppliers["demand_belief_h100e"][full] == pytest.approx(sold)


def test_a_contract_that_starts_later_ramps_up_from_its_month(small):
    later = {"start_month": 3, "ramp_months": 4, "tranches": 2, "first_end_month": 20, "last_end_month": 30}
    contracts = {"openai_azure": {**small.contracts["openai_azure"], **later, "capacity_h100e": 1000.0}}
    other = world_at_start(small._replace(contracts=contracts))
    rows = other.contracts[: int(other.market["contract_rows"][0])]
    assert rows["start_month"].tolist() == [3, 3]
    assert rows["ramp_months"].tolist() == [4, 4]
    assert rows["end_month"].tolist() == [20, 30]
    assert rows["due_h100e"].tolist() == [0.0, 0.0]
    part = ramp_share(3, 4, float(other.market["growth_per_month"][0]))  # month 6 is the fourth of five
    assert other.requirements["coverage_h100e"][0].tolist() == pytest.approx([0.0, 1000.0 * part, 1000.0, 500.0])


def test_contracts_that_run_are_past_their_ramp(world):
    rows = world.contracts[: int(world.market["contract_rows"][0])]
    assert (rows["due_h100e"] == rows["capacity_h100e"]).all()


def test_quality_starts_at_the_frontier(world):
    assert world.labs["quality_log"][:4].max() == 0.0
    assert (world.labs["quality_log"][:4] <= 0.0).all()


def test_the_least_capacity_holds_the_first_month(small):
    least = least_capacity(small)
    tight = world_at_start(small, least)
    assert (len(tight.labs), len(tight.suppliers)) == (4, 4)
    assert int(tight.market["site_rows"][0]) <= len(tight.sites) == least.sites
    assert int(tight.market["contract_rows"][0]) == len(tight.contracts) == 35
    assert all(a >= b for a, b in zip(starting_capacity(small), least, strict=True))


def test_nothing_installed_founds_nothing():
    world = bare_world()
    found_sites(world, 0, 0, 100.0, 0.0)
    assert world.sites["capacity_h100e"].sum() == pytest.approx(100.0)


@pytest.mark.parametrize("life", [6, 12, 20])
def test_any_life_of_sites_is_booked_from_the_first_month(small, life):
    assert run_scenario(with_parameters(small, {"site_life_months": life}), 3).failure == ""


def test_contracts_of_the_start_count_as_experience(small, world):
    labs, suppliers = list(small.labs), list(small.suppliers)
    deals = world.pairs["deals_count"][: len(labs), : len(suppliers)]
    assert deals[labs.index("openai")].tolist() == [1, 1, 1, 0]
    assert deals.sum() == len(small.contracts)
