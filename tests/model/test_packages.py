"""The package that a pair settles on, and what it does to prices, capacity and deliveries."""

import pytest

from agents.choices import POSTED
from agents.packages import GUARANTEED, INTERRUPTIBLE, STANDARD
from model.capacity import survey
from model.negotiation import hand_back
from model.operation import deliver
from model.packages import choose_packages, conduct_hazard, footprint
from tests.worlds import bare_world, put_contract, put_site


def partner(**parameters):
    """Supplier 0 is a partner with 3 months' notice; an hour is worth 3.6 and costs 2."""
    world = bare_world(**parameters)
    supplier = world.suppliers[0]
    supplier["recallable"], supplier["notice_months"], supplier["recall_hazard_per_month"] = 1, 3, 0.01
    return world


def test_an_owner_that_values_the_right_more_than_the_lab_fears_it_keeps_it():
    # 0.15 x 2 x 0.75 = 0.225 against 0.01 x 3 x 1.6 = 0.048
    world = partner(recall_right_value_share=0.15, long_notice_ratio=2.0, replacement_months=6)
    choose_packages(world)
    assert (world.pairs["recallable"][0, 0], world.pairs["notice_months"][0, 0]) == (1, 3)
    assert (world.pairs["recallable"][0, 1], world.pairs["notice_months"][0, 1]) == (0, 0)


def test_the_more_likely_a_recall_the_longer_the_notice():
    # 0.06 x 3 x 1.6 = 0.288 > 0.225; six months' notice costs the lab nothing and is worth 0.15 x 2 x 0.5 to the owner
    world = partner(recall_right_value_share=0.15, long_notice_ratio=2.0, replacement_months=6)
    world.suppliers["recall_hazard_per_month"][0] = 0.06
    choose_packages(world)
    assert (world.pairs["recallable"][0, 0], world.pairs["notice_months"][0, 0]) == (1, 6)


def test_a_right_that_costs_more_than_it_is_worth_is_bargained_away():
    world = partner(recall_right_value_share=0.15, long_notice_ratio=1.5, replacement_months=24)
    world.suppliers["recall_hazard_per_month"][0] = 0.2
    choose_packages(world)
    assert (world.pairs["recallable"][0, 0], world.pairs["notice_months"][0, 0]) == (0, 0)


def test_a_clause_on_conduct_is_for_rivals():
    world = partner(conduct_recall_per_month=0.02)
    world.suppliers["lab_affiliation_share"][0] = 0.5
    assert conduct_hazard(world, 0, 0) == pytest.approx(0.01, rel=1e-12)
    world.pairs["tie_share"][0, 0] = 1.0
    assert conduct_hazard(world, 0, 0) == 0.0


def test_posted_terms_are_the_suppliers():
    world = partner(bargaining_rule=POSTED, obsolescence_per_year=1.0)
    world.suppliers["availability_share"] = 0.5
    world.suppliers["wacc_per_year"] = 0.5
    choose_packages(world)
    pair = world.pairs[0, 0]
    assert (pair["term_months"], pair["service_level"], pair["notice_months"], pair["prepaid_share"]) == (36, 0, 3, 0.0)


def test_who_borrows_dear_is_paid_ahead():
    world = bare_world(prepayment_share=0.2, prepayment_risk_per_year=0.03)
    world.suppliers["wacc_per_year"] = (0.12, 0.14)
    choose_packages(world)
    assert world.pairs["prepaid_share"][0].tolist() == [0.0, 0.2]


def shared(usable, guaranteed=0.0, interruptible=0.0, standard=0.0, enterprises=0.0, priority=0.0):
    """Supplier 0 with so much usable capacity, a contract of each class, and enterprises."""
    world = bare_world(usable_share=1.0, isolation_share=0.1, on_demand_reserve_share=0.0)
    put_site(world, 0, usable)
    for level, capacity in ((GUARANTEED, guaranteed), (INTERRUPTIBLE, interruptible), (STANDARD, standard)):
        put_contract(world, level % 2, 0, capacity, service_level=level)
    survey(world)
    world.suppliers["enterprise_wanted_h100e"][0], world.suppliers["enterprise_priority_share"][0] = (
        enterprises,
        priority,
    )
    deliver(world)
    return world


def test_who_is_guaranteed_is_served_first_and_who_may_be_cut_last():
    # 1000, of which 10 are set apart; 100 guaranteed, then enterprises up to 0.5 x 990, then 300 standard, the rest of
    # enterprises, then interruptible with what is left
    world = shared(1000.0, 100.0, 200.0, 300.0, enterprises=520.0, priority=0.5)
    delivered = world.contracts["delivered_h100e"][:3]
    assert delivered == pytest.approx([100.0, 70.0, 300.0])
    assert world.suppliers["enterprise_served_h100e"][0] == pytest.approx(520.0)
    assert world.suppliers["spot_offered_h100e"][0] == pytest.approx(0.0)
    assert world.suppliers["usable_h100e"][0] == pytest.approx(990.0)


def test_too_little_for_the_guaranteed_is_shared_among_them():
    world = shared(99.0, 100.0, 0.0, 50.0)
    assert world.contracts["delivered_h100e"][:3] == pytest.approx([89.0, 0.0, 0.0])


def test_guaranteed_capacity_takes_more_room():
    world = bare_world(isolation_share=0.25)
    assert footprint(world, world.pairs[0, 0]) == 1.0
    world.pairs["service_level"][0, 0] = GUARANTEED
    assert footprint(world, world.pairs[0, 0]) == 1.25
    world.offers["free_h100e"] = 100.0
    world.pairs["held_h100e"][0, 0] = 100.0
    world.pairs["price_usd_per_h100e_hour"] = 2.0
    hand_back(world, 0, 0)
    assert world.pairs["held_h100e"][0, 0] == pytest.approx(80.0)
    assert world.requirements["open_h100e"][0, 0] == pytest.approx(20.0)
