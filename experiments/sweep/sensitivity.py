"""Which factors move a metric, and how well that is known: Sobol's indices and Morris's effects, by SALib.

Runs that failed leave gaps. Sobol's estimators compare the points of a base sample with one another, and Morris's those
of a trajectory, so that a point without a number takes its whole block out. SALib asks for a power of two of base
samples when it draws them and analyses any number; what is left after gaps is spread less evenly, no more.

Replicates of a point differ by luck. A metric's value at a point is the mean over R replicates, in which the noise of
luck has 1 / R of its variance. Where all points meet the same R pieces of luck, what moves all points alike cancels in
the differences that the indices are made of, and the indices are those of the mean over these R pieces. What is left is
luck that acts differently at different points. Where it is as good as drawn anew at each point, it shrinks first-order
indices and lifts total ones, that of an idle factor from 0 to the share of the means' variance that is noise. `quality`
has both: how much of a single run is luck, and the index that noise alone would give.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from SALib.analyze import morris, sobol

from experiments.sweep.designs import Design
from experiments.sweep.sensitivity_runs import (
    Numbers,
    block_size,
    check,
    luck_of,
    noise_floor,
    refusal,
    sample_of,
    varies,
)

SEED = 1
"""Of the resamples; SALib takes 0 for no seed."""
CONVERGENCE = (8, 4, 2, 1)
"""Convergence is seen over one part in so many of the blocks."""
FEWEST_TO_GROW = 4
FEW_RESAMPLES = 2
"""As many as SALib needs where nobody reads the intervals."""
MAIN = {"sobol": "total", "morris": "mu_star"}
"""The index by which factors are ranked."""
COLUMNS = {
    "sobol": ("first", "first_low", "first_high", "total", "total_low", "total_high"),
    "morris": ("mu_star", "mu_star_low", "mu_star_high", "mu", "sigma"),
}


class Quality(NamedTuple):
    """How well the indices of a metric are known.

    Attributes
    ----------
    points, runs
        How many are used: those of the blocks that are kept, with a number.
    runs_missing
        Runs of the whole design without a number.
    blocks, blocks_dropped
        Base samples or trajectories that are kept, and that a missing point takes out.
    luck_share
        Part of the variance of single runs that is luck; None with one replicate.
    noise_floor
        Total index or mu* that luck alone could give to a factor that does nothing; None with one replicate.
    half_change
        Largest change of an index from half of the blocks to all: of first-order and total indices as they are, of mu*
        as a part of the largest. None where the metric does not vary over half of them.
    refused
        Why there are no indices, or None.
    """

    metric: str
    points: int
    runs: int
    runs_missing: int
    blocks: int
    blocks_dropped: int
    luck_share: float | None
    noise_floor: float | None
    half_change: float | None
    refused: str | None


QUALITY = {
    "metric": pl.String,
    "points": pl.Int64,
    "runs": pl.Int64,
    "runs_missing": pl.Int64,
    "blocks": pl.Int64,
    "blocks_dropped": pl.Int64,
    "luck_share": pl.Float64,
    "noise_floor": pl.Float64,
    "half_change": pl.Float64,
    "refused": pl.String,
}


class Sensitivity(NamedTuple):
    """The indices of metrics, a row a metric and factor in the order of both, and a row a metric on their quality.

    For a Sobol design `indices` has first-order and total indices, for a Morris design mu*, mu and sigma in the unit
    of the metric, for a step over the whole range of a factor. Columns that end in low and high bound the 95%
    intervals.
    """

    kind: str
    indices: pl.DataFrame
    quality: pl.DataFrame


def sensitivity(design: Design, runs: pl.DataFrame, metrics: Sequence[str], resamples: int = 200) -> Sensitivity:
    """Return which factors move each of some metrics in the runs of one arm, and how well that is known.

    An interval is the index plus and minus 1.96 standard deviations of it over `resamples` sets of blocks, drawn with
    replacement; the text above says what missing runs and luck do to it.

    Raises
    ------
    BadRequest
        Where the design has no indices, the runs are not those of one arm of it, or have no such metric.
    """
    check(design, runs, metrics)
    found = [_of_metric(design, runs, metric, resamples) for metric in metrics]
    frames = [indices for indices, _ in found]
    quality = pl.DataFrame([row for _, row in found], schema=QUALITY, orient="row")
    return Sensitivity(design.kind, pl.concat([_no_indices(design.kind), *frames]), quality)


def convergence(design: Design, runs: pl.DataFrame, metric: str, resamples: int = 200) -> pl.DataFrame:
    """Return the indices of a metric over the first eighth, quarter and half of the blocks, and over all.

    The columns are those of the indices after `blocks`, how many blocks they are of. Parts of fewer than 4 blocks, or
    over which the metric does not vary, are left out, as is a metric that `sensitivity` refuses.
    """
    check(design, runs, [metric])
    sample = sample_of(design, runs, metric)
    frames = [_no_indices(design.kind).insert_column(0, pl.Series("blocks", [], pl.Int64))]
    if refusal(design, sample) is None:
        kept = np.flatnonzero(sample.kept)
        for part in CONVERGENCE:
            some = kept[: len(kept) // part]
            if len(some) >= FEWEST_TO_GROW and varies(design, sample.means[some]):
                indices = _indices(design, metric, sample.means, some, resamples)
                frames.append(indices.insert_column(0, pl.Series("blocks", [len(some)] * indices.height, pl.Int64)))
    return pl.concat(frames)


def _of_metric(design: Design, runs: pl.DataFrame, metric: str, resamples: int) -> tuple[pl.DataFrame, Quality]:
    sample = sample_of(design, runs, metric)
    known = np.isfinite(sample.values)
    kept = np.flatnonzero(sample.kept)
    points = np.repeat(sample.kept, block_size(design))
    refused = refusal(design, sample)
    indices, floor, change = _no_indices(design.kind), None, None
    luck = luck_of(sample.values[points])
    if refused is None:
        indices = _indices(design, metric, sample.means, kept, resamples)
        floor = noise_floor(design, sample, luck)
        half = kept[: len(kept) // 2]
        if varies(design, sample.means[half]):
            change = _change(design.kind, _indices(design, metric, sample.means, half, FEW_RESAMPLES), indices)
    counts = (int(points.sum()), int(known[points].sum()), int((~known).sum()), len(kept))
    return indices, Quality(metric, *counts, len(sample.kept) - len(kept), luck.share, floor, change, refused)


def _no_indices(kind: str) -> pl.DataFrame:
    return pl.DataFrame(
        schema={"metric": pl.String, "factor": pl.String} | dict.fromkeys(COLUMNS[kind], pl.Float64),
    )


def _indices(design: Design, metric: str, means: Numbers, blocks: Any, resamples: int) -> pl.DataFrame:
    """Return the indices of a metric from some blocks, a row a factor."""
    problem = {
        "num_vars": len(design.names),
        "names": list(design.names),
        "bounds": [[0.0, 1.0]] * len(design.names),
    }
    outcome = means[blocks].ravel()
    if design.kind == "sobol":
        of = sobol.analyze(problem, outcome, calc_second_order=False, num_resamples=resamples, seed=SEED)
        found = _interval("first", of["S1"], of["S1_conf"]) | _interval("total", of["ST"], of["ST_conf"])
    else:
        unit = design.unit.reshape(len(means), block_size(design), -1)[blocks].reshape(len(outcome), -1)
        of = morris.analyze(problem, unit, outcome, num_resamples=resamples, num_levels=design.levels, seed=SEED)
        found = _interval("mu_star", of["mu_star"], of["mu_star_conf"]) | {"mu": of["mu"], "sigma": of["sigma"]}
    names = {"metric": [metric] * len(design.names), "factor": list(design.names)}
    return pl.DataFrame(names | {name: np.asarray(values, np.float64) for name, values in found.items()})


def _interval(name: str, index: Any, half_width: Any) -> dict[str, Any]:
    """Return an index and the ends of its interval; what is a sum of squares or sizes is not below 0."""
    low = np.asarray(index - half_width)
    return {
        name: index,
        f"{name}_low": low if name == "first" else np.maximum(low, 0.0),
        f"{name}_high": index + half_width,
    }


def _change(kind: str, half: pl.DataFrame, whole: pl.DataFrame) -> float:
    """Return the largest change of an index from half of the blocks to all of them."""
    names = ["first", "total"] if kind == "sobol" else ["mu_star"]
    change = np.abs(whole.select(names).to_numpy() - half.select(names).to_numpy()).max()
    return float(change if kind == "sobol" else change / whole["mu_star"].to_numpy().max())
