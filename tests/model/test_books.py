"""The books find a planted leak of one H100e or one dollar, name it and the firm, and never cry without a cause."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import model.ensemble
import model.market
from agents.lab import Lab
from agents.supplier import Hyperscaler, Neocloud
from model import ComputeMarket, Ensemble, load_scenario
from model.books import BooksError, check_capacity, check_money
from model.parameters import PARAMETERS
from model.state import EXTERNAL_ACCOUNTS
from tests.draws import CHOICES, MOST_CHOICES, any_choices, draw_overrides, every_choice
from tests.worlds import EVERYTHING

pytestmark = pytest.mark.all

DOLLAR_USD_M = 1e-6
LABELS = {
    section: [firm["label"] for firm in getattr(load_scenario("small"), section).values()]
    for section in ("labs", "suppliers")
}


def plant(monkeypatch, stage, leak, month):
    """Let `leak` change the world after a stage of `ComputeMarket` in one month."""
    module, _, name = stage.rpartition(".")
    target = model.market.month if module else model.market
    real = getattr(target, name)

    def leaking(world):
        real(world)
        if world.market["month"][0] == month:
            leak(world)

    monkeypatch.setattr(target, name, leaking)


def breach(months=36):
    """Run a market until its books break; return what they say."""
    market = ComputeMarket("small", seed=4)
    with pytest.raises(BooksError) as broken:
        market.run(months)
    return str(broken.value)


def contract_row(world):
    """Return a running contract of which something is delivered."""
    contracts = world.contracts
    return int(np.argmax((contracts["id"] > 0) & (contracts["delivered_h100e"] > 1000)))


def supplier_site(world, under_way):
    """Return a supplier's site that is online, or one on order."""
    sites, month = world.sites, world.market["month"][0]
    right = (sites["id"] > 0) & (sites["owner_is_lab"] == 0) & (sites["retire_month"] > month + 2)
    return int(np.argmax(right & ((sites["online_month"] > month + 2) == under_way)))


def leak_delivered(world):
    world.contracts["delivered_h100e"][contract_row(world)] += 1


def leak_due(world):
    row = world.contracts[contract_row(world)]
    row["due_h100e"] = row["capacity_h100e"] + 1


def leak_online_site(world):
    world.sites["capacity_h100e"][supplier_site(world, under_way=False)] += 1


def leak_ordered_site(world):
    world.sites["capacity_h100e"][supplier_site(world, under_way=True)] += 1


def leak_closed_site(world):
    world.sites["id"][supplier_site(world, under_way=True)] = 0


def add(table, column, row, amount=1.0):
    def leak(world):
        getattr(world, table)[column][row] += amount

    leak.__name__ = f"{table}.{column}[{row}]"
    return leak


CAPACITY_LEAKS = [
    ("deliver", leak_delivered, "capacity of a supplier: deliveries to labs differ from its contracts"),
    ("deliver", leak_due, "contract: a party is not in business, or more is due than was signed"),
    ("deliver", add("suppliers", "delivered_h100e", 1), "installed differs from committed + spot + idle + down"),
    ("deliver", add("labs", "contract_h100e", 1), "capacity of a lab: capacity received differs from its contracts"),
    ("month.run_contracts", add("suppliers", "installed_h100e", 0), "sites online differ from installed"),
    ("month.run_contracts", leak_online_site, "capacity of a supplier: sites online differ from installed"),
    ("month.run_contracts", add("market", "pipeline_h100e", 0), "pipeline: orders under way differ from those before"),
    ("month.run_contracts", add("market", "arrived_h100e", 0), "pipeline: orders under way differ from those before"),
    ("clear_spot", add("labs", "spot_h100e", 0), "spot market: capacity bought differs from capacity sold"),
    ("clear_spot", add("market", "spot_fringe_h100e", 0), "spot market: capacity bought differs from capacity sold"),
    ("clear_spot", add("suppliers", "spot_sold_h100e", 0), "capacity of a supplier: more sold than is usable"),
    ("place_orders", leak_ordered_site, "pipeline: orders under way differ from those before + ordered - arrived"),
    ("place_orders", leak_closed_site, "pipeline: orders under way differ from those before + ordered - arrived"),
    ("place_orders", add("market", "orders_placed_h100e", 0), "pipeline: orders under way differ from those before"),
]


@pytest.mark.parametrize("month", [0, 20])
@pytest.mark.parametrize(
    ("stage", "leak", "identity"), CAPACITY_LEAKS, ids=lambda value: getattr(value, "__name__", "")
)
def test_one_planted_h100e_breaks_the_books(monkeypatch, stage, leak, identity, month):
    plant(monkeypatch, stage, leak, month)
    message = breach()
    assert identity in message
    assert message.endswith(f"H100e in month {month + (stage == 'place_orders')}")
    if leak is not leak_closed_site:
        amount = float(message.rpartition(" by ")[2].split()[0])
        assert abs(amount) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("column", "value"), [("spot_price_usd_per_h100e_hour", -1.0), ("spot_price_mean_log", np.nan)]
)
def test_a_price_that_is_no_positive_number_breaks_the_books(monkeypatch, column, value):
    def spoil(world):
        world.market[column] = value

    plant(monkeypatch, "settle", spoil, 5)
    assert "prices: the spot price, or what is remembered of it, is not a positive number" in breach()


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize(
    ("stage", "table", "column", "identity"),
    [
        ("month.run_contracts", "suppliers", "installed_h100e", "sites online differ from installed"),
        ("deliver", "suppliers", "delivered_h100e", "installed differs from committed + spot + idle + down"),
        ("deliver", "labs", "contract_h100e", "capacity received differs from its contracts"),
        ("settle", "labs", "cash_usd_m", "money of a lab: cash differs from opening + received - paid"),
        ("settle", "suppliers", "cash_usd_m", "money of a supplier: cash differs from opening + received - paid"),
    ],
)
def test_the_books_name_the_firm(monkeypatch, stage, table, column, identity, row):
    amount = DOLLAR_USD_M if column == "cash_usd_m" else 1.0
    plant(monkeypatch, stage, add(table, column, row, amount), 3)
    assert f"{identity} ({LABELS[table][row]}) by " in breach()


@pytest.mark.parametrize("amount", [DOLLAR_USD_M, -DOLLAR_USD_M, np.nan])
@pytest.mark.parametrize("account", range(len(EXTERNAL_ACCOUNTS)), ids=EXTERNAL_ACCOUNTS)
def test_one_planted_dollar_breaks_the_books_of_an_external_account(monkeypatch, account, amount):
    plant(monkeypatch, "settle", add("accounts", "cash_usd_m", account, amount), 2)
    message, name = breach(), EXTERNAL_ACCOUNTS[account]
    assert message.startswith(f"money of an external account: cash differs from opening + received - paid ({name}) by ")
    assert message.endswith("USD m in month 2")


@pytest.mark.parametrize("month", [0, 30])
@pytest.mark.parametrize(("table", "row"), [("labs", 2), ("suppliers", 1), ("accounts", 0)])
@pytest.mark.parametrize(("flow", "sign"), [("received_usd_m", 1), ("paid_usd_m", -1)])
def test_a_transfer_with_one_side_breaks_the_books(monkeypatch, table, row, flow, sign, month):
    def half_a_transfer(world):
        account = getattr(world, table)[row]
        account["cash_usd_m"] += sign * DOLLAR_USD_M
        account[flow] += DOLLAR_USD_M

    plant(monkeypatch, "settle", half_a_transfer, month)
    assert "money: what was received differs from what was paid by " in breach()


def steal(base, action, column, amount):
    """Return a class of agent that helps itself."""

    class Thief(base):
        pass

    def act(self):
        getattr(super(Thief, self), action)()
        self.row[column] += amount

    setattr(Thief, action, act)
    return Thief


@pytest.mark.parametrize("action", ["price_service", "plan", "bid", "bid_spot", "learn"])
def test_a_lab_that_prints_a_dollar_is_named(action):
    thief = steal(Lab, action, "cash_usd_m", DOLLAR_USD_M)
    with pytest.raises(BooksError, match=r"money of a lab: .* \(Anthropic\) by .* USD m in month 0"):
        ComputeMarket("small", lab_classes={"anthropic": thief}).run(2)


@pytest.mark.parametrize(("key", "base"), [("azure", Hyperscaler), ("coreweave", Neocloud)])
@pytest.mark.parametrize("action", ["consider_recall", "quote", "respond", "invest", "learn"])
def test_a_supplier_that_prints_a_dollar_is_named(action, key, base):
    thief = steal(base, action, "cash_usd_m", DOLLAR_USD_M)
    label = load_scenario("small").suppliers[key]["label"]
    with pytest.raises(BooksError, match=rf"money of a supplier: .* \({label}\) by .* USD m in month 0"):
        ComputeMarket("small", supplier_classes={key: thief}).run(2)


@pytest.mark.parametrize(
    ("column", "identity"),
    [
        ("idle_h100e", "installed differs from committed + spot + idle + down"),
        ("down_h100e", "installed differs from committed + spot + idle + down"),
        ("enterprise_served_h100e", "installed differs from committed + spot + idle + down"),
        ("usable_h100e", "more sold than is usable"),
    ],
)
def test_the_check_itself_finds_capacity_used_twice(column, identity):
    market = ComputeMarket("small", seed=4).run(1)
    world = market.world
    check_capacity(world)
    check_money(world)
    assert world.market["breach"][0] == 0
    supplier = world.suppliers[2]
    supplier["usable_h100e"] = supplier["delivered_h100e"] + supplier["enterprise_served_h100e"]
    supplier["usable_h100e"] += supplier["spot_sold_h100e"]
    supplier[column] -= 1
    check_capacity(world)
    with pytest.raises(BooksError, match=r"\(CoreWeave\)") as broken:
        market.end_month()
    assert identity in str(broken.value)


# --- compiled runs ---


def corrupt_pipeline(world):
    world.market["pipeline_h100e"] += 1


def corrupt_site(world):
    leak_ordered_site(world)


def corrupt_cash(world):
    world.labs["cash_usd_m"][1] = np.nan


def corrupt_contract(world):
    world.contracts["supplier"][0] = len(world.suppliers) - 1


BAD_STARTS = [
    (corrupt_pipeline, "BooksError: pipeline: orders under way differ from those before + ordered - arrived by "),
    (corrupt_site, "BooksError: pipeline: orders under way differ from those before + ordered - arrived by "),
    (
        corrupt_cash,
        f"BooksError: money of a lab: cash differs from opening + received - paid ({LABELS['labs'][1]}) by ",
    ),
    (corrupt_contract, "BooksError: contract: a party is not in business, or more is due than was signed ("),
]


@pytest.mark.parametrize(("corrupt", "text"), BAD_STARTS)
def test_a_compiled_run_stops_in_the_month_its_books_break(corrupt, text):
    ensemble = Ensemble("small", runs=3, months=12)
    corrupt(ensemble.start)
    batch = ensemble.run()
    for failure in batch.runs["failure"]:
        assert failure.startswith(text)
        assert failure.endswith("in month 0")
    assert batch.months["month"].to_list() == [0, 0, 0]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("corrupt", "text"), BAD_STARTS)
def test_a_broken_run_leaves_the_others_alone(monkeypatch, corrupt, text, workers):
    clean = Ensemble("small", runs=40, months=8, seed=3).run()

    class OneBadStart(model.ensemble.Runner):
        def run_many(self, runs, seeds, points=None):
            alone = [self.of_one(runs[k : k + 1], seeds[k : k + 1]) for k in range(len(runs))]
            return model.ensemble.joined(alone)

        def of_one(self, runs, seeds):
            good, bad = self.start, model.ensemble.empty_world(model.ensemble.capacity_of(self.start))
            model.ensemble.copy_into(self.start, bad)
            if runs[0] == 5:
                corrupt(bad)
            self.start = bad
            outcome = super().run_many(runs, seeds).single(0)
            if runs[0] == 5:
                self.start = good
            return outcome

    monkeypatch.setattr(model.ensemble, "Runner", OneBadStart)
    batch = Ensemble("small", runs=40, months=8, seed=3, workers=workers).run()
    broken = batch.runs.filter(pl.col("failure").is_not_null())
    assert broken["run"].to_list() == [5]
    assert broken["failure"][0].startswith(text)
    for found, expected in zip(batch, clean, strict=True):
        others = pl.col("run") != 5
        assert_frame_equal(found.filter(others), expected.filter(others), check_exact=True)
    assert batch.months.filter(pl.col("run") == 5)["month"].to_list() == [0]


def test_a_run_that_breaks_later_keeps_its_months():
    ensemble = Ensemble("small", runs=2, months=12)
    row = supplier_site(ensemble.start, under_way=True)
    site = ensemble.start.sites[row]
    online = int(site["online_month"])
    assert 0 < online < 12
    site["owner_is_lab"] = 2  # a supplier counts it, the books do not
    batch = ensemble.run()
    label = LABELS["suppliers"][int(site["owner"])]
    for failure in batch.runs["failure"]:
        assert f"sites online differ from installed ({label}) by {site['capacity_h100e']:.6g} H100e" in failure
        assert failure.endswith(f"in month {online}")
    assert batch.months["month"].to_list() == 2 * list(range(online + 1))


# --- no false alarm ---


def test_no_false_alarm_in_small():
    failures = Ensemble("small", runs=30, months=60, seed=11).run().runs["failure"]
    assert len(failures) == failures.null_count() == 30


@pytest.mark.parametrize("block", range(5))
def test_no_false_alarm_over_random_parameters(block):
    for draw in range(32):
        rng = np.random.default_rng([100 + block, draw])
        scenario = load_scenario("small", draw_overrides(rng) | (any_choices(rng) if draw % 2 else {}))
        for run in Ensemble(scenario, runs=2, months=36, seed=draw + 1).histories():
            assert not run.failure, f"block {block}, draw {draw}: {run.failure}"


def failures(overrides, months):
    """Return what failed in eight runs of `small`."""
    runs = Ensemble("small", runs=8, months=months, seed=3, overrides=overrides).histories()
    return [run.failure for run in runs if run.failure]


@pytest.mark.parametrize(("name", "choice"), CHOICES)
def test_books_balance_under_every_rule(name, choice):
    assert failures({f"parameters.{name}": choice}, 36) == []


def test_books_balance_with_every_mechanism_on():
    assert {p.name for p in PARAMETERS if p.default == 0 and not p.choices} <= set(EVERYTHING)
    overrides = {f"parameters.{name}": value for name, value in EVERYTHING.items()} | {"suppliers.aws.chip_family": 1}
    runs = list(Ensemble("regions", runs=2, months=48, seed=3, overrides=overrides).histories())
    assert [run.failure for run in runs] == ["", ""]
    for column in ("service_level", "prepaid_usd_m", "equity_usd_m"):
        assert any(run.deals[column].any() for run in runs), column
    for column in ("retired_early_h100e", "behind_the_meter_h100e", "grid_queue_mw", "supplier_entries"):
        assert any(run.history.market[column].any() for run in runs), column


@pytest.mark.parametrize("number", range(MOST_CHOICES))
@pytest.mark.parametrize("rule", ["auction", "double_auction", "posted"])
def test_books_balance_under_rules_chosen_together(number, rule):
    busy = {"parameters.spot_rule": rule, "parameters.supplier_entry_per_month": 0.3}
    assert failures(every_choice(number) | busy, 48) == []


def test_books_balance_where_nobody_would_pay_the_cheapest_ask():
    """On a line demand ends; where the cheapest ask is above that, posted prices sell nothing."""
    rules = {"spot_rule": "posted", "fringe_demand_curve": "linear", "fringe_price_elasticity": 5.0}
    asks = {"spot_urgent_ask_ratio": 10.0, "spot_patient_ask_ratio": 2.0}
    assert failures({f"parameters.{key}": value for key, value in (rules | asks).items()}, 36) == []
