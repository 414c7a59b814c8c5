"""Sites built to suit, and joint ventures: who orders what, by hand."""

import math

import pytest

from agents.suppliers.kinds import EDGE
from agents.ventures import build_lead, venture_partner
from model.build_to_suit import best_builder, build_to_suit, room_to_build, suited_price
from model.ordering import place_orders
from model.state import STAFF
from tests.regional import regional_world
from tests.worlds import all_cash, bare_world

PRICE = "price_usd_per_h100e_hour"


def asking(**parameters):
    """Lab 0 misses 1000 at month 24 and agreed on 2.0 with supplier 0 and 2.5 with supplier 1; both take a year."""
    values = {"build_to_suit_share": 0.5, "anchor_term_ratio": 2.0, "usable_share": 0.5, "obsolescence_per_year": 0.0}
    world = bare_world(**(values | {"list_markup_share": 0.0, "term_discount_share": 0.0} | parameters))
    world.market["capex_usd_per_h100e"] = 1.0
    world.pairs[PRICE][0] = (2.0, 2.5)
    world.pairs["asked_rank"][0] = (1, 2)
    world.pairs["buyer_reservation_usd_per_h100e_hour"] = 3.0
    world.requirements["open_h100e"][0, 3] = 1000.0
    return world


def test_the_cheapest_lessor_that_is_quick_enough_builds():
    world = asking()
    assert best_builder(world, 0, 24) == 0
    world.suppliers["lead_months"][0] = 25
    assert best_builder(world, 0, 24) == 1
    world.suppliers["recallable"][1] = 1
    assert best_builder(world, 0, 24) == -1


def test_a_new_site_must_pay_for_itself():
    world = asking()
    assert suited_price(world, 0, 0) == 2.0
    world.market["opex_usd_per_h100e_hour"] = 2.6
    assert suited_price(world, 0, 0) == pytest.approx(2.6, abs=1e-3)
    world.market["opex_usd_per_h100e_hour"] = 3.1
    assert math.isnan(suited_price(world, 0, 0))


def test_a_lab_signs_for_a_part_and_the_supplier_orders_it():
    # half of 1000, at 0.5 usable: a site of 1000; the term is twice 36 months from month 24 on
    world = asking()
    build_to_suit(world, 3)
    contract = world.contracts[0]
    assert (contract["capacity_h100e"], contract["start_month"], contract["end_month"]) == (500.0, 24, 96)
    assert world.requirements["open_h100e"][0, 3] == 500.0
    assert world.suppliers["build_to_suit_h100e"][0] == pytest.approx(1000.0)
    place_orders(world)
    assert world.suppliers["ordered_h100e"].tolist() == [1000.0, 0.0]
    assert world.suppliers["build_to_suit_h100e"][0] == 0.0


def test_what_cannot_be_powered_in_time_is_not_signed_for():
    # 10 kW at 1 kW each is 10 a month; 24 - 12 + 1 = 13 months; two labs ask for the same
    world = asking(power_growth_x_per_year=1.0, power_supply_growth_x_per_year=1.0, power_start_kw_per_h100e=1.0)
    world.suppliers["power_mw_per_month"][0] = 0.01
    for column in (PRICE, "asked_rank"):
        world.pairs[column][1] = world.pairs[column][0]
    world.requirements["open_h100e"][1, 3] = 1000.0
    assert room_to_build(world, 0, 24) == pytest.approx(130.0)
    build_to_suit(world, 3)
    assert world.contracts["capacity_h100e"][:2] == pytest.approx([32.5, 32.5])
    assert world.suppliers["build_to_suit_h100e"][0] == pytest.approx(130.0)


def test_setting_up_and_porting_are_paid_and_remembered_and_take_no_longer():
    # 500 x 2000 USD to port, 10 USD m to set up; both are done while the site is built
    world = asking(relationship_cost_usd_m=10.0, relationship_months=3, porting_months=4)
    world.parameters["porting_cost_usd_per_h100e"] = 2000.0
    world.suppliers["chip_family"], world.pairs["most_h100e"] = 3, 1200.0
    world.labs["need_inference_h100e"] = 1000.0
    build_to_suit(world, 3)
    assert world.contracts["start_month"][0] == 24
    assert world.labs["set_up_bill_usd_m"][0] == pytest.approx(10.0)
    assert world.accounts["cash_usd_m"][STAFF] == pytest.approx(1.0)
    assert world.ported["ported_h100e"][0].tolist() == [0, 0, 0, 500]
    assert world.pairs["deals_count"][0].tolist() == [1, 0]
    assert world.pairs["most_h100e"][0].tolist() == [700.0, 1200.0]
    assert all_cash(world) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("most", "signed"), [(200.0, [200.0, 0.0]), (0.0, [0.0, 500.0])])
def test_a_lab_that_spreads_its_contracts_signs_for_no_more_than_it_would_buy(most, signed):
    world = asking()
    world.pairs["most_h100e"][0, 0] = most
    build_to_suit(world, 3)
    contracts = world.contracts[world.contracts["id"] > 0]
    assert [contracts["capacity_h100e"][contracts["supplier"] == j].sum() for j in (0, 1)] == signed


def test_a_lab_bound_to_an_investor_lets_it_build():
    world = asking()
    world.pairs["exclusive_until_month"][0, 1] = 3
    for month, builder in ((2, 1), (3, 0)):
        world.market["month"] = month
        assert best_builder(world, 0, 24) == builder
    world.market["month"], world.pairs[PRICE][0, 1] = 2, math.nan
    assert best_builder(world, 0, 24) == 0


def test_a_network_signs_for_no_more_than_its_sites_hold():
    # 300 in all, of which 120 are there or on their way: a site of 180 for the 1000 it is asked for
    world = asking(edge_size_limit_h100e=300.0)
    supplier = world.suppliers[0]
    supplier["kind"], supplier["installed_h100e"], supplier["pipeline_h100e"] = EDGE, 100.0, 20.0
    build_to_suit(world, 3)
    assert world.contracts["capacity_h100e"][0] == pytest.approx(90.0)
    assert supplier["build_to_suit_h100e"] == pytest.approx(180.0)
    assert room_to_build(world, 0, 24) == 0.0


def test_a_joint_venture_shares_the_site_and_the_speed():
    world = bare_world(joint_venture_share=0.25, usable_share=1.0)
    world.pairs["tie_share"][0] = (0.1, 0.3)
    world.suppliers["lead_months"] = (6, 10)
    assert (venture_partner(world, 0), build_lead(world, 0)) == (1, 10)
    assert (venture_partner(world, 1), build_lead(world, 1)) == (-1, 24)
    world.labs["planned_build_h100e"] = 400.0
    place_orders(world)
    sites = world.sites[world.sites["id"] > 0]
    assert sites["capacity_h100e"].tolist() == pytest.approx([300.0, 100.0, 400.0])
    assert sites["owner_is_lab"].tolist() == [1, 0, 1]
    assert sites["owner"].tolist() == [0, 1, 1]
    assert sites["online_month"].tolist() == [10, 10, 24]
    assert world.labs["planned_build_h100e"].tolist() == pytest.approx([100.0, 0.0])


@pytest.mark.parametrize(("chips", "sizes"), [(1e9, [150.0, 50.0]), (100.0, [75.0, 25.0])])
def test_power_and_chips_cut_a_joint_venture_as_one_order(chips, sizes):
    # 400 of 1 kW where 0.2 MW can be connected, the lab's region; the partner's own region does not count
    flat = {f"power_{name}_per_year": 1.0 for name in ("growth_x", "supply_growth_x")}
    world = regional_world(1, joint_venture_share=0.25, usable_share=1.0, power_start_kw_per_h100e=1.0, **flat)
    world.pairs["tie_share"][0, 1] = 0.3
    world.regions["power_mw_per_month"], world.market["chips_h100e"] = (0.2, 0.0), chips
    world.labs["planned_build_h100e"] = 400.0
    place_orders(world)
    sites = world.sites[world.sites["id"] > 0]
    assert sites["capacity_h100e"].tolist() == pytest.approx(sizes)
    assert list(zip(sites["owner_is_lab"].tolist(), sites["owner"].tolist(), strict=True)) == [(1, 0), (0, 1)]
    assert world.market["lost_to_power_h100e"][0] == pytest.approx(200.0)
    assert world.market["lost_to_chips_h100e"][0] == pytest.approx(200.0 - sum(sizes))
    assert world.regions["ordered_mw_per_month"].tolist() == pytest.approx([sum(sizes) / 1000.0, 0.0])
