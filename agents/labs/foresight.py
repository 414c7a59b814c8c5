"""What an oracle knows of the demand of a lab."""

import math
from typing import Any

from agents.base import Tables
from agents.compiling import inner, rule
from agents.expectations import faded_log


@inner
def coming_growth_log(tables: Tables, i: int, months: int) -> float:
    """Return the mean log growth of lab `i`'s demand over the next `months`: the trend, or its surge while that lasts.

    News has mean one, and shocks that are not its own surge are news.
    """
    lab, parameters, growth = tables.labs[i], tables.parameters[0], 0.0
    for ahead in range(1, months + 1):
        month = tables.market[0]["month"] + ahead
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
    return growth


@rule
def news_per_root_month(parameters: Any) -> float:
    """Return the s.d. of what nobody can know of a lab's demand a month ahead, ln: its own news and that of all."""
    return math.hypot(parameters["lab_demand_noise_per_month"], parameters["market_demand_noise_per_month"])
