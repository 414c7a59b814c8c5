"""Answers of a page, from runs made up to earn them."""

import polars as pl
import pytest

from experiments.answers.report import answers
from experiments.store import SweepResults
from experiments.sweep.experiment import experiment_of

FALSIFIER = {"smallest": 0.5, "falsifier": "the other way"}
PAGE = {
    "scenario": "small",
    "arms": {"before": None, "after": {"overrides": {"parameters.risk_aversion": 2}}},
    "design": "lhs",
    "points": 10,
    "factors": {"parameters.usable_share": [0.8, 0.9]},
    "runs": 2,
    "metrics": ["spot_volatility", "utilisation"],
    "expectations": {
        "calmer": {"outcome": "spot_volatility", "between": ["before", "after"], "expected": "lower"} | FALSIFIER,
        "fuller": {"outcome": "utilisation", "between": ["before", "after"], "expected": "higher"} | FALSIFIER,
    },
}


def results_of(runs, **tables):
    return SweepResults(runs, pl.DataFrame(), {name: table.lazy() for name, table in tables.items()}, {}, {})


def test_each_expectation_gets_its_verdict():
    # volatility falls by 1 in each pair but those of one point; use rises by 0.1 -+ 0.1, which is nothing against 0.5
    experiment = experiment_of("mine", PAGE)
    rows = [
        (
            arm,
            point,
            replicate,
            None,
            (arm == "before") * (1.0 if point else -1.0),
            (arm == "after") * 0.1 * (point % 3),
        )
        for arm in ("before", "after")
        for point in range(10)
        for replicate in range(2)
    ]
    columns = ["arm", "point", "replicate", "failure", "spot_volatility", "utilisation"]
    runs = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        pl.col("point").alias("parameters.usable_share")
    )
    calmer, fuller = answers(experiment, results_of(runs))
    assert (calmer.expectation.name, calmer.verdict.words) == ("calmer", "supported")
    assert calmer.verdict.effect.median == -1.0
    assert calmer.verdict.effect.pairs == 20
    assert (fuller.expectation.name, fuller.verdict.words) == ("fuller", "no effect")
    raw = sorted(one.verdict.effect.p_value for one in (calmer, fuller))
    assert sorted(one.adjusted_p_value for one in (calmer, fuller))[0] == pytest.approx(2 * raw[0])


def test_a_page_that_expects_nothing_gets_no_answer():
    runs = pl.DataFrame({"point": [0], "parameters.usable_share": [0.8]})
    assert answers(experiment_of("mine", PAGE | {"expectations": None}), results_of(runs)) == []


OF_FIRM = {"outcome": "users_h100e", "lab": "anthropic", "of_all": True, "months": 3, "between": ["before", "after"]}


def test_the_outcome_of_a_firm_comes_from_its_table():
    expected = {"larger": OF_FIRM | FALSIFIER | {"expected": "higher", "smallest": 0.1}}
    page = PAGE | {"months": 12, "runs": 1, "tables": {"labs": ["users_h100e"]}, "expectations": expected}
    keys = [(arm, point) for point in range(10) for arm in ("before", "after")]
    runs = pl.DataFrame(
        [(run, arm, point, 0, "books" if run == 0 else None, 0.8) for run, (arm, point) in enumerate(keys)],
        ["run", "arm", "point", "replicate", "failure", "parameters.usable_share"],
        orient="row",
    )
    labs = pl.DataFrame(
        [
            (run, 3, lab, users)
            for run, (arm, _) in enumerate(keys)
            for lab, users in (("openai", 60.0), ("anthropic", 20.0 if arm == "before" else 40.0))
        ],
        ["run", "month", "lab", "users_h100e"],
        orient="row",
    )
    (larger,) = answers(experiment_of("mine", page), results_of(runs, labs=labs))
    # 40 / 100 less 20 / 80, but for the point of which a run failed
    assert larger.effects["effect"].to_list() == pytest.approx([0.15] * 9)
    assert larger.verdict.words == "supported"
