"""What each number of the prices of suppliers and of operation does to a market."""

from agents.base import PARTNER
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    SPOT,
    UNSERVED,
    UP,
    mean_of,
    price_signed,
    turn,
)

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
    "a covenant makes borrowers dear partners": turn("debt_covenant_share", price_signed(PARTNER), UP),
    # --- operation ---
    "capacity in use leaves fewer users unserved": turn("usable_share", UNSERVED, DOWN),
}
