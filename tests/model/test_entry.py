"""Failure, exit and entry."""

import numpy as np
import pytest

from agents.choices import FORESIGHT, REAL_OPTION
from agents.costs import annuity_months
from agents.suppliers import (
    ENERGY_DEVELOPER,
    KINDS,
    MINER,
    NEOCLOUD,
    NONTRADITIONAL,
    ORBITAL,
    SOVEREIGN,
    invest,
)
from agents.suppliers.economics import cost_of_new
from agents.suppliers.investment import option_trigger
from agents.units import USD_M_PER_MONTH
from model.books import account_gap
from model.entry import come, consider_entry, cost_to_cover, enter_supplier, foreseen_value, leave
from model.money import open_accounts, transfer
from model.ordering import place_orders
from model.state import CHIP_MAKERS, INVESTORS, LENDERS, STAFF
from tests.worlds import all_cash, bare_world, put_contract, put_site


def test_a_lab_without_money_fails():
    # 10 USD m short; 500 users and 20 on their way wait outside; its site goes to supplier 2
    world = bare_world(3)
    world.market["month"] = 8
    world.labs["cash_usd_m"], world.labs["users_h100e"] = (-10.0, 5.0, 0.0), 500.0
    world.labs["arriving_users_h100e"][0] = 20.0
    world.labs["training_stock_h100e_months"] = 7.0
    put_contract(world, 0, 0, 100.0)
    put_contract(world, 1, 0, 100.0)
    put_site(world, 0, 30.0, lab=True)
    world.suppliers["installed_h100e"] = (0.0, 50.0)
    world.requirements["open_h100e"], world.pairs["asked_rank"] = 4.0, 1
    leave(world)
    assert world.labs["alive"].tolist() == [0, 1, 1]
    assert world.market["lab_defaults"][0] == 1
    assert world.labs["cash_usd_m"].tolist() == [0.0, 5.0, 0.0]
    assert world.accounts["cash_usd_m"][LENDERS] == -10.0
    assert world.market["outside_users_h100e"][0] == 520.0
    assert world.labs["users_h100e"].tolist() == [0.0, 500.0, 500.0]
    assert world.contracts["id"][:2].tolist() == [0, 1001]
    assert (world.sites["owner_is_lab"][0], world.sites["owner"][0]) == (0, 1)
    assert (world.requirements["open_h100e"][0] == 0.0).all()
    assert (world.pairs["asked_rank"][0] == 0).all()


def test_an_empty_purse_is_not_a_failure():
    world = bare_world()
    leave(world)
    assert world.labs["alive"].tolist() == [1, 1]
    assert world.suppliers["alive"].tolist() == [1, 1]


def test_a_supplier_without_money_fails_and_its_enterprises_go_elsewhere_by_size():
    world = bare_world(1, 3)
    world.suppliers["cash_usd_m"], world.suppliers["installed_h100e"] = (-10.0, 0.0, 0.0), (999.0, 300.0, 100.0)
    world.suppliers["enterprise_h100e"] = 80.0
    leave(world)
    assert world.suppliers["alive"].tolist() == [0, 1, 1]
    assert world.market["supplier_exits"][0] == 1
    assert world.suppliers["enterprise_h100e"].tolist() == pytest.approx([0.0, 140.0, 100.0])


@pytest.mark.parametrize("revenue", [0.9, 1.0], ids=["at a loss", "no more than it pays"])
def test_a_supplier_long_little_used_that_earns_no_more_than_it_pays_leaves_with_its_money(revenue):
    world = bare_world(exit_months=6, exit_utilisation_share=0.3)
    world.suppliers["installed_h100e"], world.suppliers["utilisation_share"] = 100.0, (0.2, 0.9)
    world.suppliers["revenue_usd_m"], world.suppliers["cost_usd_m"] = revenue, 1.0
    world.suppliers["cash_usd_m"] = 50.0
    for _ in range(5):
        leave(world)
    assert world.suppliers["alive"].tolist() == [1, 1]
    leave(world)
    assert world.suppliers["alive"].tolist() == [0, 1]
    assert world.accounts["cash_usd_m"][INVESTORS] == 50.0


@pytest.mark.parametrize(
    ("use", "revenue", "installed", "count"),
    [(0.29, 1.0, 100.0, 6), (0.3, 0.9, 100.0, 0), (0.2, 1.1, 100.0, 0), (0.0, 0.0, 0.0, 6)],
    ids=["no better", "used", "earns more than it pays", "has nothing"],
)
def test_one_better_month_starts_the_count_again(use, revenue, installed, count):
    world = bare_world(exit_months=7, exit_utilisation_share=0.3)
    world.suppliers["low_use_months"] = 5
    world.suppliers["installed_h100e"], world.suppliers["utilisation_share"] = installed, use
    world.suppliers["revenue_usd_m"], world.suppliers["cost_usd_m"] = revenue, 1.0
    leave(world)
    assert world.suppliers["low_use_months"].tolist() == [count, count]


def test_who_waits_for_a_site_is_not_counted():
    world = bare_world()
    world.suppliers["low_use_months"], world.suppliers["pipeline_h100e"] = 5, 100.0
    leave(world)
    assert world.suppliers["low_use_months"].tolist() == [0, 0]


def entering(**parameters):
    world = bare_world(3, 3, **({"supplier_entry_per_month": 0.0, "lab_entry_per_month": 0.0} | parameters))
    world.labs["alive"][1] = world.suppliers["alive"][2] = 0
    world.labs["users_h100e"] = (600.0, 0.0, 400.0)
    world.lab_template["cash_usd_m"], world.lab_template["planned_growth_x_per_year"] = 50.0, 3.0
    world.supplier_templates["cash_usd_m"], world.supplier_templates["lead_months"] = 20.0, 9
    world.supplier_templates["lead_months"][NONTRADITIONAL - NEOCLOUD] = 6
    world.supplier_templates["installed_h100e"] = 10_000.0
    world.supplier_templates["kind"], world.supplier_templates["wacc_per_year"] = range(NEOCLOUD, len(KINDS)), 0.1
    world.market["month"], world.pairs["tie_share"] = 8, 0.5
    return world


def test_a_lab_is_founded_with_seed_money_and_some_users():
    # a tenth of 1000 users, taken from all alike
    world = entering(lab_entry_per_month=1.0, entrant_lab_users_share=0.1)
    world.market["contract_price_usd_per_h100e_hour"] = 1.7
    come(world)
    lab = world.labs[1]
    assert (lab["id"], lab["alive"], lab["entered_month"]) == (101, 1, 9)
    assert world.labs["users_h100e"].tolist() == pytest.approx([540.0, 100.0, 360.0])
    assert (lab["cash_usd_m"], world.accounts["cash_usd_m"][INVESTORS]) == (50.0, -50.0)
    assert (lab["service_price_usd_per_h100e_hour"], lab["unit_cost_usd_per_h100e_hour"]) == (4.0, 1.7)
    assert (world.pairs["aspiration_share"][1] == 1.0).all()
    assert (world.pairs["tie_share"][1] == 0.0).all()
    assert (world.pairs["tie_share"][0] == 0.5).all()
    assert world.market["lab_entries"][0] == 1


def test_in_a_credit_crunch_nobody_enters():
    world = entering(lab_entry_per_month=1.0, supplier_entry_per_month=1.0)
    before, world.market["credit_closed"] = world.labs.copy(), 1
    come(world)
    assert (world.labs == before).all()
    assert (world.market["lab_entries"][0], world.market["supplier_entries"][0]) == (0, 0)


def test_entry_has_its_chance():
    entries = 0
    for month in range(1000):
        world = entering(lab_entry_per_month=0.2)
        world.market["month"] = month
        come(world)
        entries += int(world.market["lab_entries"][0])
    assert entries == pytest.approx(200, abs=40)  # s.d. 12.6


def test_a_neocloud_enters_with_money_and_a_plan_and_nothing_else():
    world = entering(supplier_entry_per_month=1.0, entrant_nontraditional_share=0.0, entry_hurdle_ratio=0.1)
    come(world)
    supplier = world.suppliers[2]
    assert (supplier["id"], supplier["kind"], supplier["entered_month"]) == (101, NEOCLOUD, 9)
    assert (supplier["installed_h100e"], supplier["demand_belief_h100e"]) == (0.0, 10_000.0)
    assert world.pairs["tie_share"][0].tolist() == [0.5, 0.5, 0.0]
    assert (supplier["cash_usd_m"], world.accounts["cash_usd_m"][INVESTORS]) == (20.0, -20.0)
    assert world.accounts["cash_usd_m"][LENDERS] == world.accounts["cash_usd_m"][CHIP_MAKERS] == 0.0
    assert world.market["site_rows"][0] == world.market["orders_placed_h100e"][0] == 0
    assert all_cash(world) == 0.0


@pytest.mark.parametrize("chips", [1e9, 4000.0], ids=["chips for all", "chips for two fifths"])
def test_a_neocloud_orders_its_first_site_by_its_own_rule_and_shares_chips_like_any_other(chips):
    # with a ramp from 0 on, any profit is enough for a site of which 10,000 can be used, 0.95 of it
    world = entering(
        supplier_entry_per_month=1.0, entrant_nontraditional_share=0.0, entry_hurdle_ratio=0.1,
        investment_ramp_start_ratio=0.0, investment_ramp_width_ratio=0.1,
    )  # fmt: skip
    come(world)
    world.suppliers["power_mw_per_month"], world.market["chips_h100e"] = 1e5, chips
    world.market["month"] += 1
    invest(world, 2)
    place_orders(world)
    supplier, site = world.suppliers[2], world.sites[0]
    assert supplier["ordered_h100e"] == pytest.approx(min(chips, 10_000.0 / 0.95))
    assert (site["owner"], site["online_month"]) == (2, 9 + 9)
    # 36,500 USD each, borrowed
    assert world.accounts["cash_usd_m"][LENDERS] == pytest.approx(-0.0365 * supplier["ordered_h100e"])
    assert world.accounts["cash_usd_m"][CHIP_MAKERS] == pytest.approx(0.0365 * supplier["ordered_h100e"])
    assert supplier["cash_usd_m"] == 20.0


def test_an_owner_of_idle_capacity_pays_nothing_for_it():
    world = entering(
        supplier_entry_per_month=1.0,
        entrant_nontraditional_share=1.0,
        entrant_idle_low_h100e=500,
        entrant_idle_high_h100e=700,
    )
    come(world)
    assert 500.0 < world.sites["capacity_h100e"][0] < 700.0
    assert (world.sites["repayment_usd_m"][0], world.accounts["cash_usd_m"][LENDERS]) == (0.0, 0.0)
    assert world.sites["online_month"][0] == 14
    assert world.suppliers["kind"][2] == NONTRADITIONAL
    assert world.suppliers["demand_belief_h100e"][2] == 0.0  # until somebody wants it


@pytest.mark.parametrize(
    ("kind", "hurdle", "enters"),
    [(NONTRADITIONAL, 3.9, True), (NONTRADITIONAL, 4.1, False), (NEOCLOUD, 0.9, True), (NEOCLOUD, 1.6, False)],
)
def test_nobody_enters_where_it_does_not_pay(kind, hurdle, enters):
    # price 2; idle capacity costs 0.5 to run, so 4 times; a neocloud 36,500 / (730 x 50) + 0.5 = 1.5, so 1.33 times
    world = entering(entry_hurdle_ratio=hurdle, site_life_months=50, obsolescence_per_year=0.0, usable_share=1.0)
    world.supplier_templates["wacc_per_year"] = 0.0
    consider_entry(world, kind)
    assert bool(world.market["supplier_entries"][0]) is enters


@pytest.mark.parametrize(
    ("kind", "hurdle", "enters"),
    [
        (MINER, 1.24, True),  # 1.5 and 0.1 of mining: 1.6, so 1.25 times
        (MINER, 1.26, False),
        (ENERGY_DEVELOPER, 1.37, True),  # 1.5 less 0.05 of power: 1.45, so 1.38 times
        (ENERGY_DEVELOPER, 1.39, False),
        (SOVEREIGN, 1.77, True),  # 1.5 less a quarter: 1.78 times
        (SOVEREIGN, 1.79, False),
        (ORBITAL, 0.65, True),  # 3 and 0.05: 0.656 times
        (ORBITAL, 0.66, False),
    ],
)
def test_other_trades_enter_where_it_beats_what_they_would_do_otherwise(kind, hurdle, enters):
    world = entering(
        entry_hurdle_ratio=hurdle,
        site_life_months=50,
        orbital_life_months=50,
        obsolescence_per_year=0.0,
        usable_share=1.0,
        mining_revenue_usd_per_mwh=180,
        power_tariff_usd_per_mwh=80,
        power_sale_price_usd_per_mwh=30,
        sovereign_discount_share=0.25,
        orbital_running_cost_share=0.1,
        orbital_cost_multiple=3,
    )
    world.supplier_templates["wacc_per_year"] = 0.0
    consider_entry(world, kind)
    assert bool(world.market["supplier_entries"][0]) is enters
    if enters:
        assert (world.suppliers["kind"][2], world.suppliers["demand_belief_h100e"][2]) == (kind, 10_000.0)


def test_an_option_to_wait_raises_the_hurdle():
    world = entering(site_life_months=50, obsolescence_per_year=0.0, usable_share=1.0, investment_hurdle=REAL_OPTION)
    world.parameters["option_weight_share"] = 1.0
    world.supplier_templates["wacc_per_year"] = 0.1
    template = world.supplier_templates[0]
    plain = cost_of_new(world, template)
    trigger = option_trigger(0.1, world.parameters[0])
    assert trigger > 1.0
    assert cost_to_cover(world, NEOCLOUD) == pytest.approx(0.5 + trigger * (plain - 0.5))
    assert cost_to_cover(world, NONTRADITIONAL) == 0.5


@pytest.mark.parametrize("side", ["labs", "suppliers"])
def test_a_row_is_not_taken_in_the_month_its_firm_fails(side):
    entry = {f"{side.removesuffix('s')}_entry_per_month": 1.0}
    world = entering(entry_hurdle_ratio=0.0, **entry)
    getattr(world, side)["cash_usd_m"][0] = 40.0
    open_accounts(world)
    transfer(getattr(world, side)[0], world.accounts[LENDERS], 100.0)  # a bill that breaks it
    leave(world)
    assert getattr(world, side)["alive"][0] == 0
    come(world)
    assert getattr(world, side)["alive"][0] == 0
    assert getattr(world, side)["alive"].sum() == 2  # the other old one and the entrant
    tables = (world.labs, world.suppliers, world.accounts)
    assert sum(t["received_usd_m"].sum() for t in tables) == pytest.approx(sum(t["paid_usd_m"].sum() for t in tables))
    for table in tables:
        assert [account_gap(row) for row in table] == pytest.approx(np.zeros(len(table)), abs=1e-9)


def competing(suppliers, quantity, price):
    """Suppliers that each sell so much, all that they have, at a price; entrants pay 0.1 a year for capital."""
    world = bare_world(1, suppliers + 1, supplier_entry_rule=FORESIGHT, site_life_months=48)
    world.suppliers["alive"][suppliers:] = 0
    world.suppliers["installed_h100e"], world.suppliers["utilisation_share"] = 2.0 * quantity, 0.5
    world.suppliers["realised_price_usd_per_h100e_hour"] = price
    world.supplier_templates["wacc_per_year"] = 0.1
    return world


def test_the_value_of_entry_by_eye():
    # two sell 100 each at 3; with a third each earns (3 - 1) 100 x (3 / 4)^2 an hour, for 48 months
    world = competing(2, 100.0, 3.0)
    monthly = 200.0 * 9.0 / 16.0 * USD_M_PER_MONTH
    assert foreseen_value(world, 1.0, 0.1) == pytest.approx(monthly * annuity_months(0.1, 48.0))
    assert foreseen_value(world, 3.5, 0.1) < 0.0
    world.suppliers["utilisation_share"] = 0.0
    assert foreseen_value(world, 1.0, 0.1) == 0.0


@pytest.mark.parametrize("firms", [1, 2, 3, 7])
def test_the_foreseen_profit_is_cournots_after_entry(firms):
    # demand 10 - Q, cost 1: each sells 9 / (n + 1) at 1 + 9 / (n + 1); with one more each earns (9 / (n + 2))^2
    part = 9.0 / (firms + 1.0)
    value = foreseen_value(competing(firms, part, 1.0 + part), 1.0, 0.1)
    profit = value / annuity_months(0.1, 48.0) / USD_M_PER_MONTH
    assert profit == pytest.approx((9.0 / (firms + 2.0)) ** 2)


@pytest.mark.parametrize(("ratio", "enters"), [(0.99, 1), (1.01, 0)])
def test_by_foresight_who_can_earn_the_sunk_cost_enters(ratio, enters):
    world = competing(2, 1000.0, 3.0)
    world.parameters["supplier_entry_cost_usd_m"] = ratio * foreseen_value(world, 0.5, 0.1)
    consider_entry(world, NONTRADITIONAL)
    assert world.market["supplier_entries"][0] == enters


def test_the_sunk_cost_of_entry_is_paid():
    world = bare_world(1, 3, supplier_entry_cost_usd_m=30.0)
    world.suppliers["alive"][2], world.supplier_templates["cash_usd_m"] = 0, 100.0
    enter_supplier(world, NEOCLOUD, 50.0)
    assert world.suppliers["cash_usd_m"][2] == 100.0
    assert world.accounts["cash_usd_m"][STAFF] == 30.0
    assert world.accounts["cash_usd_m"][INVESTORS] == -130.0
    assert all_cash(world) == 0.0


def test_who_comes_has_no_experience():
    world = bare_world(2, 2, lab_entry_per_month=1.0, supplier_entry_per_month=0.0)
    world.labs["alive"][1], world.labs["users_h100e"][0] = 0, 1000.0
    world.pairs["deals_count"], world.market["contract_price_usd_per_h100e_hour"] = 3, 1.5
    come(world)
    assert world.pairs["deals_count"].tolist() == [[3, 3], [0, 0]]
    entrant = world.labs[1]
    assert entrant["price_memory_usd_per_h100e_hour"] == entrant["cost_as_renter_usd_per_h100e_hour"] == 1.5
