"""The books: identities that must hold every month; the first that fails stops the run and is named."""

import math
from typing import Any

from agents.compiling import inner, rule
from model.state import EXTERNAL_ACCOUNTS, World

IDENTITIES = (
    "",
    "capacity of a supplier: sites online differ from installed",
    "capacity of a supplier: installed differs from committed + spot + idle + down",
    "capacity of a supplier: deliveries to labs differ from its contracts",
    "capacity of a supplier: more sold than is usable",
    "capacity of a lab: capacity received differs from its contracts",
    "spot market: capacity bought differs from capacity sold",
    "pipeline: orders under way differ from those before + ordered - arrived",
    "contract: a party is not in business, or more is due than was signed",
    "money of a lab: cash differs from opening + received - paid",
    "money of a supplier: cash differs from opening + received - paid",
    "money of an external account: cash differs from opening + received - paid",
    "money: what was received differs from what was paid",
    "prices: the spot price, or what is remembered of it, is not a positive number",
    "forward market: what is held for a month does not add up to nothing",
    "forward market: deposits differ from what the clearing house holds and has lost",
)
"""What failed, by value of `market["breach"]`."""
(
    _,
    SITES,
    SUPPLIER_USE,
    SUPPLIER_DELIVERY,
    SOLD_TWICE,
    LAB_DELIVERY,
    SPOT_BALANCE,
    PIPELINE,
    PARTIES,
    LAB_CASH,
    SUPPLIER_CASH,
    EXTERNAL_CASH,
    FLOWS,
    PRICES,
    FORWARD_POSITIONS,
    FORWARD_MARGINS,
) = range(16)

SUPPLIER_IDENTITIES = (SITES, SUPPLIER_USE, SUPPLIER_DELIVERY, SOLD_TWICE, SUPPLIER_CASH)
LAB_IDENTITIES = (LAB_DELIVERY, LAB_CASH)


class BooksError(RuntimeError):
    """An identity of the books failed."""


@inner
def expect(world: World, identity: int, row: int, difference: float, scale: float) -> None:
    """Note the first identity that fails: |difference| above rounding for numbers of that scale, or not a number."""
    market = world.market[0]
    if not abs(difference) <= 3e-7 + 2e-14 * abs(scale) and market["breach"] == 0:
        market["breach"] = identity
        market["breach_row"] = row
        market["breach_amount"] = difference


@inner
def check_prices(world: World) -> None:
    """Check that the spot price is a positive number, and so is what the market remembers of it."""
    market = world.market[0]
    price, memory = market["spot_price_usd_per_h100e_hour"], market["spot_price_mean_log"]
    expect(world, PRICES, 0, 0.0 if price > 0.0 and math.isfinite(memory) else math.nan, 1.0)


@inner
def check_capacity(world: World) -> None:
    """Check, once capacity has been used, that every H100e is somewhere exactly once."""
    market = world.market[0]
    add_up_sites(world)
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        online = supplier["checked_h100e"]
        used = supplier["delivered_h100e"] + supplier["enterprise_served_h100e"] + supplier["spot_sold_h100e"]
        everything = used + supplier["idle_h100e"] + supplier["down_h100e"]
        expect(world, SITES, j, supplier["installed_h100e"] - online, 1e3 * online)
        expect(world, SUPPLIER_USE, j, online - everything, 1e3 * online)
        expect(world, SOLD_TWICE, j, max(0.0, used - supplier["usable_h100e"]), 1e3 * online)
    expect_deliveries(world)
    sold, bought = 0.0, market["spot_fringe_h100e"]
    for j in range(len(world.suppliers)):
        sold += world.suppliers[j]["spot_sold_h100e"]
    for i in range(len(world.labs)):
        bought += world.labs[i]["spot_h100e"]
    expect(world, SPOT_BALANCE, 0, sold - bought, 1e4 * sold)
    before = market["pipeline_before_h100e"] + market["orders_before_h100e"]
    after = market["pipeline_h100e"] + market["arrived_h100e"] + market["cancelled_h100e"]
    expect(world, PIPELINE, 0, before - after, 1e4 * before)


@inner
def add_up_sites(world: World) -> None:
    """Add up the capacity of each supplier's sites that are online, from the sites themselves."""
    month = world.market[0]["month"]
    for j in range(len(world.suppliers)):
        world.suppliers[j]["checked_h100e"] = 0.0
    for row in range(world.market[0]["site_rows"]):
        site = world.sites[row]
        if site["id"] != 0 and site["owner_is_lab"] == 0 and site["online_month"] <= month < site["retire_month"]:
            world.suppliers[site["owner"]]["checked_h100e"] += site["capacity_h100e"]


@inner
def expect_deliveries(world: World) -> None:
    """Check each contract's parties, and deliveries on both sides against the contracts themselves."""
    for j in range(len(world.suppliers)):
        world.suppliers[j]["checked_h100e"] = 0.0
    for i in range(len(world.labs)):
        world.labs[i]["checked_h100e"] = 0.0
    for row in range(world.market[0]["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] == 0:
            continue
        lab, supplier = world.labs[contract["lab"]], world.suppliers[contract["supplier"]]
        supplier["checked_h100e"] += contract["delivered_h100e"]
        lab["checked_h100e"] += contract["delivered_h100e"]
        missing = 2.0 - lab["alive"] - supplier["alive"]
        excess = max(0.0, contract["due_h100e"] - contract["capacity_h100e"])
        expect(world, PARTIES, row, missing + excess, contract["capacity_h100e"])
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        difference = supplier["delivered_h100e"] - supplier["checked_h100e"]
        expect(world, SUPPLIER_DELIVERY, j, difference, 1e3 * supplier["installed_h100e"])
    for i in range(len(world.labs)):
        lab = world.labs[i]
        expect(world, LAB_DELIVERY, i, lab["contract_h100e"] - lab["checked_h100e"], 1e3 * lab["contract_h100e"])


@rule
def account_gap(row: Any) -> float:
    """Return by how much an account's cash differs from opening + received - paid, USD m."""
    return float(row["cash_usd_m"] - (row["opening_cash_usd_m"] + row["received_usd_m"] - row["paid_usd_m"]))


@rule
def account_scale(row: Any) -> float:
    """Return the size of the numbers of an account, USD m."""
    return float(abs(row["cash_usd_m"]) + abs(row["opening_cash_usd_m"]) + row["received_usd_m"] + row["paid_usd_m"])


@inner
def check_money(world: World) -> None:
    """Check that every account moved by its flows, and that what was paid was received."""
    received, paid = 0.0, 0.0
    for i in range(len(world.labs)):
        row = world.labs[i]
        expect(world, LAB_CASH, i, account_gap(row), account_scale(row))
        received += row["received_usd_m"]
        paid += row["paid_usd_m"]
    for j in range(len(world.suppliers)):
        row = world.suppliers[j]
        expect(world, SUPPLIER_CASH, j, account_gap(row), account_scale(row))
        received += row["received_usd_m"]
        paid += row["paid_usd_m"]
    for account in range(len(world.accounts)):
        row = world.accounts[account]
        expect(world, EXTERNAL_CASH, account, account_gap(row), account_scale(row))
        received += row["received_usd_m"]
        paid += row["paid_usd_m"]
    expect(world, FLOWS, 0, received - paid, received + paid)


def breach_message(world: World, lab_names: tuple[str, ...], supplier_names: tuple[str, ...]) -> str:
    """Return in words which identity failed, where, when and by how much."""
    market = world.market[0]
    identity, row = int(market["breach"]), int(market["breach_row"])
    where = ""
    if identity == EXTERNAL_CASH:
        where = f" ({EXTERNAL_ACCOUNTS[row]})"
    elif identity == PARTIES:
        contract = world.contracts[row]
        lab = lab_names[int(world.labs[int(contract["lab"])]["name_code"])]
        where = f" ({lab} with {supplier_names[int(world.suppliers[int(contract['supplier'])]['name_code'])]})"
    elif identity in SUPPLIER_IDENTITIES:
        where = f" ({supplier_names[int(world.suppliers[row]['name_code'])]})"
    elif identity in LAB_IDENTITIES:
        where = f" ({lab_names[int(world.labs[row]['name_code'])]})"
    unit = "USD m" if identity >= LAB_CASH else "H100e"
    unit = {PRICES: "USD", FORWARD_POSITIONS: "H100e"}.get(identity, unit)
    amount = float(market["breach_amount"])
    return f"{IDENTITIES[identity]}{where} by {amount:.6g} {unit} in month {int(market['month'])}"
