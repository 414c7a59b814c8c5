"""Results of sweeps made by hand, for the tests of figures."""

from types import SimpleNamespace

import polars as pl
from matplotlib.figure import Figure as Canvas

from experiments.figures.figure import Answered
from experiments.store import SweepResults
from model.scenario import load_scenario


def runs_of(arms, rows):
    """Return a table of runs, one a point and arm; `rows` gives the metrics of each point by arm."""
    keys = [{"arm": arm, "point": point, "replicate": 0, "failure": None} for point in range(len(rows)) for arm in arms]
    found = [key | rows[key["point"]](key["arm"]) for key in keys]
    table = pl.DataFrame(found, schema_overrides={"failure": pl.String})
    return table.with_columns(run=pl.int_range(pl.len()))


def answered(runs, tables=None, expectations=(), arms=(), name="made"):
    experiment = SimpleNamespace(
        name=name, expectations=expectations, arms=arms, design=SimpleNamespace(names=()), metrics=()
    )
    lazy = {key: table.lazy() for key, table in (tables or {}).items()}
    return Answered(experiment, SweepResults(runs, pl.DataFrame(), lazy, {}, {}))


def drawn(figure, table):
    canvas = Canvas(figsize=(figure.width_inches, figure.height_inches))
    figure.draw(canvas, table)
    canvas.draw_without_rendering()
    return canvas


def one(table, **where):
    """Return the only row of a table where columns have values."""
    rows = table.filter(*[pl.col(name) == value for name, value in where.items()])
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def surge_arms(*names):
    scenario = load_scenario("colossus")
    return [SimpleNamespace(name=name, scenario=scenario) for name in names]
