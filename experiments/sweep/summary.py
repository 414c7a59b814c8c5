"""What `bazaar sweep` prints: how many runs of what, the metrics of each arm, what failed, and what the factors do."""

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from rich.console import Console
from rich.table import Table

from experiments.report import make_console, number
from experiments.slower import own_agents_line
from experiments.sweep.experiment import Experiment
from experiments.sweep.progress import Progress

SENSITIVE = ("sobol", "morris")
MOST_ARMS = 6
"""Arms whose medians are printed side by side."""


class Summary(NamedTuple):
    """What is said of a sweep."""

    experiment: Experiment
    runs: int
    failed: int
    first_failure: str
    medians: pl.DataFrame
    sensitivities: dict[str, Any]
    runs_per_second: float
    folder: Path


def summarise(experiment: Experiment, folder: Path, progress: Progress, wall_s: float) -> Summary:
    """Return what is said of a finished sweep, and write its sensitivity tables and pictures beside its runs."""
    path = folder / "runs.parquet"
    failures = (
        pl.scan_parquet(path, glob=False)
        .filter(pl.col("failure").is_not_null())
        .select("run", "arm", "failure")
        .head(1)
        .collect()
    )
    first = f"run {failures['run'][0]} ({failures['arm'][0]}): {failures['failure'][0]}" if failures.height else ""
    done = progress.done - progress.before
    return Summary(
        experiment,
        progress.total,
        progress.failed,
        first,
        medians_of(path, experiment),
        sensitivities_of(path, experiment, folder),
        done / wall_s if done else 0.0,
        folder,
    )


def medians_of(path: Path, experiment: Experiment) -> pl.DataFrame:
    """Return the 10th percentile, median and 90th percentile of every metric over the runs of each arm."""
    rows = []
    for metric in experiment.metrics:
        column = pl.scan_parquet(path, glob=False).select("arm", metric).drop_nulls().drop_nans().collect()
        for arm in experiment.arms:
            values = column.filter(pl.col("arm") == arm.name)[metric]
            spread = [values.quantile(share, "linear") for share in (0.1, 0.5, 0.9)]
            rows.append((metric, arm.name, len(values), *(math.nan if one is None else one for one in spread)))
    return pl.DataFrame(rows, schema=["metric", "arm", "runs", "p10", "median", "p90"], orient="row")


def sensitivities_of(path: Path, experiment: Experiment, folder: Path) -> dict[str, Any]:
    """Return what the factors do to the metrics, by arm; written beside the runs, with a picture of each arm."""
    if experiment.design.kind not in SENSITIVE:
        return {}
    from experiments.sweep.sensitivity import convergence, sensitivity
    from experiments.sweep.sensitivity_picture import draw_sensitivity, shown_metrics

    found = {}
    columns = ["run", "arm", "point", "replicate", *experiment.metrics]
    for arm in experiment.arms:
        runs = pl.scan_parquet(path, glob=False).select(columns).filter(pl.col("arm") == arm.name).collect()
        found[arm.name] = sensitivity(experiment.design, runs, experiment.metrics)
        drawn = shown_metrics(found[arm.name]) or experiment.metrics[:1]
        grown = pl.concat([convergence(experiment.design, runs, metric) for metric in drawn])
        heading = experiment.name if experiment.name == arm.name else f"{experiment.name}, {arm.name}"
        draw_sensitivity(found[arm.name], grown, heading, folder / f"sensitivity_{arm.name}.png")
    for part in ("indices", "quality"):
        frames = [getattr(one, part).select(pl.lit(arm).alias("arm"), pl.all()) for arm, one in found.items()]
        pl.concat(frames).write_csv(folder / f"sensitivity_{part}.csv")
    return found


def print_summary(summary: Summary, output: str) -> None:
    """Print the summary as tables or as one JSON object."""
    if output == "json":
        print(json.dumps(as_json(summary), ensure_ascii=False))
        return
    console, experiment = make_console(), summary.experiment
    if experiment.question:
        console.print(experiment.question, soft_wrap=True)
    console.print(describe(experiment), soft_wrap=True)
    console.print(medians_table(summary))
    if summary.sensitivities:
        print_sensitivities(summary, console)
    speed = f", {summary.runs_per_second:,.0f} runs a second" if summary.runs_per_second else ", all done before"
    failed = f"{summary.failed:,} failed" if summary.failed else "none failed"
    for line in filter(None, (own_agents_line(arm.scenario) for arm in experiment.arms)):
        console.print(f"\n{line}", soft_wrap=True)
    console.print(f"\n{summary.runs:,} runs, {failed}{speed}; results in {summary.folder}", soft_wrap=True)


def print_sensitivities(summary: Summary, console: Console) -> None:
    """Print what the factors do in each arm."""
    from experiments.sweep.sensitivity_table import print_sensitivity

    for arm, found in summary.sensitivities.items():
        console.print(f"\n{arm}\n" if len(summary.sensitivities) > 1 else "")
        print_sensitivity(found, console)


def describe(experiment: Experiment) -> str:
    """Return in one line what an experiment consists of."""
    design = experiment.design
    arms = ", ".join(arm.name for arm in experiment.arms)
    over = f" over {len(design.names)} factors" if design.names else ""
    months = "" if experiment.function else f" of {experiment.months} months"
    points = f"{design.kind} of {len(design.points):,} points{over}"
    return f"{experiment.name}: {arms} x {points} x {experiment.runs:,} runs{months}"


def medians_table(summary: Summary) -> Table:
    """Return the metrics of each arm: the median, and p10 to p90 where there is one arm."""
    arms = [arm.name for arm in summary.experiment.arms]
    alone = len(arms) == 1
    table = Table("metric", *(["p10", "median", "p90"] if alone else arms[:MOST_ARMS]))
    for column in table.columns[1:]:
        column.justify = "right"
    for (metric,), rows in summary.medians.group_by("metric", maintain_order=True):
        cells = [rows[name][0] for name in ("p10", "median", "p90")] if alone else rows["median"].to_list()[:MOST_ARMS]
        table.add_row(str(metric), *(number(cell) for cell in cells))
    return table


def as_json(summary: Summary) -> dict[str, Any]:
    """Return the summary as plain JSON."""
    return {
        "experiment": summary.experiment.name,
        "question": summary.experiment.question,
        "runs": summary.runs,
        "failed": summary.failed,
        "first_failure": summary.first_failure,
        "metrics": _plain(summary.medians),
        "sensitivity": {
            arm: {"indices": _plain(one.indices), "quality": _plain(one.quality)}
            for arm, one in summary.sensitivities.items()
        },
        "runs_per_second": round(summary.runs_per_second, 3),
        "folder": str(summary.folder),
    }


def _plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table; what is no number becomes null, as JSON has none."""
    return frame.with_columns(pl.selectors.float().fill_nan(None)).to_dicts()
