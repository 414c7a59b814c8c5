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
    "spills over between labs. What a tenth more compute does to a lab's share of users two years later, as ζ rises:"
)
OUTCOME = "gap_24_share"
"""What is asked of the data behind the figure of the moat: what a tenth more compute brings two years later."""
WORLD = "{arm}, spillover {spillover:g} a month: {said}"
SIGNS = {1: "more", -1: "less"}


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
    """Return that ζ is an input, and a line for each world: where an effect is clear as ζ rises, and where it flips."""
    return "\n".join([INPUT, *flip_lines(moat_map.data({MOAT: answered}))])


def flip_lines(data: pl.DataFrame) -> list[str]:
    """Return these lines from the data behind the map of the moat."""
    table, lines = data.filter(pl.col("outcome") == OUTCOME).sort(moat_map.ELASTICITY), []
    for arm, name in moat_map.ARMS.items():
        for spillover in table[moat_map.SPILLOVER].unique().sort():
            rows = table.filter((pl.col("arm") == arm) & (pl.col(moat_map.SPILLOVER) == spillover))
            levels = rows.select(moat_map.ELASTICITY, "mean", "low", "high").fill_null(math.nan).iter_rows()
            lines.append(WORLD.format(arm=name, spillover=spillover, said=words([Level(*row) for row in levels])))
    return lines


def words(levels: Sequence[Level]) -> str:
    """Return at which levels an effect is clear, and between which it flips."""
    known = [level for level in levels if math.isfinite(level.low)]
    if not known:
        return "too few runs to tell."
    parts = [list(group) for sign, group in itertools.groupby(known, lambda level: level.sign) if sign]
    if not parts:
        return "no clear difference at any."
    said = ", ".join(f"{SIGNS[part[0].sign]} at {span(part[0].value, part[-1].value)}" for part in parts)
    at = [
        f"{number(one[-1].value)} and {number(other[0].value)}"
        for one, other in itertools.pairwise(parts)
        if one[0].sign != other[0].sign
    ]
    unclear = ", else no clear difference" if sum(map(len, parts)) < len(known) else ""
    flips = "flips between " + ", and between ".join(at) if at else "does not flip"
    return f"{said}{unclear}; it {flips}."


def span(low: float, high: float) -> str:
    """Return a range of ζ."""
    return f"ζ = {number(low)}" if low == high else f"ζ = {number(low)} to {number(high)}"
