"""What a lab expected to need, and why it split that over the channels as it did: its plan, reckoned again."""

import math
from typing import NamedTuple

from agents.base import months_ahead
from agents.envelope import Limits, Lines, Split, probability_of_need, split_requirement
from agents.hardware import lab_lead
from agents.labs import (
    STRATEGIES,
    diversifier,
    hand_to_mouth,
    integrated,
    oracle,
    partner_seeker,
    planner,
    portfolio,
    renter,
)
from agents.labs.costs import own_cost
from agents.labs.foresight import forecast_spread
from agents.labs.manner import FIRST, USUAL, Manner
from agents.labs.names import played
from agents.labs.service import usual_deal_price
from experiments.explain.record import Recorded, copy_of
from experiments.explain.words import Cell, Section, calendar_month, capacity, listed, per_year, share, usd
from model.packages import choose_packages
from model.state import World

CHANNELS = ("nothing", "spot", "lease", "partner", "build")
MANNERS = {
    "portfolio": USUAL,
    "hand_to_mouth": hand_to_mouth.MANNER,
    "integrated": integrated.MANNER,
    "renter": renter.MANNER,
    "partner_seeker": partner_seeker.MANNER,
    "diversifier": diversifier.MANNER,
    "planner": planner.MANNER,
    "oracle": oracle.MANNER,
    "hedger": USUAL,
}
"""The strategies that cover delivery months by the lower envelope, and in what manner; see `manner_of`."""
CHOSEN_WITH_THE_PLAN = ("plays", "hedge_share", "planned_hedge_share")
"""Columns of a lab that its plan writes before it reckons."""


class Planned(NamedTuple):
    """One delivery month of a plan, reckoned again: H100e, probability of need, expected costs, split, limits.

    `affordable` is the share of the split that the lab asked for, `hedged` what it leaves to hours bought forward.
    """

    delivery: int
    covered: float
    need: float
    lines: Lines
    limits: Limits
    split: Split
    affordable: float
    hedged: float


def strategy_of(world: World, i: int) -> str:
    """Return the strategy that lab `i` follows now, an adaptive one that of its choice."""
    return STRATEGIES[played(world.labs[i])]


def manner_of(world: World, i: int) -> Manner | None:
    """Return the manner in which lab `i` plans, or None for one that plans by chance."""
    strategy = strategy_of(world, i)
    if strategy == "opportunist":
        cheap = usual_deal_price(world) < world.labs["price_memory_usd_per_h100e_hour"][i]
        return USUAL if cheap else hand_to_mouth.MANNER
    return MANNERS.get(strategy)


def before_plan(recorded: Recorded, i: int) -> World:
    """Return the world in which lab `i` planned, on a copy: with packages, and what it chose before it reckoned."""
    world = copy_of(recorded.views["need_compute"])
    choose_packages(world)
    for column in CHOSEN_WITH_THE_PLAN:
        world.labs[column][i] = recorded.views["plan"].labs[column][i]
    return world


def planned_months(recorded: Recorded, i: int) -> list[Planned]:
    """Return the delivery months that lab `i` planned this month, by the rules it planned with."""
    world = before_plan(recorded, i)
    manner = manner_of(world, i)
    if manner is None or world.labs["by_hand"][i] == 1:
        return []
    parameters = world.parameters[0]
    own, lead = own_cost(world, i), lab_lead(world, i)
    portfolio.write_forecasts(world, i, manner.foresees)
    portfolio.expect_prices(world, i)
    planned, bought = [], 0.0
    for delivery in range(months_planned(world, i, manner)):
        row = world.requirements[i, delivery]
        earlier = months_ahead(parameters, delivery - 1) if delivery > 0 else 0
        builds = manner.builds and earlier < lead <= row["months_ahead"]
        build_cost = own * parameters["build_hurdle_ratio"] if builds else math.inf
        covered = float(row["coverage_h100e"] + bought)
        reckoned = plan_again(world, i, delivery, build_cost, covered, manner)
        bought += portfolio.cover(world, i, delivery, build_cost, covered, manner)
        wanted = reckoned.split.build + reckoned.split.lease + reckoned.split.partner
        asked = float(row["build_h100e"] + row["open_h100e"])
        planned.append(reckoned._replace(affordable=asked / wanted if wanted > 0.0 else 1.0))
    return planned


def months_planned(world: World, i: int, manner: Manner) -> int:
    """Return how many delivery months lab `i` plans this month: all, the promptest, or none."""
    if manner.plans_ahead and portfolio.in_planning_month(world, i):
        return int(world.requirements.shape[1])
    return 0 if manner.keeps_to_plan else 1


def plan_again(world: World, i: int, delivery: int, build_cost: float, covered: float, manner: Manner) -> Planned:
    """Return the plan of lab `i` for one delivery month; `world` holds its plan for the earlier ones."""
    parameters, row = world.parameters[0], world.requirements[i, delivery]
    forecast = float(row["forecast_h100e"])
    spread = forecast_spread(parameters, float(row["months_ahead"]), manner.foresees)
    lines = portfolio.cost_lines(world, i, delivery, build_cost, manner, max(0.0, forecast - covered))
    partners = float(portfolio.partner_capacity(world, i, delivery))
    first = min(partners, max(0.0, forecast - covered)) if manner.partners == FIRST else 0.0
    limits = Limits(partners - first, float(parameters["spot_plan_cap_share"]) * forecast)
    hedged = float(world.labs["planned_hedge_share"][i] * parameters["hedger_spot_share"] * forecast)
    chosen = int(parameters["requirement_distribution"])
    split = split_requirement(lines, forecast - hedged, spread, covered + first, limits, chosen)
    split = split._replace(partner=split.partner + first)
    need = probability_of_need(forecast, spread, covered, chosen)
    return Planned(delivery, covered, need, lines, limits._replace(partner=partners), split, 1.0, hedged)


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
    if float(lab["misplaced_h100e"]) >= 1.0:
        sentences.append(
            f"It counted {capacity(float(lab['misplaced_h100e']))} once more, which it had but in places where it "
            "could not serve those who asked."
        )
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
    return Section("What it expected, and what it asked for", manner_words(recorded, i), rows)


def manner_words(recorded: Recorded, i: int) -> list[str]:
    """Return in words by which strategy the lab plans, and which delivery months it planned."""
    world = recorded.views["plan"]
    lab, strategy, manner = world.labs[i], strategy_of(world, i), manner_of(before_plan(recorded, i), i)
    own = STRATEGIES[int(lab["strategy"])]
    said = [f"Its strategy is {own}" + (f", and it follows {strategy} now." if strategy != own else ".")]
    if lab["by_hand"] == 1:
        return [*said, "It is played by hand this month: orders take the place of what it would ask for."]
    if manner is None:
        return [*said, "It divides what it misses among the channels by chance, so no cost is reckoned."]
    if strategy == "opportunist":
        now, usual = usual_deal_price(world), float(lab["price_memory_usd_per_h100e_hour"])
        ahead = "so it plans ahead" if manner.plans_ahead else "so it lives from hand to mouth"
        said.append(f"A contract costs {usd(now)} now, and it remembers {usd(usual)}, {ahead}.")
    if manner.foresees:
        said.append("Its forecast is the true mean of what it will need, surges included.")
    if manner.partners == FIRST:
        said.append("It takes what partners have before it looks at prices.")
    cycle = int(lab["plan_cycle_months"]) or int(world.parameters["plan_cycle_months"][0])
    when = ("none", "the promptest only")[min(1, months_planned(world, i, manner))]
    if manner.plans_ahead and portfolio.in_planning_month(world, i):
        when = "all of them"
    every = f"It plans all delivery months every {cycle} months" if manner.plans_ahead else "It never plans ahead"
    return [*said, f"{every}; this month it planned {when}."]


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
    if not rows:
        return Section("What each channel would cost", ["It reckoned no cost of a channel this month."])
    sentences.append(
        "The table gives the expected cost of the first H100e that is not covered, per hour, at the chance that it "
        "will be needed: a lease and a partner cost their bill in part even when idle, an own site in full (times the "
        "hurdle), spot and nothing only when needed; nothing costs the lost service. "
        "A line marks what could not be had when it planned, or what its strategy does not use."
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
    if plan.hedged >= 1.0:
        said.append(
            f"It leaves {capacity(plan.hedged)} more to the spot market, as far as it has bought hours forward."
        )
    if plan.split.partner >= plan.limits.partner >= 1.0:
        said.append(f"Partners were thought to have no more than {capacity(plan.limits.partner)} free.")
    if plan.affordable < 1.0 and plan.affordable > 0.0:
        said.append(f"Expected revenue and cash let it sign for {share(plan.affordable)} of that.")
    if plan.affordable == 0.0:
        said.append(f"It asked for none of that, since {nothing_asked(recorded, i, plan)}.")
    return said


def nothing_asked(recorded: Recorded, i: int, plan: Planned) -> str:
    """Return in words why the lab asked for nothing of what the envelope chose."""
    world = recorded.views["plan"]
    least = float(world.parameters["smallest_deal_share"][0] * world.requirements["forecast_h100e"][i, plan.delivery])
    if plan.split.build + plan.split.lease + plan.split.partner < least:
        return f"less than {capacity(least)} is not worth a contract"
    return f"{float(world.labs['cash_usd_m'][i]):,.0f} USD m of cash and its revenue would not carry enough of it"
