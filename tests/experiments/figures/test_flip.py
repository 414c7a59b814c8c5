"""Where an answer flips as an input rises."""

import math

import polars as pl

from experiments.figures.figure import Answered
from experiments.figures.flip import ZETA, Level, flip_words, levels_of, sentence
from experiments.store import SweepResults
from experiments.sweep.experiment import experiment_of

NAN = math.nan
PAGE = {
    "scenario": "small",
    "months": 36,
    "design": "grid",
    "factors": {ZETA: [0.1, 0.3, 0.7]},
    "runs": 6,
    "metrics": ["hhi_labs_end"],
    "arms": {"usual": None, "usual_more": {"overrides": {"labs.openai.own_sites_h100e": 2e6}}},
    "tables": {"labs": ["users_h100e"]},
}
MORE = {"outcome": "hhi_labs_end", "between": ["usual", "usual_more"], "expected": "higher", "smallest": 1}
EXPECTING = PAGE | {"expectations": {"more": MORE | {"falsifier": "none"}}}


def answered(page, *effects):
    """Return results in which concentration and the share of openai differ by so much at each value of the input."""
    rows, labs = [], []
    for point, effect in enumerate(effects):
        for replicate in range(6):
            for arm in ("usual", "usual_more"):
                gap = effect if arm == "usual_more" else 0.0
                run = len(rows)
                rows.append((run, arm, point, replicate, None, gap, (0.1, 0.3, 0.7)[point]))
                labs += [(run, 24, "openai", 4.0 + gap), (run, 24, "others", 6.0 - gap), (run, 25, "openai", 1.0)]
    runs = pl.DataFrame(
        rows, schema=["run", "arm", "point", "replicate", "failure", "hhi_labs_end", ZETA], orient="row"
    )
    table = pl.LazyFrame(labs, schema=["run", "month", "lab", "users_h100e"], orient="row")
    return Answered(experiment_of("mine", page), SweepResults(runs, pl.DataFrame(), {"labs": table}, {}, {}))


def test_a_level_has_the_sign_that_is_clear():
    assert Level(0.1, 2.0, 1.0, 3.0).sign == 1
    assert Level(0.1, -2.0, -3.0, -1.0).sign == -1
    assert Level(0.1, 2.0, -1.0, 3.0).sign == 0
    assert Level(0.1, 2.0, NAN, NAN).sign == 1


def test_it_flips_where_the_sign_changes():
    levels = [Level(value, sign, sign, sign) for value, sign in ((0.1, -1.0), (0.2, 0.0), (0.3, 1.0), (0.4, 2.0))]
    assert sentence("Users", levels) == (
        "Users: lower at ζ = 0.1, no clear difference at ζ = 0.2, higher at ζ = 0.3 to 0.4; "
        "the answer flips between 0.1 and 0.2, and between 0.2 and 0.3."
    )
    assert sentence("Users", levels[2:]) == "Users: higher at ζ = 0.3 to 0.4; the answer does not flip."
    assert sentence("Users", []) == "Users: no pair of runs tells."


def test_steps_are_levels_and_draws_are_put_together():
    steps = pl.DataFrame({"value": [0.2, 0.1, 0.2, 0.1], "effect": [7.0, 1.0, 9.0, 3.0]})
    assert [level[:2] for level in levels_of(steps)] == [(0.1, 2.0), (0.2, 8.0)]
    drawn = pl.DataFrame({"value": [float(n) for n in range(20)], "effect": [float(n) for n in range(20)]})
    found = levels_of(drawn)
    assert len(found) == 10
    assert found[0][:2] == (0.5, 0.5)
    assert levels_of(drawn.clear()) == []


def test_more_compute_is_told_by_the_share_of_users():
    # of ten users four are openai's, and with more compute as many more as the effect says
    said = flip_words(answered(PAGE, 0.0, 1.0, 2.0))
    assert said.startswith(
        "ζ (quality_compute_elasticity), the part of quality that training compute makes, is an input"
    )
    told = "Share of users of openai after 24 months with more compute (usual_more less usual): "
    assert f"{told}no clear difference at ζ = 0.1, higher at ζ = 0.3 to 0.7; the answer flips between 0.1 and" in said


def test_what_is_expected_is_told_too():
    assert "hhi_labs_end, usual_more less usual: lower at ζ = 0.1, higher at" in flip_words(
        answered(EXPECTING, -1.0, 1.0, 2.0)
    )


def test_a_page_that_does_not_vary_it_says_so():
    fixed = PAGE | {"design": "single", "factors": {}}
    assert flip_words(answered(fixed, 1.0)).endswith("the page does not vary it.")
