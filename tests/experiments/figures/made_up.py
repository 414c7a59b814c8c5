"""Results of a sweep that nobody ran: a page, and runs made up to earn their verdicts."""

import json

import polars as pl

from experiments.figures.figure import Figure
from experiments.store import part_bytes
from experiments.sweep.experiment import load_experiment
from experiments.sweep.identity import identity_of

PAGE = """\
question: Is it <calmer> & fuller?
scenario: small
months: 12
arms:
  before:
  after: {overrides: {parameters.risk_aversion: 2}}
design: lhs
points: 10
factors:
  parameters.usable_share: [0.8, 0.9]
runs: 2
metrics: [spot_volatility, utilisation]
quick: {points: 5}
expectations:
  calmer:
    outcome: spot_volatility
    between: [before, after]
    expected: lower
    smallest: 0.5
    falsifier: it swings <more>
  fuller:
    outcome: utilisation
    between: [before, after]
    expected: same
    smallest: 0.5
    falsifier: use differs
"""


def write_page(own, text=PAGE, name="mine"):
    """Write the page of an experiment to a folder of the user's own."""
    (own / "experiment").mkdir(parents=True, exist_ok=True)
    (own / "experiment" / f"{name}.yaml").write_text(text)


def runs_of(experiment):
    """Volatility falls by 1 in each pair but those of point 0, where it rises by 1; use rises by 0, 0.1 or 0.2."""
    numbers = experiment.design.points[:, 0]
    rows = [
        (arm, point, replicate, None, fall * (1.0 if point else -1.0), rise * 0.1 * (point % 3), number)
        for replicate in range(experiment.runs)
        for point, number in enumerate(numbers)
        for arm, fall, rise in (("before", 1.0, 0.0), ("after", 0.0, 1.0))
    ]
    columns = ["arm", "point", "replicate", "failure", "spot_volatility", "utilisation", *experiment.design.names]
    return pl.DataFrame(rows, schema=columns, orient="row").with_row_index("run")


def leave(folder, own, name="mine", size="full", make=runs_of, **noted):
    """Write the results of an experiment as a sweep does."""
    experiment = load_experiment(name, (), own, size)
    folder.mkdir(parents=True)
    (folder / "sweep.json").write_text(json.dumps(identity_of(experiment)))
    (folder / "runs.parquet").write_bytes(part_bytes(make(experiment).cast({"failure": pl.String})))
    (folder / "design.parquet").write_bytes(part_bytes(pl.DataFrame({"point": [0]})))
    (folder / "resolved.yaml").write_text("{}\n")
    expected = [one.noted() for one in experiment.expectations]
    provenance = {"commit": "0" * 40, "seed": 1, "expectations": expected} | noted
    (folder / "provenance.json").write_text(json.dumps(provenance))


def means(results):
    """Return the mean of each arm."""
    runs = results["mine"].results.runs
    return runs.group_by("arm", maintain_order=True).agg(pl.col("spot_volatility").mean())


def draw_means(canvas, table):
    """Draw a bar for each arm."""
    canvas.subplots().bar(table["arm"].to_list(), table["spot_volatility"].to_list())


MEANS = Figure("means", "Means & <arms>", "One bar an arm.", ("mine",), means, draw_means)
