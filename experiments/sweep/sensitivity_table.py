"""What is said of sensitivity in words and on the console: the most active factors, and how well they are known."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from experiments.report import number, percent
from experiments.sweep.sensitivity import MAIN, Sensitivity

PRINTED = 5
BLOCKS = {"sobol": "base samples", "morris": "trajectories"}
HEADS = {
    "sobol": (("total", "total"), ("first", "first-order")),
    "morris": (("mu_star", "μ*"),),
}
"""The indices with an interval, and what they are called."""


def print_sensitivity(sensitivity: Sensitivity, console: Console) -> None:
    """Print the most active factors of each metric, and below them how well they are known."""
    for row in sensitivity.quality.iter_rows(named=True):
        if row["refused"] is None:
            console.print(_table(sensitivity.kind, most_active(sensitivity, row["metric"], PRINTED)))
            console.print("; ".join(quality_words(sensitivity.kind, row)), soft_wrap=True)
        else:
            console.print(f"{row['metric']}: no indices, {row['refused']}", soft_wrap=True)
        console.print()


def most_active(sensitivity: Sensitivity, metric: str, most: int) -> pl.DataFrame:
    """Return the indices of the most active factors of a metric, the most active first."""
    of = sensitivity.indices.filter(pl.col("metric") == metric)
    return of.sort(MAIN[sensitivity.kind], descending=True, maintain_order=True).head(most)


def quality_words(kind: str, row: dict[str, Any]) -> list[str]:
    """Return in words how many runs the indices of a metric rest on, what luck does, and whether they have settled."""
    said = f"{row['runs']:,} runs at {row['points']:,} points, {row['blocks']:,} {BLOCKS[kind]}"
    if row["blocks_dropped"]:
        said += f"; {row['blocks_dropped']:,} more dropped (runs without a number: {row['runs_missing']:,})"
    return [said, luck_words(row) + floor_words(kind, row), settled_words(kind, row)]


def luck_words(row: dict[str, Any]) -> str:
    """Return in words how much of the variance of a single run is luck."""
    if row["luck_share"] is None:
        return "luck unknown without replicates"
    share = percent(row["luck_share"]) if row["luck_share"] > 0.0 else "0%"
    return f"luck is {share} of a single run's variance"


def floor_words(kind: str, row: dict[str, Any]) -> str:
    """Return in words which index luck alone could give."""
    if row["noise_floor"] is None:
        return ""
    return f" and alone gives a {dict(HEADS[kind])[MAIN[kind]]} of up to {_index(kind, row['noise_floor'])}"


def settled_words(kind: str, row: dict[str, Any]) -> str:
    """Return in words by how much an index changes from half of the blocks to all."""
    if row["half_change"] is None:
        return f"no indices from half the {BLOCKS[kind]}"
    change = f"{row['half_change']:.2f}" if kind == "sobol" else f"{row['half_change']:.0%} of the largest μ*"
    return f"largest change from half to all {BLOCKS[kind]} {change}"


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return factor names without what they share: the last part, of a firm also which; in full where two agree."""
    short = {name: " ".join(name.split(".")[-2 if name.count(".") > 1 else -1 :]) for name in names}
    several = [name for name in short.values() if list(short.values()).count(name) > 1]
    return {name: name if said in several else said for name, said in short.items()}


def _table(kind: str, rows: pl.DataFrame) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(rows["metric"][0], min_width=40)
    for _, head in HEADS[kind]:
        table.add_column(head, justify="right", min_width=11)
        table.add_column("95% interval", justify="right", min_width=18)
    plain = [] if kind == "sobol" else ["mu", "sigma"]
    for name in plain:
        table.add_column(name, justify="right", min_width=11)
    for row in rows.iter_rows(named=True):
        cells = [row["factor"]]
        for name, _ in HEADS[kind]:
            cells += [
                _index(kind, row[name]),
                f"{_index(kind, row[name + '_low'])} to {_index(kind, row[name + '_high'])}",
            ]
        table.add_row(*cells, *(_index(kind, row[name]) for name in plain))
    return table


def _index(kind: str, value: float) -> str:
    """Return an index in few digits; those of Sobol are shares."""
    return f"{round(value, 3) + 0.0:.3f}" if kind == "sobol" else number(value)
