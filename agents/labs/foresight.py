"""What an oracle knows of the demand of a lab."""

import math
from typing import Any

from agents.base import Tables
from agents.compiling import inner, rule
from agents.expectations import faded_log

LEAST_SPREAD = 1e-3
"""Least s.d. of a forecast a root month, ln: the same as of those who err."""


@inner
def coming_growth_log(tables: Tables, i: int, months: int) -> float:
    """Return the mean log growth of lab `i`'s demand over the next `months`: the trend, or its surge while that lasts.

    News to come has mean one; of the news so far what does not persist fades. Shocks that are not the lab's own surge
    are news.
    """
    lab, market, parameters, growth = tables.labs[i], tables.market[0], tables.parameters[0], 0.0
    for ahead in range(1, months + 1):
        month = market["month"] + ahead
        age = month - lab["surge_start_month"]
        if lab["surge_start_month"] > 0 and 0 <= age < lab["surge_months"]:
            growth += math.log(lab["surge_growth_x_per_year"]) / 12.0
        else:
            growth += (
                faded_log(
                    parameters["demand_growth_start_x_per_year"],
                    parameters["demand_growth_long_run_x_per_year"],
                    parameters["demand_growth_half_life_months"],
                    float(month),
                )
                / 12.0
            )
    news = lab["demand_news_log"] + market["demand_news_log"]
    return growth - (1.0 - parameters["demand_news_persistence_per_month"] ** float(months)) * news


@rule
def forecast_spread(parameters: Any, months: float, foresees: bool) -> float:
    """Return the s.d. of the log forecast over so many months.

    Of a lab that foresees, that of the news to come, its own and that of all: sigma sqrt((1 - rho^2h) / (1 - rho^2)),
    or sigma sqrt(h) where all of it lasts. Of all others what they take their error to be.
    """
    if not foresees:
        return float(parameters["forecast_error_per_root_month"] * math.sqrt(months))
    sigma = math.hypot(parameters["lab_demand_noise_per_month"], parameters["market_demand_noise_per_month"])
    kept = parameters["demand_news_persistence_per_month"] ** 2
    lasting = (1.0 - kept**months) / (1.0 - kept) if kept < 1.0 else months
    return float(max(sigma * math.sqrt(lasting), LEAST_SPREAD * math.sqrt(months)))
