"""Neoclouds."""

import pytest

from agents.suppliers.neocloud import opportunity_cost
from tests.worlds import bare_world


def indebted(repayment_usd_m):
    world = bare_world(usable_share=1.0, debt_covenant_share=0.5, term_discount_share=0.0)
    world.suppliers["installed_h100e"], world.suppliers["repayment_usd_m"] = 1000.0, repayment_usd_m
    return world


def test_lenders_forbid_contracts_far_below_debt_service():
    assert opportunity_cost(indebted(1.46), 0) == pytest.approx(1.5)  # 0.5 + 0.5 x 2


def test_spot_revenue_counts_if_it_is_more():
    world = indebted(0.0)
    world.suppliers["sell_through_share"] = 0.9
    assert opportunity_cost(world, 0) == pytest.approx(1.8)
