"""The life of a contract: signed, recalled, left, ended with a party."""

from typing import NamedTuple

from agents.base import channel_of
from agents.compiling import inner, rule, stage
from model import luck
from model.arrival import note_visible_deal
from model.state import World

BY_TERM, BY_BUYER, BY_RECALL, BY_FAILURE = range(4)
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


class Delivery(NamedTuple):
    """When a contract delivers: first month, months of ramp from there to full capacity, first month after its end."""

    start: int
    ramp: int
    end: int


@rule
def sign(world: World, i: int, j: int, quantity: float, price: float, delivery: Delivery) -> None:
    """Write a contract between lab `i` and supplier `j` on the supplier's terms, and log the deal."""
    market, supplier = world.market[0], world.suppliers[j]
    contract = world.contracts[free_contract_row(world)]
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
    contract["start_month"] = delivery.start
    contract["end_month"] = delivery.end
    contract["take_or_pay_share"] = supplier["take_or_pay_share"]
    contract["notice_months"] = supplier["notice_months"]
    contract["recallable"] = supplier["recallable"]
    contract["ramp_months"] = delivery.ramp
    contract["notice_given"] = 0
    contract["due_h100e"] = 0.0
    contract["delivered_h100e"] = 0.0
    contract["deal"] = market["deal_rows"]
    log_deal(world, i, j, quantity, price, delivery)
    note_visible_deal(world, j, quantity)


@inner
def log_deal(world: World, i: int, j: int, quantity: float, price: float, delivery: Delivery) -> None:
    """Append a deal to the log."""
    market, supplier = world.market[0], world.suppliers[j]
    deal = world.deals[market["deal_rows"]]
    market["deal_rows"] += 1
    deal["lab_id"] = world.labs[i]["id"]
    deal["lab_name_code"] = world.labs[i]["name_code"]
    deal["supplier_id"] = supplier["id"]
    deal["supplier_name_code"] = supplier["name_code"]
    deal["channel"] = channel_of(supplier)
    deal["capacity_h100e"] = quantity
    deal["price_usd_per_h100e_hour"] = price
    deal["list_price_usd_per_h100e_hour"] = supplier["list_price_usd_per_h100e_hour"]
    deal["signed_month"] = market["month"]
    deal["start_month"] = delivery.start
    deal["full_month"] = delivery.start + delivery.ramp
    deal["end_month"] = delivery.end
    deal["notice_months"] = supplier["notice_months"]
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
            end_contract(world, row, market["month"], BY_FAILURE)
            contract["id"] = 0
            market["contract_hint"] = min(market["contract_hint"], row)
