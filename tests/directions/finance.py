"""What each number of finance does to a market."""

from tests.directions.figures import (
    DOWN,
    UP,
    of_labs,
    turn,
)

POOR = {
    "labs.openai.cash_usd_m": 1000,
    "labs.anthropic.cash_usd_m": 1000,
    "round_cost_months": 1,
    "round_burn_months": 60,
}
BURNING = {
    "labs.openai.cash_usd_m": 1000,
    "labs.anthropic.cash_usd_m": 1000,
    "margin_start_share": 0.1,
    "margin_long_run_share": 0.1,
    "other_cost_share": 0.3,
    "round_revenue_months": 9,
    "round_cost_months": 0,
    "round_burn_months": 120,
}
"""Labs that lose money and ask for ten years of it: investors decide what they get."""

CASES = {
    "rounds that come seldom leave labs with less cash": turn("round_interval_months", of_labs("cash_usd_m"), DOWN),
    "rounds that cover more burn leave labs with more cash": turn("round_burn_months", of_labs("cash_usd_m"), UP),
    "rounds that keep more in hand leave labs with more cash": turn("round_cost_months", of_labs("cash_usd_m"), UP),
    "a cap on what growth is paid for binds where labs burn much": turn(
        "round_growth_cap_ratio", of_labs("cash_usd_m"), UP, BURNING
    ),
    "investors who lend on more revenue leave labs with more cash": turn(
        "round_revenue_months", of_labs("cash_usd_m"), UP, POOR
    ),
    "investors who ask for growth leave labs with less cash": turn(
        "round_growth_scale_per_year", of_labs("cash_usd_m"), DOWN, POOR
    ),
}
