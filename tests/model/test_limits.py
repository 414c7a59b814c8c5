"""What stops orders, step by step; who gets chips; power by the queue and behind the meter; programmes of chips."""

import pytest

from agents.choices import HIGHEST_BID_FOR_CHIPS, INCUMBENTS_FIRST
from model import Ensemble, load_scenario
from model.grid import join_grid_queue
from model.limits import CONSTRAINTS
from model.ordering import place_orders
from model.salvage import hand_over_sites
from model.state import STAFF
from tests.worlds import all_cash, bare_world, with_events

FLAT = {"power_start_kw_per_h100e": 1.0, "power_growth_x_per_year": 1.0, "power_supply_growth_x_per_year": 1.0}


def ordering(chips=1e9, **parameters):
    """Suppliers are asked for 800 and 400 and order 600 and 400, lab 1 wants 1000; power takes 1 kW for each."""
    world = bare_world(usable_share=0.95, **(FLAT | parameters))
    world.suppliers["asked_h100e"] = (800.0, 400.0)
    world.suppliers["order_h100e"], world.labs["planned_build_h100e"] = (600.0, 400.0), (950.0, 0.0)
    world.suppliers["profitability_index"] = (1.2, 1.5)
    world.suppliers["installed_h100e"], world.labs["own_h100e"] = (5000.0, 9000.0), (950.0, 0.0)
    world.market["chips_h100e"] = chips
    return world


def lost(world):
    """Return what profit, credit, power and chips take, and what is left of 2200."""
    place_orders(world)
    market = world.market[0]
    assert market["orders_asked_h100e"] == pytest.approx(2200.0)
    names = [f"lost_to_{name}_h100e" for name in ("profit", "credit", "power", "chips")]
    steps = [float(market[name]) for name in names]
    assert sum(steps) + market["orders_placed_h100e"] == pytest.approx(2200.0)
    return steps, CONSTRAINTS[market["binding_constraint"]]


def test_each_step_takes_its_part():
    world = ordering(1200.0, behind_the_meter_share=0.0)
    world.suppliers["power_mw_per_month"][0] = 0.2
    assert lost(world) == (pytest.approx([200.0, 0.0, 400.0, 400.0]), "chips")
    world = ordering()
    world.suppliers["power_mw_per_month"][0] = 0.2
    assert lost(world) == (pytest.approx([200.0, 0.0, 400.0, 0.0]), "power")
    assert lost(ordering()) == (pytest.approx([200.0, 0.0, 0.0, 0.0]), "profit")
    world = ordering()
    world.market["credit_closed"], world.suppliers["parent_backed"] = 1, (1, 0)
    assert lost(world) == (pytest.approx([200.0, 1400.0, 0.0, 0.0]), "credit")
    world = ordering()
    world.suppliers["asked_h100e"][0], world.suppliers["order_h100e"][0] = 600.0, 800.0  # a ramp may add to it
    assert lost(world) == (pytest.approx([0.0, 0.0, 0.0, 0.0]), "demand")


def test_nothing_binds_where_nobody_orders():
    world = bare_world()
    place_orders(world)
    assert CONSTRAINTS[world.market["binding_constraint"][0]] == "none"


def ordered(world):
    place_orders(world)
    return [*world.suppliers["ordered_h100e"].tolist(), world.labs["ordered_h100e"][0]]


@pytest.mark.parametrize(("chips", "got"), [(300, [0, 300, 0]), (700, [300, 400, 0]), (1500, [600, 400, 500])])
def test_incumbents_get_chips_first(chips, got):
    # by what they have: 9000, 5000, and the lab 1000
    assert ordered(ordering(chips, chip_allocation_rule=INCUMBENTS_FIRST)) == pytest.approx(got)


@pytest.mark.parametrize(("chips", "got"), [(500, [0, 0, 500]), (1300, [0, 300, 1000]), (1500, [100, 400, 1000])])
def test_the_highest_bid_gets_chips_first(chips, got):
    # the lab's hour is worth 0.9 x 4 = 3.6 and costs 36,500 / 730 / 0.95 / annuity + 0.5, plus a tenth: about 2.1
    world = ordering(chips, chip_allocation_rule=HIGHEST_BID_FOR_CHIPS)
    assert ordered(world) == pytest.approx(got)
    assert world.labs["chip_priority"][0] == pytest.approx(1.7, abs=0.2)


def test_of_equals_the_older_firm_comes_first():
    world = ordering(700.0, chip_allocation_rule=INCUMBENTS_FIRST)
    world.suppliers["installed_h100e"] = 1000.0
    assert ordered(world) == pytest.approx([0.0, 0.0, 700.0])  # lab 1, then suppliers 11 and 12
    world.labs["own_h100e"] = 0.0
    world.labs["planned_build_h100e"], world.market["orders_placed_h100e"] = (950.0, 0.0), 0.0
    assert ordered(world) == pytest.approx([600.0, 100.0, 0.0])


def test_enough_chips_are_for_all():
    for chosen in (INCUMBENTS_FIRST, HIGHEST_BID_FOR_CHIPS):
        assert ordered(ordering(2000.0, chip_allocation_rule=chosen)) == pytest.approx([600.0, 400.0, 1000.0])


def test_sites_wait_for_their_chips():
    world = ordering(chip_lead_months=20)
    place_orders(world)
    assert world.sites["online_month"][:3].tolist() == [20, 20, 24]


def test_power_from_the_queue_comes_after_the_wait():
    # 600 wanted, 200 connected: 0.4 MW lack, but none asks for more than the 0.2 MW that it connects by itself
    world = ordering(grid_queue_months=3)
    world.suppliers["power_mw_per_month"][0] = 0.2
    assert ordered(world)[0] == pytest.approx(200.0)
    assert world.market["grid_queue_mw"][0] == pytest.approx(0.2)
    for month in (1, 2):
        world.market["month"] = month
        assert ordered(world)[0] == pytest.approx(200.0)
    world.suppliers["order_h100e"][0] = 250.0
    world.market["month"] = 3
    assert ordered(world)[0] == pytest.approx(250.0)
    assert world.suppliers["power_reserve_mw"][0] == pytest.approx(0.15)  # 0.05 of 0.2 MW is used
    assert world.market["grid_queue_mw"][0] == pytest.approx(0.4)
    world.suppliers["order_h100e"][0] = 1000.0
    world.market["month"] = 4
    assert ordered(world)[0] == pytest.approx(550.0)
    assert world.suppliers["power_reserve_mw"][0] == 0.0


def test_who_closes_leaves_the_queue():
    world = ordering(grid_queue_months=5)
    world.labs["power_mw_per_month"] = 1.0
    join_grid_queue(world, 1, 0, world.labs[0], 0.5)
    join_grid_queue(world, 1, 1, world.labs[1], 0.25)
    hand_over_sites(world, 1, 0)
    assert world.market["grid_queue_mw"][0] == pytest.approx(0.25)
    assert world.grid["asked_mw"].sum() == pytest.approx(0.25)


def test_own_generation_is_dearer_and_later():
    # 200 on the grid, and at most as much again where half an order may have its own generation
    world = ordering(behind_the_meter_share=0.5, behind_the_meter_cost_ratio=1.1, behind_the_meter_lead_months=20)
    world.suppliers["power_mw_per_month"][0] = 0.2
    assert ordered(world)[0] == pytest.approx(400.0)
    assert world.market["behind_the_meter_h100e"][0] == pytest.approx(200.0)
    assert world.sites["capacity_h100e"][:2].tolist() == pytest.approx([200.0, 200.0])
    assert world.sites["online_month"][:2].tolist() == [12, 20]
    assert world.sites["repayment_usd_m"][1] == pytest.approx(1.1 * world.sites["repayment_usd_m"][0])
    world = ordering(behind_the_meter_share=0.5, behind_the_meter_cost_ratio=1.3)
    world.suppliers["power_mw_per_month"][0] = 0.2
    assert ordered(world)[0] == pytest.approx(200.0)  # it is not worth that: 1.2


def test_a_programme_is_paid_when_it_starts():
    world = ordering(custom_silicon_cost_usd_m=50.0, custom_silicon_delay_months=10, custom_silicon_cost_ratio=0.5)
    world.market["month"] = 2
    world.suppliers["starts_silicon"], world.labs["starts_silicon"] = (0, 1), (1, 0)
    place_orders(world)
    assert world.suppliers["silicon_month"].tolist() == [0, 12]
    assert world.labs["silicon_month"].tolist() == [12, 0]
    assert world.accounts["cash_usd_m"][STAFF] == pytest.approx(100.0)
    assert all_cash(world) == pytest.approx(0.0, abs=1e-6)
    before = world.market["capex_usd_m"][0]
    world.market["month"] = 12
    world.labs["planned_build_h100e"] = 0.0
    world.suppliers["order_h100e"] = (0.0, 400.0)
    place_orders(world)
    assert before > world.market["capex_usd_m"][0] == pytest.approx(400 * 36_500 * 0.5 / 1e6)


def binding(overrides, **events):
    """Return how often each constraint binds in two years of two runs."""
    scenario = with_events(load_scenario("small", overrides), **events)
    runs = Ensemble(scenario, runs=2, months=24, seed=1).histories()
    found = [CONSTRAINTS[code] for run in runs for code in run.history.market["binding_constraint"]]
    return {name: found.count(name) / len(found) for name in CONSTRAINTS}


def test_what_is_made_scarce_is_what_binds():
    plenty = {
        f"{kind}.{firm}.power_mw_per_month": 1e5
        for kind in ("labs", "suppliers")
        for firm in getattr(load_scenario("small"), kind)
    }
    chips = {"parameters.chip_supply_start_h100e_per_month": 1e9}
    assert binding({"parameters.chip_supply_start_h100e_per_month": 1e5})["chips"] == 1.0
    poor = dict.fromkeys(plenty, 5)
    assert binding(chips | poor)["power"] > 0.9
    nobody = {f"suppliers.{firm}.parent_backed": 0 for firm in load_scenario("small").suppliers}
    nobody["labs.google_deepmind.parent_backed"] = 0
    crunch = {"shock": "credit_crunch", "first_month": 1, "months": 24}
    assert binding(chips | plenty | nobody, crunch=crunch)["credit"] > 0.7
