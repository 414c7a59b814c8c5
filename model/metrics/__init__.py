"""Metrics of a run: one function each, with unit and definition, a file a theme.

A metric takes the history of one run and gives a number, or of many runs, with a leading axis of runs, and gives one
number a run: months are the last axis of `history.market`, months and firms the last two of `history.labs`.
"""

from model.metrics.base import Metric
from model.metrics.cycles import CYCLES
from model.metrics.entry import ENTRY
from model.metrics.places import PLACES
from model.metrics.prices import PRICES
from model.metrics.quantities import CAPACITY, EVENTS, MONEY, RATIONING
from model.metrics.structure import DEPENDENCE, STRUCTURE
from model.metrics.volatility import VOLATILITY
from model.metrics.welfare import WELFARE

__all__ = ["METRICS", "Metric"]

METRICS: tuple[Metric, ...] = (
    *PRICES,
    *VOLATILITY,
    *CYCLES,
    *CAPACITY,
    *RATIONING,
    *PLACES,
    *MONEY,
    *ENTRY,
    *STRUCTURE,
    *DEPENDENCE,
    *WELFARE,
    *EVENTS,
)
"""Every metric of a run; `bazaar list what=metrics` prints them."""
