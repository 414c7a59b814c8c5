"""What each number of bargaining and contracts does to a market."""

import numpy as np

from agents.base import LEASE, PARTNER
from model.ensemble import Run
from tests.directions.deals import term
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    UP,
    Case,
    Figure,
    early,
    mean_of,
    of_labs,
    rivals_price,
    signed,
    turn,
)


def newcomers_price(run: Run) -> float:
    """Return price / list price of labs that entered, over that of the others; nan where they sign nothing."""
    labs, deals = run.history.labs, run.deals[run.deals["signed_month"] >= 0]
    new = np.isin(deals["lab_id"], labs["id"][labs["entered_month"] > 0])
    ratio = deals["price_usd_per_h100e_hour"] / deals["list_price_usd_per_h100e_hour"]
    return float(ratio[new].mean() / ratio[~new].mean()) if new.any() else float("nan")


def spread_of_terms(run: Run) -> float:
    """Return the s.d. of the months of full delivery of deals over their mean."""
    deals = run.deals[run.deals["signed_month"] >= 0]
    months = deals["end_month"] - deals["full_month"]
    return float(months.std() / months.mean())


def contracts_of(row: int) -> Figure:
    """Return what a lab has under contracts while all are short."""
    return lambda run: float(run.history.labs["contract_h100e"][3:18, row].mean())


OPENAI, ANTHROPIC = 0, 1
SHORT = {"enterprise_growth_ratio": 1.0, "demand_growth_start_x_per_year": 3.0}

CASES = {
    "an owner charges rivals until more is free": turn(
        "foreclosure_slack_share", rivals_price, UP, {"foreclosure_share": 1.0}, "colossus"
    ),
    # --- the market is short at first and slack later; the sharper, the dearer first ---
    "a wider portfolio of offers makes contracts cheap": turn("suppliers_asked", CONTRACT, DOWN),
    "more suppliers make contracts cheap": turn("supplier_entry_per_month", CONTRACT, DOWN),
    "tightness that tells makes the boom dear": turn(
        "tightness_exponent", early("contract_price_usd_per_h100e_hour"), UP
    ),
    "a discount for the term makes contracts cheap": turn("term_discount_share", CONTRACT, DOWN),
    "sellers who doubt the buyer make leases dear": turn(
        "credit_spread_share", early("lease_price_usd_per_h100e_hour"), UP
    ),
    "and those of newcomers most": turn("entrant_credit_multiple", newcomers_price, UP, {"lab_entry_per_month": 0.5}),
    "late deliveries feared are a discount asked": turn("non_delivery_per_month", CONTRACT, DOWN),
    "terms that bind are shorter": turn("term_inflexibility_share", term, DOWN),
    "a market price that follows deals fast falls fast": turn("deal_price_smoothing_per_month", CONTRACT, DOWN),
    "a rival's affiliate is shunned": turn("rival_discount_share", mean_of("partner_h100e"), DOWN),
    "refused users make a lab pay a rival's affiliate more": turn(
        "rival_urgency", early("partner_price_usd_per_h100e_hour"), UP
    ),
    "refused users make a lab buy from a rival's affiliate": turn(
        "rival_urgency", signed(PARTNER), UP, {"rival_discount_share": 0.4, "demand_growth_start_x_per_year": 3.0}
    ),
    # both wider than is plausible, where all are short: a liking decides between two labs of nearly one surplus
    "the lab of a supplier's own group is served first": Case(
        {"own_group_bonus_usd_per_h100e_hour": 5.0},
        contracts_of(OPENAI),
        UP,
        SHORT | {"labs.openai.group": "microsoft", "suppliers_asked": 6, "own_group_bonus_usd_per_h100e_hour": 0.0},
    ),
    "who has waited is served first": Case(
        {"queue_bonus_usd_per_h100e_hour_month": 5.0},
        contracts_of(ANTHROPIC),
        UP,
        SHORT | {"bargaining_rule": "posted", "queue_bonus_usd_per_h100e_hour_month": 0.0},
    ),
    "cancelled places shorten the queue": turn(
        "queue_cancel_per_month", mean_of("queue_wait_months"), DOWN, {}, "colossus"
    ),
    "longer anchor deals are signed less often": turn("anchor_term_ratio", signed(LEASE), DOWN),
    # investors come with anchor deals
    "fewer anchor deals leave labs with less cash": turn("anchor_deal_h100e", of_labs("cash_usd_m"), DOWN),
    "labs that tolerate slack give less back": turn("renewal_slack_share", of_labs("spare_h100e"), DOWN),
    "contracts end in different months": turn("term_spread_share", spread_of_terms, UP),
    # --- concession curves ---
    "a high first bid makes contracts dear": turn(
        "faratin_opening_buyer_share", CONTRACT, UP, {"bargaining_rule": "faratin"}
    ),
    "a high first ask makes contracts dear": turn(
        "faratin_opening_seller_ratio", CONTRACT, UP, {"bargaining_rule": "faratin"}
    ),
    "tightness slows sellers": turn(
        "pace_tightness", early("contract_price_usd_per_h100e_hour"), UP, {"bargaining_rule": "faratin"}
    ),
    "refused users hurry buyers": turn(
        "pace_urgency", early("contract_price_usd_per_h100e_hour"), UP, {"bargaining_rule": "faratin"}
    ),
}
