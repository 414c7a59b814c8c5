"""What capacity costs a supplier of each kind, each number by hand."""

import pytest

from agents.choices import VINTAGE
from agents.suppliers import KINDS, edge, miner, opportunity_cost, quote
from agents.suppliers.economics import (
    build_cost_ratio,
    cost_of_new,
    fresh_running_cost,
    life_months,
    list_ratio,
    running_cost,
)
from agents.suppliers.investment import invest, readiness
from agents.suppliers.kinds import EDGE, ENERGY_DEVELOPER, MINER, ORBITAL, SOVEREIGN
from tests.worlds import bare_world


def world_of(kind, **parameters):
    """One lab and a supplier of a kind; capital is free, a site of 36,500 USD lives 50 months of 730 hours: 1 USD."""
    given = {"site_life_months": 50, "obsolescence_per_year": 0.0, "usable_share": 1.0, "term_discount_share": 0.0}
    world = bare_world(1, 1, **(given | parameters))
    world.suppliers["kind"], world.suppliers["wacc_per_year"] = kind, 0.0
    return world


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_a_kind_that_is_not_named_pays_what_everybody_pays(kind):
    world = world_of(kind)
    supplier = world.suppliers[0]
    usual = fresh_running_cost(world, supplier), build_cost_ratio(world, supplier), life_months(world, supplier)
    assert (usual == (0.5, 1.0, 50)) is (kind not in {ENERGY_DEVELOPER, ORBITAL})
    assert (list_ratio(world, supplier) == 1.0) is (kind not in {EDGE, SOVEREIGN})


def test_a_miner_counts_what_mining_would_earn():
    # 180 USD a MWh less the power at 80, of 1 kW: 0.1 USD an hour
    world = world_of(MINER, mining_revenue_usd_per_mwh=180, power_tariff_usd_per_mwh=80)
    assert miner.forgone_mining(world) == pytest.approx(0.1)
    assert opportunity_cost(world, 0) == pytest.approx(0.6)
    assert cost_of_new(world, world.suppliers[0]) == pytest.approx(1.0 + 0.5 + 0.1)
    world.parameters["mining_revenue_usd_per_mwh"] = 70
    assert miner.forgone_mining(world) == 0.0


def test_a_miner_in_debt_covers_the_larger_of_the_two():
    # debt service 0.73 m / (1000 x 730 h) = 1 USD, half of it covenanted
    world = world_of(MINER, mining_revenue_usd_per_mwh=180, power_tariff_usd_per_mwh=80, debt_covenant_share=0.5)
    world.suppliers["installed_h100e"], world.suppliers["repayment_usd_m"] = 1000.0, 0.73
    assert opportunity_cost(world, 0) == pytest.approx(1.0)


@pytest.mark.parametrize(("sale", "cost"), [(30, 0.45), (80, 0.5), (110, 0.53)])
def test_a_developer_of_energy_pays_what_its_power_would_sell_for(sale, cost):
    world = world_of(ENERGY_DEVELOPER, power_tariff_usd_per_mwh=80, power_sale_price_usd_per_mwh=sale)
    assert running_cost(world, 0) == pytest.approx(cost)
    assert opportunity_cost(world, 0) == pytest.approx(cost)
    assert cost_of_new(world, world.suppliers[0]) == pytest.approx(1.0 + cost)


def test_an_orbiter_pays_thrice_for_a_shorter_life_and_next_to_nothing_to_run():
    world = world_of(ORBITAL, orbital_cost_multiple=3, orbital_running_cost_share=0.1, orbital_life_months=25)
    assert opportunity_cost(world, 0) == pytest.approx(0.05)
    assert life_months(world, world.suppliers[0]) == 25
    assert cost_of_new(world, world.suppliers[0]) == pytest.approx(3.0 * 2.0 + 0.05)


def test_nearness_is_worth_a_part_of_the_contract_price_and_raises_the_list_price():
    world = world_of(EDGE, edge_premium_share=0.1, list_smoothing_per_month=1.0, list_markup_share=0.0)
    world.suppliers["sell_through_share"] = 0.0
    assert edge.nearness(world) == pytest.approx(0.2)
    quote(world, 0)
    assert world.suppliers["list_price_usd_per_h100e_hour"][0] == pytest.approx(1.1 * 1.5)
    assert opportunity_cost(world, 0) == 0.5


def test_the_sites_of_a_network_hold_so_much():
    # a first order of 1000 at any profit, of which there is room for 300
    world = world_of(EDGE, edge_size_limit_h100e=300, investment_ramp_start_ratio=0.0)
    world.suppliers["demand_belief_h100e"] = 1000.0
    invest(world, 0)
    assert world.suppliers["order_h100e"][0] == 300.0
    world.suppliers["installed_h100e"], world.suppliers["pipeline_h100e"] = 150.0, 120.0
    assert edge.room_left(world, 0) == 30.0
    world.suppliers["installed_h100e"] = 400.0
    assert edge.room_left(world, 0) == 0.0


def test_a_sovereign_fund_sells_below_what_spot_would_earn():
    # spot 2, all of which sells, less a quarter; the list price 1.5 less a quarter
    world = world_of(SOVEREIGN, sovereign_discount_share=0.25, list_smoothing_per_month=1.0, list_markup_share=0.0)
    world.suppliers["sell_through_share"] = 1.0
    assert opportunity_cost(world, 0) == pytest.approx(1.5)
    world.suppliers["sell_through_share"] = 0.0
    quote(world, 0)
    assert world.suppliers["list_price_usd_per_h100e_hour"][0] == pytest.approx(0.75 * 1.5)
    assert opportunity_cost(world, 0) == 0.5


@pytest.mark.parametrize(("index", "ready"), [(0.5, 0.6), (1.0, 0.7), (1.3, 1.0)])
def test_a_sovereign_fund_orders_a_part_in_any_case(index, ready):
    # the ramp from 0.9 over 0.4 gives 0, 0.25 and 1; six tenths in any case
    world = world_of(SOVEREIGN, sovereign_patience_share=0.6)
    world.suppliers["profitability_index"] = index
    assert readiness(world, 0) == pytest.approx(ready)


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_old_sites_cost_every_kind_as_much_more_to_run(kind):
    # sites at 0.8 where new ones cost 0.5: 0.3 on top of what new ones cost the kind, 0.48 and 0.05 for two of them;
    # nothing sells on spot and there is no debt, so that is the least an hour must earn, for a miner 0.1 more
    world = world_of(kind, running_cost_rule=VINTAGE, power_tariff_usd_per_mwh=80, power_sale_price_usd_per_mwh=60)
    world.parameters["mining_revenue_usd_per_mwh"], world.parameters["orbital_running_cost_share"] = 180, 0.1
    fresh = {ENERGY_DEVELOPER: 0.48, ORBITAL: 0.05}.get(kind, 0.5)
    forgone = 0.1 if kind == MINER else 0.0
    world.suppliers["running_usd_per_h100e_hour"] = 0.8
    assert running_cost(world, 0) == pytest.approx(fresh)  # none stand yet
    world.suppliers["installed_h100e"] = 10.0
    assert running_cost(world, 0) == pytest.approx(fresh + 0.3)
    assert opportunity_cost(world, 0) == pytest.approx(fresh + 0.3 + forgone)
    world.suppliers["power_premium_usd_per_h100e_hour"] = 0.04  # where its sites are; the sun asks the same everywhere
    assert running_cost(world, 0) == pytest.approx(fresh + 0.3 + (0.0 if kind == ORBITAL else 0.04))
