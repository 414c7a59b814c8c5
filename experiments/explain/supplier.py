"""The story of a supplier in one month: list price, what it had to sell, whom it preferred, recall, investment."""

import math
from typing import Any

from agents.base import months_ahead
from agents.choices import INVESTMENT_RULES
from agents.hardware import supplier_lead
from agents.suppliers import KINDS
from agents.suppliers.alternatives import expected_spot_revenue
from agents.suppliers.economics import cost_of_new, fresh_running_cost, list_ratio, running_cost
from agents.suppliers.nontraditional import own_need
from agents.suppliers.pricing import effective_utilisation, list_price_target
from experiments.explain.bargain import least_section
from experiments.explain.failures import losses_of_failures
from experiments.explain.lab import MONTHS_AFTER, deals_of
from experiments.explain.match import Matched, match_again
from experiments.explain.orders import before_chips, binding_words
from experiments.explain.record import Recorded
from experiments.explain.risk import NEED, hazard_parts, price_gain
from experiments.explain.words import Cell, Section, Story, calendar_month, capacity, counted, share, signed, usd
from model import luck
from model.negotiation import supplier_rank
from model.packages import conduct_hazard
from model.state import World


def supplier_story(recorded: Recorded, j: int) -> Story:
    """Return why supplier `j` did what it did."""
    matched = match_again(recorded.views)
    sections = [
        list_section(recorded, j),
        free_section(recorded, j),
        preference_section(recorded, j, matched),
        least_section(recorded, [(i, j) for i in asking(recorded, j)], "lab"),
        recall_section(recorded, j),
        invest_section(recorded, j),
        outcome_section(recorded, j),
    ]
    return Story(f"{recorded.supplier(j)} in {calendar_month(recorded.scenario.start, recorded.month)}", sections)


def list_parts(world: World, j: int) -> dict[str, float]:
    """Return the list price supplier `j` moves to in parts: full cost, mark-up, scarcity, slack, its kind, and a floor.

    USD per H100e-hour; `world` is the one before it quotes.
    """
    supplier, parameters = world.suppliers[j], world.parameters[0]
    cost = float(cost_of_new(world, supplier))
    use, target = effective_utilisation(world, j), float(parameters["target_utilisation_share"])
    scarce = max(0.0, use - target) / (1.0 - target)
    slack = max(0.0, target - use) / target
    marked = cost * float(1.0 + parameters["list_markup_share"])
    scarcity = marked * float(parameters["list_scarcity_slope"]) * scarce * scarce
    discount = -(marked + scarcity) * float(parameters["slack_discount_share"]) * slack
    kind = (marked + scarcity + discount) * (float(list_ratio(world, supplier)) - 1.0)
    parts = {"full cost": cost, "mark-up": marked - cost, "scarcity": scarcity, "slack": discount, "its kind": kind}
    return parts | {"floor": float(list_price_target(world, j)) - sum(parts.values())}


def list_section(recorded: Recorded, j: int) -> Section:
    """Return the list price and why it moved."""
    before, after = recorded.views["plan"], recorded.views["respond"]
    parts = list_parts(before, j)
    old = float(before.suppliers["list_price_usd_per_h100e_hour"][j])
    new = float(after.suppliers["list_price_usd_per_h100e_hour"][j])
    speed, cut = float(before.parameters["list_smoothing_per_month"][0]), float(before.market["list_cut_share"][0])
    running = float(running_cost(before, j))
    goal = max(running, (1.0 - cut) * sum(parts.values()))
    use, target = effective_utilisation(before, j), float(before.parameters["target_utilisation_share"][0])
    where = "at its target" if abs(use - target) < NEAR else "scarce" if use > target else "slack"
    sentences = [
        f"Its list price went from {usd(old)} to {usd(new)}: {share(speed)} of the way to {usd(goal)}.",
        f"That goal is the full cost of new capacity and a mark-up, moved by how scarce its capacity is: {where}, "
        f"since {share(float(use))} of it was used at a good price last month, against a target of {share(target)}. It "
        f"never asks less than its running cost, {usd(running)}, or the {usd(float(expected_spot_revenue(before, j)))} "
        "it expects an hour to earn on the spot market.",
    ]
    if cut > 0.0:
        sentences.append(f"A price war takes {share(cut)} off.")
    return Section("Its list price", sentences, [{"part": name, "USD": signed(part)} for name, part in parts.items()])


def free_section(recorded: Recorded, j: int) -> Section:
    """Return what the supplier could sell by delivery month."""
    world = recorded.views["respond"]
    reserve = float(world.parameters["on_demand_reserve_share"][0])
    rows: list[dict[str, Cell]] = []
    for delivery in range(world.offers.shape[1]):
        offer = world.offers[j, delivery]
        ahead = int(months_ahead(world.parameters[0], delivery))
        rows.append(
            {
                "for month": calendar_month(recorded.scenario.start, recorded.month + ahead),
                "capacity H100e": float(offer["capacity_h100e"]),
                "promised to labs H100e": float(offer["committed_h100e"]),
                "kept for enterprises H100e": float(offer["enterprise_h100e"]),
                "spot reserve H100e": reserve * float(offer["capacity_h100e"]),
                "free H100e": float(offer["free_h100e"]),
            }
        )
    supplier = world.suppliers[j]
    sentences = [
        f"It is a {KINDS[int(supplier['kind'])]} with {capacity(float(supplier['installed_h100e']))} installed and "
        f"{capacity(float(supplier['pipeline_h100e']))} on order. What is sold for one month is gone for later ones "
        f"too, "
        "so no more is free than in the scarcest month to come."
    ]
    if recorded.month < int(supplier["available_from_month"]):
        sentences.append(f"Its owner uses its capacity itself until month {int(supplier['available_from_month'])}.")
    return Section("What it could sell", sentences, rows)


def asking(recorded: Recorded, j: int) -> list[int]:
    """Return the labs that asked supplier `j`."""
    ranks = recorded.views["respond"].pairs["asked_rank"]
    return [i for i in recorded.alive_labs() if ranks[i, j] > 0]


def preference_section(recorded: Recorded, j: int, matched: Matched) -> Section:
    """Return who asked the supplier, what it would take, how it ranks them, and what they got."""
    world = recorded.views["negotiate"]
    rows: list[dict[str, Cell]] = []
    mine = [recorded.run.deals[number] for number in deals_of(recorded, "supplier", j)]
    for i in asking(recorded, j):
        pair = world.pairs[i, j]
        price, rank = float(pair["price_usd_per_h100e_hour"]), float(supplier_rank(pair))
        got = sum(float(deal["capacity_h100e"]) for deal in mine if deal["lab_id"] == world.labs["id"][i])
        row: dict[str, Cell] = {"lab": recorded.lab(i)}
        row["takes at least USD"] = float(pair["seller_reservation_usd_per_h100e_hour"])
        row["price USD"] = price if math.isfinite(price) else "no room"
        row["liking USD"] = float(pair["supplier_score_usd_per_h100e_hour"])
        row["rank USD"] = rank if math.isfinite(rank) else "-"
        row["signed H100e"] = got
        rows.append(row)
    rows.sort(key=lambda row: row["rank USD"] if isinstance(row["rank USD"], float) else -math.inf, reverse=True)
    sentences = [
        "It ranks labs by its gain on an hour, price less the least it would take, and by what it likes about them "
        "beyond money: its own group, a stake, months in its queue.",
        f"It was asked by {counted(len(rows), 'lab')}, and signed {counted(len(mine), 'contract')}.",
    ]
    suited = [number for number in deals_of(recorded, "supplier", j) if number in matched.built]
    if suited:
        size = capacity(float(recorded.run.deals["capacity_h100e"][suited].sum()))
        sentences.append(f"Of these, {len(suited)}, for {size} in all, have it order sites to suit the lab.")
    sentences += [
        f"It has invested in {recorded.lab(i)}, and came down from {usd(matched.undercut[i, j])} to match what others "
        "offered."
        for i in asking(recorded, j)
        if (i, j) in matched.undercut
    ]
    return Section("Whom it preferred", sentences, rows)


def recall_draws(recorded: Recorded, j: int) -> list[dict[str, Cell]]:
    """Return the contracts supplier `j` could have recalled this month, with their draws, and what became of them."""
    world, after = recorded.views["begin"], recorded.views["need_compute"]
    rows: list[dict[str, Cell]] = []
    for row in range(int(world.market["contract_rows"][0])):
        contract, later = world.contracts[row], after.contracts[row]
        running = contract["id"] != 0 and contract["start_month"] <= recorded.month < contract["end_month"]
        mine = contract["supplier"] == j and contract["recallable"] == 1 and contract["notice_given"] == 0
        if running and mine:
            draw, conduct = recall_draw(recorded, contract, luck.RECALL), recall_draw(recorded, contract, luck.CONDUCT)
            breach = float(conduct_hazard(after, int(contract["lab"]), j))
            for_conduct = conduct < breach and draw >= after.suppliers["recall_hazard_per_month"][j]
            ended = "for conduct" if for_conduct else "yes"
            rows.append(
                {
                    "lab": recorded.lab(int(contract["lab"])),
                    "H100e": float(contract["capacity_h100e"]),
                    "USD": float(contract["price_usd_per_h100e_hour"]),
                    "draw": draw,
                    "chance for conduct": share(breach),
                    "draw for conduct": conduct,
                    "recalled": ended if later["notice_given"] == 1 else "no",
                }
            )
    if float(after.parameters["conduct_recall_per_month"][0]) > 0.0:
        return rows
    return [{name: cell for name, cell in row.items() if "conduct" not in name} for row in rows]


def recall_draw(recorded: Recorded, contract: Any, purpose: int) -> float:
    """Return the draw, between 0 and 1, that decides on a contract this month."""
    world = recorded.views["begin"]
    keys = (world.labs["luck_key"][contract["lab"]], world.suppliers["luck_key"][contract["supplier"]])
    span = int(contract["start_month"]) * 4096 + int(contract["end_month"])
    key = luck.joint_key(int(keys[0]), int(keys[1]), span)
    return float(luck.uniform(int(world.market["seed"][0]), purpose, recorded.month, key))


def recall_section(recorded: Recorded, j: int) -> Section:
    """Return whether the supplier took capacity back, and why or why not."""
    before, world = recorded.views["begin"], recorded.views["need_compute"]
    if world.suppliers["recallable"][j] == 0:
        return Section("Recall", ["It cannot recall what it has promised."])
    rows, parts = recall_draws(recorded, j), hazard_parts(before, j)
    trigger = float(world.parameters["recall_price_trigger_ratio"][0])
    ended = sum(row["recalled"] != "no" for row in rows)
    sentences = [
        f"The chance that it recalls a contract was {share(float(world.suppliers['recall_hazard_per_month'][j]))} this "
        f"month: {share(parts['usual'])} as usual; {share(parts['price'])} since its list price was "
        f"{price_gain(before, j):.2f} times what its contracts earn, where it rises from a ratio of {trigger:.2f} on; "
        f"and {share(parts[NEED])} since labs of its own group missed {share(float(own_need(before, j)))} of "
        "what they need.",
        f"It could have recalled {counted(len(rows), 'contract')} and did recall {ended}: those whose draw between 0 "
        "and 1 fell below the chance.",
    ]
    if float(world.parameters["conduct_recall_per_month"][0]) > 0.0:
        sentences.append("A rival of its own lab may also lose a contract for its conduct, by a second draw.")
    return Section("Recall", sentences, rows)


def invest_section(recorded: Recorded, j: int) -> Section:
    """Return whether the supplier ordered sites, and why or why not."""
    world, left = recorded.views["place_orders"], before_chips(recorded)
    supplier, parameters = world.suppliers[j], world.parameters[0]
    index, cost = float(supplier["profitability_index"]), float(supplier["full_cost_usd_per_h100e_hour"])
    running = float(fresh_running_cost(world, supplier))
    expected = running + index * max(1e-9, cost - running)
    order, suited = float(supplier["order_h100e"]), float(left.suppliers["build_to_suit_h100e"][j])
    got, ready = float(supplier["ordered_h100e"]), recorded.month + int(supplier_lead(world, j))
    sentences = [
        f"A new site costs {usd(cost)} per hour used, {usd(running)} of it to run. It expects {usd(expected)}, against "
        f"{usd(float(supplier['realised_price_usd_per_h100e_hour']))} that its deals earn now: a profitability index "
        f"of {index:.2f}.",
        f"It believed that its customers want {capacity(float(supplier['demand_belief_h100e']))}, growing "
        f"{float(supplier['growth_belief_per_month']):.1%} a month, and has "
        f"{capacity(float(supplier['installed_h100e']))} and {capacity(float(supplier['pipeline_h100e']))} on order.",
        f"By its rule, {INVESTMENT_RULES[int(parameters['investment_rule'])]}, that asks for "
        f"{capacity(float(supplier['asked_h100e']))}; as profitable as it looks, it decided on {capacity(order)}"
        + (f", besides {capacity(suited)} that labs have signed for." if suited >= 1.0 else "."),
        f"What it could fund and connect left {capacity(float(left.suppliers['ordered_h100e'][j]))} of that, and the "
        f"month's chips {capacity(got)}" + (f", ready in month {ready}." if got >= 1.0 else "."),
        binding_words(recorded),
    ]
    return Section("Whether it invested", sentences)


def outcome_section(recorded: Recorded, j: int) -> Section:
    """Return what became of the supplier in the months after."""
    suppliers = recorded.run.history.suppliers
    number = recorded.views["negotiate"].suppliers["id"][j]
    rows: list[dict[str, Cell]] = []
    for month in range(recorded.month, min(len(suppliers), recorded.month + MONTHS_AFTER + 1)):
        supplier = suppliers[month, j]
        if supplier["id"] != number or supplier["alive"] == 0:
            rows.append(dict(zip(OUTCOME, (month, "out of business", *["-"] * len(OUTCOME[2:])), strict=True)))
            continue
        values = (
            month,
            share(float(supplier["utilisation_share"])),
            float(supplier["delivered_h100e"]),
            float(supplier["idle_h100e"]),
            float(supplier["list_price_usd_per_h100e_hour"]),
            float(supplier["realised_price_usd_per_h100e_hour"]),
            float(supplier["cash_usd_m"]),
        )
        rows.append(dict(zip(OUTCOME, values, strict=True)))
    sentences = [
        f"Had it failed this month, {share(losses_of_failures(recorded)[j])} of the inference that labs served would "
        f"have gone unserved."
    ]
    return Section("What followed", sentences, rows)


NEAR = 5e-4
"""Use that is so near to the target is at it."""
OUTCOME = ("month", "used", "delivered to labs H100e", "idle H100e", "list USD", "realised USD", "cash USD m")
