"""The cases of direction, by theme: one module each with its `CASES`; `tests/test_directions.py` runs them all."""

from tests.directions import deals, forwards, hardware, network, regions, rules, strategies, trades
from tests.directions.figures import Case

THEMES = (rules, deals, forwards, strategies, regions, hardware, network, trades)
CASES: dict[str, Case] = {name: case for theme in THEMES for name, case in theme.CASES.items()}
