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
    "aspiration_fall_share": "under faratin the contract price rises in 40 of 64 worlds, which a coin might do",
    "aspiration_rise_share": "under faratin contracts are cheaper, by 0.3%",
    "aspiration_floor_share": "under faratin contracts are cheaper, by 0.2%",
    "spot_price_tick_usd_per_h100e_hour": "wider steps make undercut spot cheaper in nearly all worlds, why is unknown",
    "outage_common_share": "the variance of refusals under whole outages rises in 37 of 61 worlds",
    "service_credit_ratio": "sales of unreliable suppliers fall in 34 of 64 worlds",
    "service_credit_cap_share": "changes sales of unreliable suppliers in 9 of 64 worlds",
    "own_group_bonus_usd_per_h100e_hour": "no sum of small or colossus but the early queue moves by 1%",
    "queue_bonus_usd_per_h100e_hour_month": "no sum of small or colossus moves by 1%",
    "entrant_credit_multiple": "no sum of small or colossus moves by 1%",
    "round_growth_cap_ratio": "with poor labs the median of their cash does not move",
    "exit_months": "in a glut the median number of suppliers has not been seen to move",
}
"""Parameters for which no figure goes one way by one per cent, and why."""
