"""What a page expects: read, checked, and refused where it could not be tested."""

import pytest

from experiments.draws import draws_of, judgement_parameters
from experiments.sweep.expectations import Expectation
from experiments.sweep.experiment import experiment_of
from model.settings import BadRequest

CALMER = {
    "outcome": "spot_volatility",
    "between": ["usual", "faratin"],
    "expected": "lower",
    "smallest": 0.05,
    "falsifier": "prices swing\nas much",
}
PAGE = {
    "scenario": "small",
    "months": 3,
    "arms": {"usual": None, "faratin": {"overrides": {"parameters.bargaining_rule": "faratin"}}},
    "metrics": ["spot_volatility"],
    "expectations": {"calmer": CALMER},
}


def test_an_expectation_is_read():
    (found,) = experiment_of("mine", PAGE).expectations
    assert found == Expectation("calmer", "spot_volatility", "usual", "faratin", "lower", 0.05, "prices swing as much")
    assert found.sign == -1
    (same,) = experiment_of("mine", PAGE | {"expectations": {"calmer": CALMER | {"expected": "same"}}}).expectations
    assert same.sign == 0
    assert experiment_of("mine", PAGE | {"expectations": None}).expectations == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": "spot_volatilit"}, "outcome = spot_volatilit is unknown"),
        ({"outcome": "utilisation"}, "utilisation is not among the metrics of this experiment; name it under metrics:"),
        ({"between": ["usual"]}, "is no pair"),
        ({"between": ["usual", "usual"]}, "is no pair"),
        ({"between": ["usual", "faratim"]}, "no arm is called faratim"),
        ({"expected": "rises"}, "write higher, lower or same"),
        ({"smallest": 0}, "is no number above 0, in the unit of spot_volatility"),
        ({"smallest": "little"}, "is no number above 0"),
        ({"smallest": True}, "is no number above 0"),
        ({"falsifier": ""}, "falsifier says nothing"),
        ({"falsifier": False}, "falsifier says nothing in words"),
        ({"outcom": "x"}, "expectations.calmer.outcom is unknown"),
    ],
)
def test_what_cannot_be_tested_is_refused(change, message):
    with pytest.raises(BadRequest) as error:
        experiment_of("mine", PAGE | {"expectations": {"calmer": CALMER | change}})
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("expectations", "message"),
    [
        ([CALMER], "is to be names"),
        ({"calmer": None}, "says too little"),
        ({"calmer": {key: value for key, value in CALMER.items() if key != "smallest"}}, "says no smallest"),
    ],
)
def test_an_expectation_says_everything(expectations, message):
    with pytest.raises(BadRequest, match=message):
        experiment_of("mine", PAGE | {"expectations": expectations})


def test_judgement_is_drawn_but_for_what_an_arm_sets():
    page = PAGE | {"design": "lhs", "points": 8, "factors": "judgement"}
    names = experiment_of("mine", page).design.names
    assert "parameters.usable_share" not in names, "it rests on a source"
    assert "parameters.bargaining_rule" not in names, "an arm sets it"
    assert "parameters.risk_aversion" in names
    assert len(names) > 150
    drawn = experiment_of("mine", page | {"overrides": {"parameters.risk_aversion": 2}}).design.names
    assert "parameters.risk_aversion" not in drawn
    with pytest.raises(BadRequest, match="means nothing"):
        experiment_of("mine", PAGE | {"factors": "judgement"})
    others = {"parameters.usable_share": [0.8, 0.9], "parameters.risk_aversion": [1, 2]}
    ranges = {one.name: one for one in experiment_of("mine", page | {"factors": {"judgement": None} | others}).ranges}
    assert set(ranges) == {*names, "parameters.usable_share"}
    assert [(ranges[name].low, ranges[name].high) for name in others] == [(0.8, 0.9), (1, 2)]
    with pytest.raises(BadRequest, match="it stands for many"):
        experiment_of("mine", page | {"factors": {"judgement": [0, 1]}})


def test_judgement_is_drawn_from_plausible_ranges():
    ranges = {
        one.name: one
        for one in experiment_of(
            "mine", PAGE | {"arms": {}, "design": "lhs", "points": 8, "factors": "judgement", "expectations": None}
        ).ranges
    }
    for parameter in judgement_parameters():
        one, given = ranges.get(f"parameters.{parameter.name}"), draws_of(parameter)
        if one is not None and not one.values:
            assert [one.low, one.high] == given
    assert len(ranges["parameters.bargaining_rule"].values) == 3, "rubinstein is no plausible rule"


def test_other_texts_are_no_factors():
    with pytest.raises(BadRequest, match="factors = everything"):
        experiment_of("mine", PAGE | {"design": "lhs", "points": 8, "factors": "everything"})
