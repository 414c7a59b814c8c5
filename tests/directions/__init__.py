"""The cases of direction, by theme: one module each with its `CASES`; `tests/test_directions.py` runs them all."""

from tests.directions import (
    bargaining,
    deals,
    demand,
    entry,
    finance,
    forwards,
    hardware,
    investment,
    network,
    plans,
    prices,
    recall,
    regions,
    rules,
    strategies,
    technology,
    trades,
)
from tests.directions.figures import Case

THEMES = (
    rules,
    demand,
    plans,
    bargaining,
    recall,
    prices,
    technology,
    investment,
    finance,
    entry,
    deals,
    forwards,
    strategies,
    regions,
    hardware,
    network,
    trades,
)
CASES: dict[str, Case] = {name: case for theme in THEMES for name, case in theme.CASES.items()}
