"""Dotted names: a star stands for every member of a section, and what it cannot stand for is refused."""

import pytest

from model.naming import keys_of, overlap
from model.scenario import load_scenario
from model.settings import BadRequest


def test_a_name_stands_for_itself_and_a_star_for_every_member():
    values = {"labs": {"a": {}, "b": {}}, "suppliers": {}}
    assert keys_of(values, "labs.a.cash_usd_m") == ["labs.a.cash_usd_m"]
    assert keys_of(values, "labs.*.cash_usd_m") == ["labs.a.cash_usd_m", "labs.b.cash_usd_m"]
    assert keys_of(values, "suppliers.*.lead_months") == []


def test_names_overlap_where_a_star_holds_the_other():
    assert overlap("labs.*.x", "labs.a.x")
    assert overlap("labs.a.x", "labs.*.x")
    assert not overlap("labs.*.x", "labs.a.y")
    assert not overlap("labs.*.x", "suppliers.a.x")
    assert not overlap("labs.*.x", "parameters.x")


def test_a_star_sets_that_of_every_firm_and_the_later_holds():
    def leads(*overrides):
        return [lab["build_lead_months"] for lab in load_scenario("small", overrides).labs.values()]

    star, single = "labs.*.build_lead_months=3", "labs.openai.build_lead_months=5"
    assert leads(star) == [3, 3, 3, 3]
    assert leads(star, single) == [5, 3, 3, 3]
    assert leads(single, star) == [3, 3, 3, 3]
    assert leads(star, single, "labs.*.build_lead_months=4") == [4, 4, 4, 4]
    scenario = load_scenario("small", {"suppliers.*.lead_months": 7})
    assert scenario.resolved["suppliers.aws.lead_months"] == (7, "months", "override", "")
    assert "suppliers.*.lead_months" not in scenario.resolved


@pytest.mark.parametrize(
    ("overrides", "line"),
    [
        ({"labs.*.build_lead_month": 3}, "labs.*.build_lead_month is unknown; nearest: build_lead_months"),
        ({"labs.*.build_lead_months": 0}, "labs.*.build_lead_months = 0 is below its lower bound 1 months"),
        ({"regions.*.power_mw_per_month": 3}, "regions.* is unknown"),
        ({"entrants.*.cash_usd_m": 3}, "entrants.* is unknown; there are: lab"),
        ({"labs.*": 3}, "labs.* is not one setting"),
        ({"parameters.*": 3}, "parameters.* is unknown"),
        (["~labs.*"], "labs.* is unknown"),
    ],
    ids=str,
)
def test_a_star_that_stands_for_nothing_is_refused_in_one_line(overrides, line):
    with pytest.raises(BadRequest) as refusal:
        load_scenario("small", overrides)
    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)
