"""A planted leak of one H100e or one dollar is found and named; nothing else is."""

import copy

import numpy as np
import pytest

from agents.lab import Lab
from agents.supplier import Supplier
from model import ComputeMarket
from model.birth import world_at_start
from model.books import (
    EXTERNAL_CASH,
    FLOWS,
    IDENTITIES,
    LAB_CASH,
    LAB_DELIVERY,
    PARTIES,
    PIPELINE,
    SITES,
    SOLD_TWICE,
    SPOT_BALANCE,
    SUPPLIER_CASH,
    SUPPLIER_DELIVERY,
    SUPPLIER_USE,
    BooksError,
    account_gap,
    account_scale,
    check_capacity,
    check_money,
)
from model.ensemble import Runner
from model.state import EXTERNAL_ACCOUNTS
from tests.worlds import all_cash, bare_world, put_contract, put_site, random_parameters, run_scenario, with_parameters

DOLLAR = 1e-6
"""USD m."""


def leaking(small, firm, action, plant, month=4):
    """Run to the month in which a firm's action plants a leak; return what the books say."""
    side, base = ("lab", Lab) if firm in small.labs else ("supplier", Supplier)

    def act(self):
        getattr(super(leaky, self), action)()
        if self.model.months_run == month:
            plant(self)

    leaky = type("Leaky", (base,), {action: act})
    market = ComputeMarket(small, **{f"{side}_classes": {firm: leaky}})
    with pytest.raises(BooksError) as error:
        market.run(month + 2)
    return str(error.value), market


def assert_says(message, identity, label, amount, month):
    """Assert what the message says, the amount but for the rounding of the accounts."""
    before, _, after = message.partition(" by ")
    found, unit = after.split(" ", 1)
    assert before == IDENTITIES[identity] + (f" ({label})" if label else "")
    assert float(found) == pytest.approx(amount, rel=1e-3)
    assert unit == f"{'USD m' if identity >= LAB_CASH else 'H100e'} in month {month}"


def add(table, column, row, amount):
    """Return a leak that adds to one cell of a table."""

    def plant(agent):
        getattr(agent.tables, table)[column][row] += amount

    return plant


def test_one_h100e_too_many_in_a_delivery_is_named(small):
    message, market = leaking(small, "openai", "bid_spot", add("contracts", "delivered_h100e", 2, 1.0))
    supplier = market.supplier_name(int(market.world.contracts["supplier"][2]))
    assert_says(message, SUPPLIER_DELIVERY, supplier, -1.0, 4)


def test_one_h100e_that_a_lab_never_got_is_named(small):
    message, _ = leaking(small, "anthropic", "bid_spot", add("labs", "contract_h100e", 1, 1.0))
    assert_says(message, LAB_DELIVERY, "Anthropic", 1.0, 4)


def test_one_h100e_too_many_installed_is_named(small):
    message, _ = leaking(small, "openai", "bid_spot", add("suppliers", "installed_h100e", 1, 1.0))
    assert_says(message, SITES, "Amazon Web Services", 1.0, 4)


def test_one_h100e_used_twice_is_named(small):
    message, _ = leaking(small, "openai", "bid_spot", add("suppliers", "enterprise_served_h100e", 0, 1.0))
    assert_says(message, SUPPLIER_USE, "Microsoft Azure", -1.0, 4)


def test_one_h100e_in_an_order_is_found_the_month_after(small):
    def plant(supplier):
        sites = supplier.tables.sites
        row = int(np.argmax(sites["online_month"] > 8))
        sites["capacity_h100e"][row] += 1.0

    message, _ = leaking(small, "azure", "invest", plant)
    assert_says(message, PIPELINE, "", -1.0, 5)


@pytest.mark.parametrize(("firm", "row", "label"), [("openai", 0, "OpenAI"), ("mistral", 3, "Mistral")])
def test_one_dollar_in_a_labs_cash_is_named(small, firm, row, label):
    message, _ = leaking(small, firm, "learn", add("labs", "cash_usd_m", row, DOLLAR))
    assert_says(message, LAB_CASH, label, DOLLAR, 4)


@pytest.mark.parametrize(("firm", "row", "label"), [("azure", 0, "Microsoft Azure"), ("coreweave", 2, "CoreWeave")])
def test_one_dollar_in_a_suppliers_cash_is_named(small, firm, row, label):
    message, _ = leaking(small, firm, "invest", add("suppliers", "cash_usd_m", row, -DOLLAR))
    assert_says(message, SUPPLIER_CASH, label, -DOLLAR, 4)


@pytest.mark.parametrize("account", range(len(EXTERNAL_ACCOUNTS)), ids=EXTERNAL_ACCOUNTS)
def test_one_dollar_in_an_external_account_is_found(small, account):
    message, _ = leaking(small, "openai", "learn", add("accounts", "cash_usd_m", account, DOLLAR))
    assert_says(message.replace(f" ({EXTERNAL_ACCOUNTS[account]})", ""), EXTERNAL_CASH, "", DOLLAR, 4)


@pytest.mark.xfail(strict=True, reason="`breach_message` names labs and suppliers, but no external account")
def test_one_dollar_in_an_external_account_is_named(small):
    message, _ = leaking(
        small, "openai", "learn", add("accounts", "cash_usd_m", EXTERNAL_ACCOUNTS.index("staff"), DOLLAR)
    )
    assert "staff" in message


@pytest.mark.xfail(strict=True, reason="the tolerance is 1e-13 of an account: above 7e6 USD m it lets a dollar pass")
def test_one_dollar_is_found_in_the_largest_account_at_the_end_of_a_run(small):
    # rounding is below 1e-15 of an account in runs of 120 months, so 1e-14 would do
    cash = np.abs(ComputeMarket(small).run(59).world.accounts["cash_usd_m"])
    message, _ = leaking(small, "openai", "learn", add("accounts", "cash_usd_m", int(cash.argmax()), DOLLAR), 58)
    assert IDENTITIES[EXTERNAL_CASH] in message


def test_one_dollar_paid_to_nobody_is_found(small):
    def plant(lab):
        lab.row["cash_usd_m"] -= DOLLAR
        lab.row["paid_usd_m"] += DOLLAR

    message, _ = leaking(small, "openai", "learn", plant)
    assert_says(message, FLOWS, "", -DOLLAR, 4)


def test_a_number_that_is_none_is_found(small):
    message, _ = leaking(small, "mistral", "learn", add("labs", "cash_usd_m", 3, np.nan))
    assert message == f"{IDENTITIES[LAB_CASH]} (Mistral) by nan USD m in month 4"


def test_a_leak_in_an_ensemble_is_a_failed_run(small):
    start = world_at_start(small)
    start.market["pipeline_h100e"] += 1.0
    run = Runner(small, 6, start).run(3, 1)
    assert run.failure == f"BooksError: {IDENTITIES[PIPELINE]} by 1 H100e in month 0"
    assert len(run.history.market) == 1
    assert Runner(small, 6, world_at_start(small)).run(3, 1).failure == ""


def test_a_failed_run_names_the_firm(small):
    start = world_at_start(small)
    start.suppliers["spot_sold_h100e"] = 0.0
    start.contracts["lab"][0] = 2
    start.labs["alive"][2] = 0
    failure = Runner(small, 6, start).run(0, 1).failure
    assert failure.startswith(f"BooksError: {IDENTITIES[PARTIES]}")


@pytest.mark.xfail(strict=True, reason="`breach_message` does not say which contract, nor whose")
def test_a_contract_with_a_dead_party_is_named(small):
    start = world_at_start(small)
    start.labs["alive"][2], start.contracts["lab"][0] = 0, 2
    assert "Google DeepMind" in Runner(small, 6, start).run(0, 1).failure


def balanced():
    """100 installed of which 95 usable: 40 delivered, 20 to enterprises, 10 of 35 sold on spot to lab 2, 5 down."""
    world = bare_world()
    put_site(world, 0, 100.0)
    row = put_contract(world, 0, 0, 40.0)
    world.contracts["due_h100e"][row] = world.contracts["delivered_h100e"][row] = 40.0
    supplier = world.suppliers[0]
    for name, value in {
        "installed": 100, "usable": 95, "delivered": 40, "enterprise_served": 20, "spot_sold": 10, "idle": 25, "down": 5
    }.items():  # fmt: skip
        supplier[f"{name}_h100e"] = value
    world.labs["contract_h100e"][0], world.labs["spot_h100e"][1] = 40.0, 10.0
    return world


def breach(world, check):
    check(world)
    return int(world.market["breach"][0]), float(world.market["breach_amount"][0])


def test_books_that_balance():
    assert breach(balanced(), check_capacity) == (0, 0.0)
    assert breach(balanced(), check_money) == (0, 0.0)


@pytest.mark.parametrize(
    ("table", "column", "row", "identity", "amount"),
    [
        ("suppliers", "installed_h100e", 0, SITES, 1.0),
        ("sites", "capacity_h100e", 0, SITES, -1.0),
        ("suppliers", "idle_h100e", 0, SUPPLIER_USE, -1.0),
        ("suppliers", "usable_h100e", 1, 0, 0.0),
        ("contracts", "delivered_h100e", 0, SUPPLIER_DELIVERY, -1.0),
        ("labs", "contract_h100e", 1, LAB_DELIVERY, 1.0),
        ("labs", "spot_h100e", 0, SPOT_BALANCE, -1.0),
        ("market", "spot_fringe_h100e", 0, SPOT_BALANCE, -1.0),
        ("market", "arrived_h100e", 0, PIPELINE, -1.0),
        ("market", "cancelled_h100e", 0, PIPELINE, -1.0),
        ("market", "orders_before_h100e", 0, PIPELINE, 1.0),
        ("contracts", "due_h100e", 0, PARTIES, 1.0),
    ],
)
def test_each_identity_of_capacity(table, column, row, identity, amount):
    world = balanced()
    getattr(world, table)[column][row] += 1.0
    assert breach(world, check_capacity) == (identity, pytest.approx(amount))


def test_capacity_sold_twice():
    world = balanced()
    world.suppliers["usable_h100e"][0] = 69.0
    assert breach(world, check_capacity) == (SOLD_TWICE, pytest.approx(1.0))


@pytest.mark.parametrize(
    ("table", "identity"), [("labs", LAB_CASH), ("suppliers", SUPPLIER_CASH), ("accounts", EXTERNAL_CASH)]
)
def test_each_identity_of_money(table, identity):
    world = balanced()
    getattr(world, table)["cash_usd_m"][1] += DOLLAR
    assert breach(world, check_money) == (identity, pytest.approx(DOLLAR))


def test_the_first_breach_is_the_one_that_is_named():
    world = balanced()
    world.suppliers["installed_h100e"][0] += 1.0
    world.labs["spot_h100e"][0] += 9.0
    check_capacity(world)
    check_money(world)
    assert world.market["breach"][0] == SITES


def test_gap_and_scale_of_an_account():
    row = bare_world().labs[0]
    row["cash_usd_m"], row["opening_cash_usd_m"], row["received_usd_m"], row["paid_usd_m"] = 9.0, -5.0, 20.0, 7.0
    assert account_gap(row) == 1.0  # 9 - (-5 + 20 - 7)
    assert account_scale(row) == 41.0


@pytest.mark.xfail(
    strict=True, reason="a firm that closes loses its flows where its row is taken the same month, see test_entry.py"
)
def test_no_false_alarm_in_long_runs(small):
    failures = [run_scenario(small, 120, seed).failure for seed in range(1, 21)]
    assert failures == [""] * 20


FALSE_ALARMS = (IDENTITIES[FLOWS],)
"""Known: see `test_the_books_of_a_row_that_changes_hands_within_a_month_still_balance`; empty it with that bug."""


def test_no_false_alarm_over_random_parameters(small):
    draws = np.random.default_rng(1)
    for number in range(200):
        values = random_parameters(draws)
        failure = run_scenario(with_parameters(small, values), 60, number).failure
        assert not failure or any(known in failure for known in FALSE_ALARMS), (number, failure)


def test_money_is_never_made(small):
    market = ComputeMarket(small)
    for _ in range(24):
        market.step()
        assert all_cash(market.world) == pytest.approx(0.0, abs=1e-5)


def test_a_deep_copy_of_a_scenario_is_not_changed_by_a_run(small):
    before = copy.deepcopy(small)
    run_scenario(small, 12)
    assert before == small
