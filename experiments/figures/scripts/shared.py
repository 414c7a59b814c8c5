"""What data functions share: runs that did not fail, values of draws, and medians of draws with their intervals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from experiments.answers.statistics import interval
from experiments.figures.figure import Answered

KEYS = ("arm", "point", "replicate")


def by_draw(runs: pl.DataFrame, metrics: Sequence[str], keys: Sequence[str] = ("arm", "point")) -> pl.DataFrame:
    """Return the mean of metrics over the replicates of each arm and draw, runs that failed left out."""
    good = runs.filter(pl.col("failure").is_null())
    means = [pl.col(metric).fill_nan(None).mean() for metric in metrics]
    return good.group_by(keys, maintain_order=True).agg(means)


def medians(values: pl.DataFrame, keys: Sequence[str], column: str) -> pl.DataFrame:
    """Return for each group of rows how many `draws` it has, their `median`, and its 95% interval `low` to `high`."""
    return _centres(values, keys, column, "median")


def means(values: pl.DataFrame, keys: Sequence[str], column: str) -> pl.DataFrame:
    """Return for each group of rows how many `draws` it has, their `mean`, and its 95% interval `low` to `high`."""
    return _centres(values, keys, column, "mean")


def _centres(values: pl.DataFrame, keys: Sequence[str], column: str, statistic: str) -> pl.DataFrame:
    rows = []
    known = values.with_columns(pl.col(column).fill_nan(None)).drop_nulls(column)
    for key, part in known.group_by(keys, maintain_order=True):
        numbers = part[column].to_numpy().astype(np.float64)
        centre = np.median(numbers) if statistic == "median" else np.mean(numbers)
        rows.append((*key, len(numbers), float(centre), *interval(numbers, statistic)))
    numbers_of = dict.fromkeys((statistic, "low", "high"), pl.Float64)
    schema: dict[str, Any] = {name: values.schema[name] for name in keys} | {"draws": pl.Int64} | numbers_of
    return pl.DataFrame(rows, schema=schema, orient="row")


def quantiles(values: pl.DataFrame, keys: Sequence[str], column: str) -> pl.DataFrame:
    """Return for each group its `draws`, their `median`, and their 10th and 90th percentile, `low` and `high`."""
    known = pl.col(column).drop_nulls().drop_nans()
    low, middle, high = (
        known.quantile(share, "linear").alias(name) for name, share in (("low", 0.1), ("median", 0.5), ("high", 0.9))
    )
    found = values.group_by(keys, maintain_order=True).agg(known.len().cast(pl.Int64).alias("draws"), middle, low, high)
    return found.drop_nulls("median")


def table_of(answered: Answered, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Return columns of a table that a sweep kept, with arm, draw and replicate of each row, failed runs left out."""
    good = answered.results.runs.filter(pl.col("failure").is_null()).select("run", *KEYS)
    kept = answered.results.tables[name].select("run", *columns).collect()
    return kept.join(good, on="run", how="inner", maintain_order="left")


def gaps(values: pl.DataFrame, keys: Sequence[str], column: str, a: str, b: str) -> pl.DataFrame:
    """Return b - a of a column of two arms over rows that agree in `keys`, those without a number left out."""
    sides = [values.filter(pl.col("arm") == arm).select(*keys, pl.col(column).fill_nan(None)) for arm in (a, b)]
    both = sides[0].join(sides[1], on=list(keys), how="inner", suffix="_b", maintain_order="left").drop_nulls()
    return both.select(*keys, (pl.col(f"{column}_b") - pl.col(column)).alias("difference"))
