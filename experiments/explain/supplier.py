"""The story of a supplier in one month: list price, what it had to sell, whom it preferred, recall, investment."""

import math

from agents.base import months_ahead
from agents.choices import INVESTMENT_RULES
from agents.costs import full_cost
from agents.suppliers import KINDS
from agents.suppliers.alternatives import expected_spot_revenue
from agents.suppliers.investment import readiness
from agents.suppliers.pricing import effective_utilisation, list_price_target
from experiments.explain.failures import losses_of_failures
from experiments.explain.lab import MONTHS_AFTER, deals_of
from experiments.explain.match import Matched, match_again
from experiments.explain.record import Recorded
from experiments.explain.risk import seller_parts, told_parts
from experiments.explain.words import Cell, Section, Story, calendar_month, capacity, share, signed, usd
from model import luck
from model.limits import within_power
from model.negotiation import supplier_rank
from model.state import World


def supplier_story(recorded: Recorded, j: int) -> Story:
    """Return why supplier `j` did what it did."""
    matched = match_again(recorded.views)
    sections = [
        list_section(recorded, j),
        free_section(recorded, j),
        preference_section(recorded, j, matched),
        recall_section(recorded, j),
        invest_section(recorded, j),
        outcome_section(recorded, j),
    ]
    return Story(f"{recorded.supplier(j)} in {calendar_month(recorded.scenario.start, recorded.month)}", sections)


def list_parts(world: World, j: int) -> dict[str, float]:
    """Return the list price supplier `j` moves to in parts: full cost, mark-up, scarcity, slack, and what a floor adds.

    USD per H100e-hour; `world` is the one before it quotes.
    """
    market, parameters = world.market[0], world.parameters[0]
    wacc = float(world.suppliers["wacc_per_year"][j])
    cost = full_cost(market["capex_usd_per_h100e"], market["opex_usd_per_h100e_hour"], wacc, parameters)
    use, target = effective_utilisation(world, j), float(parameters["target_utilisation_share"])
    scarce = max(0.0, use - target) / (1.0 - target)
    slack = max(0.0, target - use) / target
    marked = float(cost * (1.0 + parameters["list_markup_share"]))
    scarcity = marked * float(parameters["list_scarcity_slope"]) * scarce * scarce
    discount = -(marked + scarcity) * float(parameters["slack_discount_share"]) * slack
    parts = {"full cost": float(cost), "mark-up": marked - float(cost), "scarcity": scarcity, "slack": discount}
    return parts | {"floor": float(list_price_target(world, j)) - sum(parts.values())}


def list_section(recorded: Recorded, j: int) -> Section:
    """Return the list price and why it moved."""
    before, after = recorded.views["plan"], recorded.views["respond"]
    parts = list_parts(before, j)
    old = float(before.suppliers["list_price_usd_per_h100e_hour"][j])
    new = float(after.suppliers["list_price_usd_per_h100e_hour"][j])
    goal, speed = sum(parts.values()), float(before.parameters["list_smoothing_per_month"][0])
    use, target = effective_utilisation(before, j), float(before.parameters["target_utilisation_share"][0])
    cut = float(before.market["list_cut_share"][0])
    where = "at its target" if abs(use - target) < NEAR else "scarce" if use > target else "slack"
    sentences = [
        f"Its list price went from {usd(old)} to {usd(new)}: {share(speed)} of the way to {usd(goal * (1.0 - cut))}.",
        f"That goal is the full cost of new capacity and a mark-up, moved by how scarce its capacity is: {where}, "
        f"since "
        f"{share(float(use))} of it was used at a good price last month, against a target of {share(target)}. It "
        f"never asks less than its running cost or the "
        f"{usd(float(expected_spot_revenue(before, j)))} it expects an hour to earn on the spot market.",
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


def preference_section(recorded: Recorded, j: int, matched: Matched) -> Section:
    """Return who asked the supplier, what it would take, how it ranks them, and what they got."""
    world = recorded.views["negotiate"]
    rows: list[dict[str, Cell]] = []
    asking = [i for i in recorded.alive_labs() if world.pairs["asked_rank"][i, j] > 0]
    parts = told_parts({i: seller_parts(recorded.views["respond"], i, j) for i in asking})
    for i in asking:
        pair = world.pairs[i, j]
        price, rank = float(pair["price_usd_per_h100e_hour"]), float(supplier_rank(pair))
        got = sum(quantity for (_, lab, supplier), quantity in matched.held.items() if (lab, supplier) == (i, j))
        row: dict[str, Cell] = {"lab": recorded.lab(i)}
        row |= parts[i]
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
        f"{len(rows)} labs asked it; it signed {len(deals_of(recorded, 'supplier', j))} contracts.",
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
            lab = world.labs[contract["lab"]]
            span = int(contract["start_month"]) * 4096 + int(contract["end_month"])
            key = luck.joint_key(int(lab["luck_key"]), int(world.suppliers["luck_key"][j]), span)
            draw = luck.uniform(int(world.market["seed"][0]), luck.RECALL, recorded.month, key)
            rows.append(
                {
                    "lab": recorded.lab(int(contract["lab"])),
                    "H100e": float(contract["capacity_h100e"]),
                    "USD": float(contract["price_usd_per_h100e_hour"]),
                    "draw": float(draw),
                    "recalled": "yes" if later["notice_given"] == 1 else "no",
                }
            )
    return rows


def recall_section(recorded: Recorded, j: int) -> Section:
    """Return whether the supplier took capacity back, and why or why not."""
    world = recorded.views["need_compute"]
    supplier, parameters = world.suppliers[j], world.parameters[0]
    if supplier["recallable"] == 0:
        return Section("Recall", ["It cannot recall what it has promised."])
    rows = recall_draws(recorded, j)
    hazard, base = float(supplier["recall_hazard_per_month"]), float(parameters["recall_hazard_per_month"])
    gain = float(supplier["list_price_usd_per_h100e_hour"]) / max(
        1e-9, float(supplier["realised_price_usd_per_h100e_hour"])
    )
    sentences = [
        f"The chance that it recalls a contract was {share(hazard)} this month, against {share(base)} at a usual "
        f"price: its "
        f"list price was {gain:.2f} times what its contracts earn, and the hazard rises from a ratio of "
        f"{float(parameters['recall_price_trigger_ratio']):.2f} on.",
        f"It could have recalled {len(rows)} contracts and did recall {sum(row['recalled'] == 'yes' for row in rows)}: "
        "those whose draw between 0 and 1 fell below the hazard.",
    ]
    return Section("Recall", sentences, rows)


def invest_section(recorded: Recorded, j: int) -> Section:
    """Return whether the supplier ordered sites, and why or why not."""
    world, placed = recorded.views["place_orders"], recorded.views["place_orders"]
    supplier, market, parameters = world.suppliers[j], world.market[0], world.parameters[0]
    index, cost = float(supplier["profitability_index"]), float(supplier["full_cost_usd_per_h100e_hour"])
    opex = float(market["opex_usd_per_h100e_hour"])
    expected = opex + index * max(1e-9, cost - opex)
    order, lead = float(supplier["order_h100e"]), int(supplier["lead_months"])
    power = float(within_power(world, supplier, order, lead))
    got = float(placed.suppliers["ordered_h100e"][j])
    sentences = [
        f"A new site costs {usd(cost)} per hour used, {usd(opex)} of it to run. It expects {usd(expected)}, against "
        f"{usd(float(supplier['realised_price_usd_per_h100e_hour']))} that its deals earn now: a profitability index "
        f"of "
        f"{index:.2f}.",
        f"By its rule, {INVESTMENT_RULES[int(parameters['investment_rule'])]}, it wanted to order {capacity(order)}; "
        f"at that "
        f"index it orders {share(float(readiness(world, j)))} of what demand asks for. It believed that its customers "
        f"want "
        f"{capacity(float(supplier['demand_belief_h100e']))}, growing "
        f"{float(supplier['growth_belief_per_month']):.1%} a month, "
        f"and has {capacity(float(supplier['installed_h100e']))} and {capacity(float(supplier['pipeline_h100e']))} on "
        f"order.",
        f"What it could fund and power left {capacity(power)} of that, and the month's chips {capacity(got)}"
        + (f", ready in month {recorded.month + lead}." if got >= 1.0 else "."),
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
