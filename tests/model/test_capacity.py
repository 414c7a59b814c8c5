"""Sites and contracts by their birthdays; orders under chip and power limits; outages; the sale of sites."""

import math

import numpy as np
import pytest

from agents.choices import WHOLE
from agents.costs import annuity_months
from model.capacity import price_now, ramp_share, strike_outages, survey, whole_loss
from model.limits import within_power
from model.ordering import order_site, place_orders
from model.salvage import hand_over_sites
from model.state import CHIP_MAKERS, LENDERS
from tests.worlds import all_cash, bare_world, put_contract, put_site


def at(world, month):
    world.market["month"] = month
    survey(world)


def test_an_order_arrives_exactly_after_its_lead():
    world = bare_world(site_life_months=20)
    world.market["month"] = 3
    order_site(world, 0, 0, world.suppliers[0], 500.0, 5, 1.0)
    for month in range(4, 8):
        at(world, month)
        assert (world.suppliers["pipeline_h100e"][0], world.suppliers["installed_h100e"][0]) == (500.0, 0.0)
        assert world.market["pipeline_h100e"][0] == 500.0
    at(world, 8)
    assert (world.suppliers["pipeline_h100e"][0], world.suppliers["installed_h100e"][0]) == (0.0, 500.0)
    assert world.market["arrived_h100e"][0] == 500.0
    at(world, 27)
    assert world.suppliers["installed_h100e"][0] == 500.0
    at(world, 28)  # 20 months of use
    assert world.suppliers["installed_h100e"][0] == 0.0
    assert world.sites["id"][0] == 0


def test_a_site_is_paid_by_lenders_and_repaid_over_its_life():
    # 1000 H100e x 36,500 USD x 1.2 = 43.8 USD m, through the owner to the chip makers
    world = bare_world(site_life_months=20)
    order_site(world, 1, 0, world.labs[0], 1000.0, 5, 1.2)
    assert world.labs["cash_usd_m"][0] == 0.0
    assert (world.labs["received_usd_m"][0], world.labs["paid_usd_m"][0]) == pytest.approx((43.8, 43.8))
    assert world.accounts["cash_usd_m"][LENDERS] == pytest.approx(-43.8)
    assert world.accounts["cash_usd_m"][CHIP_MAKERS] == pytest.approx(43.8)
    assert world.sites["repayment_usd_m"][0] == pytest.approx(43.8 / annuity_months(0.1, 20.0))
    assert world.market["capex_usd_m"][0] == pytest.approx(43.8)
    assert all_cash(world) == pytest.approx(0.0, abs=1e-9)


def test_repayment_starts_with_use():
    world = bare_world()
    put_site(world, 0, 100.0, online=5)
    at(world, 4)
    assert world.suppliers["repayment_usd_m"][0] == 0.0
    at(world, 5)
    assert world.suppliers["repayment_usd_m"][0] == 0.01


def test_usable_capacity_is_installed_less_repair_and_outages():
    world = bare_world(usable_share=0.9)
    put_site(world, 0, 1000.0)
    put_site(world, 1, 1000.0, lab=True)
    world.suppliers["down_share"] = 0.1
    at(world, 0)
    assert world.suppliers["usable_h100e"].tolist() == pytest.approx([810.0, 0.0])
    assert world.labs["own_h100e"].tolist() == pytest.approx([0.0, 900.0])


def test_expected_capacity_by_delivery_month():
    # in 1, 6, 12, 24 months: 1000 until month 12, 400 from month 6 on; usable 0.9, available 0.99
    world = bare_world(usable_share=0.9)
    world.suppliers["availability_share"] = 0.99
    put_site(world, 0, 1000.0, retire=12)
    put_site(world, 0, 400.0, online=6)
    put_site(world, 0, 50.0, lab=True, online=12)
    at(world, 0)
    assert world.offers["capacity_h100e"][0] / (0.9 * 0.99) == pytest.approx([1000.0, 1400.0, 400.0, 400.0])
    assert world.requirements["coverage_h100e"][0] == pytest.approx([0.0, 0.0, 45.0, 45.0])


@pytest.mark.parametrize(("age", "ramp", "share"), [(-1, 2, 0), (0, 2, 1 / 3), (1, 2, 2 / 3), (2, 2, 1), (0, 0, 1)])
def test_without_growth_a_contract_ramps_up_evenly(age, ramp, share):
    assert ramp_share(age, ramp, 0.0) == pytest.approx(share)


@pytest.mark.parametrize(("age", "share"), [(-1, 0), (0, 1 / 7), (1, 3 / 7), (2, 1), (3, 1)])
def test_where_demand_doubles_every_month_each_part_of_a_ramp_is_twice_the_one_before(age, share):
    assert ramp_share(age, 2, math.log(2.0)) == pytest.approx(share)


def test_slow_growth_is_hardly_growth():
    assert ramp_share(1, 4, 2e-6) == pytest.approx(ramp_share(1, 4, 0.0), rel=1e-5)
    assert ramp_share(1, 4, -2e-6) == pytest.approx(ramp_share(1, 4, 0.0), rel=1e-5)


def test_where_demand_shrinks_the_first_parts_of_a_ramp_are_the_larger():
    # half the part each month: 4/7, 6/7, 7/7
    assert [ramp_share(age, 2, -math.log(2.0)) for age in range(3)] == pytest.approx([4 / 7, 6 / 7, 1.0])


def test_contracts_by_month():
    world = bare_world()
    put_contract(world, 0, 0, 300.0, start_month=0, end_month=9, ramp_months=2)
    put_contract(world, 0, 1, 100.0, start_month=5, end_month=20)
    at(world, 0)
    assert world.contracts["due_h100e"][:2].tolist() == pytest.approx([100.0, 0.0])
    assert world.suppliers["contracted_h100e"].tolist() == pytest.approx([100.0, 0.0])
    # next month the first has ramped up to two of three parts
    assert world.offers["committed_h100e"] == pytest.approx(np.array([[200, 300, 0, 0], [0, 100, 100, 0]]))
    assert world.requirements["coverage_h100e"][0] == pytest.approx([200.0, 400.0, 100.0, 0.0])
    assert world.pairs["share_of_supply"][0].tolist() == pytest.approx([0.75, 0.25])
    at(world, 9)
    assert world.contracts["id"][0] == 0
    assert world.suppliers["contracted_h100e"].tolist() == [0.0, 100.0]
    assert world.pairs["share_of_supply"][0].tolist() == [0.0, 1.0]


def test_a_lab_is_bound_to_its_contracts_and_its_own_sites():
    # 36 months of 100 x 2 USD x 730 x 0.9 = 0.1314 USD m, and two sites that repay 0.01 USD m a month: one for the 60
    # months in which it will be used, and one that has 40 left
    world = bare_world()
    put_contract(world, 0, 1, 100.0)
    put_site(world, 0, 50.0, lab=True, online=6, retire=66)
    put_site(world, 0, 50.0, lab=True, online=-20, retire=40)
    put_site(world, 0, 50.0, online=0, retire=60)  # a supplier's
    at(world, 0)
    assert world.labs["committed_usd_m"].tolist() == pytest.approx([36 * 0.1314 + 100 * 0.01, 0.0])
    at(world, 10)
    assert world.labs["committed_usd_m"][0] == pytest.approx(26 * 0.1314 + (56 + 30) * 0.01)
    at(world, 40)
    assert world.labs["committed_usd_m"][0] == pytest.approx(26 * 0.01)


@pytest.mark.parametrize(
    ("linked", "index", "price"), [(0.0, 2.0, 1.6), (1.0, 2.0, 3.2), (0.5, 2.0, 2.4), (0.8, 0.5, 0.96), (0.3, 1.0, 1.6)]
)
def test_a_part_of_a_price_follows_the_spot_price(linked, index, price):
    # signed at 1.6 when spot was 2, or twice or half that now: 1.6 (1 - a + a index)
    world = bare_world(index_linked_share=linked)
    row = put_contract(world, 0, 0, 100.0, price_usd_per_h100e_hour=1.6)
    world.market["spot_price_usd_per_h100e_hour"] = 2.0 * index
    assert price_now(world.contracts[row], world.market[0], linked) == pytest.approx(price)
    for _ in range(3):  # the index is that of signing, so it does not add up
        at(world, 1)
        assert world.contracts["price_usd_per_h100e_hour"][row] == pytest.approx(price)
    world.market["spot_price_usd_per_h100e_hour"] = 2.0
    at(world, 2)
    assert world.contracts["price_usd_per_h100e_hour"][row] == pytest.approx(1.6)
    assert world.contracts["signed_price_usd_per_h100e_hour"][row] == 1.6


def ordering(**market):
    """Suppliers order 600 and 400, lab 1 wants 950 usable = 1000 installed; power 1 kW each."""
    world = bare_world(usable_share=0.95)
    world.suppliers["order_h100e"], world.labs["planned_build_h100e"] = (600.0, 400.0), (950.0, 0.0)
    for name, value in market.items():
        world.market[name] = value
    return world


def test_orders_within_the_chips_are_placed_in_full():
    world = ordering(chips_h100e=2000.0)
    place_orders(world)
    assert world.suppliers["ordered_h100e"].tolist() == [600.0, 400.0]
    assert world.labs["ordered_h100e"].tolist() == pytest.approx([1000.0, 0.0])
    assert world.market["orders_wanted_h100e"][0] == pytest.approx(2000.0)
    assert world.market["orders_placed_h100e"][0] == pytest.approx(2000.0)
    assert world.sites["online_month"][:3].tolist() == [12, 12, 24]


def test_short_chips_are_shared_in_proportion():
    world = ordering(chips_h100e=500.0)
    place_orders(world)
    assert world.suppliers["ordered_h100e"].tolist() == pytest.approx([150.0, 100.0])
    assert world.labs["ordered_h100e"].tolist() == pytest.approx([250.0, 0.0])
    assert world.market["orders_wanted_h100e"][0] == pytest.approx(2000.0)
    assert world.sites["capacity_h100e"][:3].tolist() == pytest.approx([150.0, 100.0, 250.0])


def test_a_promise_counts_with_the_ramp_it_has_by_each_delivery_month():
    # starts in 4 months, full 7 months later: by months 6, 12 and 24, 3/8, all and, as it ends before, nothing
    world = bare_world()
    put_contract(world, 0, 0, 800.0, start_month=4, end_month=24, ramp_months=7)
    at(world, 0)
    assert world.offers["committed_h100e"][0] == pytest.approx([0.0, 300.0, 800.0, 0.0])
    assert world.requirements["coverage_h100e"][0] == pytest.approx([0.0, 300.0, 800.0, 0.0])


POWER = {"power_start_kw_per_h100e": 2.0, "power_growth_x_per_year": 0.75, "power_supply_growth_x_per_year": 1.5}


def test_each_firm_is_held_to_the_power_it_can_connect_once_its_site_is_ready():
    # in 12 months, the suppliers' lead: 0.2 MW x 1.5 / (2 kW x 0.75) = 200 H100e
    world = ordering()
    for name, value in POWER.items():
        world.parameters[name] = value
    world.suppliers["power_mw_per_month"][0] = 0.2
    place_orders(world)
    assert world.suppliers["ordered_h100e"].tolist() == pytest.approx([200.0, 400.0])


@pytest.mark.parametrize(("month", "lead", "most"), [(0, 0, 100.0), (0, 12, 200.0), (12, 0, 200.0), (12, 12, 400.0)])
def test_power_is_that_of_the_month_the_site_is_ready(month, lead, most):
    # 0.2 MW / 2 kW = 100 at the start; each year 1.5 / 0.75 = 2 times as many
    world = bare_world(**POWER)
    world.market["month"], world.suppliers["power_mw_per_month"] = month, 0.2
    assert within_power(world, world.suppliers[0], 1e6, lead) == pytest.approx(most)
    assert within_power(world, world.suppliers[0], 50.0, lead) == 50.0


def test_firms_that_are_gone_order_nothing():
    world = ordering()
    world.suppliers["alive"][0] = world.labs["alive"][0] = 0
    place_orders(world)
    assert world.market["orders_placed_h100e"][0] == 400.0


def test_an_embargo_keeps_a_part_of_the_chips_away():
    # 500 chips less 0.4 of them for 2000 wanted: 0.15 of each
    world = ordering(chips_h100e=500.0, chip_loss_share=0.4)
    place_orders(world)
    assert world.suppliers["ordered_h100e"].tolist() == pytest.approx([90.0, 60.0])
    assert world.labs["ordered_h100e"].tolist() == pytest.approx([150.0, 0.0])
    assert world.market["orders_wanted_h100e"][0] == pytest.approx(2000.0)


def test_a_cap_on_power_takes_a_part_of_what_can_be_connected():
    world = bare_world(**POWER)
    world.market["power_loss_share"], world.suppliers["power_mw_per_month"] = 0.75, 0.2
    assert within_power(world, world.suppliers[0], 1e6, 0) == pytest.approx(25.0)


def test_in_a_credit_crunch_only_those_with_a_parent_order():
    world = ordering(credit_closed=1)
    world.suppliers["parent_backed"] = (0, 1)
    place_orders(world)
    assert world.suppliers["ordered_h100e"].tolist() == [0.0, 400.0]
    assert world.labs["ordered_h100e"].tolist() == [0.0, 0.0]
    assert world.labs["planned_build_h100e"][0] == 950.0  # it stays planned


def test_nobody_orders_where_nobody_wants():
    world = bare_world()
    place_orders(world)
    assert (world.market["orders_wanted_h100e"][0], world.market["site_rows"][0]) == (0.0, 0)


def outages(months, **parameters):
    """Return the share of capacity down in each month, of two suppliers that are 0.98 available."""
    world = bare_world(**parameters)
    world.suppliers["luck_key"] = (11, 12)
    world.suppliers["availability_share"] = 0.98
    down = np.zeros((months, 2))
    for month in range(months):
        world.market["month"] = month
        strike_outages(world)
        down[month] = world.suppliers["down_share"]
    return down


def test_the_worse_of_a_shock_and_the_usual_outage_counts():
    world = bare_world()
    world.suppliers["availability_share"], world.suppliers["shock_down_share"] = (1.0, 0.9), (0.3, 0.001)
    strike_outages(world)
    assert world.suppliers["down_share"][0] == 0.3
    assert world.suppliers["down_share"][1] > 0.001


def test_outages_have_their_mean_and_are_independent_without_a_common_cause():
    down = outages(2000, outage_common_share=0.0)
    assert down.mean() == pytest.approx(0.02, abs=4 * 0.02 / np.sqrt(4000))  # exponential: s.d. = mean
    assert down.std() == pytest.approx(0.02, rel=0.1)
    assert abs(np.corrcoef(down.T)[0, 1]) < 4 / np.sqrt(2000)


def test_a_common_cause_strikes_all_alike():
    down = outages(200, outage_common_share=1.0)
    assert (down[:, 0] == down[:, 1]).all()
    assert down.mean() == pytest.approx(0.02, abs=4 * 0.02 / np.sqrt(200))


@pytest.mark.parametrize(
    ("own", "common", "lost"),
    [(0.01, 0.01, 0.0), (3.0, 0.01, 1.0), (0.01, 4.0, 1.0), (2.0, 3.5, 0.0)],
    ids=["neither", "alone", "with all", "not quite"],
)
def test_a_whole_outage_takes_everything_or_nothing(own, common, lost):
    # mean 0.1, a fifth of it common: struck with all at 0.02 (a draw above 3.91), else alone at 0.08163 (above 2.51)
    assert whole_loss(0.1, 0.2, own, common) == lost


@pytest.mark.parametrize("common_share", [0.0, 0.3, 1.0])
def test_whole_outages_have_the_mean_of_graded_ones(common_share):
    down = outages(4000, outage_common_share=common_share, outage_rule=WHOLE)
    assert set(np.unique(down)) == {0.0, 1.0}
    assert down.mean() == pytest.approx(0.02, abs=4 * math.sqrt(0.02 * 0.98 / 4000))
    alike = np.corrcoef(down.T)[0, 1]
    if common_share == 1.0:
        assert (down[:, 0] == down[:, 1]).all()
    else:  # both down: with all, or each alone; the correlation is about the common part
        assert alike == pytest.approx(common_share, abs=0.15)


def test_nobody_loses_more_than_everything():
    world = bare_world(outage_common_share=1.0)
    world.suppliers["availability_share"] = -50.0
    strike_outages(world)
    assert (world.suppliers["down_share"] == 1.0).all()


def test_sites_of_a_failed_owner_go_to_others_by_size_with_part_of_the_debt():
    world = bare_world(1, 3, salvage_share=0.5)
    for month in range(50):  # a site's luck is that of its owner and its months
        put_site(world, 0, 10.0, retire=99 + month)
    world.suppliers["installed_h100e"] = (500.0, 300.0, 100.0)
    world.suppliers["alive"][0] = 0
    hand_over_sites(world, 0, 0)
    owners = world.sites["owner"][:50]
    assert (world.sites["owner_is_lab"][:50] == 0).all()
    assert set(owners.tolist()) == {1, 2}
    assert (owners == 1).mean() == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / 50))
    assert world.sites["repayment_usd_m"][:50] == pytest.approx(0.005)


def test_a_labs_sites_go_to_suppliers():
    world = bare_world()
    put_site(world, 0, 10.0, lab=True)
    put_site(world, 1, 10.0, lab=True)
    world.suppliers["installed_h100e"] = (0.0, 50.0)
    hand_over_sites(world, 1, 0)
    assert (world.sites["owner_is_lab"][0], world.sites["owner"][0]) == (0, 1)
    assert (world.sites["owner_is_lab"][1], world.sites["owner"][1]) == (1, 1)


def test_without_a_buyer_sites_are_stranded_and_close():
    world = bare_world()
    world.market["month"] = 6
    put_site(world, 0, 10.0)
    put_site(world, 0, 20.0, online=9)
    world.suppliers["installed_h100e"], world.suppliers["alive"] = 30.0, (0, 0)
    hand_over_sites(world, 0, 0)
    at(world, 7)
    assert (world.sites["id"] == 0).all()
    assert world.market["cancelled_h100e"][0] == 20.0  # the order that was under way
    assert world.suppliers["installed_h100e"].sum() == 0.0
