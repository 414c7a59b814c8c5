"""Who is served first, and with what."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import FRONTIER_SPILLOVER
from model.operation import deliver, learn_from_the_best, lifted_share, note_refusals, rate_quality, serve
from tests.worlds import bare_world, put_contract


def supplier_with(usable, wanted, priority, due, reserve=0.1):
    world = bare_world(on_demand_reserve_share=reserve)
    supplier = world.suppliers[0]
    supplier["usable_h100e"], supplier["contracted_h100e"] = usable, due
    supplier["enterprise_wanted_h100e"], supplier["enterprise_priority_share"] = wanted, priority
    for lab, part in ((0, 0.75), (1, 0.25)):
        row = put_contract(world, lab, 0, part * due)
        world.contracts["due_h100e"][row] = part * due
    deliver(world)
    return world


@pytest.mark.parametrize(
    ("wanted", "priority", "due", "enterprise", "delivered"),
    [
        (300, 0.5, 400, 300, 400),  # room for all
        (800, 0.5, 400, 500, 400),  # 500 first, 400 contracts, 100 left are the reserve
        (800, 0.5, 200, 700, 200),  # 500 first, 200 contracts, 300 left less the reserve of 100
        (300, 0.5, 900, 300, 700),  # 300 first, contracts get the rest
        (300, 0.0, 900, 0, 900),  # contracts first, 100 left are the reserve
    ],
)
def test_enterprises_first_up_to_their_share_then_contracts(wanted, priority, due, enterprise, delivered):
    world = supplier_with(1000.0, wanted, priority, due)
    supplier = world.suppliers[0]
    assert supplier["enterprise_served_h100e"] == pytest.approx(enterprise)
    assert supplier["delivered_h100e"] == pytest.approx(delivered)
    assert supplier["spot_offered_h100e"] == pytest.approx(1000.0 - enterprise - delivered)
    assert world.labs["contract_h100e"].tolist() == pytest.approx([0.75 * delivered, 0.25 * delivered])
    assert world.contracts["delivered_h100e"][:2].tolist() == pytest.approx([0.75 * delivered, 0.25 * delivered])


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1e6), st.floats(0, 0.5))
def test_no_more_is_handed_out_than_works(usable, wanted, priority, due, reserve):
    supplier = supplier_with(usable, wanted, priority, due, reserve).suppliers[0]
    parts = [supplier[f"{name}_h100e"] for name in ("enterprise_served", "delivered", "spot_offered")]
    assert min(parts) >= -1e-9
    assert sum(parts) == pytest.approx(usable, abs=1e-6)
    assert supplier["enterprise_served_h100e"] <= wanted + 1e-9
    assert supplier["delivered_h100e"] <= due + 1e-9


def lab_with(held, inference=100.0, training=40.0, **parameters):
    world = bare_world(1, **({"training_flexible_share": 0.25, "spot_service_share": 0.8} | parameters))
    world.labs["need_inference_h100e"], world.labs["need_training_h100e"] = inference, training
    world.labs["own_h100e"] = held
    serve(world)
    return world.labs[0]


@pytest.mark.parametrize(
    ("held", "inference", "training", "unserved", "used"),
    [
        (200, 100, 40, 0.0, 0.7),  # all of 140 served
        (135, 100, 35, 0.0, 1.0),  # 5 of the 10 flexible wait
        (130, 100, 30, 0.0, 1.0),  # all flexible training waits
        (65, 50, 15, 0.5, 1.0),  # half of the firm 130
        (0, 0, 0, 1.0, 0.0),
    ],
)
def test_flexible_training_gives_way_then_all_share(held, inference, training, unserved, used):
    lab = lab_with(held)
    assert lab["served_inference_h100e"] == pytest.approx(inference)
    assert lab["served_training_h100e"] == pytest.approx(training)
    assert lab["unserved_share"] == pytest.approx(unserved)
    assert lab["used_share"] == pytest.approx(used)


def test_a_spot_hour_does_part_of_the_work():
    world = bare_world(1, spot_service_share=0.8, training_flexible_share=0.0)
    world.labs["need_inference_h100e"], world.labs["spot_h100e"] = 100.0, 100.0
    serve(world)
    assert world.labs["served_inference_h100e"][0] == pytest.approx(80.0)


def test_the_stock_of_training_ages():
    # 17/18 of 180 + 40 done
    world = bare_world(1, training_stock_life_months=18)
    world.labs["training_stock_h100e_months"], world.labs["need_training_h100e"] = 180.0, 40.0
    world.labs["own_h100e"] = 100.0
    serve(world)
    assert world.labs["training_stock_h100e_months"][0] == pytest.approx(210.0)


def test_a_steady_stock_of_training_stays():
    world = bare_world(1, training_stock_life_months=18)
    world.labs["training_stock_h100e_months"], world.labs["need_training_h100e"] = 18 * 40.0, 40.0
    world.labs["own_h100e"] = 100.0
    serve(world)
    assert world.labs["training_stock_h100e_months"][0] == pytest.approx(720.0, rel=1e-12)


def test_what_a_lab_misses_is_told_in_parts_to_those_it_asked():
    # 130 wanted, 100 served: 30 missed, by size a third and two thirds to the two asked
    world = bare_world(1, 3)
    world.suppliers["usable_h100e"] = (100.0, 50.0, 200.0)
    world.labs["need_inference_h100e"], world.labs["served_inference_h100e"] = 130.0, 100.0
    world.pairs["asked_rank"][0] = (1, 0, 2)
    note_refusals(world)
    assert world.suppliers["refused_h100e"].tolist() == pytest.approx([10.0, 0.0, 20.0])


def test_quality_is_relative_to_the_frontier():
    # 0.3 ln(25 / 100)
    world = bare_world(3, quality_compute_elasticity=0.3)
    world.labs["training_stock_h100e_months"] = (100.0, 25.0, 400.0)
    world.labs["alive"][2] = 0
    rate_quality(world)
    assert world.labs["quality_log"][:2].tolist() == pytest.approx([0.0, 0.3 * math.log(0.25)])
    assert np.isfinite(world.labs["quality_log"]).all()


def test_labs_learn_a_part_of_what_the_best_knows():
    # a twentieth of 80; the lab that closed teaches nobody
    world = bare_world(3, spillover_rule=FRONTIER_SPILLOVER, training_spillover_per_month=0.05)
    world.labs["training_stock_h100e_months"] = (100.0, 20.0, 400.0)
    world.labs["alive"][2] = 0
    learn_from_the_best(world)
    assert world.labs["training_stock_h100e_months"].tolist() == pytest.approx([100.0, 24.0, 400.0])


def test_own_hardware_that_fits_does_more_work():
    # 800 x 1.25 covers 1000
    world = bare_world(integration_gain_share=0.25)
    world.labs["own_h100e"][0], world.labs["need_inference_h100e"][0] = 800.0, 1000.0
    serve(world)
    assert world.labs["unserved_share"][0] == 0.0
    assert world.labs["used_share"][0] == 1.0


@pytest.mark.parametrize(
    ("servable", "refused", "speed", "allowed"),
    [
        (1.0, 0.4, 0.25, 0.7),  # of a limit of 0.4 a quarter is lifted
        (0.5, 0.4, 0.25, 0.5),  # a shortage is felt at once
        (0.8, 0.4, 0.5, 0.7),  # half of the way from 0.4 to 0.2
        (0.8, 0.4, 1.0, 0.8),  # lifted at once
    ],
)
def test_limits_come_at_once_and_go_slowly(servable, refused, speed, allowed):
    assert lifted_share(servable, refused, speed) == pytest.approx(allowed)


def test_a_limit_that_outlasts_the_shortage_leaves_the_more_to_training():
    # 0.3 of 100 users refused though 120 are held; training takes its 50; suppliers hear of nothing
    world = bare_world(2, 1, product_limit_speed_per_month=0.25, training_flexible_share=1.0)
    world.labs["need_inference_h100e"], world.labs["need_training_h100e"] = (100.0, 0.0), (50.0, 0.0)
    world.labs["own_h100e"], world.labs["unserved_before_share"] = (120.0, 0.0), (0.4, 0.0)
    world.pairs["asked_rank"], world.suppliers["usable_h100e"] = 1, 10.0
    serve(world)
    lab = world.labs[0]
    assert (lab["served_inference_h100e"], lab["served_training_h100e"]) == pytest.approx((70.0, 50.0))
    assert (lab["unserved_share"], lab["limited_h100e"]) == pytest.approx((0.3, 30.0))
    serve(world)
    assert lab["unserved_share"] == pytest.approx(0.3), "a month served again is the same month"
    note_refusals(world)
    assert world.suppliers["refused_h100e"][0] == pytest.approx(0.0)
