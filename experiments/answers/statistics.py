"""Statistics of paired differences: effects by draw, their intervals, Holm's adjustment, and tests of no effect."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import DescrStatsW

from model.settings import BadRequest

LEVEL = 0.95
RESAMPLES = 2000
FEWEST = 6
"""Draws with an effect that an interval needs."""

Numbers = NDArray[np.float64]


class Effect(NamedTuple):
    """What one world does beside another, over draws of what is not known.

    The effect of a draw is the mean difference of its pairs, which share draw and luck. `median` has the interval of a
    bootstrap over draws (percentile, Efron 1979), `mean` that of Student; `p_value` is that of no mean effect.
    """

    draws: int
    pairs: int
    median: float
    median_low: float
    median_high: float
    mean: float
    mean_low: float
    mean_high: float
    share_above: float
    """Part of the draws with an effect above 0."""
    share_below: float
    p_value: float


def paired_differences(runs: pl.DataFrame, metric: str, a: str, b: str) -> pl.DataFrame:
    """Return b - a of a metric, one row a point and replicate that is a number in both arms.

    Columns `point`, `replicate` and `difference`. Pairs of which a run failed are left out.

    Raises
    ------
    BadRequest
        Where an arm or the metric is not in the table.
    """
    for arm in (a, b):
        if arm not in runs["arm"]:
            raise BadRequest(f"no arm is called {arm}; there are {', '.join(runs['arm'].unique().sort())}")
    if metric not in runs.columns:
        raise BadRequest(f"the runs hold no {metric}; name it under metrics: on the experiment's page")
    good = runs.filter(pl.col("failure").is_null()).select("arm", "point", "replicate", pl.col(metric).fill_nan(None))
    sides = [good.filter(pl.col("arm") == arm).drop("arm").rename({metric: arm}) for arm in (a, b)]
    both = sides[0].join(sides[1], on=["point", "replicate"], how="inner").drop_nulls()
    gap = (pl.col(b) - pl.col(a)).alias("difference")
    return both.select("point", "replicate", gap).sort("point", "replicate")


def effects_by_draw(differences: pl.DataFrame) -> pl.DataFrame:
    """Return the mean difference of each point of the design, columns `point` and `effect`."""
    return differences.group_by("point").agg(pl.col("difference").mean().alias("effect")).sort("point")


def effect(differences: pl.DataFrame, seed: int = 1) -> Effect:
    """Return the effect over draws; its intervals are no numbers where there are fewer than six draws."""
    by_draw = effects_by_draw(differences)["effect"].to_numpy()
    median, mean = (interval(by_draw, statistic, seed) for statistic in ("median", "mean"))
    return Effect(
        len(by_draw),
        differences.height,
        float(np.median(by_draw)) if len(by_draw) else np.nan,
        *median,
        float(np.mean(by_draw)) if len(by_draw) else np.nan,
        *mean,
        float(np.mean(by_draw > 0.0)) if len(by_draw) else np.nan,
        float(np.mean(by_draw < 0.0)) if len(by_draw) else np.nan,
        p_of_no_effect(by_draw),
    )


def interval(values: Numbers, statistic: str, seed: int = 1) -> tuple[float, float]:
    """Return the 95% interval of the mean, after Student, or of the median, by bootstrap; no numbers where too few."""
    if len(values) < FEWEST:
        return np.nan, np.nan
    if np.ptp(values) == 0.0:
        return float(values[0]), float(values[0])
    if statistic == "mean":
        found = stats.ttest_1samp(values, 0.0).confidence_interval(LEVEL)
    else:
        found = stats.bootstrap(
            (values,),
            np.median,
            confidence_level=LEVEL,
            n_resamples=RESAMPLES,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval
    return float(found.low), float(found.high)


def p_of_no_effect(values: Numbers) -> float:
    """Return the p-value that the mean effect is 0; 1 where nothing differs, no number where too few do."""
    if len(values) < FEWEST:
        return np.nan
    if np.ptp(values) == 0.0:
        return 1.0 if values[0] == 0.0 else 0.0
    return float(stats.ttest_1samp(values, 0.0).pvalue)


def p_of_a_large_effect(values: Numbers, smallest: float) -> float:
    """Return the p-value that the mean effect is `smallest` or more, either way: two one-sided tests (Schuirmann 1987).

    Below 0.05 the effect is smaller than what is of interest.
    """
    if len(values) < FEWEST:
        return np.nan
    if np.ptp(values) == 0.0:
        return 0.0 if abs(values[0]) < smallest else 1.0
    return float(DescrStatsW(values).ttost_mean(-smallest, smallest)[0])


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number (Holm 1979); what is no number stays so and does not count."""
    given = np.asarray(p_values, np.float64)
    known = np.isfinite(given)
    adjusted = given.copy()
    if known.any():
        adjusted[known] = multipletests(given[known], method="holm")[1]
    return [float(value) for value in adjusted]
