"""Which points a design has, and within which ranges."""

import math

import numpy as np
import polars as pl
import pytest

from experiments.sweep.designs import make_design
from experiments.sweep.experiment import experiment_of, load_experiment
from experiments.sweep.functions import FUNCTIONS
from experiments.sweep.ranges import Range, range_of
from model.parameters import PARAMETERS
from model.points import factor_of
from model.scenario import load_scenario
from model.settings import BadRequest

SMALL = load_scenario("small")
ONE, TWO = Range("a", 0.0, 10.0, whole=False), Range("b", 1.0, 3.0, whole=True)


def of(name, given=None, listed=False):
    return range_of(factor_of(SMALL, name), SMALL.resolved[name].value, given, listed)


def test_a_grid_has_every_combination():
    design = make_design("grid", (ONE, TWO), 0, 3, 1)
    assert design.points.tolist() == [[a, b] for a in (0.0, 5.0, 10.0) for b in (1.0, 2.0, 3.0)]


def test_a_latin_hypercube_has_a_point_in_every_slice():
    design = make_design("lhs", (ONE, TWO), 30, 0, 1)
    assert sorted(np.floor(design.points[:, 0] * 3).astype(int)) == list(range(30))
    assert np.bincount(design.points[:, 1].astype(int)).tolist() == [0, 10, 10, 10]


def test_sobol_and_morris_have_the_rows_that_salib_analyses():
    assert make_design("sobol", (ONE, TWO), 8, 0, 1).points.shape == (8 * 4, 2)
    assert make_design("morris", (ONE, TWO), 8, 4, 1).points.shape == (8 * 3, 2)
    assert len(np.unique(make_design("morris", (ONE,), 8, 4, 1).points)) <= 4


@pytest.mark.parametrize("kind", ["lhs", "sobol", "morris"])
def test_a_seed_decides_the_sample(kind):
    first, again, other = (make_design(kind, (ONE, TWO), 16, 4, seed).points for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("kind", "count", "levels", "reason"),
    [
        ("sobol", 100, 4, "points = 100 is no power of two, which Sobol's sequence needs; take 64 or 128"),
        ("morris", 10, 5, "levels = 5 is odd"),
        ("grid", 0, 1000, "the grid has 1,000,000,000 points"),
    ],
)
def test_designs_that_cannot_be_are_refused(kind, count, levels, reason):
    with pytest.raises(BadRequest, match=reason):
        make_design(kind, (ONE, ONE._replace(name="c"), ONE._replace(name="d")), count, levels, 1)


def test_ranges_come_from_the_declarations():
    parameter = next(p for p in PARAMETERS if p.name == "demand_growth_start_x_per_year")
    assert of("parameters.demand_growth_start_x_per_year")[1:3] == parameter.plausible_range == (1.3, 3)
    cash = SMALL.labs["openai"]["cash_usd_m"]
    assert of("labs.openai.cash_usd_m")[1:3] == (cash / 2, cash * 2)
    assert of("parameters.bargaining_rule").values == (0.0, 1.0, 2.0, 3.0)
    lead = of("suppliers.aws.lead_months")
    assert lead.whole
    assert (lead.low, lead.high) == (math.ceil(SMALL.suppliers["aws"]["lead_months"] / 2), 30)


def test_ranges_may_be_given():
    assert of("parameters.usable_share", [0.5, 0.7])[1:3] == (0.5, 0.7)
    assert of("parameters.usable_share", [0.5, 0.7, 0.9], listed=True).values == (0.5, 0.7, 0.9)
    assert of("parameters.bargaining_rule", {"values": ["faratin", "nash"]}).values == (1.0, 0.0)
    assert of("labs.openai.strategy", ["renter", "planner"]).values == (3.0, 7.0)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([0.7, 0.5], "low below high"),
        ([0.5], "low below high"),
        ([0.5, 1.5], "parameters.usable_share = 1.5 is above its upper bound 1 share"),
        ("much", "is no range"),
        ({"levels": [1]}, "holds levels; write values"),
        ({"values": [0.5, 0.5]}, "lists a value twice"),
        (["a", "b"], "is not a number"),
    ],
)
def test_ranges_that_cannot_be_are_refused(given, reason):
    with pytest.raises(BadRequest, match=reason):
        of("parameters.usable_share", given)


def test_equal_parts_of_the_unit_interval_go_to_whole_numbers_and_to_values():
    unit = np.linspace(0.0, 1.0, 3001)
    assert np.bincount(TWO.at(unit).astype(int)).tolist() == pytest.approx([0, 1000, 1000, 1001], abs=1)
    chosen = Range("c", 0.0, 5.0, whole=True, values=(5.0, 0.0))
    assert chosen.at(np.array([0.0, 0.49, 0.5, 1.0])).tolist() == [5.0, 5.0, 0.0, 0.0]


def test_points_come_from_a_file(tmp_path):
    pl.DataFrame({"parameters.usable_share": [0.7, 0.8], "parameters.bargaining_rule": ["nash", "faratin"]}).write_csv(
        tmp_path / "points.csv"
    )
    page = {"scenario": "small", "design": "points", "file": "points.csv"}
    experiment = experiment_of("mine", page, folder=tmp_path)
    assert experiment.design.points.tolist() == [[0.7, 0.0], [0.8, 1.0]]
    (tmp_path / "points.csv").write_text("parameters.usable_share\n0.7\n1.7\n")
    with pytest.raises(BadRequest, match=r"point 1 of the file: parameters.usable_share = 1.7 is above"):
        experiment_of("mine", page, folder=tmp_path)
    with pytest.raises(BadRequest, match=r"gone.csv cannot be read"):
        experiment_of("mine", page | {"file": "gone.csv"}, folder=tmp_path)


GRID = {"design": "grid", "factors": {"parameters.usable_share": None}}
STARS = {"scenario": "small", "design": "grid", "factors": {"labs.*.wacc_per_year": [0.08, 0.2]}}


@pytest.mark.parametrize(
    ("page", "words", "reason"),
    [
        ({"desing": "lhs"}, [], "desing is unknown; nearest: design"),
        ({"design": "lhs", "factors": {"parameters.usable_share": None}}, [], "points = 0 leaves design=lhs empty"),
        ({"design": "grid"}, [], "design = grid needs factors"),
        ({"factors": {"parameters.usable_share": None}}, [], "design = single varies nothing"),
        ({"design": "grid", "factors": {"parameters.usable_shar": None}}, [], "nearest: usable_share"),
        ({"arms": {"a": {"scenari": "small"}}}, [], "arms.a = .* is no arm"),
        ({"arms": {"a": {"scenario": "smal"}}}, [], "no scenario is called smal; nearest: small"),
        ({"tables": ["month"]}, [], "tables: month is unknown; nearest: months"),
        ({"tables": {"months": ["spot_price"]}}, [], "tables.months: spot_price is unknown; nearest: spot_price_"),
        ({"metrics": ["spot_volatilit"]}, [], "nearest: spot_volatility"),
        ({}, ["runs=0"], "runs = 0 is below its lower bound 1"),
        ({"arms": {True: None}}, [], r"arms.True is not a text; put the name in quotes"),
        ({"arms": {"a/b": None}}, [], "can be no part of a file's name"),
        ({"arms": {"a": {"overrides": ["x=1"]}}}, [], "overrides = .* is to be names"),
        ({"factors": ["parameters.usable_share"], "design": "grid"}, [], "factors = .* is to be names"),
        ({"factors": {1: [0, 1]}, "design": "grid"}, [], "factors.1 is not a dotted name"),
        ({"metrics": "spot_volatility"}, [], "metrics = spot_volatility is no list"),
        ({"tables": {"months": 5}}, [], "tables.months = 5 is no list"),
        ({"runs": 10_000_000, "arms": {str(n): None for n in range(101)}}, [], "1,010,000,000 runs are more than"),
        (GRID, ["parameters.usable_share=0.9"], "is a factor of this experiment, so it cannot be set as well"),
        (GRID | {"arms": {"a": {"overrides": {"parameters.usable_share": 1}}}}, [], "is a factor of this experiment"),
        (STARS, ["labs.openai.wacc_per_year=0.1"], "is a factor of this experiment"),
        (STARS, ["labs.*.wacc_per_year=0.1"], "is a factor of this experiment"),
        (STARS | {"factors": {"labs.*.wacc_per_year": None}}, [], "has no usual range, since firms differ; write"),
        (STARS | {"factors": STARS["factors"] | {"labs.openai.wacc_per_year": [0.1]}}, [], "set the same"),
        (GRID | {"design": "sobol", "points": 2**23}, [], "makes 25,165,824 points, more than 10,000,000"),
        ({}, ["parameters.usable_shar=1"], "nearest: usable_share"),
        ({}, ["factors.x=1"], "factors.x cannot be set from here"),
    ],
)
def test_pages_that_say_nothing_sensible_are_refused(page, words, reason):
    with pytest.raises(BadRequest, match=reason):
        experiment_of("mine", {"scenario": "small"} | page, words)


def test_a_name_given_twice_is_refused(tmp_path):
    (tmp_path / "experiment").mkdir()
    page = (
        "scenario: small\ndesign: grid\nfactors:\n  parameters.usable_share: [0.8]\n  parameters.usable_share: [0.7]\n"
    )
    (tmp_path / "experiment" / "mine.yaml").write_text(page)
    with pytest.raises(BadRequest, match=r"parameters.usable_share is given twice on the page"):
        load_experiment("mine", own=tmp_path)


def test_a_question_may_have_several_lines():
    assert experiment_of("mine", {"scenario": "small", "question": "Who\n  pays?\n"}).question == "Who pays?"


def test_a_command_changes_every_arm():
    experiment = load_experiment("smoke", ["runs=3", "parameters.salvage_share=0.4", "seed=4"])
    assert (experiment.runs, experiment.seed) == (3, 4)
    assert [arm.scenario.parameters["salvage_share"] for arm in experiment.arms] == [0.4, 0.4]
    growth = [arm.scenario.labs["anthropic"]["surge_growth_x_per_year"] for arm in experiment.arms]
    assert growth[0] > growth[1] == 1


def test_what_is_set_again_comes_last():
    def leads(everywhere, arm, *words):
        page = {"scenario": "small", "overrides": everywhere, "arms": {"a": {"overrides": arm}}}
        labs = experiment_of("mine", page, words).arms[0].scenario.labs
        return [lab["build_lead_months"] for lab in labs.values()]

    one, star = "labs.openai.build_lead_months", "labs.*.build_lead_months"
    assert leads({star: 3}, {one: 5}) == [5, 3, 3, 3]
    assert leads({one: 5}, {star: 3}) == [3, 3, 3, 3]
    assert leads({star: 3}, {one: 5}, f"{star}=4") == [4, 4, 4, 4]
    assert leads({one: 5}, {star: 3}, f"{one}=6") == [6, 3, 3, 3]


def test_a_factor_may_be_of_every_firm():
    experiment = experiment_of("mine", STARS)
    assert experiment.design.points[:, 0].tolist() == [0.08, 0.2]
    assert experiment.design.names == ("labs.*.wacc_per_year",)


def test_the_indices_of_functions_are_those_of_the_books():
    # Ishigami and Homma (1990) with a = 7, b = .1; Saltelli and Sobol (1995)
    assert FUNCTIONS["ishigami"].first == pytest.approx((0.3139, 0.4424, 0.0), abs=1e-4)
    assert FUNCTIONS["ishigami"].total == pytest.approx((0.5576, 0.4424, 0.2437), abs=1e-4)
    assert FUNCTIONS["sobol_g"].first[:4] == pytest.approx((0.7162, 0.1790, 0.0237, 0.0072), abs=1e-4)
    assert FUNCTIONS["sobol_g"].total[:4] == pytest.approx((0.7871, 0.2422, 0.0343, 0.0105), abs=1e-4)
