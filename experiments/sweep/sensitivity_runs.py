"""The runs of a design in the order of its points: what is known of a metric at each, and how much of it is luck."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.sweep.designs import Design
from model.settings import BadRequest, nearest

Numbers = NDArray[np.float64]

FEWEST_BLOCKS = 8
MOST_MISSING = 0.2
SAME = 1e-12
"""A metric that varies by less than this part of its size does not vary."""


class Luck(NamedTuple):
    """What replicates say of luck; both are None where no two points have all of at least two replicates.

    `share` is the part of the variance of single runs that is luck. `noise` is the variance that luck leaves in the
    mean over the replicates of a point once the luck that all points have in common is taken out.
    """

    share: float | None
    noise: float | None


class Sample(NamedTuple):
    """A metric over the points of a design; a block is a base sample of Sobol's design, a trajectory of Morris's.

    `values` has shape (points, replicates), nan where a run has no number; `means`, of shape (blocks, points of a
    block), is the mean over the replicates that have one; `kept` says which blocks have it at all their points.
    """

    values: Numbers
    means: Numbers
    kept: NDArray[np.bool_]


def check(design: Design, runs: pl.DataFrame, metrics: Sequence[str]) -> None:
    """Refuse designs without indices, runs that are not those of one arm of the design, and metrics that are not there.

    Raises
    ------
    BadRequest
        In each of these cases.
    """
    if design.kind not in {"sobol", "morris"}:
        raise BadRequest(f"design = {design.kind} has no sensitivity indices; use sobol or morris")
    count, last = len(design.unit), runs["point"].max() if runs.height else -1
    if isinstance(last, int) and last >= count:
        raise BadRequest(f"the runs have point {last}, the design ends at {count - 1}; use the design of these runs")
    if runs.select("point", "replicate").is_duplicated().any():
        raise BadRequest("a point and replicate has several runs; pass the runs of one arm")
    columns = {name for name in runs.columns if runs.schema[name].is_numeric()}
    for metric in metrics:
        if metric not in columns:
            raise BadRequest(f"{metric} is no column of numbers of the runs{nearest(metric, sorted(columns))}")


def block_size(design: Design) -> int:
    """Return how many points a block has."""
    return len(design.names) + (2 if design.kind == "sobol" else 1)


def sample_of(design: Design, runs: pl.DataFrame, metric: str) -> Sample:
    """Return a metric over the points of a design; null, nan and infinity are no numbers."""
    replicates, column = np.unique(runs["replicate"].to_numpy(), return_inverse=True)
    values = np.full((len(design.unit), max(len(replicates), 1)), math.nan)
    numbers = runs[metric].cast(pl.Float64).fill_null(math.nan).to_numpy()
    values[runs["point"].to_numpy(), column] = np.where(np.isfinite(numbers), numbers, math.nan)
    known = np.isfinite(values)
    counts = known.sum(axis=1)
    alike = values - effects_of(values)
    means = np.where(known, alike, 0.0).sum(axis=1) / np.where(counts > 0, counts, math.nan)
    means = means.reshape(-1, block_size(design))
    return Sample(values, means, np.isfinite(means).all(axis=1))


def effects_of(values: Numbers) -> Numbers:
    """Return by how much each replicate lifts all points, from points that have all of them; shape (replicates,).

    Taken off before the mean over replicates, it keeps luck that all points share from becoming a difference between
    points that miss different replicates.
    """
    complete = values[np.isfinite(values).all(axis=1)]
    if len(complete) < 2:
        return np.zeros(values.shape[1])
    lifts: Numbers = complete.mean(axis=0) - complete.mean()
    return lifts


def refusal(design: Design, sample: Sample) -> str | None:
    """Return why there are no indices of a metric, or None."""
    blocks, kept = len(sample.kept), int(sample.kept.sum())
    name = "base samples" if design.kind == "sobol" else "trajectories"
    if blocks - kept > MOST_MISSING * blocks:
        lost = f"{blocks - kept} of {blocks} {name} lack a number at a point"
        return f"{lost}, more than {MOST_MISSING:.0%}; mend what fails, or narrow the ranges"
    if kept < FEWEST_BLOCKS:
        return f"{kept} {name} are fewer than {FEWEST_BLOCKS}; run more points"
    if not varies(design, sample.means[sample.kept]):
        return f"the metric does not vary over the {kept} {name}"
    return None


def varies(design: Design, means: Numbers) -> bool:
    """Return whether a metric varies.

    In Sobol's design the first and last points of the blocks, drawn independently, measure it; in Morris's the
    trajectories, each along its way.
    """
    spread = np.ptp(means[:, [0, -1]]) if design.kind == "sobol" else np.ptp(means, axis=1).max()
    return float(spread) > SAME * float(np.abs(means).max())


def luck_of(values: Numbers) -> Luck:
    """Return what replicates say of luck, from the points that have all of them.

    The variance of single runs is, by the law of total variance, the mean of the variances within points and the
    variance of the points' true means. Replicates share their luck across points: some of it lifts or lowers all
    points alike, which moves their means together and not apart. So what the variance of the points' means has from
    luck is only what is left within points after the means of the replicates are taken out, over their number.
    """
    values = values[np.isfinite(values).all(axis=1)]
    points, replicates = values.shape
    if points < 2 or replicates < 2:
        return Luck(None, None)
    means = values.mean(axis=1)
    within = float(values.var(axis=1, ddof=1).mean())
    rest = values - means[:, None] - values.mean(axis=0) + values.mean()
    noise = float((rest**2).sum()) / ((points - 1) * (replicates - 1)) / replicates
    between = max(float(means.var(ddof=1)) - noise, 0.0)
    if within <= (SAME * float(np.abs(values).max())) ** 2:
        return Luck(0.0, 0.0)
    return Luck(within / (within + between), noise)


def noise_floor(design: Design, sample: Sample, luck: Luck) -> float | None:
    """Return the index that luck alone would give to a factor that does nothing.

    It is the total index (for Morris mu*) of noise that is drawn anew at each point, as luck is where tiny changes
    have large consequences. A factor that truly does nothing, under the same luck at all points, has an index of 0.
    """
    if luck.noise is None:
        return None
    if design.kind == "sobol":
        variance = float(sample.means[sample.kept][:, [0, -1]].var())
        return min(luck.noise / variance, 1.0)
    step = design.levels / (2.0 * (design.levels - 1.0))
    return 2.0 * math.sqrt(luck.noise / math.pi) / step
