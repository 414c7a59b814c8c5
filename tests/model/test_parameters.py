"""The parameters, each declared once."""

import csv
import re
from itertools import pairwise
from pathlib import Path

from agents import choices
from model.parameters import PARAMETER_DTYPE, PARAMETERS, default_record

SOURCES = Path(__file__).parents[2] / "data" / "sources.csv"
NAMES = [parameter.name for parameter in PARAMETERS]


def test_declarations_are_complete():
    for parameter in PARAMETERS:
        assert parameter.unit, parameter.name
        assert parameter.meaning, parameter.name
        assert parameter.source, parameter.name
        assert re.fullmatch(r"[a-z0-9_]+", parameter.name)
        assert parameter.kind is float or float(parameter.default).is_integer(), parameter.name


def test_bounds_hold_the_plausible_range_and_that_the_default():
    for parameter in PARAMETERS:
        low, high = parameter.plausible_range
        assert parameter.low <= low <= parameter.default <= high <= parameter.high, parameter.name
        assert low < high or parameter.choices, f"{parameter.name}: nothing can be drawn from {low} to {high}"


def test_sources_exist():
    with SOURCES.open(encoding="utf-8") as rows:
        known = {row["id"] for row in csv.DictReader(rows)} | {"J"}
    assert [parameter.name for parameter in PARAMETERS if parameter.source not in known] == []


UNIT_IN_NAME = {
    "x/year": "_x_per_year",
    "months": "_months",
    "1/month": "_per_month",
    "1/year": "_per_year",
    "ln/month": "_per_month",
    "ln/month^0.5": "_per_root_month",
    "H100e": "_h100e",
    "H100e/month": "_h100e_per_month",
    "USD/H100e": "_usd_per_h100e",
    "USD/H100e-hour": "_usd_per_h100e_hour",
    "USD/H100e-hour/month": "_usd_per_h100e_hour_month",
    "kW/H100e": "_kw_per_h100e",
    "USD/MWh": "_usd_per_mwh",
    "share": ("_share", "_share_of_stock", "_weight"),
    "ratio": ("_ratio", "_multiple", "_scale", "_weight"),
    "ms": "_ms",
    "1/round": "_per_round",
    "rounds": "_rounds",
    "1/USD^2": "_per_usd2",
    "ln/year^0.5": "_per_root_year",
    "USD m": "_usd_m",
    "count": "",
    "0/1": "",
    "-": "",
}


def test_the_unit_is_in_the_name():
    assert not [p.name for p in PARAMETERS if not p.name.endswith(UNIT_IN_NAME[p.unit])]


def test_names_are_used_once():
    assert len(set(NAMES)) == len(NAMES)
    assert PARAMETER_DTYPE.names == tuple(NAMES)


def test_defaults_fill_a_record():
    record = default_record()
    for parameter in PARAMETERS:
        assert record[parameter.name][0] == parameter.default


def test_a_range_is_half_to_double_within_the_bounds_unless_declared():
    by_name = {parameter.name: parameter for parameter in PARAMETERS}
    assert by_name["churn_per_month"].plausible_range == (0.075, 0.3)
    assert by_name["user_quality_weight"].plausible_range == (0.5, 2.0)
    assert by_name["delivery_prompt_months"].plausible_range == (1, 2)
    assert by_name["training_share"].plausible_range == (0.3, 0.5)


def test_choices_have_their_values():
    values = {name.lower(): value for name, value in vars(choices).items() if isinstance(value, int)}
    others = {"posted": "posted_spot", "normal": "normal_news", "two_point": "two_point_news"}
    others |= {"fixed": "fixed_training", "endogenous": "endogenous_training"}
    others |= {"none": "no_spillover", "frontier": "frontier_spillover"}
    others |= {"highest_bid": "highest_bid_for_chips"}
    for parameter in PARAMETERS:
        for value, choice in enumerate(parameter.choices):
            assert value in {values.get(choice), values.get(others.get(choice, ""))}, parameter.name


def test_draws_of_delivery_months_increase():
    ranges = [parameter.plausible_range for parameter in PARAMETERS if parameter.name.startswith("delivery_")]
    assert all(high < low for (_, high), (low, _) in pairwise(ranges))
