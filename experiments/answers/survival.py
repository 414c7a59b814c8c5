"""Survival of firms in many runs: product-limit curves of how long they stay in business, by lifelines."""

from typing import NamedTuple

import polars as pl
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from model.settings import BadRequest

ENTRANT = "entrant_"
LEVEL = 0.95


class Share(NamedTuple):
    """A share of firms and the 95% interval of what it would be with more runs."""

    value: float
    low: float
    high: float


def stays(firms: pl.DataFrame, side: str, months: int, entrants: bool) -> pl.DataFrame:
    """Return how long each firm was seen in business, `months`, and whether it `left` before the end of its run.

    Parameters
    ----------
    firms
        The table of labs or of suppliers, one row a run, month and firm in business.
    side
        `lab` or `supplier`.
    months
        Length of the runs, months.
    entrants
        Those that entered, or those of the start.

    A firm that leaves is counted to the month that it did not live to see the end of; one of the last month is as old
    as it was then, and whether it would have left is not known.
    """
    entered = pl.col(side).str.starts_with(ENTRANT)
    seen = firms.filter(entered if entrants else ~entered).group_by("run", f"{side}_id", side)
    spans = seen.agg(pl.col("month").min().alias("first"), pl.col("month").max().alias("last"))
    left = pl.col("last") < months - 1
    age = pl.col("last") - pl.col("first") + left.cast(pl.Int64)
    return spans.select("run", f"{side}_id", side, age.alias("months"), left.alias("left")).sort("run", f"{side}_id")


def fitted(spans: pl.DataFrame) -> KaplanMeierFitter:
    """Return the product-limit estimate (Kaplan and Meier 1958) of stays.

    Raises
    ------
    BadRequest
        Where there is nobody whose stay could be told.
    """
    if not spans.height:
        raise BadRequest("no firm of that kind was in business in any run, so nothing can be said of its survival")
    return KaplanMeierFitter(alpha=1.0 - LEVEL).fit(spans["months"].to_numpy(), spans["left"].to_numpy())


def curve(spans: pl.DataFrame) -> pl.DataFrame:
    """Return survival by month since entry: firms at risk, those that left, the share left, and its 95% interval.

    The interval is that of the log of minus the log of survival, with Greenwood's variance.
    """
    fit = fitted(spans)
    events, estimate, interval = fit.event_table, fit.survival_function_, fit.confidence_interval_
    return pl.DataFrame(
        {
            "month": estimate.index.to_numpy().astype(int),
            "at_risk": events["at_risk"].to_numpy(),
            "left": events["observed"].to_numpy(),
            "survival": estimate.iloc[:, 0].to_numpy(),
            "low": interval.iloc[:, 0].to_numpy(),
            "high": interval.iloc[:, 1].to_numpy(),
        }
    )


def survival_at(spans: pl.DataFrame, month: int) -> Share | None:
    """Return the share in business so many months on; None where nobody was seen so long and not all had left."""
    table = curve(spans)
    last = table.filter(pl.col("month") <= month)[-1]
    if table["month"].max() < month and last["survival"].item() > 0.0:  # type: ignore[operator]
        return None
    return Share(*(float(last[name].item()) for name in ("survival", "low", "high")))


def differ(a: pl.DataFrame, b: pl.DataFrame) -> float:
    """Return the p-value of the log-rank test (Mantel 1966) that two groups of firms survive alike."""
    test = logrank_test(a["months"].to_numpy(), b["months"].to_numpy(), a["left"].to_numpy(), b["left"].to_numpy())
    return float(test.p_value)
