"""What each number of the prices of suppliers and of operation does to a market."""

from agents.base import PARTNER
from model.ensemble import Run
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    SPOT,
    UNSERVED,
    UP,
    Case,
    mean_of,
    price_signed,
    shock,
    turn,
)
from tests.directions.rules import UNRELIABLE


def bills_in_the_outage(run: Run) -> float:
    """Return what labs pay for compute from month 6 to month 11."""
    return float(run.history.labs["compute_bill_usd_m"][6:12].sum())


def worst_month(run: Run) -> float:
    """Return the largest share of users refused in a month."""
    return float(run.history.market["unserved_share"].max())


EMPTY = {
    "demand_growth_start_x_per_year": 0.4,
    "demand_growth_long_run_x_per_year": 0.5,
    "labs.anthropic.surge_months": 0,
    "spot_patient_share": 0.5,
}

CASES = {
    # only where much stands empty does the urgent ask set the price
    "urgent asks make spot dear in a glut": turn("spot_urgent_ask_ratio", SPOT, UP, EMPTY),
    # --- list prices ---
    "a markup raises list prices": turn("list_markup_share", mean_of("list_price_usd_per_h100e_hour"), UP),
    "scarcity that tells raises list prices": turn("list_scarcity_slope", mean_of("list_price_usd_per_h100e_hour"), UP),
    "who aims at full halls calls fewer months tight": turn("target_utilisation_share", CONTRACT, DOWN),
    "slack that tells lowers list prices": turn("slack_discount_share", mean_of("list_price_usd_per_h100e_hour"), DOWN),
    "list prices that keep up ration the queue": turn("list_smoothing_per_month", mean_of("queue_wait_months"), DOWN),
    # --- spot ---
    "patience makes spot dear": turn("spot_patient_share", SPOT, UP),
    "high asks make spot dear": turn("spot_patient_ask_ratio", SPOT, UP),
    "a reserve for spot makes spot cheap": turn("on_demand_reserve_share", SPOT, DOWN),
    "wild shouts find other prices": turn(
        "spot_highest_shout_ratio", SPOT, UP, {"spot_rule": "double_auction", "spot_traders": "unconstrained"}
    ),
    # a step down is a step towards running cost for all who compete for the last hour
    "larger steps of undercutting make spot cheap": turn(
        "spot_price_tick_usd_per_h100e_hour", SPOT, DOWN, EMPTY | {"spot_ask_rule": "undercut"}
    ),
    "a covenant makes borrowers dear partners": turn("debt_covenant_share", price_signed(PARTNER), UP),
    # --- operation ---
    "credits for what is missing are taken off the bill": turn(
        "service_credit_ratio",
        bills_in_the_outage,
        DOWN,
        {"event": shock(shock="outage", first_month=6, months=6, size_share=0.12)},
    ),
    "a higher cap on credits takes more off": turn(
        "service_credit_cap_share",
        bills_in_the_outage,
        DOWN,
        {"event": shock(shock="outage", first_month=6, months=6, size_share=0.5)},
    ),
    # whole outages, since graded ones of several suppliers are steadiest with a third in common; from none to most of
    # them: in the plausible range the worst month is worse, by 0.3%
    "outages in common make the worst month worse": Case(
        {"outage_common_share": 0.8},
        worst_month,
        UP,
        UNRELIABLE | {"outage_rule": "whole", "outage_common_share": 0.0},
    ),
    "capacity in use leaves fewer users unserved": turn("usable_share", UNSERVED, DOWN),
}
