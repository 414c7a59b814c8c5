"""The checks that one value must pass."""

import math

import pytest

from model.parameters import PARAMETERS
from model.settings import (
    EVENT_SETTINGS,
    LAB_SETTINGS,
    PARAMETER_SETTINGS,
    SUPPLIER_SETTINGS,
    BadRequest,
    CommandText,
    Setting,
    check_value,
    nearest,
    number_of,
)

SHARE = Setting("share", float, 0.5, "share", "a share", 0.0, 1.0)
COUNT = Setting("count", int, 3, "count", "a count", 1, 9)
RULE = Setting("rule", int, 0, "-", "a rule", 0, 2, ("nash", "faratin", "posted"))


@pytest.mark.parametrize(
    ("setting", "value", "stored"),
    [
        (SHARE, 1, 1.0),
        (SHARE, CommandText("0.25"), 0.25),
        (COUNT, CommandText("4"), 4),
        (RULE, 1, "faratin"),
        (RULE, "posted", "posted"),
        (RULE, CommandText("nash"), "nash"),
    ],
)
def test_good_values(setting, value, stored):
    found = check_value(setting, "key", value)
    assert (found, type(found)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        (SHARE, 1.5, "key = 1.5 is above its upper bound 1 share"),
        (SHARE, -0.1, "key = -0.1 is below its lower bound 0 share"),
        (SHARE, math.nan, "is not a finite number; it lies between 0 and 1 share"),
        (SHARE, math.inf, "is not a finite number"),
        (SHARE, True, "is not a number"),
        (SHARE, "0.5", "is not a number"),
        (SHARE, CommandText("half"), "is not a number"),
        (COUNT, 2.5, "is not a whole number"),
        (RULE, "nahs", "key = nahs is unknown; nearest: nash"),
        (RULE, 3, "above its upper bound 2$"),
    ],
)
def test_bad_values_are_refused_in_one_line(setting, value, complaint):
    with pytest.raises(BadRequest, match=complaint.replace("(", r"\(")) as error:
        check_value(setting, "key", value)
    assert "\n" not in str(error.value)


def test_numbers_in_text():
    assert [number_of(text) for text in ("3", "3.5", "x")] == [3, 3.5, "x"]


def test_the_nearest_name():
    assert nearest("cahs", ["cash", "users"]) == "; nearest: cash"
    assert nearest("zzz", ["cash", "users"]) == "; there are: cash, users"


def test_every_declaration_is_a_setting_once():
    assert [setting.name for setting in PARAMETER_SETTINGS] == [parameter.name for parameter in PARAMETERS]
    for settings in (LAB_SETTINGS, SUPPLIER_SETTINGS):
        names = [setting.name for setting in settings]
        assert len(names) == len(set(names))
        assert {"label", "group", "cash_usd_m"} <= set(names)


def test_an_event_needs_its_kind_and_has_a_default_for_all_else():
    musts = [setting.name for setting in EVENT_SETTINGS if setting.default is None]
    assert musts == ["shock"]
    assert {"target", "first_month", "chance_per_month", "months", "size_share", "growth_x_per_year"} <= {
        setting.name for setting in EVENT_SETTINGS
    }
