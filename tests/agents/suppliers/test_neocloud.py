"""Neoclouds."""

import pytest

from agents.suppliers.neocloud import opportunity_cost
from tests.worlds import indebted


def test_lenders_forbid_contracts_far_below_debt_service():
    assert opportunity_cost(indebted(1.46), 0, 0.5) == pytest.approx(1.5)  # 0.5 + 0.5 x 2


def test_spot_revenue_counts_if_it_is_more():
    world = indebted(0.0)
    world.suppliers["sell_through_share"] = 0.9
    assert opportunity_cost(world, 0, 0.5) == pytest.approx(1.8)
