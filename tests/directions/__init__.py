"""The cases of direction, by theme: one module each with its `CASES`; `tests/test_directions.py` runs them all."""

from tests.directions import (
    bargaining,
    demand,
    entry,
    finance,
    investment,
    plans,
    prices,
    recall,
    rules,
    technology,
)
from tests.directions.figures import Case

THEMES = (rules, demand, plans, bargaining, recall, prices, technology, investment, finance, entry)
CASES: dict[str, Case] = {name: case for theme in THEMES for name, case in theme.CASES.items()}
AMBIGUOUS = {
    "demand_news_rule": "the mean and the spread of news stay; only the tails of a month differ",
    "demand_news_persistence_per_month": "news that lasts widens demand and leaves its mean",
    "aspiration_fall_share": "by 0.3% under faratin, the median price rises: failures are few",
    "aspiration_rise_share": "by 0.2% under faratin, the median price falls: failures are few",
    "aspiration_floor_share": "not measured in a world where failures are many",
    "spot_price_tick_usd_per_h100e_hour": "a step of a few cents; the asks of an Edgeworth cycle lie far above cost",
    "outage_common_share": "widens what all lose at once and narrows what one loses",
    "service_credit_ratio": "credits are small beside sales",
    "service_credit_cap_share": "binds in months in which a supplier is down, which are few",
    "own_group_bonus_usd_per_h100e_hour": "breaks ties where two labs of one surplus meet, which is rare",
    "queue_bonus_usd_per_h100e_hour_month": "as that",
    "entrant_credit_multiple": "entrants are small, so no sum of the market moves",
    "round_growth_cap_ratio": "binds where revenue nearly doubles in a year and cash is short",
    "exit_months": "half a year more or less of a supplier without customers",
}
"""Parameters for which no figure goes one way by one per cent, and why."""
