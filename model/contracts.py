"""The life of a contract: signed, recalled, left, ended with a party."""

from typing import Any, NamedTuple

from agents.base import channel_of
from agents.compiling import inner, rule, stage
from agents.labs.relationship import set_up_cost_usd_m
from agents.units import USD_M_PER_MONTH
from model import luck
from model.arrival import note_visible_deal
from model.money import transfer
from model.packages import conduct_hazard
from model.state import CHIP_MAKERS, World

BY_TERM, BY_BUYER, BY_RECALL, BY_FAILURE, BY_CONDUCT = range(5)
"""Values of `deals["ended_by"]`."""


@inner
def free_contract_row(world: World) -> int:
    """Return an empty row of the contracts; there is always one, see `room.make_room`."""
    market = world.market[0]
    row = market["contract_hint"]
    while world.contracts[row]["id"] != 0:
        row += 1
    market["contract_hint"] = row + 1
    market["contract_rows"] = max(market["contract_rows"], row + 1)
    return int(row)


class Terms(NamedTuple):
    """What a contract says apart from quantity and price.

    `start` is its first month, `ramp` the months from there to full capacity, `end` the first month after it; then the
    class of service, the notice in months (0 for never), whether the supplier may give it too, and the share paid
    ahead.
    """

    start: int
    ramp: int
    end: int
    service_level: int
    notice: int
    recallable: int
    prepaid_share: float


@rule
def sign(world: World, i: int, j: int, quantity: float, price: float, terms: Terms) -> int:
    """Write a contract between lab `i` and supplier `j`, log the deal, and return the contract's row."""
    market, supplier = world.market[0], world.suppliers[j]
    row = free_contract_row(world)
    contract = world.contracts[row]
    market["next_id"] += 1
    contract["id"] = market["next_id"]
    contract["lab"] = i
    contract["supplier"] = j
    contract["channel"] = channel_of(supplier)
    contract["capacity_h100e"] = quantity
    contract["price_usd_per_h100e_hour"] = price
    contract["signed_price_usd_per_h100e_hour"] = price
    contract["signed_index_usd_per_h100e_hour"] = market["spot_price_usd_per_h100e_hour"]
    contract["signed_month"] = market["month"]
    contract["start_month"] = terms.start
    contract["end_month"] = terms.end
    contract["take_or_pay_share"] = supplier["take_or_pay_share"]
    contract["notice_months"] = terms.notice
    contract["recallable"] = terms.recallable
    contract["service_level"] = terms.service_level
    contract["ramp_months"] = terms.ramp
    contract["ramp_discount_share"] = 0.0
    if supplier["ramp_months"] > 0:
        contract["ramp_discount_share"] = world.parameters[0]["ramp_discount_share"]
    contract["notice_given"] = 0
    contract["due_h100e"] = 0.0
    contract["delivered_h100e"] = 0.0
    contract["deal"] = market["deal_rows"]
    contract["equity_due_usd_m"] = 0.0
    contract["equity_part_usd_m"] = 0.0
    contract["backstop_share"] = 0.0
    if supplier["parent_backed"] == 0 and world.labs[i]["parent_backed"] == 0:
        contract["backstop_share"] = world.parameters[0]["backstop_share"]
    pay_ahead(world, row, terms.prepaid_share)
    log_deal(world, row)
    note_visible_deal(world, j, quantity)
    return row


@inner
def set_up_deal(world: World, i: int, j: int, quantity: float) -> None:
    """Note what a new deal costs lab `i` to set up, that it is one more of the two, and what it may still buy."""
    pair = world.pairs[i, j]
    world.labs[i]["set_up_bill_usd_m"] += set_up_cost_usd_m(world.parameters[0], pair["deals_count"])
    pair["deals_count"] += 1
    pair["most_h100e"] -= quantity


@rule
def value_of(contract: Any, months: float) -> float:
    """Return what so many months of a contract in full cost, USD m."""
    return float(contract["capacity_h100e"] * contract["price_usd_per_h100e_hour"] * USD_M_PER_MONTH * months)


@rule
def least_bills(contract: Any, month: int) -> float:
    """Return what a contract costs its buyer from a month on if that uses nothing, USD m.

    The take-or-pay part, months of ramp in full, to the end or to the first month in which notice lets the buyer go.
    """
    first = max(contract["start_month"], month)
    last = contract["end_month"]
    if contract["notice_months"] > 0:
        last = min(last, first + contract["notice_months"])
    return float(contract["take_or_pay_share"] * value_of(contract, float(last - first)))


@inner
def pay_ahead(world: World, row: int, share: float) -> None:
    """Let the lab pay a share of a contract's value ahead, as far as its cash allows; later bills take it up evenly."""
    contract = world.contracts[row]
    contract["prepaid_usd_m"] = 0.0
    contract["prepaid_part_usd_m"] = 0.0
    if share <= 0.0:
        return
    lab, supplier = world.labs[contract["lab"]], world.suppliers[contract["supplier"]]
    months = float(contract["end_month"] - contract["start_month"])
    spare = world.parameters[0]["prepayment_cash_share"] * max(0.0, lab["cash_usd_m"])
    paid = min(share * value_of(contract, months), spare)
    transfer(lab, supplier, paid)
    contract["prepaid_usd_m"] = paid
    contract["prepaid_part_usd_m"] = paid / months


@inner
def refund(world: World, row: int) -> None:
    """Let the supplier pay back what was paid ahead and not used, where it ends the contract itself."""
    contract = world.contracts[row]
    by = world.deals[contract["deal"]]["ended_by"]
    if contract["prepaid_usd_m"] > 0.0 and by in (BY_RECALL, BY_CONDUCT):
        transfer(world.suppliers[contract["supplier"]], world.labs[contract["lab"]], contract["prepaid_usd_m"])
        contract["prepaid_usd_m"] = 0.0


@inner
def log_deal(world: World, row: int) -> None:
    """Append a deal to the log."""
    market, contract = world.market[0], world.contracts[row]
    lab, supplier = world.labs[contract["lab"]], world.suppliers[contract["supplier"]]
    deal = world.deals[market["deal_rows"]]
    market["deal_rows"] += 1
    deal["lab_id"] = lab["id"]
    deal["lab_name_code"] = lab["name_code"]
    deal["supplier_id"] = supplier["id"]
    deal["supplier_name_code"] = supplier["name_code"]
    deal["channel"] = contract["channel"]
    deal["capacity_h100e"] = contract["capacity_h100e"]
    deal["price_usd_per_h100e_hour"] = contract["price_usd_per_h100e_hour"]
    deal["list_price_usd_per_h100e_hour"] = supplier["list_price_usd_per_h100e_hour"]
    deal["signed_month"] = market["month"]
    deal["start_month"] = contract["start_month"]
    deal["full_month"] = contract["start_month"] + contract["ramp_months"]
    deal["end_month"] = contract["end_month"]
    deal["notice_months"] = contract["notice_months"]
    deal["recallable"] = contract["recallable"]
    deal["service_level"] = contract["service_level"]
    deal["prepaid_usd_m"] = contract["prepaid_usd_m"]
    deal["equity_usd_m"] = 0.0
    deal["ended_by"] = BY_TERM


@inner
def end_contract(world: World, row: int, month: int, by: int) -> None:
    """Bring the end of a contract forward to `month` and note who did it."""
    contract = world.contracts[row]
    if month < contract["end_month"]:
        contract["end_month"] = month
        deal = world.deals[contract["deal"]]
        deal["end_month"] = month
        deal["ended_by"] = by


@inner
def strike_recalls(world: World) -> None:
    """Draw which recallable contracts their suppliers recall this month; they end after the notice."""
    market = world.market[0]
    month = market["month"]
    for row in range(market["contract_rows"]):
        contract = world.contracts[row]
        running = contract["id"] != 0 and contract["start_month"] <= month < contract["end_month"]
        if not running or contract["recallable"] == 0 or contract["notice_given"] == 1:
            continue
        hazard = world.suppliers[contract["supplier"]]["recall_hazard_per_month"]
        lab_key = world.labs[contract["lab"]]["luck_key"]
        supplier_key = world.suppliers[contract["supplier"]]["luck_key"]
        key = luck.joint_key(lab_key, supplier_key, contract["start_month"] * 4096 + contract["end_month"])
        if luck.uniform(market["seed"], luck.RECALL, month, key) < hazard:
            contract["notice_given"] = 1
            end_contract(world, row, month + max(1, contract["notice_months"]), BY_RECALL)
            market["recalls"] += 1
        breach = conduct_hazard(world, contract["lab"], contract["supplier"])
        if breach > 0.0 and luck.uniform(market["seed"], luck.CONDUCT, month, key) < breach:
            contract["notice_given"] = 1
            end_contract(world, row, month + 1, BY_CONDUCT)
            market["recalls"] += 1


@stage
def give_notice(world: World) -> None:
    """Let labs leave contracts that they no longer need and that cost more than new ones, where notice allows it."""
    market = world.market[0]
    for row in range(market["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] == 0 or contract["notice_months"] == 0 or contract["notice_given"] == 1:
            continue
        if contract["start_month"] > market["month"]:
            continue
        leaves = market["month"] + contract["notice_months"]
        lab = world.labs[contract["lab"]]
        dear = contract["price_usd_per_h100e_hour"] > market["contract_price_usd_per_h100e_hour"]
        if leaves < contract["end_month"] and dear and 0.0 < contract["capacity_h100e"] <= lab["spare_h100e"]:
            contract["notice_given"] = 1
            lab["spare_h100e"] -= contract["capacity_h100e"]
            end_contract(world, row, leaves, BY_BUYER)


@inner
def end_contracts_of(world: World, lab: int, supplier: int) -> None:
    """End now every contract of a failed lab or supplier; -1 stands for any."""
    market = world.market[0]
    for row in range(market["contract_rows"]):
        contract = world.contracts[row]
        if contract["id"] != 0 and lab in (-1, contract["lab"]) and supplier in (-1, contract["supplier"]):
            if lab >= 0:
                bear_loss(world, row)
            end_contract(world, row, market["month"], BY_FAILURE)
            contract["id"] = 0
            market["contract_hint"] = min(market["contract_hint"], row)


@inner
def bear_loss(world: World, row: int) -> None:
    """Count the bills to come of a contract whose lab fails, and let a guarantor pay the part that it stands for."""
    market, contract = world.market[0], world.contracts[row]
    months = float(max(0, contract["end_month"] - max(contract["start_month"], market["month"] + 1)))
    lost = contract["take_or_pay_share"] * value_of(contract, months)
    market["contracts_lost_usd_m"] += lost
    paid = contract["backstop_share"] * lost
    if paid > 0.0:
        transfer(world.accounts[CHIP_MAKERS], world.suppliers[contract["supplier"]], paid)
        market["backstops_usd_m"] += paid
