"""The package that a pair settles on, and what it does to prices, capacity and deliveries."""

import math

import pytest

from agents.choices import POSTED
from agents.packages import GUARANTEED, INTERRUPTIBLE, STANDARD
from model.capacity import survey
from model.negotiation import hand_back, sign_deal
from model.operation import deliver, serve
from model.packages import choose_packages, conduct_hazard, footprint
from tests.regional import regional_world
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


@pytest.mark.parametrize(("chance", "kept", "charge"), [(0.02, 1, 0.048 + 0.096), (0.06, 0, 0.0)])
def test_a_clause_on_conduct_comes_with_the_right_and_may_cost_it(chance, kept, charge):
    # half of the chance, as it is half a rival, x 6 months without a substitute x 1.6, beside 0.048 for recalls: worth
    # it for a right of 0.225, or not
    world = partner(recall_right_value_share=0.15, replacement_months=6, conduct_recall_per_month=chance)
    world.parameters["long_notice_ratio"] = 1.0
    world.suppliers["lab_affiliation_share"][0] = 0.5
    choose_packages(world)
    assert world.pairs["recallable"][0, 0] == kept
    partners, lessors = world.pairs["terms_charge_usd_per_h100e_hour"][0]
    assert partners - lessors == pytest.approx(charge)


def test_a_lower_fee_in_the_ramp_is_reckoned_with():
    # half of 2 USD in 3 months of 36
    world = bare_world(ramp_discount_share=0.5, bargaining_rule=POSTED)
    world.suppliers["ramp_months"] = (3, 0)
    choose_packages(world)
    for column, saved in (("terms_charge", -1.0 / 12.0), ("terms_cost", 1.0 / 12.0)):
        ramped, whole = world.pairs[f"{column}_usd_per_h100e_hour"][0]
        assert ramped - whole == pytest.approx(saved)


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


def test_posted_terms_count_in_what_a_lab_reckons_and_a_supplier_takes():
    # 36 months: the lab's freedom 0.1 x (0.1 sqrt 12) x sqrt 3 x 2 = 0.12, lenders 0.1 ln 4 x 2. A right of recall that
    # both would give up, 0.2 x (24 - 3) x 1.6 for 0.15 x 2 x 0.75, is on the list and stays
    world = partner(
        bargaining_rule=POSTED,
        term_inflexibility_share=0.1,
        forecast_error_per_root_month=0.1,
        progress_charge_share=0.0,
        term_discount_share=0.1,
        recall_right_value_share=0.15,
        replacement_months=24,
    )
    world.suppliers["recall_hazard_per_month"][0] = 0.2
    choose_packages(world)
    terms = world.pairs[0]
    assert terms["recallable"].tolist() == [1, 0]
    assert terms["terms_charge_usd_per_h100e_hour"] == pytest.approx([0.12 + 6.72, 0.12])
    lenders = 0.2 * math.log(4.0)
    assert terms["terms_cost_usd_per_h100e_hour"] == pytest.approx([-lenders - 0.225, -lenders])


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


def test_what_is_set_apart_is_promised_when_it_is_signed_and_each_month_after():
    # 80 guaranteed with a quarter more set apart take 100 of 1000 from the second delivery month on; the lab gets 80
    world = bare_world(1, 1, isolation_share=0.25, term_spread_share=0.0, usable_share=1.0)
    put_site(world, 0, 1000.0)
    survey(world)
    world.offers["free_h100e"] = 1000.0
    world.pairs["service_level"], world.pairs["price_usd_per_h100e_hour"] = GUARANTEED, 2.0
    world.pairs["held_h100e"] = 80.0
    sign_deal(world, 0, 0, 1)
    assert world.offers["committed_h100e"][0].tolist() == [0.0, 100.0, 100.0, 100.0]
    assert world.offers["free_h100e"][0].tolist() == [1000.0, 900.0, 900.0, 900.0]
    survey(world)
    assert world.offers["committed_h100e"][0].tolist() == [0.0, 100.0, 100.0, 100.0]
    assert world.offers["capacity_h100e"][0].tolist() == [1000.0] * 4
    assert world.requirements["coverage_h100e"][0].tolist() == [0.0, 80.0, 80.0, 80.0]


def test_guaranteed_service_is_there_where_the_supplier_is():
    # of 100 in region 1 a tenth of 60 is set apart: lab 0 gets its 60, lab 1 the other 34 of 60. All users must be
    # served where they are, half of them there, and each lab allows as much use everywhere: 0.6 and 0.34 of 50
    world = regional_world(2, 1, usable_share=1.0, isolation_share=0.1, localised_share=1.0)
    world.suppliers["region"], world.labs["need_inference_h100e"] = 1, 100.0
    put_site(world, 0, 100.0)
    put_contract(world, 0, 0, 60.0, service_level=GUARANTEED)
    put_contract(world, 1, 0, 60.0)
    survey(world)
    deliver(world)
    serve(world)
    assert world.lab_regions["capacity_h100e"].tolist() == [[0.0, pytest.approx(60.0)], [0.0, pytest.approx(34.0)]]
    assert world.labs["served_inference_h100e"].tolist() == pytest.approx([30.0, 17.0])
