"""What a lab expected to need, and why it split that over the channels as it did: its plan, reckoned again."""

import math
from typing import NamedTuple

from agents.base import months_ahead
from agents.envelope import Limits, Lines, Split, probability_of_need, split_requirement
from agents.labs import STRATEGIES, hand_to_mouth, integrated, portfolio
from agents.labs.costs import own_cost
from agents.labs.manner import USUAL
from experiments.explain.record import Recorded, copy_of
from experiments.explain.words import Cell, Section, calendar_month, capacity, listed, per_year, share, usd
from model.state import World

CHANNELS = ("nothing", "spot", "lease", "partner", "build")
MANNERS = {"portfolio": USUAL, "integrated": integrated.MANNER, "hand_to_mouth": hand_to_mouth.MANNER}
"""The strategies that cover delivery months by the lower envelope, and in what manner."""
USD_M_PER_H100E_MONTH = 730.0 / 1e6


class Planned(NamedTuple):
    """One delivery month of a plan, reckoned again: H100e, probability of need, expected costs, split, limits."""

    delivery: int
    covered: float
    need: float
    lines: Lines
    limits: Limits
    split: Split
    affordable: float


def planned_months(recorded: Recorded, i: int) -> list[Planned]:
    """Return the delivery months that lab `i` planned this month, by the rules it planned with."""
    world = copy_of(recorded.views["need_compute"])
    lab, parameters = world.labs[i], world.parameters[0]
    strategy = STRATEGIES[int(lab["strategy"])]
    if strategy not in MANNERS:
        return []
    portfolio.expect_prices(world, i)
    world.requirements[i] = recorded.views["plan"].requirements[i]
    plans_all = (recorded.month + int(lab["id"])) % int(parameters["plan_cycle_months"]) == 0
    last = world.requirements.shape[1] if plans_all and strategy != "hand_to_mouth" else 1
    own = own_cost(world, i) * float(parameters["build_hurdle_ratio"])
    planned, bought = [], 0.0
    for delivery in range(last):
        row = world.requirements[i, delivery]
        earlier = months_ahead(parameters, delivery - 1) if delivery > 0 else 0
        builds = earlier < lab["build_lead_months"] <= row["months_ahead"] and strategy != "hand_to_mouth"
        planned.append(
            plan_again(world, i, delivery, own if builds else math.inf, float(row["coverage_h100e"]) + bought)
        )
        bought += float(row["build_h100e"] + row["lease_h100e"] + row["partner_h100e"])
    return planned


def plan_again(world: World, i: int, delivery: int, build_cost: float, covered: float) -> Planned:
    """Return the plan of lab `i` for one delivery month; `world` holds its plan for the earlier ones."""
    parameters, row = world.parameters[0], world.requirements[i, delivery]
    forecast = float(row["forecast_h100e"])
    spread = float(parameters["forecast_error_per_root_month"]) * math.sqrt(float(row["months_ahead"]))
    manner = MANNERS[STRATEGIES[int(world.labs["strategy"][i])]]
    lines = portfolio.cost_lines(world, i, delivery, build_cost, manner, max(0.0, forecast - covered))
    limits = Limits(portfolio.partner_capacity(world, i, delivery), float(parameters["spot_plan_cap_share"]) * forecast)
    chosen = int(parameters["requirement_distribution"])
    split = split_requirement(lines, forecast, spread, covered, limits, chosen)
    need = probability_of_need(forecast, spread, covered, chosen)
    wanted = split.build + split.lease + split.partner
    asked = float(row["build_h100e"] + row["lease_h100e"] + row["partner_h100e"])
    return Planned(delivery, covered, need, lines, limits, split, asked / wanted if wanted > 0.0 else 1.0)


def need_section(recorded: Recorded, i: int) -> Section:
    """Return what the lab needed this month, and why it expected what it did."""
    world = recorded.views["plan"]
    lab, name = world.labs[i], recorded.lab(i)
    inference, training = float(lab["need_inference_h100e"]), float(lab["need_training_h100e"])
    trend = portfolio.believed_trend(world, i)
    sentences = [
        f"{name} wanted {capacity(inference)} for inference and {capacity(training)} for training. It came into the "
        f"month with {capacity(float(lab['own_h100e']))} of its own, and had refused "
        f"{share(float(lab['unserved_share']))}"
        " of what its users wanted the month before.",
        f"It believed that its requirement was growing {per_year(float(lab['growth_belief_per_month']))} and would "
        f"fade "
        f"to {per_year(trend)}: what it has seen itself ({per_year(float(lab['trend_belief_per_month']))}) and the "
        f"trend "
        f"of the market ({per_year(float(world.market['growth_per_month'][0]))}).",
    ]
    start, months = int(lab["surge_start_month"]), int(lab["surge_months"])
    if start > 0 and start <= recorded.month:
        state = "are growing" if recorded.month < start + months else "grew"
        sentences.append(
            f"Its users {state} {float(lab['surge_growth_x_per_year']):.3g}x a year from month {start} for {months} "
            f"months."
        )
    return Section("What it needed", sentences)


def forecast_section(recorded: Recorded, i: int) -> Section:
    """Return forecast, coverage and plan by delivery month."""
    start, columns = recorded.scenario.start, ("forecast", "coverage", "build", "lease", "partner", "spot")
    rows: list[dict[str, Cell]] = [
        {"for month": calendar_month(start, recorded.month + int(row["months_ahead"]))}
        | {f"{name} H100e": float(row[f"{name}_h100e"]) for name in columns}
        for row in recorded.views["plan"].requirements[i]
    ]
    cycle = int(recorded.views["plan"].parameters["plan_cycle_months"][0])
    planned = len(planned_months(recorded, i))
    when = "all delivery months" if planned > 1 else "the promptest delivery month only"
    return Section(
        "What it expected, and what it asked for",
        [f"It plans all delivery months every {cycle} months; this month it planned {when}."],
        rows,
    )


def cost_section(recorded: Recorded, i: int) -> Section:
    """Return what each channel was expected to cost in each month it planned, and what followed from that."""
    sentences: list[str] = []
    rows: list[dict[str, Cell]] = []
    for plan in planned_months(recorded, i):
        month = calendar_month(
            recorded.scenario.start,
            recorded.month + int(recorded.views["plan"].requirements["months_ahead"][i, plan.delivery]),
        )
        costs: dict[str, float] = {
            name: plan.lines.fixed[number] + plan.lines.variable[number] * plan.need
            for number, name in enumerate(CHANNELS)
        }
        row: dict[str, Cell] = {"for month": month, "chance of need": share(plan.need)}
        for name, cost in costs.items():
            row[f"{name} USD"] = cost if math.isfinite(cost) else "-"
        rows.append(row)
        sentences.append(f"For {month}: {choice_words(plan)}")
        sentences += limit_words(recorded, i, plan)
    sentences.append(
        "The table gives the expected cost of the first H100e that is not covered, per hour, at the chance that it "
        "will "
        "be needed: a lease and a partner cost their bill in part even when idle, an own site in full (times the "
        "hurdle), spot and nothing only when needed; nothing costs the lost service. "
        "A line marks what could not be had when it planned."
    )
    return Section("What each channel would cost", sentences, rows)


def choice_words(plan: Planned) -> str:
    """Return in words what the lower envelope chose."""
    parts = [
        f"{capacity(quantity)} {words}"
        for quantity, words in (
            (plan.split.build, "to build"),
            (plan.split.partner, "from partners"),
            (plan.split.lease, "to lease"),
            (plan.split.spot, "left to the spot market"),
        )
        if quantity >= 1.0
    ]
    if not parts:
        return f"{capacity(plan.covered)} are covered, and no more is worth its cost."
    return f"beyond {capacity(plan.covered)} covered, the cheapest blocks are {listed(parts)}."


def limit_words(recorded: Recorded, i: int, plan: Planned) -> list[str]:
    """Return in words which limits bound: what partners have, and cash."""
    said = []
    if plan.split.partner >= plan.limits.partner > 0.0:
        said.append(f"Partners were thought to have no more than {capacity(plan.limits.partner)} free.")
    if plan.affordable < 1.0 and plan.affordable > 0.0:
        said.append(f"Expected revenue and cash let it sign for {share(plan.affordable)} of that.")
    if plan.affordable == 0.0:
        lab = recorded.views["plan"].labs[i]
        said.append(
            f"It asked for none of that: it was too little for a deal, or more than {usd(float(lab['cash_usd_m']))} m "
            "of cash and its revenue can carry."
        )
    return said
