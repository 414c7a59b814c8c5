"""Where an answer flips as one input of the model rises: what an assumption decides, and what it does not."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from experiments.answers.statistics import effects_by_draw, interval, paired_differences
from experiments.figures.figure import Answered
from experiments.report import number
from experiments.sweep.experiment import Arm, Experiment

MOAT = "moat_or_commodity"
ZETA = "parameters.quality_compute_elasticity"
"""How much of quality is training compute: it is not measured, and the answer of `MOAT` hangs on it."""
INPUT = "ζ (quality_compute_elasticity), the part of quality that training compute makes, is an input and no result"
MORE = "_more"
"""How the arm is called in which a lab starts with more compute than in the arm of the rest of the name."""
LATER = 24
"""Months after which what more compute brought is asked for."""
MOST_LEVELS = 10
"""Groups of draws in which a factor that is drawn, not stepped, is told."""
SIGNS = {1: "higher", 0: "no clear difference", -1: "lower"}


class Level(NamedTuple):
    """A value of an input, or the mean of a tenth of its values; the median effect there and its 95% interval."""

    value: float
    effect: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the effect is clear, else 0; its own sign where there is no interval."""
        if math.isnan(self.low):
            return int(np.sign(self.effect))
        return int(self.low > 0.0) - int(self.high < 0.0)


def levels_of(effects: pl.DataFrame) -> list[Level]:
    """Return the effect at each value of an input, or in tenths of the rows where it has more than ten.

    Parameters
    ----------
    effects
        Columns `value` and `effect`, a row an effect.
    """
    rows = effects.sort("value", "effect").to_numpy()
    values = np.unique(rows[:, 0])
    groups = [rows[rows[:, 0] == value] for value in values]
    if len(values) > MOST_LEVELS:
        groups = [group for group in np.array_split(rows, MOST_LEVELS) if len(group)]
    return [
        Level(float(group[:, 0].mean()), float(np.median(group[:, 1])), *interval(group[:, 1], "median"))
        for group in groups
    ]


def flip_words(answered: Answered) -> str:
    """Return in a few sentences that ζ is an input, and where the answer flips as it rises."""
    if ZETA not in answered.experiment.design.names:
        return f"{INPUT}; the page does not vary it."
    return " ".join([f"{INPUT}.", *(sentence(subject, levels_of(effects)) for subject, effects in asked(answered))])


def sentence(subject: str, levels: Sequence[Level]) -> str:
    """Return how an effect changes as ζ rises."""
    if not levels:
        return f"{subject}: no pair of runs tells."
    parts = [list(group) for _, group in itertools.groupby(levels, lambda level: level.sign)]
    said = [f"{SIGNS[part[0].sign]} at {between(part[0].value, part[-1].value)}" for part in parts]
    at = [f"{number(one[-1].value)} and {number(other[0].value)}" for one, other in itertools.pairwise(parts)]
    flips = f"the answer flips between {', and between '.join(at)}" if at else "the answer does not flip"
    return f"{subject}: {', '.join(said)}; {flips}."


def between(low: float, high: float) -> str:
    """Return a range of ζ."""
    return f"ζ = {number(low)}" if low == high else f"ζ = {number(low)} to {number(high)}"


def asked(answered: Answered) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield what is asked of pairs of arms, in words, and the effects with the ζ at which they were found."""
    experiment, results = answered
    values = results.runs.select("point", pl.col(ZETA).alias("value")).unique("point", keep="first")
    for one in experiment.expectations:
        gaps = effects_by_draw(paired_differences(results.runs, one.outcome, one.a, one.b))
        yield f"{one.outcome}, {one.b} less {one.a}", gaps.join(values, on="point").select("value", "effect")
    for arm, more in arms_with_more(experiment):
        lab = lab_with_more(arm, more)
        gaps = paired_differences(users(answered, lab), "share", arm.name, more.name)
        effects = gaps.rename({"difference": "effect"}).join(values, on="point").select("value", "effect")
        yield f"Share of users of {lab} after {LATER} months with more compute ({more.name} less {arm.name})", effects


def arms_with_more(experiment: Experiment) -> list[tuple[Arm, Arm]]:
    """Return the pairs of arms of which one is the other with more compute."""
    arms = {arm.name: arm for arm in experiment.arms}
    return [(arm, arms[f"{name}{MORE}"]) for name, arm in arms.items() if f"{name}{MORE}" in arms]


def lab_with_more(arm: Arm, more: Arm) -> str:
    """Return the lab in whose settings two arms differ."""
    one, other = arm.scenario.resolved, more.scenario.resolved
    changed = (name.split(".") for name in one if name in other and one[name].value != other[name].value)
    return next(parts[1] for parts in changed if parts[0] == "labs")


def users(answered: Answered, lab: str) -> pl.DataFrame:
    """Return the runs with a lab's `share` of users after some months; it is 0 where the lab is not there any more."""
    last = min(LATER, answered.experiment.months - 1)
    labs = answered.results.tables["labs"].filter(pl.col("month") == last).select("run", "lab", "users_h100e").collect()
    own = pl.col("users_h100e").filter(pl.col("lab") == lab).sum()
    shares = labs.group_by("run").agg((own / pl.col("users_h100e").sum()).alias("share"))
    return answered.results.runs.select("run", "arm", "point", "replicate", "failure").join(shares, on="run")
