"""The sale of a failed owner's sites; the lottery is tested with the capacity it hands on."""

import numpy as np
import pytest

from agents.choices import HIGHEST_BID, STRANDED
from model.salvage import best_bid, hand_over_sites, scrap_value, site_worth
from model.state import CHIP_MAKERS, INVESTORS, LENDERS
from tests.worlds import all_cash, bare_world, put_site


def bidding(**parameters):
    """Supplier 0 fails with a site of 1000 that has 20 months left; capital is free, an hour earns 2 - 0.5."""
    given = {"asset_sale_rule": HIGHEST_BID, "asset_scrap_share": 0.1, "obsolescence_per_year": 0.0}
    world = bare_world(1, 3, **(given | parameters))
    world.market["month"], world.suppliers["wacc_per_year"] = 8, 0.0
    world.suppliers["alive"][0] = 0
    world.suppliers["installed_h100e"], world.suppliers["utilisation_share"] = 100.0, (1.0, 0.9, 0.5)
    put_site(world, 0, 1000.0, retire=28)
    return world


def test_what_a_site_is_worth():
    # 1000 x 0.9 x 1.5 x 0.00073 x 20 months; a newcomer counts on the target, a site under way works later
    world = bidding(target_utilisation_share=0.8)
    assert site_worth(world, 1, world.sites[0]) == pytest.approx(19.71)
    world.suppliers["installed_h100e"][1] = 0.0
    assert site_worth(world, 1, world.sites[0]) == pytest.approx(17.52)
    world.sites["online_month"][0] = 18
    assert site_worth(world, 1, world.sites[0]) == pytest.approx(8.76)
    world.suppliers["realised_price_usd_per_h100e_hour"] = 0.4
    assert site_worth(world, 1, world.sites[0]) == 0.0


def test_scrap_is_a_part_of_a_new_site_and_ages():
    world = bidding()  # 0.1 x 1000 x 36,500 USD, a third of 60 months left
    assert scrap_value(world, world.sites[0]) == pytest.approx(3.65 / 3.0)


def test_a_site_goes_to_whom_it_is_worth_most_for_what_the_next_would_pay():
    # 19.71 against 10.95; debt 20 x 0.01 comes first, investors have the rest
    world = bidding()
    hand_over_sites(world, 0, 0)
    assert world.sites["owner"][0] == 1
    assert world.sites["repayment_usd_m"][0] == pytest.approx(10.95 / 20.0)
    assert world.suppliers["cash_usd_m"][1] == pytest.approx(0.0)
    assert world.accounts["cash_usd_m"][INVESTORS] == pytest.approx(10.75)
    assert world.accounts["cash_usd_m"][LENDERS] == pytest.approx(-10.75)
    assert all_cash(world) == pytest.approx(0.0)


def test_a_debt_above_the_price_is_the_lenders_loss():
    world = bidding()
    world.sites["repayment_usd_m"][0] = 5.0
    hand_over_sites(world, 0, 0)
    assert world.accounts["cash_usd_m"][[INVESTORS, LENDERS]].tolist() == pytest.approx([0.0, 0.0])
    assert world.sites["repayment_usd_m"][0] == pytest.approx(10.95 / 20.0)


def test_one_bidder_alone_pays_scrap():
    world = bidding()
    world.suppliers["alive"][2] = 0
    sale = best_bid(world, 0, 0, world.sites[0])
    assert (sale.buyer, sale.price) == (1, pytest.approx(3.65 / 3.0))


@pytest.mark.parametrize("scrap", [0.1, 1.0])
def test_what_is_worth_less_than_its_scrap_is_broken_up(scrap):
    # nobody earns on it; or 19.71 is less than 36.5 / 3 for none
    world = bidding(asset_scrap_share=scrap)
    world.suppliers["realised_price_usd_per_h100e_hour"] = 0.5 if scrap < 1.0 else 1.0
    hand_over_sites(world, 0, 0)
    assert (world.sites["owner"][0], world.sites["retire_month"][0]) == (0, 8)
    fetched = scrap * 36.5 / 3.0
    assert world.accounts["cash_usd_m"][[CHIP_MAKERS, LENDERS]].tolist() == pytest.approx([-fetched, fetched])


def test_sites_of_a_lab_are_sold_too():
    world = bidding()
    world.sites["owner_is_lab"][0] = 1
    world.suppliers["alive"][0] = 1  # with a use of 1 it bids most
    hand_over_sites(world, 1, 0)
    assert (world.sites["owner_is_lab"][0], world.sites["owner"][0]) == (0, 0)


def test_stranded_sites_close():
    world = bidding(asset_sale_rule=STRANDED)
    put_site(world, 1, 10.0)
    hand_over_sites(world, 0, 0)
    assert world.sites["retire_month"][:2].tolist() == [8, 99]
    assert np.abs(world.accounts["cash_usd_m"]).sum() == 0.0
