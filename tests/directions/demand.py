"""What each number of the demand for AI services does to a market."""

import numpy as np

from model.ensemble import Run
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    SPOT,
    UNSERVED,
    UP,
    Case,
    end_of,
    installed,
    mean_of,
    of_labs,
    spot_volatility,
    turn,
)

SURGING, SURGED = 1, slice(9, 24)


def users_of_the_surge(run: Run) -> float:
    """Return the share of all users that the lab has whose demand surged, in the year after."""
    users = run.history.labs["users_h100e"][SURGED]
    return float(users[:, SURGING].sum() / users.sum())


def news_extreme(run: Run) -> float:
    """Return the largest common news of a month over the s.d. of all."""
    news = np.diff(run.history.market["demand_news_log"])
    return float(np.abs(news).max() / news.std())


def news_strays(run: Run) -> float:
    """Return how far common news takes demand from where it would be, in logs."""
    return float(run.history.market["demand_news_log"].std())


CASES = {
    # --- growth ---
    "faster growth makes contracts dear": turn("demand_growth_start_x_per_year", CONTRACT, UP),
    "more growth in the long run calls for more capacity": turn("demand_growth_long_run_x_per_year", installed, UP),
    "growth that lasts longer makes contracts dear": turn("demand_growth_half_life_months", CONTRACT, UP),
    "enterprises that grow faster leave less for labs to lease": turn(
        "enterprise_growth_ratio", mean_of("lease_h100e"), DOWN
    ),
    "enterprises that grow faster lengthen the queue": turn(
        "enterprise_growth_ratio", mean_of("queue_wait_months"), UP
    ),
    "enterprises that grow faster send labs to partners": turn("enterprise_growth_ratio", mean_of("partner_h100e"), UP),
    "noise of labs leaves more users unserved": turn("lab_demand_noise_per_month", UNSERVED, UP),
    "news of two sizes has no tails": Case({"demand_news_rule": "two_point"}, news_extreme, DOWN),
    "news that lasts takes demand far": turn("demand_news_persistence_per_month", news_strays, UP),
    "common noise moves the spot price": turn("market_demand_noise_per_month", spot_volatility, UP),
    # --- elasticities; prices fall, so who answers more to them wants more ---
    "users who answer to falling prices bring more revenue": turn(
        "service_price_elasticity", end_of("lab_revenue_usd_m"), UP
    ),
    "training that answers to falling prices adds to need": turn(
        "training_price_elasticity", mean_of("lab_need_h100e"), UP
    ),
    "enterprises that answer to a dear market leave room for labs": turn("enterprise_price_elasticity", UNSERVED, DOWN),
    "a fringe that answers to the price makes spot cheap": turn("fringe_price_elasticity", SPOT, DOWN),
    "a larger fringe makes spot dear": turn("fringe_share_of_stock", SPOT, UP),
    # --- training ---
    "who trains more needs more": turn("training_share", mean_of("lab_need_h100e"), UP),
    "training that can wait makes room for users": turn("training_flexible_share", UNSERVED, DOWN),
    "quality that follows compute concentrates users": turn("quality_compute_elasticity", end_of("hhi_labs"), UP),
    "training that lasts keeps the laggards nearer the frontier": turn(
        "training_stock_life_months", of_labs("quality_log"), UP
    ),
    "labs that learn of each other keep users spread": Case({"spillover_rule": "frontier"}, end_of("hhi_labs"), DOWN),
    "the more they learn the more so": turn(
        "training_spillover_per_month", end_of("hhi_labs"), DOWN, {"spillover_rule": "frontier"}
    ),
    # --- users ---
    "users who leave when refused relieve a short market": turn("churn_per_month", UNSERVED, DOWN),
    "users who return soon are not lost": turn("return_per_month", mean_of("outside_users_h100e"), DOWN),
    "leavers who go elsewhere at once do not wait outside": turn(
        "overflow_share", mean_of("outside_users_h100e"), DOWN
    ),
    "leavers who go elsewhere fill other labs": turn("overflow_share", UNSERVED, UP),
    "users who move fast concentrate": turn("user_switching_per_month", end_of("hhi_labs"), UP),
    "users who care for quality concentrate": turn("user_quality_weight", end_of("hhi_labs"), UP),
    "users who care for prices concentrate at the cheap": turn("user_price_weight", end_of("hhi_labs"), UP),
    # the lab that surges is the one that refuses; 0.7% over the plausible range
    "users who shun the sold out leave the lab that surges": Case(
        {"user_availability_weight": 2.0}, users_of_the_surge, DOWN, {"user_availability_weight": 0.0}
    ),
    # --- price of the service ---
    "a dearer service makes compute worth more": turn("service_price_start_usd_per_h100e_hour", CONTRACT, UP),
    "a margin at the start makes the service dear": turn(
        "margin_start_share", mean_of("service_price_usd_per_h100e_hour"), UP
    ),
    "a margin later makes the service dear": turn(
        "margin_long_run_share", mean_of("service_price_usd_per_h100e_hour"), UP
    ),
    "a rising margin that comes late keeps the service cheap": turn(
        "margin_half_life_months", mean_of("service_price_usd_per_h100e_hour"), DOWN
    ),
    "costs fall, so a price that follows fast is lower": turn(
        "service_price_speed_per_month", mean_of("service_price_usd_per_h100e_hour"), DOWN
    ),
    "a markup on scarcity rations by price": turn("service_scarcity_markup", UNSERVED, DOWN),
    "a price that follows the market rations a short one": turn("service_market_cost_weight", UNSERVED, DOWN),
    "hours worth more are paid more": turn("serving_value_share", CONTRACT, UP),
    "training worth more is bought on the spot market": turn("training_value_share", mean_of("spot_lab_h100e"), UP),
    "other costs leave labs with less revenue to keep": turn("other_cost_share", of_labs("cost_usd_m"), UP),
}
