"""The cases of direction, by theme: one module each with its `CASES`; `tests/test_directions.py` runs them all."""

from tests.directions import rules, trades
from tests.directions.figures import Case

THEMES = (rules, trades)
CASES: dict[str, Case] = {name: case for theme in THEMES for name, case in theme.CASES.items()}
