"""Whom a lab asks, and how much it would buy from each."""

import math

import pytest

from agents.labs.asking import ask_suppliers, falls_short, limit_shares
from agents.labs.manner import BY_PRICE
from tests.worlds import bare_world


def test_a_diversifier_buys_no_more_than_brings_a_supplier_to_its_share():
    # 600 under contract, two thirds of it at the first, and 400 wanted: 0.4 x 1000 less 400, 200 and 0
    world = bare_world(1, 3, largest_supplier_share=0.4)
    world.labs["contracted_h100e"], world.requirements["open_h100e"][0] = 600.0, (100.0, 300.0, 0.0, 0.0)
    world.pairs["share_of_supply"][0] = (2.0 / 3.0, 1.0 / 3.0, 0.0)
    limit_shares(world, 0, True)
    assert world.pairs["most_h100e"][0] == pytest.approx([0.0, 200.0, 400.0])
    limit_shares(world, 0, False)
    assert (world.pairs["most_h100e"] == math.inf).all()


def test_whoever_may_sell_no_more_is_not_asked_and_others_are():
    world = bare_world(1, 3, suppliers_asked=1)
    world.offers["free_h100e"], world.requirements["open_h100e"][0, 0] = 1e6, 500.0
    world.pairs["supplier_by_price"][0] = (0, 1, 2)
    ask_suppliers(world, 0, BY_PRICE)
    assert world.pairs["asked_rank"][0].tolist() == [1, 0, 0]
    world.pairs["most_h100e"][0] = (0.0, 200.0, 400.0)
    ask_suppliers(world, 0, BY_PRICE)
    assert world.pairs["asked_rank"][0].tolist() == [0, 1, 2]
    assert not falls_short(world, 0)
    world.pairs["most_h100e"][0, 2] = 200.0
    assert falls_short(world, 0)
