"""Where an answer flips as one input of the model rises: what an assumption decides, and what it does not."""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from experiments.figures.figure import Answered
from experiments.figures.scripts import moat_map
from experiments.report import number

MOAT = moat_map.EXPERIMENT
INPUT = (
    "ζ (quality_compute_elasticity), how far quality follows training compute, is an input and no result; so is what "
    "spills over between labs."
)
OUTCOME = "gap_24_share"
"""What is asked of the data behind the figure of the moat: what a tenth more compute brings two years later."""
ASKED = "A tenth more compute and the lab's share of users two years later, {worlds}"
WORLD = "{arm}, at a spillover of {spillover:g} a month"
SIGNS = {1: "more", 0: "no clear difference", -1: "less"}


class Level(NamedTuple):
    """A value of an input, the mean effect there, and its 95% interval."""

    value: float
    effect: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the effect is clear, else 0."""
        return int(self.low > 0.0) - int(self.high < 0.0)


def flip_words(answered: Answered) -> str:
    """Return in a few sentences that ζ is an input, and where the answer flips as it rises; alike worlds in one."""
    table = moat_map.data({MOAT: answered}).filter(pl.col("outcome") == OUTCOME)
    worlds: dict[str, list[str]] = {}
    for arm, spillover in table.select("arm", moat_map.SPILLOVER).unique().sort("arm", moat_map.SPILLOVER).iter_rows():
        rows = table.filter((pl.col("arm") == arm) & (pl.col(moat_map.SPILLOVER) == spillover))
        levels = rows.sort(moat_map.ELASTICITY).select(moat_map.ELASTICITY, "mean", "low", "high").fill_null(math.nan)
        said = words([Level(*row) for row in levels.iter_rows()])
        worlds.setdefault(said, []).append(WORLD.format(arm=moat_map.ARMS[arm], spillover=spillover))
    told = [f"{ASKED.format(worlds='; '.join(alike))}: {said}" for said, alike in worlds.items()]
    return " ".join([INPUT, *told])


def words(levels: Sequence[Level]) -> str:
    """Return how an effect changes as ζ rises."""
    known = [level for level in levels if math.isfinite(level.low)]
    if not known:
        return "too few runs to tell."
    parts = [list(group) for _, group in itertools.groupby(known, lambda level: level.sign)]
    said = [f"{SIGNS[part[0].sign]} at {span(part[0].value, part[-1].value)}" for part in parts]
    at = [f"{number(one[-1].value)} and {number(other[0].value)}" for one, other in itertools.pairwise(parts)]
    flips = f"the answer flips between {', and between '.join(at)}" if at else "the answer does not flip"
    return f"{', '.join(said)}; {flips}."


def span(low: float, high: float) -> str:
    """Return a range of ζ."""
    return f"ζ = {number(low)}" if low == high else f"ζ = {number(low)} to {number(high)}"
