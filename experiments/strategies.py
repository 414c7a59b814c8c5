"""How labs of each strategy fared: what an hour cost them, whom they refused, who survived with how many users."""

from typing import NamedTuple

import polars as pl

from agents.labs import STRATEGIES
from agents.units import USD_M_PER_MONTH


class StrategyRow(NamedTuple):
    """Medians over runs of the labs of the start that follow one strategy."""

    strategy: str
    labs: int
    cost_usd_per_h100e_hour: float
    unserved_share: float
    unused_share: float
    alive_share: float
    users_share: float


def strategy_rows(labs: pl.LazyFrame, runs: pl.Series, months: int) -> list[StrategyRow]:
    """Return a row a strategy, cheapest hour first; none where all labs of the start follow the same."""
    founders = labs.filter(pl.col("lab") != "entrant_lab", pl.col("run").is_in(runs.implode()))
    per_run = founders.group_by("run", "strategy").agg(_fates(months - 1)).collect()
    if per_run["strategy"].n_unique() < 2:
        return []
    total = per_run.group_by("run").agg(pl.col("users").sum().alias("everybody"))
    fates = per_run.join(total, "run").with_columns((pl.col("users") / pl.col("everybody")).alias("users_share"))
    names = ("labs", "cost", "unserved", "unused", "alive", "users_share")
    medians = fates.group_by("strategy").agg(pl.col(name).fill_nan(None).median() for name in names).sort("cost")
    return [
        StrategyRow(STRATEGIES[row["strategy"]], int(row["labs"]), *(float(row[name]) for name in names[1:]))
        for row in medians.iter_rows(named=True)
    ]


def _fates(end: int) -> list[pl.Expr]:
    """Return what became of the labs of one strategy in one run that ends with month `end`."""
    served = pl.col("served_inference_h100e") + pl.col("served_training_h100e")
    held = pl.col("own_h100e") + pl.col("contract_h100e") + pl.col("spot_h100e")
    last = pl.col("month") == end
    founders = pl.col("lab").n_unique()
    return [
        founders.alias("labs"),
        (pl.col("compute_bill_usd_m").sum() / USD_M_PER_MONTH / served.sum()).alias("cost"),
        (1.0 - pl.col("served_inference_h100e").sum() / pl.col("need_inference_h100e").sum()).alias("unserved"),
        (1.0 - (pl.col("used_share") * held).sum() / held.sum()).alias("unused"),
        (pl.col("lab").filter(last).n_unique() / founders).alias("alive"),
        pl.col("users_h100e").filter(last).sum().alias("users"),
    ]
