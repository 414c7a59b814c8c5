"""Draws of the judgement parameters: inside their ranges, rules of the textbook never chosen."""

import numpy as np

from experiments.draws import draw_judgement, draw_overrides, judgement_parameters
from model.parameters import PARAMETERS

BARGAINING = "parameters.bargaining_rule"
OFF = {f"parameters.{p.name}" for p in PARAMETERS if p.choices} - {BARGAINING}


def test_rules_of_the_textbook_stay_off():
    assert len(OFF) > 10
    drawn = {f"parameters.{parameter.name}" for parameter in judgement_parameters()}
    assert not drawn & OFF
    assert BARGAINING in drawn


def test_the_bargaining_rule_is_drawn_among_those_we_are_unsure_of():
    rng = np.random.default_rng(1)
    drawn = {draw_judgement(rng)[BARGAINING] for _ in range(60)}
    assert drawn == {"nash", "faratin", "posted"}


def test_draws_stay_in_their_ranges():
    rng = np.random.default_rng(2)
    ranges = {f"parameters.{p.name}": p.plausible_range for p in PARAMETERS if not p.name.startswith("delivery_")}
    for _ in range(20):
        for name, value in draw_overrides(rng).items():
            if isinstance(value, (int, float)) and name in ranges:
                low, high = ranges[name]
                assert low <= value <= high, name
