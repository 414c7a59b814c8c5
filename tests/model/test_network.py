"""On whom labs depend, and what failures would cost, worked out by hand."""

import numpy as np
import pytest

from model import ComputeMarket, load_scenario
from model.network import TRIED_EVERY_MONTHS, measure_dependence, measure_network, try_failures
from tests.worlds import EVERYTHING, bare_world, put_contract, run_scenario

pytestmark = pytest.mark.all


def rents(world, lab, supplier, h100e, **values):
    row = put_contract(world, lab, supplier, h100e, **values)
    world.contracts["due_h100e"][row] = h100e
    world.suppliers["contracted_h100e"][supplier] += h100e
    return row


def test_dependence_is_counted_in_shares_of_what_a_lab_holds():
    # 100 held: 40 its own, 10 spot, 30 and 20 rented: HHI 900 + 400
    world = bare_world(1, 3)
    world.labs["own_h100e"], world.labs["spot_h100e"] = 40.0, 10.0
    rents(world, 0, 0, 30.0)
    rents(world, 0, 1, 15.0)
    rents(world, 0, 1, 5.0)
    measure_dependence(world)
    assert world.labs["dependence_hhi"][0] == pytest.approx(1300.0)
    assert world.labs["largest_supplier_share"][0] == pytest.approx(0.3)
    assert world.labs["rival_supply_share"][0] == world.labs["recall_risk_share"][0] == 0.0
    assert world.pairs["due_h100e"][0].tolist() == [30.0, 20.0, 0.0]


def test_one_supplier_for_everything_is_ten_thousand_and_nothing_held_is_nothing():
    world = bare_world(2, 1)
    rents(world, 0, 0, 7.0)
    measure_dependence(world)
    assert world.labs["dependence_hhi"].tolist() == [1e4, 0.0]
    assert world.labs["largest_supplier_share"].tolist() == [1.0, 0.0]


def test_supply_from_the_affiliate_of_a_rival_counts_as_far_as_it_is_one():
    # half from a supplier tied 0.8 to a lab of its group; the second lab has a stake of 0.25 in it, the first none
    world = bare_world(3, 2)
    world.suppliers["lab_affiliation_share"][0] = 0.8
    world.pairs["tie_share"][:, 0] = (0.0, 0.25, 1.0)
    for lab in range(3):
        rents(world, lab, 0, 50.0)
        rents(world, lab, 1, 50.0)
    measure_dependence(world)
    assert world.labs["rival_supply_share"].tolist() == pytest.approx([0.4, 0.3, 0.0])


@pytest.mark.parametrize(
    ("terms", "at_risk"),
    [
        ({"recallable": 1, "notice_months": 3}, 0.6),
        ({"recallable": 1, "notice_months": 4}, 0.0),
        ({"recallable": 1, "notice_months": 12, "end_month": 9}, 0.6),  # given notice: gone in two months
        ({"recallable": 0, "notice_months": 3}, 0.0),
    ],
)
def test_what_can_be_taken_back_within_three_months_is_at_risk(terms, at_risk):
    world = bare_world(1, 2)
    world.market["month"] = 7
    rents(world, 0, 0, 60.0, **terms)
    rents(world, 0, 1, 40.0)
    measure_dependence(world)
    assert world.labs["recall_risk_share"][0] == pytest.approx(at_risk)


def three_suppliers(usable=(60.0, 30.0, 10.0), need=100.0):
    """One lab that rents all that three suppliers have; training and spot reserve are left out."""
    world = bare_world(1, 3, on_demand_reserve_share=0.0, spot_service_share=1.0, training_flexible_share=0.0)
    world.suppliers["usable_h100e"] = usable
    world.labs["need_inference_h100e"] = need
    return world


def test_a_failure_costs_what_the_supplier_delivered():
    world = three_suppliers()
    for supplier, due in enumerate((60.0, 30.0, 10.0)):
        rents(world, 0, supplier, due)
    try_failures(world)
    assert world.suppliers["failure_loss_share"].tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert world.market["systemic_loss_share"][0] == pytest.approx(0.6)


def test_spare_capacity_elsewhere_softens_a_failure():
    # the second has 50 left on the spot market, which stand in for all of the third or 50 of the 60 of the first
    world = three_suppliers(usable=(60.0, 80.0, 10.0))
    for supplier, due in enumerate((60.0, 30.0, 10.0)):
        rents(world, 0, supplier, due)
    world.suppliers["spot_urgent_ask_usd_per_h100e_hour"] = 0.5
    try_failures(world)
    assert world.suppliers["failure_loss_share"].tolist() == pytest.approx([0.1, 0.3, 0.0])
    assert world.market["systemic_loss_share"][0] == pytest.approx(0.3)


def test_the_dead_cannot_fail_and_where_nothing_is_served_nothing_is_lost():
    world = three_suppliers()
    rents(world, 0, 0, 60.0)
    world.suppliers["alive"] = 0
    try_failures(world)
    assert world.market["systemic_loss_share"][0] == 0.0
    idle = three_suppliers(need=0.0)
    try_failures(idle)
    assert idle.market["systemic_loss_share"][0] == 0.0


OURS = {"failure_loss_share", "systemic_loss_share"}
SCRATCH = {"bids", "asks", "market_aside", "labs_aside", "suppliers_aside"}
SLOW_LIMITS = {"product_limit_speed_per_month": 0.3}


@pytest.mark.parametrize(
    ("scenario", "parameters"),
    [
        *(("small", {"spot_rule": rule}) for rule in ("auction", "smoothed", "double_auction", "posted")),
        ("small", SLOW_LIMITS),
        ("regions", {}),
        ("regions", SLOW_LIMITS),
        ("regions", EVERYTHING),
    ],
    ids=["auction", "smoothed", "double_auction", "posted", "limits", "regions", "regions, limits", "everything"],
)
def test_trying_failures_leaves_everything_else_as_it_was(scenario, parameters):
    overrides = {f"parameters.{name}": value for name, value in parameters.items()}
    market = ComputeMarket(load_scenario(scenario, overrides), seed=3)
    for line in (line for _ in range(14) for line in market.lines()):
        if market.months_run == 13 and line == "measure_market":
            break
    before = [table.copy() for table in market.world]
    try_failures(market.world)
    for name, old, new in zip(market.world._fields, before, market.world, strict=True):
        for column in () if name in SCRATCH else set(old.dtype.names) - OURS:
            assert np.array_equal(old[column], new[column], equal_nan=old[column].dtype.kind == "f"), (name, column)


def test_failures_are_tried_once_a_year_and_kept_in_between(small):
    market = run_scenario(small, 2 * TRIED_EVERY_MONTHS).history.market["systemic_loss_share"]
    assert market.min() >= 0.0
    assert market[0] > 0.0
    assert len(set(market[:TRIED_EVERY_MONTHS])) == len(set(market[TRIED_EVERY_MONTHS:])) == 1


def test_the_month_measures_both(small):
    world = ComputeMarket(small).run(1).world
    assert (world.labs["dependence_hhi"] > 0.0).any()
    world.market["month"] = 1
    world.market["systemic_loss_share"] = 9.0
    measure_network(world)
    assert world.market["systemic_loss_share"][0] == 9.0
