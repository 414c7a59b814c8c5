"""Paired differences: two worlds that met the same luck, run by run, and the interval of the mean of what differs."""

import math
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from model.metrics import METRICS, Metric
from model.settings import BadRequest

LEVEL = 0.95
FEWEST = 6
"""Pairs that must differ: of five that do, all go one way by chance more often than one time in twenty."""
HIGHER, LOWER, UNCLEAR, EQUAL, FEW = "b higher", "b lower", "unclear", "equal", "too few differ"

Numbers = NDArray[np.float64]


class Pairs(NamedTuple):
    """The runs of two worlds that share their luck and did not fail, row by row."""

    a: pl.DataFrame
    b: pl.DataFrame
    unpaired: int
    """Runs, of both worlds together, that have no partner."""
    failed: int
    """Pairs of which a run failed."""


class Difference(NamedTuple):
    """A metric in two worlds: means over the pairs in which it is a number in both, and the interval of b - a."""

    theme: str
    metric: str
    unit: str
    definition: str
    pairs: int
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    b_larger: float
    """Share of the pairs in which b is larger."""
    differing: int
    """Pairs that differ at all."""
    variance_ratio: float
    """Variance of the paired difference / that of the difference of runs that share no luck."""
    verdict: str

    @property
    def clear(self) -> bool:
        """Whether the interval excludes zero."""
        return self.verdict in {HIGHER, LOWER}


def paired(a: pl.DataFrame, b: pl.DataFrame) -> Pairs:
    """Return the runs of two worlds paired by seed.

    Raises
    ------
    BadRequest
        Where a seed occurs twice in a world, or in no two, or where a run of every pair failed.
    """
    for side, runs in (("a", a), ("b", b)):
        if runs["seed"].is_duplicated().any():
            raise BadRequest(f"runs of {side} share a seed, so it is not clear which of them to pair")
    both = a.select("seed").join(b.select("seed"), on="seed").sort("seed")
    if not both.height:
        raise BadRequest("no run of a has the luck of a run of b; give both the same seed=")
    unpaired = a.height + b.height - 2 * both.height
    a, b = (both.join(runs, on="seed", maintain_order="left") for runs in (a, b))
    good = a["failure"].is_null() & b["failure"].is_null()
    if not good.any():
        first = pl.concat([a["failure"], b["failure"]]).drop_nulls()[0]
        raise BadRequest(f"in each of {both.height:,} pairs a run failed, so nothing can be compared; {first}")
    return Pairs(a.filter(good), b.filter(good), unpaired, int((~good).sum()))


def differences(pairs: Pairs) -> list[Difference]:
    """Return what differs, metric by metric; those that are no number in both worlds of any pair are left out."""
    known = [metric for metric in METRICS if metric.name in pairs.a.columns and metric.name in pairs.b.columns]
    rows = []
    for metric in known:
        a, b = (frame[metric.name].cast(pl.Float64).fill_null(math.nan).to_numpy() for frame in pairs[:2])
        both = np.isfinite(a) & np.isfinite(b)
        if both.any():
            rows.append(difference(metric, a[both], b[both]))
    return rows


def difference(metric: Metric, a: Numbers, b: Numbers) -> Difference:
    """Return what differs of a metric between the runs of two worlds, paired row by row."""
    gap = b - a
    low, high = interval(gap)
    differing = int(np.count_nonzero(gap))
    apart = float(np.var(a, ddof=1) + np.var(b, ddof=1)) if len(gap) > 1 else 0.0
    return Difference(
        metric.theme,
        metric.name,
        metric.unit,
        metric.definition,
        len(gap),
        float(a.mean()),
        float(b.mean()),
        float(gap.mean()),
        low,
        high,
        float((gap > 0.0).mean()),
        differing,
        float(np.var(gap, ddof=1)) / apart if apart > 0.0 else math.nan,
        verdict(low, high, differing),
    )


def interval(gap: Numbers) -> tuple[float, float]:
    """Return the 95% interval of the mean of paired differences, after Student; no numbers where too few differ.

    It is the mean -+ t x standard error, and not a bootstrap. With the hundreds of pairs of a usual comparison the two
    agree; with a dozen, BCa's intervals are a tenth shorter and hold the truth less often (of normal differences 90% of
    the time, and these 95%), and where nothing differs its corrections are not defined. These need no draws, so the
    same runs give the same bytes.
    Where fewer than six pairs differ no interval is given: all of five go one way by chance one time in sixteen.
    """
    if np.count_nonzero(gap) < FEWEST:
        return math.nan, math.nan
    mean, error = float(gap.mean()), float(gap.std(ddof=1)) / math.sqrt(len(gap))
    half = float(stats.t.ppf(0.5 + LEVEL / 2.0, len(gap) - 1)) * error
    return mean - half, mean + half


def verdict(low: float, high: float, differing: int) -> str:
    """Return what an interval says, in words."""
    if not differing:
        return EQUAL
    if math.isnan(low):
        return FEW
    return HIGHER if low > 0.0 else LOWER if high < 0.0 else UNCLEAR


def by_chance(rows: list[Difference]) -> dict[str, Any]:
    """Return how many intervals there are, how many exclude zero, and how many would if the worlds were alike."""
    given = [row for row in rows if math.isfinite(row.low)]
    return {
        "intervals": len(given),
        "excluding_zero": sum(row.clear for row in given),
        "expected_by_chance": round((1.0 - LEVEL) * len(given), 2),
    }
