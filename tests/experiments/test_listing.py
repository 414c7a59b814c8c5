"""`bazaar list` shows what there is, filtered, as a table or as JSON."""

import json

import pytest

from experiments.listing import KINDS, parameters
from model.settings import PARAMETER_SETTINGS


def listed(bazaar, *words):
    said = bazaar("list", "output=json", *words)
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_listed_as_table_and_json(bazaar, kind):
    rows = listed(bazaar, f"what={kind}")
    assert rows
    said = bazaar("list", f"what={kind}")
    assert (said.code, said.err) == (0, "")
    assert all(str(row.get("name", row.get("id"))) in said.out for row in rows)


def test_a_parameter_comes_with_unit_bounds_default_meaning_and_source(bazaar):
    row = next(row for row in listed(bazaar, "what=parameters") if row["name"] == "parameters.usable_share")
    assert (row["unit"], row["low"], row["high"], row["default"]) == ("share", 0.3, 1, 0.95)
    assert row["source"].startswith("S33: DCD: interruptions")


def test_every_parameter_and_every_field_of_a_population_is_listed():
    names = [row["name"] for row in parameters()]
    assert len(set(names)) == len(names)
    assert {f"parameters.{setting.name}" for setting in PARAMETER_SETTINGS} < set(names)
    assert {"labs.LAB.cash_usd_m", "suppliers.SUPPLIER.kind", "contracts.CONTRACT.tranches"} < set(names)
    assert {"entrants.neocloud.lead_months", "events.EVENT.size_share"} < set(names)


def test_a_choice_shows_its_names(bazaar):
    (row,) = listed(bazaar, "what=parameters", "match=bargaining_rule")
    assert row["default"] == "nash"
    assert "faratin" in row["meaning"]


def test_match_looks_at_names_and_meanings_whatever_the_case(bazaar):
    rows = listed(bazaar, "what=sources", "match=COREWEAVE")
    assert rows
    assert all("coreweave" in json.dumps(row).lower() for row in rows)


def test_nothing_found_is_said_and_is_no_failure(bazaar):
    said = bazaar("list", "what=labs", "match=zzz")
    assert (said.code, said.out) == (0, "no labs match zzz\n")
    assert listed(bazaar, "what=labs", "match=zzz") == []
