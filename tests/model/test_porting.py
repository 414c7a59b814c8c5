"""Signing for chips of another maker: it is paid, it comes later, and it is remembered."""

import pytest

from model import load_scenario
from model.birth import world_at_start
from model.negotiation import sign_deal
from model.porting import forget_porting
from model.state import STAFF
from tests.worlds import all_cash, bare_world


def signing(**parameters):
    """Lab 1 needs 1000 H100e and signs 400 for 6 months ahead with supplier 1, whose chips are of family 3."""
    world = bare_world(porting_cost_usd_per_h100e=2000.0, porting_months=4, **parameters)
    world.suppliers["chip_family"] = (3, 0)
    world.labs["need_inference_h100e"] = 1000.0
    world.pairs["held_h100e"], world.pairs["price_usd_per_h100e_hour"] = 400.0, 2.0
    world.offers["free_h100e"] = 1000.0
    return world


def test_the_first_deal_is_ported_whole_the_next_as_far_as_it_is_new():
    # 400 x 2000 USD = 0.8 USD m and 4 months; then 0.6 of that is left: 0.48 and 2 months
    world = signing()
    for paid, late in ((0.8, 4), (1.28, 2)):
        row = int(world.market["contract_rows"][0])
        sign_deal(world, 0, 0, 1)
        assert world.accounts["cash_usd_m"][STAFF] == pytest.approx(paid)
        assert world.contracts["start_month"][row] == 2 + late  # the month after the prompt one
        assert world.contracts["ramp_months"][row] == 4
    assert world.ported["ported_h100e"][0].tolist() == [0, 0, 0, 800]
    assert all_cash(world) == pytest.approx(0.0, abs=1e-9)
    forget_porting(world, 0)
    assert not world.ported["ported_h100e"].any()


def test_chips_of_the_same_family_are_ready():
    world = signing()
    sign_deal(world, 0, 1, 1)
    assert world.accounts["cash_usd_m"][STAFF] == 0.0
    assert world.contracts["start_month"][0] == 2
    assert not world.ported["ported_h100e"].any()


def test_what_runs_at_the_start_has_been_ported():
    scenario = load_scenario("small", {"suppliers.aws.chip_family": 1})
    world = world_at_start(scenario)
    here = sum(deal["capacity_h100e"] for deal in scenario.contracts.values() if deal["supplier"] == "aws")
    assert here > 0.0
    assert world.ported["ported_h100e"][:, 1].sum() == pytest.approx(here)
