"""The moat index: how much of what labs differ in goes with their compute, and how much with their quality."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from model.settings import BadRequest

LEVEL, RESAMPLES, FEWEST_LABS = 0.95, 500, 10

Numbers = NDArray[np.float64]


class Moat(NamedTuple):
    """Compute's part of what is explained of labs' users, 0 to 1, with its 95% interval; and all that is explained."""

    compute_part: float
    low: float
    high: float
    r_squared: float
    labs: int
    runs: int


def moat_index(labs: pl.DataFrame, seed: int = 1) -> Moat:
    """Return how compute and quality share what they explain of the logit of labs' shares of users; a description only.

    Shapley values of R^2 (Lindeman, Merenda and Gold 1980) of two regressors over labs and runs in the last month: the
    lab's part of all own and contracted capacity, and its quality. Quality follows training here, so past compute is in
    it too: what the index tells is present compute against all else.

    Parameters
    ----------
    labs
        The table of labs, with `own_h100e`, `contract_h100e`, `quality_log` and `users_h100e`.
    seed
        Of the bootstrap over runs.

    Raises
    ------
    BadRequest
        Where fewer than ten labs are left.
    """
    table = differences_of_labs(labs)
    if table.height < FEWEST_LABS:
        raise BadRequest(f"{table.height} labs are too few for a moat index; it takes {FEWEST_LABS}")
    clusters = [part.to_numpy() for part in table.partition_by("run", include_key=False)]

    def of_runs(chosen: NDArray[np.int64]) -> float:
        return shares(np.concatenate([clusters[one] for one in chosen]))[0]

    found, whole = shares(np.concatenate(clusters))
    low = high = np.nan
    if len(clusters) > 1:
        resampled = stats.bootstrap(
            (np.arange(len(clusters)),),
            of_runs,
            confidence_level=LEVEL,
            n_resamples=RESAMPLES,
            method="percentile",
            vectorized=False,
            rng=np.random.default_rng(seed),
        )
        low, high = resampled.confidence_interval
    return Moat(found, float(low), float(high), whole, table.height, len(clusters))


def differences_of_labs(labs: pl.DataFrame) -> pl.DataFrame:
    """Return run, part of compute, quality and logit of the share of users of each lab with users in the last month."""
    last = labs.filter((pl.col("month") == pl.col("month").max().over("run")) & (pl.col("users_h100e") > 0.0))
    compute = pl.col("own_h100e") + pl.col("contract_h100e")
    users = pl.col("users_h100e") / pl.col("users_h100e").sum().over("run")
    told = last.select(
        "run",
        (compute / compute.sum().over("run")).alias("compute"),
        pl.col("quality_log").alias("quality"),
        (users / (1.0 - users)).log().alias("logit"),
    )
    return told.filter(pl.all_horizontal(pl.col("compute", "quality", "logit").is_finite()))


def shares(table: Numbers) -> tuple[float, float]:
    """Return the first regressor's part of R^2, and R^2, of columns first, second and outcome; shape (labs, 3)."""
    outcome = table[:, 2]
    both, first, second = (explained(table[:, columns], outcome) for columns in ([0, 1], [0], [1]))
    part = 0.5 * (first + both - second)
    return (part / both if both > 0.0 else np.nan), both


def explained(regressors: Numbers, outcome: Numbers) -> float:
    """Return R^2 of a linear regression with a constant."""
    return float(OLS(outcome, add_constant(regressors, has_constant="add")).fit().rsquared)
