"""The life of a contract."""

import pytest

from agents.packages import STANDARD
from model.contracts import (
    BY_BUYER,
    BY_FAILURE,
    BY_RECALL,
    BY_TERM,
    Terms,
    end_contracts_of,
    give_notice,
    least_bills,
    sign,
    strike_recalls,
)
from tests.worlds import bare_world, put_contract


def usual(start, ramp, end, notice=0, recallable=0, prepaid=0.0):
    """Return terms of standard service."""
    return Terms(start, ramp, end, STANDARD, notice, recallable, prepaid)


def test_a_contract_takes_the_suppliers_terms():
    world = bare_world()
    supplier = world.suppliers[1]
    supplier["take_or_pay_share"], supplier["notice_months"], supplier["recallable"] = 0.7, 4, 1
    supplier["list_price_usd_per_h100e_hour"] = 3.0
    world.market["month"] = 5
    sign(world, 0, 1, 250.0, 1.8, usual(6, 2, 30, notice=4, recallable=1))
    contract, deal = world.contracts[0], world.deals[0]
    assert (contract["lab"], contract["supplier"], contract["channel"]) == (0, 1, 1)
    assert (contract["signed_month"], contract["start_month"], contract["end_month"]) == (5, 6, 30)
    assert (contract["take_or_pay_share"], contract["notice_months"], contract["ramp_months"]) == (0.7, 4, 2)
    assert (deal["lab_id"], deal["supplier_id"], deal["capacity_h100e"]) == (1, 12, 250.0)
    assert (deal["price_usd_per_h100e_hour"], deal["list_price_usd_per_h100e_hour"]) == (1.8, 3.0)
    assert (deal["start_month"], deal["end_month"], deal["ended_by"]) == (6, 30, BY_TERM)
    assert contract["deal"] == 0


def test_a_contract_remembers_its_price_and_the_spot_price_of_its_signing():
    world = bare_world(index_linked_share=0.5)
    world.market["spot_price_usd_per_h100e_hour"] = 2.5
    sign(world, 0, 1, 250.0, 1.8, usual(6, 2, 30, notice=4, recallable=1))
    contract = world.contracts[0]
    assert contract["price_usd_per_h100e_hour"] == contract["signed_price_usd_per_h100e_hour"] == 1.8
    assert contract["signed_index_usd_per_h100e_hour"] == 2.5


def test_an_empty_row_is_used_again_under_a_new_number():
    world = bare_world()
    for _ in range(3):
        sign(world, 0, 0, 1.0, 2.0, usual(0, 0, 12))
    world.contracts["id"][1] = 0
    world.market["contract_hint"] = 1
    sign(world, 1, 1, 5.0, 2.0, usual(0, 0, 12))
    assert world.contracts["lab"].tolist()[:3] == [0, 1, 0]
    assert world.contracts["id"][1] == 104
    assert (world.market["contract_rows"][0], world.market["deal_rows"][0]) == (3, 4)


@pytest.mark.parametrize(
    ("month", "values", "months"),
    [
        (0, {}, 36),
        (30, {}, 6),
        (0, {"start_month": 12, "end_month": 48}, 36),
        (0, {"notice_months": 3}, 3),
        (0, {"start_month": 12, "end_month": 48, "notice_months": 3}, 3),
        (34, {"notice_months": 3}, 2),
    ],
)
def test_a_buyer_is_bound_to_the_take_or_pay_part_till_the_end_or_its_notice(month, values, months):
    # 100 H100e x 2 USD x 730 hours x 0.9 = 0.1314 USD m a month
    world = bare_world()
    put_contract(world, 0, 0, 100.0, **values)
    assert least_bills(world.contracts[0], month) == pytest.approx(0.1314 * months)


def recallable(hazard, **values):
    world = bare_world()
    world.suppliers["recall_hazard_per_month"] = hazard
    world.market["month"] = 10
    put_contract(world, 0, 0, 100.0, **({"recallable": 1, "notice_months": 3} | values))
    return world


def test_a_recall_ends_the_contract_after_its_notice():
    world = recallable(1.0)
    strike_recalls(world)
    assert world.contracts["end_month"][0] == 13
    assert world.contracts["notice_given"][0] == 1
    assert (world.deals["end_month"][0], world.deals["ended_by"][0]) == (13, BY_RECALL)
    assert world.market["recalls"][0] == 1


@pytest.mark.parametrize(
    ("hazard", "values"),
    [
        (0.0, {}),
        (1.0, {"recallable": 0}),
        (1.0, {"start_month": 11}),
        (1.0, {"end_month": 10}),
        (1.0, {"notice_given": 1}),
    ],
    ids=["no hazard", "not recallable", "not begun", "over", "already given"],
)
def test_no_recall(hazard, values):
    world = recallable(hazard, **values)
    before = world.contracts.copy()
    strike_recalls(world)
    assert (world.contracts == before).all()
    assert world.market["recalls"][0] == 0


def test_a_recall_never_lengthens_a_contract():
    world = recallable(1.0, end_month=12)
    strike_recalls(world)
    assert world.contracts["end_month"][0] == 12
    assert world.deals["ended_by"][0] == BY_TERM


def test_recalls_strike_at_their_hazard():
    world = bare_world()
    world.suppliers["recall_hazard_per_month"], world.market["recalls"] = 0.2, 0
    put_contract(world, 0, 0, 100.0, recallable=1, notice_months=3, start_month=0, end_month=10**6)
    for month in range(1000):
        world.market["month"] = month
        world.contracts["notice_given"], world.contracts["end_month"] = 0, 10**6
        strike_recalls(world)
    assert world.market["recalls"][0] == pytest.approx(200, abs=40)  # s.d. 12.6


def leaving(**values):
    """Lab 1 has 150 to spare; its contract of 100 costs 3 where new ones cost 2."""
    world = bare_world()
    world.market["month"] = 10
    world.labs["spare_h100e"][0] = 150.0
    put_contract(world, 0, 0, 100.0, **({"notice_months": 3, "price_usd_per_h100e_hour": 3.0} | values))
    return world


def test_a_lab_leaves_what_it_does_not_need_and_pays_too_much_for():
    world = leaving()
    give_notice(world)
    assert (world.contracts["end_month"][0], world.deals["ended_by"][0]) == (13, BY_BUYER)
    assert world.labs["spare_h100e"][0] == 50.0


@pytest.mark.parametrize(
    "values",
    [{"notice_months": 0}, {"price_usd_per_h100e_hour": 2.0}, {"capacity_h100e": 151.0}, {"notice_given": 1}],
    ids=["no notice clause", "cheap", "needed", "already given"],
)
def test_a_lab_stays(values):
    world = leaving(**values)
    give_notice(world)
    assert world.contracts["end_month"][0] == 36
    assert world.labs["spare_h100e"][0] == 150.0


def test_spare_capacity_is_given_up_once():
    world = leaving()
    put_contract(world, 0, 1, 100.0, notice_months=3, price_usd_per_h100e_hour=3.0)
    give_notice(world)
    assert world.contracts["end_month"].tolist()[:2] == [13, 36]


def test_contracts_end_with_a_party():
    world = bare_world()
    world.market["month"] = 10
    for lab, supplier in ((0, 0), (0, 1), (1, 0)):
        put_contract(world, lab, supplier, 100.0)
    end_contracts_of(world, -1, 0)
    assert world.contracts["id"].tolist()[:3] == [0, 1001, 0]
    assert world.deals["ended_by"].tolist()[:3] == [BY_FAILURE, BY_TERM, BY_FAILURE]
    assert world.deals["end_month"].tolist()[:3] == [10, 36, 10]
    end_contracts_of(world, 0, -1)
    assert world.contracts["id"].tolist()[:3] == [0, 0, 0]
