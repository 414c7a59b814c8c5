"""The verdict on what was expected of an effect, by a rule that was fixed before any result was seen."""

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import stats

from experiments.answers.statistics import FEWEST, Effect, effect, effects_by_draw, holm, p_of_a_large_effect

SUPPORTED, CONTRADICTED, NO_EFFECT, DEPENDS, UNDECIDED = (
    "supported",
    "contradicted",
    "no effect",
    "depends on",
    "undecided",
)
SHARE_OF_DRAWS = 0.8
"""Part of the draws that must have the sign."""
SIGNIFICANCE = 0.05


class Expected(NamedTuple):
    """What is expected of b - a: its sign, 1 or -1, or 0 for none; and the smallest effect of interest."""

    sign: int
    smallest: float


class Verdict(NamedTuple):
    """What came of it: the verdict in words, on what it depends if so, and what it rests on."""

    words: str
    factor: str
    effect: Effect
    p_of_a_large_effect: float


def verdict(differences: pl.DataFrame, expected: Expected, points: pl.DataFrame | None = None) -> Verdict:
    """Return the verdict on the effect of one world beside another.

    Supported: at least four of five draws have the expected sign and the median effect is larger than the smallest of
    interest. Contradicted: the same the other way. No effect: it is smaller than the smallest of interest, shown by two
    one-sided tests; where no effect is expected, that supports it, and a clear effect of either sign contradicts it.
    Depends on X: none of these, and of all factors X orders the effects of the draws most clearly
    (Spearman 1904, p < 0.05 after Holm). Undecided: none of these either.

    Parameters
    ----------
    differences
        Of `paired_differences`.
    expected
        Sign and smallest effect of interest.
    points
        Column `point` and one column a factor, for what the effect depends on.
    """
    found, by_draw = effect(differences), effects_by_draw(differences)
    small = p_of_a_large_effect(by_draw["effect"].to_numpy(), expected.smallest)
    if found.draws < FEWEST:
        return Verdict(UNDECIDED, "", found, small)
    for sign, share in ((1, found.share_above), (-1, found.share_below)):
        if share >= SHARE_OF_DRAWS and sign * found.median > expected.smallest:
            return Verdict(SUPPORTED if sign == expected.sign else CONTRADICTED, "", found, small)
    if small < SIGNIFICANCE:
        return Verdict(NO_EFFECT if expected.sign else SUPPORTED, "", found, small)
    factor = leading_factor(by_draw, points) if points is not None else ""
    return Verdict(f"{DEPENDS} {factor}" if factor else UNDECIDED, factor, found, small)


def leading_factor(by_draw: pl.DataFrame, points: pl.DataFrame) -> str:
    """Return the factor whose ranks go with those of the effects most clearly; an empty text where none does."""
    joined = by_draw.join(points, on="point", how="inner")
    names = [name for name in points.columns if name != "point" and joined[name].n_unique() > 1]
    if not names or joined["effect"].n_unique() < 2:
        return ""
    tests = [stats.spearmanr(joined[name].to_numpy(), joined["effect"].to_numpy()) for name in names]
    adjusted = holm([float(test.pvalue) for test in tests])
    clear = [abs(float(test.statistic)) if p < SIGNIFICANCE else -1.0 for test, p in zip(tests, adjusted, strict=True)]
    best = int(np.argmax(clear))
    return names[best] if clear[best] > 0.0 else ""
