"""The price a supplier expects, where it plans by price: slow learning, extrapolation, or whichever did better.

Nerlove (1958) for slow learning; Brock & Hommes (1997) and Anufriev & Hommes (2012) for switching between rules.
"""

import math
from typing import Any

from agents.base import Tables
from agents.choices import SWITCHING, TREND
from agents.compiling import inner, rule
from agents.expectations import learned


@rule
def logit_share(error: float, other_error: float, intensity: float) -> float:
    """Return the share of a rule by its squared errors: 1 / (1 + e^(beta (error - other error)))."""
    return 1.0 / (1.0 + math.exp(min(700.0, intensity * (error - other_error))))


@rule
def expect_price(supplier: Any, price: float) -> None:
    """Let a supplier that has seen nothing yet expect a price, by either rule alike."""
    supplier["price_belief_usd_per_h100e_hour"] = price
    supplier["price_seen_usd_per_h100e_hour"] = price
    supplier["adaptive_belief_usd_per_h100e_hour"] = price
    supplier["trend_belief_usd_per_h100e_hour"] = price
    supplier["adaptive_trust_share"] = 0.5


@inner
def learn_price(tables: Tables, j: int) -> None:
    """Update the price that supplier `j` expects from the price it realised this month."""
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    price = supplier["realised_price_usd_per_h100e_hour"]
    adaptive, trend = supplier["adaptive_belief_usd_per_h100e_hour"], supplier["trend_belief_usd_per_h100e_hour"]
    memory, inertia = parameters["switching_memory_share"], parameters["switching_inertia_share"]
    supplier["adaptive_error_usd2"] = (price - adaptive) * (price - adaptive) + memory * supplier["adaptive_error_usd2"]
    supplier["trend_error_usd2"] = (price - trend) * (price - trend) + memory * supplier["trend_error_usd2"]
    better = logit_share(
        supplier["adaptive_error_usd2"], supplier["trend_error_usd2"], parameters["switching_intensity_per_usd2"]
    )
    supplier["adaptive_trust_share"] = inertia * supplier["adaptive_trust_share"] + (1.0 - inertia) * better
    adaptive = learned(adaptive, price, parameters["price_learning_per_month"])
    trend = price + parameters["price_extrapolation"] * (price - supplier["price_seen_usd_per_h100e_hour"])
    supplier["adaptive_belief_usd_per_h100e_hour"] = adaptive
    supplier["trend_belief_usd_per_h100e_hour"] = max(0.0, trend)
    supplier["price_seen_usd_per_h100e_hour"] = price
    belief = adaptive
    if parameters["price_expectation"] == TREND:
        belief = supplier["trend_belief_usd_per_h100e_hour"]
    elif parameters["price_expectation"] == SWITCHING:
        trust = supplier["adaptive_trust_share"]
        belief = trust * adaptive + (1.0 - trust) * supplier["trend_belief_usd_per_h100e_hour"]
    supplier["price_belief_usd_per_h100e_hour"] = belief
