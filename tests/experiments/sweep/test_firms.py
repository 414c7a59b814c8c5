"""Outcomes of one firm on a page: read, put in words, and refused where they could not be computed."""

import json

import pytest

from experiments.sweep.expectations import Expectation
from experiments.sweep.experiment import experiment_of
from experiments.sweep.firms import Firm
from model.settings import BadRequest

LEAD = {
    "outcome": "users_h100e",
    "lab": "anthropic",
    "of_all": True,
    "months": 24,
    "between": ["late", "early"],
    "expected": "higher",
    "smallest": 0.01,
    "falsifier": "no larger share",
}
PAGE = {
    "scenario": "small",
    "months": 36,
    "arms": {
        "late": None,
        "early": {"overrides": {"parameters.bargaining_rule": "faratin"}},
        "closed": {"scenario": "no_partners"},
    },
    "metrics": ["spot_volatility"],
    "tables": {"labs": ["users_h100e", "unserved_share"], "suppliers": ["installed_h100e"]},
    "expectations": {"lead": LEAD},
}
PLAIN = {key: said for key, said in LEAD.items() if key not in ("lab", "of_all", "months")}
IDLE = {"outcome": "installed_h100e", "supplier": "spacex_colossus", "months": [0, 35]}
NOTED = {
    "name": "lead",
    "outcome": "users_h100e",
    "a": "late",
    "b": "early",
    "expected": "higher",
    "smallest": 0.01,
    "falsifier": "no larger share",
}


def expected(said):
    (found,) = experiment_of("mine", PAGE | {"expectations": {"lead": said}}).expectations
    return found


def test_the_outcome_of_a_firm_is_read():
    found = expected(LEAD)
    firm = Firm("lab", "anthropic", 24, 24, of_all=True)
    assert found == Expectation("lead", "users_h100e", "late", "early", "higher", 0.01, "no larger share", firm)
    served = expected(LEAD | {"outcome": "unserved_share", "of_all": False, "months": [5, 16]})
    assert served.firm == Firm("lab", "anthropic", 5, 16)
    assert expected(PLAIN | IDLE).firm == Firm("supplier", "spacex_colossus", 0, 35)


def test_it_has_the_words_and_the_unit_of_its_column():
    share = expected(LEAD)
    assert (share.label, share.unit) == ("share of anthropic in users of all labs in month 24", "share")
    assert share.meaning == "inference its users want at the reference price"
    level = expected(LEAD | {"of_all": False, "months": [5, 16]})
    assert (level.label, level.unit) == ("users of anthropic in months 5 to 16", "H100e")
    served = expected(LEAD | {"outcome": "unserved_share", "of_all": False})
    assert (served.label, served.unit) == ("unserved share of anthropic in month 24", "share")


def test_what_is_noted_is_plain_and_of_a_metric_as_ever():
    firm = {"kind": "lab", "name": "anthropic", "first_month": 24, "last_month": 24, "of_all": True}
    assert json.loads(json.dumps(expected(LEAD).noted())) == NOTED | {"firm": firm}
    metric = {"outcome": "spot_volatility"}
    assert expected(PLAIN | metric).noted() == NOTED | metric


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lab": "anthropik"}, "arm late has no lab called anthropik; nearest: anthropic"),
        ({"supplier": "coreweave"}, "expectations.lead names a lab and a supplier; leave one of them out"),
        ({"outcome": "user_h100e"}, "outcome = user_h100e is no column of labs; nearest: users_h100e"),
        ({"outcome": "spot_volatility"}, "outcome = spot_volatility is no column of labs"),
        ({"outcome": "name_code"}, "outcome = name_code is no column of labs"),
        (
            {"outcome": "revenue_usd_m"},
            "revenue_usd_m is not kept; write tables: {labs: [users_h100e, unserved_share, revenue_usd_m]}",
        ),
        ({"outcome": "unserved_share"}, "of_all: unserved_share is in share, which does not add up over labs"),
        ({"of_all": "yes"}, "of_all = yes; write true or false"),
        ({"months": 36}, "months = 36 is not within months 0 to 35 of a run"),
        ({"months": [24, 12]}, r"months = [24, 12] is not within months 0 to 35 of a run, first to last"),
        ({"months": [-1, 3]}, "is not within months 0 to 35"),
        ({"months": [1, 2, 3]}, "months = [1, 2, 3] is no month and no [FIRST, LAST]"),
        ({"months": 2.5}, "months = 2.5 is no month"),
        ({"months": True}, "months = True is no month"),
        ({"month": 3}, "expectations.lead.month is unknown; nearest: months"),
    ],
)
def test_what_cannot_be_computed_is_refused(change, message):
    with pytest.raises(BadRequest) as error:
        expected(LEAD | change)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (PLAIN, "outcome = users_h100e is a firm's and no metric; say whose, with lab: NAME"),
        (PLAIN | {"outcome": "cash_usd_m"}, "say whose, with lab: NAME or supplier: NAME"),
        (PLAIN | {"lab": "anthropic"}, "expectations.lead says no months; write months: [FIRST, LAST], or one month"),
        (
            PLAIN | {"outcome": "spot_volatility", "months": 24},
            "expectations.lead.months is for a firm's outcome; name it with lab: or supplier:, or leave it out",
        ),
        (PLAIN | {"of_all": True}, "expectations.lead.of_all is for a firm's outcome"),
        (
            PLAIN | IDLE | {"between": ["late", "closed"]},
            "expectations.lead: arm closed has no supplier called spacex_colossus",
        ),
    ],
)
def test_a_firm_and_its_months_belong_together(said, message):
    with pytest.raises(BadRequest) as error:
        expected(said)
    assert message in str(error.value)


def test_a_shorter_run_does_not_reach_the_month():
    with pytest.raises(BadRequest, match="months = 24 is not within months 0 to 11 of a run"):
        experiment_of("mine", PAGE, ["months=12"])
