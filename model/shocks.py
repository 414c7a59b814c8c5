"""Shocks: what strikes the market at a stated month or by chance, for some months, from one list of events.

A scenario, or a file given with `events=FILE`, names them; the same events under the same seed give the same bits.
"""

from typing import Any

from agents.choices import (
    CHIP_EMBARGO,
    CREDIT_CRUNCH,
    DEMAND_BUST,
    ORDERS,
    OUTAGE_SHOCK,
    POWER_CAP,
    PRICE_WAR,
    RECALL_SHOCK,
    SURGE,
)
from agents.compiling import inner, rule
from model import luck
from model.contracts import BY_RECALL, end_contract
from model.state import World

EVERYBODY = 0
"""Value of `events["target"]` that stands for all labs or all suppliers."""


@inner
def strike_shocks(world: World) -> None:
    """Let events begin that are due or drawn, and let those that last weigh on this month."""
    lift_shocks(world)
    for row in range(len(world.events)):
        event = world.events[row]
        if event["id"] == 0:
            continue
        if begins(world, row):
            event["until_month"] = world.market[0]["month"] + event["months"]
            begin_shock(world, event)
        if world.market[0]["month"] < event["until_month"]:
            press_shock(world, event)


@inner
def lift_shocks(world: World) -> None:
    """Take away what last month's shocks did."""
    market = world.market[0]
    market["shocks_begun"] = 0
    market["chip_loss_share"] = 0.0
    market["power_loss_share"] = 0.0
    market["list_cut_share"] = 0.0
    market["credit_closed"] = 0
    for j in range(len(world.suppliers)):
        world.suppliers[j]["shock_down_share"] = 0.0
    for i in range(len(world.labs)):
        if world.labs[i]["by_hand"] == 1:
            hand_back_to_plan(world.labs[i])


@rule
def hand_back_to_plan(lab: Any) -> None:
    """Let a lab follow its own plan again."""
    lab["by_hand"] = 0
    lab["hand_build_h100e"] = 0.0
    lab["hand_lease_h100e"] = 0.0
    lab["hand_partner_h100e"] = 0.0
    lab["hand_stubbornness_share"] = 0.0


@inner
def begins(world: World, row: int) -> bool:
    """Tell whether an event begins this month: in its month, or by chance once its last run is over."""
    market, event = world.market[0], world.events[row]
    if event["first_month"] > 0 and market["month"] == event["first_month"]:
        return True
    if event["chance_per_month"] <= 0.0 or market["month"] < event["until_month"]:
        return False
    draw = luck.uniform(market["seed"], luck.SHOCK, market["month"], event["luck_key"])
    return bool(draw < event["chance_per_month"])


@inner
def begin_shock(world: World, event: Any) -> None:
    """Do at once what a shock does once: a lab's surge starts, users and enterprises leave, contracts are recalled."""
    market = world.market[0]
    market["shocks_begun"] += 1
    if event["shock"] == SURGE:
        for i in range(len(world.labs)):
            if is_struck(event, world.labs[i]):
                world.labs[i]["surge_start_month"] = market["month"]
                world.labs[i]["surge_months"] = event["months"]
                world.labs[i]["surge_growth_x_per_year"] = event["growth_x_per_year"]
    elif event["shock"] == DEMAND_BUST:
        for i in range(len(world.labs)):
            if is_struck(event, world.labs[i]):
                world.labs[i]["users_h100e"] *= 1.0 - event["size_share"]
        if event["target"] == EVERYBODY:
            market["enterprise_scale"] *= 1.0 - event["size_share"]
            market["outside_users_h100e"] *= 1.0 - event["size_share"]
    elif event["shock"] == RECALL_SHOCK:
        recall_all(world, event)


@rule
def is_struck(event: Any, firm: Any) -> bool:
    """Tell whether an event strikes a firm: one in business, and the one it is meant for, if it is meant for one.

    By number, not by row: who enters in the row of a closed firm is another firm.
    """
    return bool(firm["alive"] == 1 and event["target"] in (EVERYBODY, firm["id"]))


@inner
def recall_all(world: World, event: Any) -> None:
    """Recall every recallable contract of a supplier, or of all; they end after their notice."""
    market = world.market[0]
    for row in range(market["contract_rows"]):
        contract = world.contracts[row]
        lasts = contract["id"] != 0 and market["month"] < contract["end_month"]
        free = lasts and contract["recallable"] == 1 and contract["notice_given"] == 0
        if free and is_struck(event, world.suppliers[contract["supplier"]]):
            contract["notice_given"] = 1
            end_contract(world, row, market["month"] + max(1, contract["notice_months"]), BY_RECALL)
            market["recalls"] += 1


@inner
def press_shock(world: World, event: Any) -> None:
    """Let a shock weigh on this month; of several of one kind the heaviest counts, of orders the last."""
    market, size = world.market[0], event["size_share"]
    if event["shock"] == CHIP_EMBARGO:
        market["chip_loss_share"] = max(market["chip_loss_share"], size)
    elif event["shock"] == POWER_CAP:
        market["power_loss_share"] = max(market["power_loss_share"], size)
    elif event["shock"] == PRICE_WAR:
        market["list_cut_share"] = max(market["list_cut_share"], size)
    elif event["shock"] == CREDIT_CRUNCH:
        market["credit_closed"] = 1
    elif event["shock"] == OUTAGE_SHOCK:
        for j in range(len(world.suppliers)):
            if is_struck(event, world.suppliers[j]):
                world.suppliers[j]["shock_down_share"] = max(world.suppliers[j]["shock_down_share"], size)
    elif event["shock"] == ORDERS:
        for i in range(len(world.labs)):
            if is_struck(event, world.labs[i]):
                play_by_hand(event, world.labs[i])


@rule
def play_by_hand(event: Any, lab: Any) -> None:
    """Put orders by hand in the place of a lab's plan, and of those of events listed before."""
    lab["by_hand"] = 1
    lab["hand_build_h100e"] = event["build_h100e"]
    lab["hand_lease_h100e"] = event["lease_h100e"]
    lab["hand_partner_h100e"] = event["partner_h100e"]
    lab["hand_stubbornness_share"] = event["stubbornness_share"]
