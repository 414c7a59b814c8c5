"""What each number of finance does to a market."""

from tests.directions.figures import (
    DOWN,
    UP,
    end_of,
    of_labs,
    turn,
)

POOR = {
    "labs.openai.cash_usd_m": 1000,
    "labs.anthropic.cash_usd_m": 1000,
    "round_cost_months": 1,
    "round_burn_months": 60,
}

CASES = {
    "rounds that come seldom leave labs with less cash": turn("round_interval_months", of_labs("cash_usd_m"), DOWN),
    "rounds that cover more burn leave labs with more cash": turn("round_burn_months", of_labs("cash_usd_m"), UP),
    "rounds that keep more in hand keep labs alive": turn("round_cost_months", end_of("labs_alive"), UP),
    "investors who lend on more revenue leave labs with more cash": turn(
        "round_revenue_months", of_labs("cash_usd_m"), UP, POOR
    ),
    "investors who ask for growth leave labs with less cash": turn(
        "round_growth_scale_per_year", of_labs("cash_usd_m"), DOWN, POOR
    ),
}
