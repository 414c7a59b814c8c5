"""What `bazaar run` prints: the metrics by theme, the sanity row, the record, failures, where the results are."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from rich.console import Console
from rich.table import Table

from experiments.record import Record, records_of
from experiments.sanity import COLUMNS, Checked, sanity_rows
from experiments.store import Staging
from experiments.strategies import StrategyRow, strategy_rows
from model.metrics import METRICS
from model.scenario import Scenario

ILLUSTRATIVE = "Named firms are illustrative: the model is not a forecast of any of them."


class MetricRow(NamedTuple):
    """A metric over the runs that did not fail."""

    theme: str
    metric: str
    unit: str
    definition: str
    p10: float
    median: float
    p90: float


class Binding(NamedTuple):
    """What held orders back, and in which share of the months of the runs that did not fail."""

    constraint: str
    share: float


class Report(NamedTuple):
    """What is said of an ensemble."""

    scenario: str
    title: str
    changes: list[str]
    runs: int
    finished: int
    months: int
    seed: int
    failed: int
    first_failure: str
    metrics: list[MetricRow]
    constraints: list[Binding]
    sanity: list[Checked]
    strategies: list[StrategyRow]
    record: list[Record]
    folder: Path


def report_of(scenario: Scenario, changes: Sequence[str], runs: int, seed: int, staging: Staging) -> Report:
    """Return the report on the tables of a run that is about to be committed."""
    frame = pl.read_parquet(staging.folder / "runs.parquet")
    failures = frame.filter(pl.col("failure").is_not_null())
    first = f"run {failures['run'][0]}: {failures['failure'][0]}" if failures.height else ""
    good = frame.filter(pl.col("failure").is_null())
    contracts = pl.scan_parquet(staging.folder / "contracts.parquet")
    columns = ["run", "month", "binding_constraint", *COLUMNS]
    months = pl.read_parquet(staging.folder / "months.parquet", columns=columns)
    return Report(
        scenario.name,
        scenario.title,
        list(changes),
        runs,
        frame.height,
        scenario.months,
        seed,
        failures.height,
        first,
        metric_rows(good),
        binding_constraints(months, good["run"]),
        sanity_rows(months, scenario),
        strategy_rows(pl.scan_parquet(staging.folder / "labs.parquet"), good["run"], scenario.months),
        records_of(contracts, good["run"], scenario),
        staging.final,
    )


def metric_rows(runs: pl.DataFrame) -> list[MetricRow]:
    """Return median and spread of every metric, those that are no number in a run left out of it."""
    rows = []
    for metric in METRICS:
        values = runs[metric.name].drop_nulls().drop_nans()
        spread = [values.quantile(share, "linear") for share in (0.1, 0.5, 0.9)]
        numbers = [math.nan if value is None else value for value in spread]
        rows.append(MetricRow(metric.theme, metric.name, metric.unit, metric.definition, *numbers))
    return rows


def binding_constraints(months: pl.DataFrame, runs: pl.Series) -> list[Binding]:
    """Return what held orders back in the months of some runs, the most frequent first."""
    told = months.filter(pl.col("run").is_in(runs.to_list()))
    counts = told.group_by("binding_constraint").len().sort("len", "binding_constraint", descending=[True, False])
    return [Binding(name, count / told.height) for name, count in counts.iter_rows()]


def print_report(report: Report, output: str) -> None:
    """Print the report as tables or as one JSON object."""
    if output == "json":
        print(json.dumps(as_json(report), ensure_ascii=False))
        return
    console = make_console()
    changed = f" with {', '.join(report.changes)}" if report.changes else ""
    console.print(f"{report.title}\nscenario {report.scenario}{changed}", soft_wrap=True)
    console.print(
        f"{report.finished} runs of {report.months} months, seed {report.seed}; p10, median and p90 over runs\n"
    )
    console.print(metrics_table(report.metrics))
    console.print()
    told = ", ".join(f"{binding.constraint} in {percent(binding.share)}" for binding in report.constraints)
    console.print(f"binding constraint of orders: {told} of months\n", soft_wrap=True)
    console.print(sanity_table(report.sanity))
    console.print()
    if report.strategies:
        console.print(strategies_table(report.strategies))
        console.print()
    for record in report.record:
        console.print("\n".join(record_lines(record)), soft_wrap=True)
        console.print(record_table(record))
        console.print()
    console.print(
        f"results  {report.folder}\npicture  {report.folder / 'overview.png'}\n{ILLUSTRATIVE}", soft_wrap=True
    )


def make_console() -> Console:
    """Return a console that prints text as it is, and wide tables where nobody watches."""
    console = Console(markup=False, highlight=False, emoji=False)
    return console if console.is_terminal else Console(markup=False, highlight=False, emoji=False, width=140)


def metrics_table(rows: list[MetricRow]) -> Table:
    """Return the metrics as a table, themes apart; those without a meaning in this scenario are left out."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("theme", "metric", "p10", "median", "p90", "unit", "meaning"):
        table.add_column(name, justify="right" if name in {"p10", "median", "p90"} else "left")
    theme = ""
    for row in (row for row in rows if math.isfinite(row.median)):
        numbers = [number(value) for value in (row.p10, row.median, row.p90)]
        if theme and row.theme != theme:
            table.add_section()
        table.add_row(row.theme if row.theme != theme else "", row.metric, *numbers, row.unit, row.definition)
        theme = row.theme
    return table


def sanity_table(rows: list[Checked]) -> Table:
    """Return the sanity row as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("sanity", "median", "bounds", "", "meaning"):
        table.add_column(name, justify="right" if name == "median" else "left")
    for row in rows:
        bounds = f"{number(row.low)} to {number(row.high)}"
        table.add_row(row.name, number(row.value), bounds, "ok" if row.ok else "OUTSIDE", row.meaning)
    return table


def strategies_table(rows: list[StrategyRow]) -> Table:
    """Return how labs of each strategy fared as a table: medians over runs."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    heads = ("strategy", "labs", "USD/H100e-hour served", "refused", "unused", "survive", "users at the end")
    for name in heads:
        table.add_column(name, justify="left" if name == "strategy" else "right")
    for row in rows:
        table.add_row(row.strategy, *map(number, row[1:]))
    return table


def record_lines(record: Record) -> list[str]:
    """Return in words whose record it is, and in how many runs who signs a partnership of its size."""
    bases = ", ".join(f"{basis.basis} {basis.month} ({basis.source})" for basis in record.bases)
    one, together = (in_runs(runs, record.runs) for runs in (record.one_lab_runs, record.all_labs_runs))
    given = f"{number(record.installed_h100e)} H100e installed, on sale from {record.on_sale_from}"
    lines = [
        f"record of {record.deal}, {record.lab_label} at {record.supplier_label}: {bases}",
        f"inputs: {given}, list price {number(record.list_price_usd_per_h100e_hour)} USD/H100e-hour at the start",
        f"its size, {number(record.size_h100e)} H100e at once: one lab {one}, all labs together {together}",
    ]
    for said, labs in (("first lab of that size, described below", record.partners), ("most in a run", record.largest)):
        if labs:
            lines.append(f"{said}: {', '.join(f'{lab.label} {percent(lab.share)}' for lab in labs)} of runs")
    return lines


def in_runs(count: int, runs: int) -> str:
    """Return in how many runs something happens."""
    return f"in {number(count)} of {number(runs)} runs" if count else "in no run"


def percent(share: float) -> str:
    """Return a share that is not zero in percent."""
    return f"{share:.0%}" if share >= 0.01 else "<1%"


def record_table(record: Record) -> Table:
    """Return the quantities of a deal in the runs and in its record as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    bases = [basis.basis for basis in record.bases]
    for name in ("record", "p10", "median", "p90", *bases, "unit", "meaning"):
        table.add_column(name, justify="left" if name in {"record", "unit", "meaning"} else "right")
    for row in record.quantities:
        told = [" to ".join(map(cell, row.record.get(basis, []))) or "-" for basis in bases]
        table.add_row(row.quantity, *map(cell, (row.p10, row.median, row.p90)), *told, row.unit, row.meaning)
    return table


def cell(value: float | str) -> str:
    """Return a number in few digits, a text as it is."""
    return value if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """Return a number in few digits."""
    if not math.isfinite(value):
        return "-"
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-3 else f"{value:.0e}"


def exact(value: float) -> str:
    """Return a declared number as it was declared."""
    return f"{value:,.10g}"


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as plain data; what is no number becomes null."""
    content = report._asdict() | {
        "folder": str(report.folder),
        "picture": str(report.folder / "overview.png"),
        "note": ILLUSTRATIVE,
    }
    return {key: _plain(value) for key, value in content.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
