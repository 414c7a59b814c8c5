"""What the strategies of labs, relationships and integration do."""

import numpy as np

from agents.base import PARTNER
from model import load_scenario
from model.ensemble import Run
from tests.directions.figures import DOWN, UNSERVED, UP, Case, Figure, mean_of

OPENAI, ANTHROPIC, GOOGLE, MISTRAL = range(4)
LABS = ("openai", "anthropic", "google_deepmind", "mistral")
ONE_OF_EACH = tuple(load_scenario("strategies").labs)
ADAPTIVE = ONE_OF_EACH.index("adaptive")


def refused_by(row: int) -> Figure:
    """Return the share of users that a lab refuses over all months."""

    def figure(run: Run) -> float:
        lab = run.history.labs[:, row]
        return float(1.0 - lab["served_inference_h100e"].sum() / lab["need_inference_h100e"].sum())

    return figure


def unused_by(row: int) -> Figure:
    """Return the part of what a lab holds that it does not use."""

    def figure(run: Run) -> float:
        lab = run.history.labs[:, row]
        held = lab["own_h100e"] + lab["contract_h100e"] + lab["spot_h100e"]
        return float(1.0 - (lab["used_share"] * held).sum() / held.sum())

    return figure


def cost_of(row: int) -> Figure:
    """Return what an hour served costs a lab, USD m per H100e-month."""

    def figure(run: Run) -> float:
        lab = run.history.labs[:, row]
        served = lab["served_inference_h100e"] + lab["served_training_h100e"]
        return float(lab["compute_bill_usd_m"].sum() / served.sum())

    return figure


def last_of(row: int, column: str) -> Figure:
    """Return a column of a lab at the end."""
    return lambda run: float(run.history.labs[column][-1, row])


def concentration_of(row: int) -> Figure:
    """Return the mean of the Herfindahl index of a lab's contracts at months 24, 36 and 48."""

    def figure(run: Run) -> float:
        deals = run.deals[run.deals["lab_name_code"] == row]
        return float(np.mean([herfindahl(deals, month) for month in (24, 36, 48)]))

    return figure


def herfindahl(deals: np.ndarray, month: int) -> float:
    """Return the sum of squared shares of the suppliers of the contracts that deliver in a month."""
    live = deals[(deals["start_month"] <= month) & (month < deals["end_month"])]
    held = [
        live["capacity_h100e"][live["supplier_id"] == supplier].sum() for supplier in np.unique(live["supplier_id"])
    ]
    return float(np.square(held).sum() / np.sum(held) ** 2) if held else float("nan")


def rented_from_partners(row: int) -> Figure:
    """Return the part of a lab's contracts, by capacity, that are with partners."""

    def figure(run: Run) -> float:
        deals = run.deals[run.deals["lab_name_code"] == row]
        return float(deals["capacity_h100e"][deals["channel"] == PARTNER].sum() / deals["capacity_h100e"].sum())

    return figure


def suppliers_of(row: int) -> Figure:
    """Return with how many suppliers a lab signs anything after the start."""

    def figure(run: Run) -> float:
        deals = run.deals[(run.deals["lab_name_code"] == row) & (run.deals["signed_month"] >= 0)]
        return float(len(np.unique(deals["supplier_id"])))

    return figure


def changes_of(row: int) -> Figure:
    """Return how often an adaptive lab changes what it plays, nan for never."""
    return lambda run: float(np.count_nonzero(np.diff(run.history.labs["plays"][:, row]))) or float("nan")


def follows(lab: int, strategy: str) -> dict[str, object]:
    """Return the change that lets a lab of `small` follow a strategy; the usual one is `portfolio`."""
    return {f"labs.{LABS[lab]}.strategy": strategy}


PLANS = follows(ANTHROPIC, "planner")
SPREADS, WAITS_FOR_LOW_PRICES = follows(OPENAI, "diversifier"), follows(ANTHROPIC, "opportunist")
LEARN: dict[str, object] = {f"labs.{lab}.strategy": "adaptive" for lab in LABS}
EFFORT: dict[str, object] = {"relationship_cost_usd_m": 50, "relationship_months": 3}

CASES = {
    # --- each strategy against portfolio, for the same lab ---
    "from hand to mouth more users are refused": Case(follows(ANTHROPIC, "hand_to_mouth"), refused_by(ANTHROPIC), UP),
    "from hand to mouth nothing is held in vain": Case(follows(ANTHROPIC, "hand_to_mouth"), unused_by(ANTHROPIC), DOWN),
    "who only builds refuses many before sites open": Case(follows(OPENAI, "integrated"), refused_by(OPENAI), UP),
    "a renter has no sites in the end": Case(follows(OPENAI, "renter"), last_of(OPENAI, "own_h100e"), DOWN),
    # it signs long leases for all that others build, and can leave none of them
    "a renter pays more per hour served": Case(follows(OPENAI, "renter"), cost_of(OPENAI), UP),
    "a seeker of partners rents more from them": Case(
        follows(ANTHROPIC, "partner_seeker"), rented_from_partners(ANTHROPIC), UP
    ),
    "whom notice lets go holds less in vain": Case(follows(ANTHROPIC, "partner_seeker"), unused_by(ANTHROPIC), DOWN),
    "a diversifier's contracts are less concentrated": Case(SPREADS, concentration_of(OPENAI), DOWN),
    "and more of its users are refused": Case(SPREADS, refused_by(OPENAI), UP),
    # dearer by the textbook; here it gets less of what it asks for, and so holds less in vain: cheaper per hour served
    "but it does not pay more per hour served": Case(SPREADS, cost_of(OPENAI), DOWN),
    "an opportunist refuses more while prices are high": Case(WAITS_FOR_LOW_PRICES, refused_by(ANTHROPIC), UP),
    "an opportunist pays less per hour served": Case(WAITS_FOR_LOW_PRICES, cost_of(ANTHROPIC), DOWN),
    "who buys nothing between plans refuses more": Case(PLANS, refused_by(ANTHROPIC), UP),
    "an adaptive lab holds less in vain": Case(follows(OPENAI, "adaptive"), unused_by(OPENAI), DOWN),
    "an oracle holds less in vain": Case(follows(ANTHROPIC, "oracle"), unused_by(ANTHROPIC), DOWN),
    "an oracle pays less per hour served": Case(follows(ANTHROPIC, "oracle"), cost_of(ANTHROPIC), DOWN),
    "without intelligence more are refused": Case(follows(ANTHROPIC, "zero_intelligence"), refused_by(ANTHROPIC), UP),
    "without intelligence an hour costs more": Case(follows(ANTHROPIC, "zero_intelligence"), cost_of(ANTHROPIC), UP),
    "without intelligence users are lost": Case(
        follows(ANTHROPIC, "zero_intelligence"), last_of(ANTHROPIC, "users_h100e"), DOWN
    ),
    # --- their parameters ---
    "a higher share lets contracts concentrate": Case(
        {"largest_supplier_share": 0.6}, concentration_of(OPENAI), UP, SPREADS | {"largest_supplier_share": 0.25}
    ),
    # prices that fall from a peak look low to a short memory, which buys ahead too early
    "a short memory holds more in vain": Case(
        {"price_memory_per_month": 0.3},
        unused_by(ANTHROPIC),
        UP,
        WAITS_FOR_LOW_PRICES | {"price_memory_per_month": 0.02},
    ),
    "a longer cycle of a planner refuses more": Case(
        {"labs.anthropic.plan_cycle_months": 12},
        refused_by(ANTHROPIC),
        UP,
        PLANS | {"labs.anthropic.plan_cycle_months": 1},
    ),
    # a plan adds when forecasts are high and sheds nothing when they are low: fewer plans, less held in vain
    "a longer cycle of any lab holds less in vain": Case(
        {"labs.anthropic.plan_cycle_months": 12},
        unused_by(ANTHROPIC),
        DOWN,
        {"labs.anthropic.plan_cycle_months": 1},
    ),
    "longer cycles waste less on take-or-pay": Case(
        {"plan_cycle_months": 12}, mean_of("take_or_pay_waste_usd_m"), DOWN, {"plan_cycle_months": 1}
    ),
    "quick experience settles for something sooner": Case(
        {"strategy_learning_per_month": 0.2},
        changes_of(OPENAI),
        DOWN,
        LEARN | {"strategy_learning_per_month": 0.05, "strategy_inertia_share": 0.0},
    ),
    "who looks at others changes less often": Case(
        {"strategy_imitation_share": 1.0}, changes_of(ADAPTIVE), DOWN, {"strategy_imitation_share": 0.0}, "strategies"
    ),
    "who chooses surely wastes less": Case(
        {"strategy_choice_intensity": 40}, unused_by(ADAPTIVE), DOWN, {"strategy_choice_intensity": 2}, "strategies"
    ),
    "inertia keeps labs from changing": Case(
        {"strategy_inertia_share": 0.9}, changes_of(ANTHROPIC), DOWN, LEARN | {"strategy_inertia_share": 0.0}
    ),
    # --- relationships: 50 USD m is much for a small lab and little for a large one ---
    "a small lab has fewer suppliers where each costs": Case(
        {"relationship_cost_usd_m": 50}, suppliers_of(MISTRAL), DOWN
    ),
    "deals that take months to set up leave users unserved": Case({"relationship_months": 3}, UNSERVED, UP),
    "who learns to deal serves more": Case(
        {"relationship_learning_share": 0.5}, UNSERVED, DOWN, EFFORT | {"relationship_learning_share": 0.0}
    ),
    # --- integration ---
    "hardware that fits makes an hour cheap for who owns it": Case(
        {"integration_gain_share": 0.2}, cost_of(GOOGLE), DOWN
    ),
    "overhead that rises makes it dear": Case({"integration_overhead_rise_share": 0.3}, cost_of(GOOGLE), UP),
    "overhead that rises keeps from building": Case(
        {"integration_overhead_rise_share": 0.3}, last_of(GOOGLE, "own_h100e"), DOWN
    ),
}
