"""What each number of the investment of suppliers does to a market."""

from tests.directions.figures import (
    DOWN,
    UP,
    Case,
    installed,
    of_suppliers,
    turn,
)

SWITCHING = {"investment_rule": "supply_curve", "price_expectation": "switching"}

CASES = {
    # --- how much ---
    "suppliers who close gaps fast see the glut, and stop": turn("inventory_adjustment_per_month", installed, DOWN),
    "who counts what is under way builds less": turn("supply_line_weight", installed, DOWN),
    "a buffer is more capacity": turn("capacity_buffer_ratio", installed, UP),
    "who believes each month's demand builds more": turn("demand_smoothing_per_month", installed, UP),
    # --- whether it pays ---
    "who overlooks rivals builds more": turn("competition_neglect_share", installed, UP),
    "who foresees what slack does to prices builds less": turn("price_tightness_exponent", installed, DOWN),
    "who minds what slack does to prices builds less": turn("price_tightness_weight", installed, DOWN),
    "a ramp that starts late builds less": turn("investment_ramp_start_ratio", installed, DOWN),
    "a wide ramp builds less": turn("investment_ramp_width_ratio", installed, DOWN),
    "a higher cap on orders builds more": turn("investment_ramp_cap_ratio", installed, UP),
    "waiting that forgoes much is short": turn(
        "option_payout_per_year", installed, UP, {"investment_hurdle": "real_option"}
    ),
    # --- by price, which falls ---
    "who learns that prices fall builds less": turn(
        "price_learning_per_month", installed, DOWN, {"investment_rule": "supply_curve"}
    ),
    "who extrapolates a fall builds less": turn(
        "price_extrapolation", installed, DOWN, {"investment_rule": "supply_curve", "price_expectation": "trend"}
    ),
    # prices fall steadily, so extrapolation errs less than slow learning and wins; capacity moves by less than 1%
    "who trusts the better forecast fast trusts slow learning less": turn(
        "switching_intensity_per_usd2", of_suppliers("adaptive_trust_share"), DOWN, SWITCHING
    ),
    "a memory of errors is of those of slow learning": turn(
        "switching_memory_share", of_suppliers("adaptive_trust_share"), DOWN, SWITCHING
    ),
    # 0.9% at the plausible 0.9
    "inertia keeps the better forecast from winning": Case(
        {"switching_inertia_share": 0.95},
        of_suppliers("adaptive_trust_share"),
        UP,
        SWITCHING | {"switching_inertia_share": 0.0},
    ),
    # one per cent becomes three over a wider range than is plausible
    "who trusts the better forecast at once builds less": Case(
        {"switching_intensity_per_usd2": 30.0}, installed, DOWN, SWITCHING | {"switching_intensity_per_usd2": 0.1}
    ),
}
