"""Sites built to suit, and joint ventures: who orders what, by hand."""

import math

import pytest

from agents.ventures import build_lead, venture_partner
from model.build_to_suit import best_builder, build_to_suit, room_to_build, suited_price
from model.ordering import place_orders
from tests.worlds import bare_world

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
