"""What each number of the expectations and plans of labs does to a market."""

from model.ensemble import Run
from model.metrics import volatility
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    UNSERVED,
    UP,
    Case,
    bullwhip,
    early,
    end_of,
    installed,
    mean_of,
    of_labs,
    turn,
)


def contract_swings(run: Run) -> float:
    """Return the volatility of the contract price."""
    return volatility.contract_volatility(run.history)


CASES = {
    # --- expectations ---
    "who learns growth fast follows the surge into leases": turn(
        "growth_learning_per_month", mean_of("lease_h100e"), UP
    ),
    "quick trends make orders swing": turn("trend_learning_per_month", bullwhip, UP),
    "who knows that growth fades builds less": turn("trend_anchor_share", installed, DOWN),
    "growth believed to last makes contracts dear": turn("growth_persistence_per_month", CONTRACT, UP),
    "uncertain labs leave more to spot": turn("forecast_error_per_root_month", mean_of("spot_lab_h100e"), UP),
    "labs that plan seldom are in less of a hurry": turn("plan_cycle_months", CONTRACT, DOWN),
    # spot is what a lab without a contract would buy, so what it believes of spot is in every price it agrees to
    "beliefs about spot that keep up move the prices of contracts": turn(
        "spot_learning_per_month", contract_swings, UP
    ),
    "spot risk learnt fast is forgotten fast": turn(
        "spot_risk_learning_per_month", end_of("spot_price_variance_log"), DOWN
    ),
    # --- delivery months ---
    "prompt delivery that comes later sends labs to spot": turn(
        "delivery_prompt_months", mean_of("spot_lab_h100e"), UP
    ),
    # it is bought for on a longer forecast, which errs more
    "a later second delivery month leaves more to give back": turn("delivery_short_months", of_labs("spare_h100e"), UP),
    "a later third delivery month leaves gaps that spot fills": turn(
        "delivery_medium_months", early("spot_lab_h100e"), UP
    ),
    "who looks further ahead than sites take builds instead of leasing": turn(
        "delivery_long_months", mean_of("lease_h100e"), DOWN
    ),
    # --- channels ---
    # at the lowest plausible 0.6 some worlds buy none
    "spot hours that do more work are wanted more": Case(
        {"spot_service_share": 1.0}, mean_of("spot_lab_h100e"), UP, {"spot_service_share": 0.7}
    ),
    "and are a better alternative to a contract": turn("spot_service_share", CONTRACT, DOWN),
    "a cap on spot that is loose is no cause of rationing": turn("spot_plan_cap_share", UNSERVED, DOWN),
    "wary labs bid less for one supplier": turn("risk_aversion", CONTRACT, DOWN),
    "labs that may sign more queue for more": turn("bill_revenue_cap_ratio", mean_of("queue_h100e"), UP),
    "cash spent slowly leaves users unserved": turn("bill_cash_months", UNSERVED, UP),
    "own sites that cost more make labs lease": turn("integration_overhead_share", mean_of("lease_h100e"), UP),
    "a hurdle for own sites makes labs lease": turn("build_hurdle_ratio", mean_of("lease_h100e"), UP),
    "needs too small to sign for go to spot": turn("smallest_deal_share", mean_of("spot_lab_h100e"), UP),
}
