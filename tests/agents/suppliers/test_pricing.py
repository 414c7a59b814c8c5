"""List prices, asks, free capacity, reservation prices."""

import math

import numpy as np
import pytest

from agents.suppliers.alternatives import contract_opportunity, expected_spot_revenue
from agents.suppliers.pricing import (
    effective_utilisation,
    foreclosure_charge,
    list_price_target,
    offer_capacity,
    own_lab_margin,
    quote,
    reservation_price,
    tie_liking,
)
from tests.worlds import bare_world

RIVAL, OWN, STAKE = range(3)


def costing_one_and_a_half(**parameters):
    """Full cost 36,500 / (730 h x 50 months) + 0.5 = 1.5; mark-up 0, target use 0.8."""
    cheap = {"obsolescence_per_year": 0.0, "usable_share": 1.0, "site_life_months": 50}
    world = bare_world(**(cheap | {"target_utilisation_share": 0.8, "list_markup_share": 0.0} | parameters))
    world.suppliers["wacc_per_year"] = 0.0
    world.suppliers["installed_h100e"] = 100.0
    return world


def test_use_counts_hours_dumped_on_the_spot_market_at_their_price():
    # 60 + 20 + 10 of 100 used; the 10 sold at half the list price count half: 85 of 100
    world = bare_world()
    supplier = world.suppliers[0]
    supplier["installed_h100e"], supplier["delivered_h100e"] = 100.0, 60.0
    supplier["enterprise_served_h100e"], supplier["spot_sold_h100e"] = 20.0, 10.0
    supplier["utilisation_share"] = 0.9
    world.market["spot_price_usd_per_h100e_hour"] = 1.0
    assert effective_utilisation(world, 0) == pytest.approx(0.85)
    world.market["spot_price_usd_per_h100e_hour"] = 3.0
    assert effective_utilisation(world, 0) == pytest.approx(0.90)


def test_what_came_online_since_does_not_count():
    # 90 of 100 were used last month; another 100 that are there now have not had a chance
    world = bare_world()
    supplier = world.suppliers[0]
    supplier["delivered_h100e"], supplier["utilisation_share"], supplier["installed_h100e"] = 90.0, 0.9, 200.0
    assert effective_utilisation(world, 0) == pytest.approx(0.9)


def test_a_first_site_that_came_online_since_does_not_count_either():
    # nothing was installed last month, so nothing was idle: as if at the target
    world = bare_world(target_utilisation_share=0.8)
    world.suppliers["installed_h100e"] = 100.0
    assert world.suppliers["spot_offered_h100e"][0] == 0.0
    assert effective_utilisation(world, 0) == 0.8


def test_who_used_nothing_of_what_it_had_is_not_used():
    world = bare_world()
    world.suppliers["installed_h100e"], world.suppliers["spot_offered_h100e"] = 100.0, 100.0
    assert effective_utilisation(world, 0) == 0.0


def test_a_supplier_without_capacity_prices_as_if_at_its_target():
    assert effective_utilisation(bare_world(target_utilisation_share=0.8), 0) == 0.8


@pytest.mark.parametrize(("use", "price"), [(80.0, 1.5), (90.0, 2.0625), (100.0, 3.75), (40.0, 1.05)])
def test_list_price_by_eye(use, price):
    # at target 1.5; halfway to full 1.5 (1 + 1.5 / 4) = 2.0625; full 1.5 x 2.5; half the target 1.5 (1 - 0.6 / 2)
    world = costing_one_and_a_half(list_scarcity_slope=1.5, slack_discount_share=0.6)
    world.suppliers["delivered_h100e"], world.suppliers["utilisation_share"] = use, use / 100.0
    assert list_price_target(world, 0) == pytest.approx(price, rel=1e-12)


def test_the_markup_raises_the_list_price():
    world = costing_one_and_a_half(list_markup_share=0.2)
    world.suppliers["delivered_h100e"], world.suppliers["utilisation_share"] = 80.0, 0.8
    assert list_price_target(world, 0) == pytest.approx(1.8, rel=1e-12)


def test_the_list_price_never_falls_below_running_cost_or_expected_spot_revenue():
    world = costing_one_and_a_half(slack_discount_share=1.0)
    world.suppliers["spot_offered_h100e"] = 100.0
    assert list_price_target(world, 0) == 0.5  # nothing used: full discount, so running cost
    world.suppliers["sell_through_share"] = 0.9
    assert list_price_target(world, 0) == pytest.approx(1.8)  # 0.9 x spot price 2
    assert expected_spot_revenue(world, 0) == pytest.approx(1.8)


def test_a_long_contract_need_not_beat_more_than_the_posted_price():
    world = bare_world(term_discount_share=0.1)
    world.suppliers["sell_through_share"] = 1.0
    assert contract_opportunity(world, 0) == pytest.approx(2.0 * (1.0 - 0.1 * math.log(4.0)))
    world.suppliers["sell_through_share"] = 0.5
    assert contract_opportunity(world, 0) == pytest.approx(1.0)


def test_quote_moves_the_list_price_part_of_the_way_and_sets_the_asks():
    # list 2 -> 2 + 0.3 (1.5 - 2) = 1.85; patient 0.75 x 1.85; urgent 1.05 x 0.5
    world = costing_one_and_a_half(
        list_smoothing_per_month=0.3, spot_patient_ask_ratio=0.75, spot_urgent_ask_ratio=1.05
    )
    world.suppliers["delivered_h100e"], world.suppliers["utilisation_share"] = 80.0, 0.8
    quote(world, 0)
    supplier = world.suppliers[0]
    assert supplier["list_price_usd_per_h100e_hour"] == pytest.approx(1.85)
    assert supplier["spot_patient_ask_usd_per_h100e_hour"] == pytest.approx(1.3875)
    assert supplier["spot_urgent_ask_usd_per_h100e_hour"] == pytest.approx(0.525)
    assert supplier["spot_patient_share"] == world.parameters["spot_patient_share"][0]


@pytest.mark.parametrize(("cut", "price"), [(0.2, 1.2), (0.9, 0.5), (0.0, 1.5)])
def test_a_price_war_takes_a_part_off_the_list_price_down_to_running_cost(cut, price):
    world = costing_one_and_a_half(list_smoothing_per_month=1.0)
    world.suppliers["delivered_h100e"], world.suppliers["utilisation_share"] = 80.0, 0.8
    world.market["list_cut_share"] = cut
    quote(world, 0)
    assert world.suppliers["list_price_usd_per_h100e_hour"][0] == pytest.approx(price)


def offering(**parameters):
    world = bare_world(on_demand_reserve_share=0.1, enterprise_growth_ratio=0.0, **parameters)
    world.offers["capacity_h100e"][0] = (1000.0, 1000.0, 1000.0, 2000.0)
    world.suppliers["enterprise_wanted_h100e"], world.suppliers["enterprise_priority_share"] = 300.0, 0.5
    return world


def test_free_capacity_by_eye():
    # 1000 x 0.9 - 200 promised - 300 enterprise = 400; 1800 - 100 - 300 = 1400 later
    world = offering()
    world.offers["committed_h100e"][0] = (200.0, 200.0, 200.0, 100.0)
    offer_capacity(world, 0)
    assert world.offers["free_h100e"][0].tolist() == pytest.approx([400.0, 400.0, 400.0, 1400.0])


def test_what_is_promised_later_is_not_sold_earlier():
    world = offering()
    world.offers["committed_h100e"][0] = (0.0, 0.0, 500.0, 0.0)
    offer_capacity(world, 0)
    assert world.offers["free_h100e"][0].tolist() == pytest.approx([100.0, 100.0, 100.0, 1500.0])


def test_enterprises_keep_no_more_than_their_priority_share():
    world = offering()
    world.suppliers["enterprise_wanted_h100e"] = 800.0
    offer_capacity(world, 0)
    assert world.offers["enterprise_h100e"][0].tolist() == [500.0, 500.0, 500.0, 800.0]


def test_enterprises_are_expected_to_grow_up_to_the_lead_time():
    # growth ln 2 / 12 a month, ratio 1: 300 x 2^(1/12), 300 x 2^(1/2), 300 x 2 at 12 and, lead 12, at 24 months too
    world = offering()
    world.parameters["enterprise_growth_ratio"] = 1.0
    world.market["growth_per_month"] = math.log(2.0) / 12.0
    world.suppliers["enterprise_priority_share"] = 1.0
    offer_capacity(world, 0)
    expected = [300.0 * 2 ** (1 / 12), 300.0 * 2**0.5, 600.0, 600.0]
    assert world.offers["enterprise_h100e"][0].tolist() == pytest.approx(expected)


def test_capacity_its_owner_still_uses_is_not_offered():
    world = offering()
    world.suppliers["available_from_month"], world.market["month"] = 5, 4
    offer_capacity(world, 0)
    assert (world.offers["free_h100e"][0] == 0.0).all()
    world.market["month"] = 5
    offer_capacity(world, 0)
    assert world.offers["free_h100e"][0, 0] == pytest.approx(600.0)


def test_own_group_is_liked_and_who_it_has_a_stake_in_is_in_part():
    world = bare_world(own_group_bonus_usd_per_h100e_hour=0.5)
    assert tie_liking(world, 0, 0) == 0.0
    world.pairs["tie_share"][:, 0] = (1.0, 0.3)
    assert [tie_liking(world, i, 0) for i in range(2)] == pytest.approx([0.5, 0.15])


def test_reservation_price_by_eye():
    # opportunity 1.5, + credit 0.05 x 2, and terms worth 0.3; an entrant pays the spread twice; a parent's lab none
    world = bare_world(credit_spread_share=0.05, entrant_credit_multiple=2.0)
    world.pairs["terms_cost_usd_per_h100e_hour"][0, 0] = -0.3
    assert reservation_price(world, 0, 0, 1.5) == pytest.approx(1.3)
    world.labs["entered_month"][0] = 3
    assert reservation_price(world, 0, 0, 1.5) == pytest.approx(1.4)
    world.labs["parent_backed"][0] = 1
    assert reservation_price(world, 0, 0, 1.5) == pytest.approx(1.2)
    assert reservation_price(world, 0, 0, 0.5) == 0.5  # never below running cost


def foreclosing(free=0.0, suppliers=1, **parameters):
    """Suppliers have 100 usable; the first owns lab 1, which earns 4 - 1, and a quarter of lab 2; lab 0 is a rival."""
    world = bare_world(3, suppliers, **({"foreclosure_share": 0.5, "foreclosure_slack_share": 0.2} | parameters))
    world.suppliers["usable_h100e"], world.suppliers["lab_affiliation_share"] = 100.0, 1.0
    world.offers["free_h100e"] = free
    world.labs["users_h100e"] = 10.0
    world.labs["unit_cost_usd_per_h100e_hour"] = (2.0, 1.0, 2.0)
    world.pairs["tie_share"][:, 0] = (0.0, 1.0, 0.25)
    return world


def test_a_rival_pays_for_what_it_takes_from_the_own_lab():
    assert foreclosure_charge(foreclosing(), RIVAL, 0) == pytest.approx(1.5)  # half of 3
    assert foreclosure_charge(foreclosing(), STAKE, 0) == pytest.approx(0.75 * 1.5)
    assert foreclosure_charge(foreclosing(free=10.0), RIVAL, 0) == pytest.approx(0.75)  # half-way to the slack of 20
    without, with_it = (reservation_price(foreclosing(foreclosure_share=share), RIVAL, 0, 1.0) for share in (0.0, 0.5))
    assert with_it - without == pytest.approx(1.5)


def test_there_is_no_charge_between_friends_nor_with_slack_nor_from_strangers():
    assert foreclosure_charge(foreclosing(), OWN, 0) == 0.0
    assert foreclosure_charge(foreclosing(free=20.0), RIVAL, 0) == 0.0
    assert foreclosure_charge(foreclosing(free=99.0), RIVAL, 0) == 0.0
    for column in ("lab_affiliation_share", "usable_h100e"):
        world = foreclosing()
        world.suppliers[column] = 0.0
        assert foreclosure_charge(world, RIVAL, 0) == 0.0


@pytest.mark.parametrize(
    ("free", "charge"),
    [
        ((0.0, 20.0, 20.0), 0.0),  # a fifth free at two others is the slack of 0.2: the rival goes there
        ((0.0, 20.0, 10.0), 0.75),  # the second of them counts, half-way to the slack
        ((0.0, 99.0, 0.0), 1.5),  # one alone could name its price
        ((10.0, 5.0, 5.0), 0.75),  # its own counts where it is more
    ],
)
def test_what_others_have_free_spares_a_rival(free, charge):
    world = foreclosing(suppliers=3)
    world.suppliers["lab_affiliation_share"][1:] = 0.0
    world.offers["free_h100e"] = np.array(free)[:, None]
    assert foreclosure_charge(world, RIVAL, 0) == pytest.approx(charge)


@pytest.mark.parametrize("column", ["lab_affiliation_share", "alive", "usable_h100e"])
def test_free_capacity_of_other_rivals_the_dead_and_the_empty_spares_nobody(column):
    world = foreclosing(suppliers=3)
    world.suppliers["lab_affiliation_share"][1:] = 0.0
    world.offers["free_h100e"] = np.array((0.0, 20.0, 20.0))[:, None]
    world.suppliers[column][2] = 1.0 if column == "lab_affiliation_share" else 0.0
    assert foreclosure_charge(world, RIVAL, 0) == pytest.approx(1.5)


def test_the_charge_rises_with_the_own_labs_margin():
    world = foreclosing()
    charges = []
    for price in (0.5, 2.0, 4.0, 6.0):
        world.labs["service_price_usd_per_h100e_hour"][OWN] = price
        charges.append(foreclosure_charge(world, RIVAL, 0))
    assert charges == pytest.approx([0.0, 0.5, 1.5, 2.5])


def test_the_margin_is_the_mean_of_the_groups_labs_by_users():
    world = foreclosing()
    world.pairs["tie_share"][STAKE, 0], world.labs["users_h100e"][STAKE] = 1.0, 30.0
    assert own_lab_margin(world, 0) == pytest.approx((10 * 3.0 + 30 * 2.0) / 40)
    world.labs["alive"][1:] = 0
    assert own_lab_margin(world, 0) == 0.0
