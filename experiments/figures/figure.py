"""What a figure is: the data behind it as a table, and how that table is drawn."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import polars as pl
from matplotlib.figure import Figure as Canvas

from experiments.store import SweepResults
from experiments.sweep.experiment import Experiment


class Answered(NamedTuple):
    """An experiment as its page says it, and the results of its sweep."""

    experiment: Experiment
    results: SweepResults


Results = Mapping[str, Answered]
"""What a figure is made from, by the names of its experiments."""


class Figure(NamedTuple):
    """A figure of a paper: `data` is what it shows, `draw` shows it on a canvas, `caption` says how to read it.

    `data` gives a table that stands on its own, one row a mark, with units in the names of its columns; `draw` takes
    nothing else. `title` says what is seen, not what was hoped for.
    """

    name: str
    title: str
    caption: str
    experiments: tuple[str, ...]
    data: Callable[[Results], pl.DataFrame]
    draw: Callable[[Canvas, pl.DataFrame], None]
    width_inches: float = 7.0
    height_inches: float = 3.6
