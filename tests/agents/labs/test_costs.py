"""What a lab reckons each channel costs it."""

import math

import pytest

from agents.labs.costs import own_cost, risk_charge, serving_value, spot_cost
from tests.worlds import bare_world


def calm_world(**parameters):
    """A world in which no risk is charged for but those given."""
    none = {"non_delivery_per_month": 0.0, "term_inflexibility_share": 0.0, "rival_discount_share": 0.0}
    return bare_world(**(none | {"recall_hazard_per_month": 0.0} | parameters))


def test_own_sites_cost_the_full_cost_and_the_overhead():
    # 36,500 USD / (730 h x 50 months) = 1, x build cost ratio 2 = 2, + 0.5 to run, x 1.1 overhead = 2.75
    world = bare_world(obsolescence_per_year=0.0, usable_share=1.0, site_life_months=50, integration_overhead_share=0.1)
    world.labs["wacc_per_year"] = 0.0
    world.labs["build_cost_ratio"] = 2.0
    assert own_cost(world, 0) == pytest.approx(2.75, rel=1e-12)


def test_an_hour_served_is_worth_a_share_of_its_price():
    assert serving_value(bare_world(serving_value_share=0.9), 0) == pytest.approx(3.6)  # 0.9 x 4


def test_spot_costs_its_price_its_risk_and_its_failures():
    # 2 / 0.8 = 2.5; x (1 + 0.08 / 2) = 2.6; + (1 - 0.75) x (3.6 - 2.5) = 0.275
    world = bare_world(spot_service_share=0.8, risk_aversion=1.0)
    world.market["spot_price_variance_log"] = 0.08
    world.labs["spot_fill_belief_share"] = 0.75
    assert spot_cost(world, 0, 3.6) == pytest.approx(2.875, rel=1e-12)


def test_a_failed_bid_costs_nothing_where_spot_is_dearer_than_the_service():
    world = bare_world(spot_service_share=0.8)
    world.labs["spot_fill_belief_share"] = 0.0
    assert spot_cost(world, 0, 1.0) == pytest.approx(2.5, rel=1e-12)


def test_dependence_is_charged_by_the_share_of_supply():
    # lambda v p (1 - p) s = 1 x 4 x 0.05 x 0.95 x 0.5
    world = calm_world(non_delivery_per_month=0.05)
    world.pairs["share_of_supply"][0, 1] = 0.5
    assert risk_charge(world, 0, 1, 4.0) == pytest.approx(0.095, rel=1e-12)
    assert risk_charge(world, 0, 0, 4.0) == 0.0


def test_a_rivals_affiliate_is_charged_unless_need_is_urgent():
    # 0.1 x 4 x affiliation 1 = 0.4; with a fifth of the users refused x e^(-5 x 0.2)
    world = calm_world(rival_discount_share=0.1, rival_urgency=5.0)
    world.suppliers["lab_affiliation_share"][0] = 1.0
    assert risk_charge(world, 0, 0, 4.0) == pytest.approx(0.4, rel=1e-12)
    world.labs["unserved_share"][0] = 0.2
    assert risk_charge(world, 0, 0, 4.0) == pytest.approx(0.4 * math.exp(-1.0), rel=1e-12)
    world.pairs["tie_share"][0, 0] = 1.0
    assert risk_charge(world, 0, 0, 4.0) == 0.0


def test_the_terms_of_the_package_are_charged():
    world = calm_world()
    world.pairs["terms_charge_usd_per_h100e_hour"][0, 0] = 0.12
    assert risk_charge(world, 0, 0, 4.0) == 0.12
    assert risk_charge(world, 0, 1, 4.0) == 0.0
