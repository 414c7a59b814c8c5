"""Scenarios are complete and checked, and say where each value came from."""

import pickle
import shutil

import numpy as np
import pytest

from agents.choices import SHOCKS
from agents.lab import LAB_COLUMNS
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS
from model.columns import EQUITY_COLUMNS, EVENT_COLUMNS, INITIAL_CONTRACT_COLUMNS
from model.parameters import PARAMETERS
from model.scenario import CONF, BadRequest, Given, config_names, load_scenario
from model.settings import ENTRY_DECIDES
from tests.worlds import EXAMPLE


def given_names(columns):
    return {column.name for column in columns if column.given is not None}


def test_a_scenario_is_complete():
    scenario = load_scenario("small")
    assert scenario.parameters == {parameter.name: parameter.default for parameter in PARAMETERS}
    for lab in scenario.labs.values():
        assert set(lab) == given_names(LAB_COLUMNS) | {"label", "strategy", "group", "region"}
    for supplier in scenario.suppliers.values():
        assert set(supplier) == given_names(SUPPLIER_COLUMNS) | {"label", "kind", "group", "region"}
    for contract in scenario.contracts.values():
        assert set(contract) == given_names(INITIAL_CONTRACT_COLUMNS) | {"lab", "supplier"}
    assert scenario.events == {}
    for stake in scenario.equity.values():
        assert set(stake) == given_names(EQUITY_COLUMNS) | {"lab", "supplier"}
    assert list(scenario.entrants) == ["lab", *KINDS[1:]]
    assert set(scenario.entrants["lab"]) == set(scenario.labs["openai"]) - ENTRY_DECIDES
    assert set(scenario.entrants["neocloud"]) == set(scenario.suppliers["azure"]) - ENTRY_DECIDES
    assert "installed_h100e" not in scenario.entrants["nontraditional"]
    assert scenario.entrants["neocloud"]["kind"] == "neocloud"


def test_whole_numbers_are_whole_and_the_others_are_not():
    scenario = load_scenario("small", {"labs.openai.cash_usd_m": 5000})
    assert type(scenario.labs["openai"]["cash_usd_m"]) is float
    assert type(scenario.labs["openai"]["build_lead_months"]) is int
    assert type(scenario.months) is int


def test_every_value_says_where_it_came_from():
    resolved = load_scenario("small", ["labs.openai.cash_usd_m=1", "parameters.bargaining_rule=faratin"]).resolved
    assert resolved["labs.openai.cash_usd_m"] == Given(1.0, "USD m", "override", "")
    assert resolved["parameters.bargaining_rule"] == Given("faratin", "-", "override", "")
    assert resolved["labs.openai.build_lead_months"] == Given(24, "months", "population small", "S07")
    assert resolved["labs.anthropic.users_h100e"].source == "J, S51, S20"
    assert resolved["parameters.usable_share"] == Given(0.95, "share", "default", "S33")
    assert resolved["labs.openai.own_orders_h100e_per_month"] == Given(0.0, "H100e/month", "default", "J")
    assert resolved["start"] == Given("2025-12", "YYYY-MM", "scenario small", "")
    assert resolved["entrants.neocloud.installed_h100e"].value == 10_000


def test_overrides_are_texts_or_a_mapping():
    texts = load_scenario("small", ["months=12", "labs.openai.label='A = B'", "parameters.bargaining_rule=posted"])
    mapping = {"months": np.int64(12), "labs.openai.label": "A = B", "parameters.bargaining_rule": 2}
    assert texts == load_scenario(None, mapping | {"scenario": "small"})
    assert texts.labs["openai"]["label"] == "A = B"
    assert texts.parameters["bargaining_rule"] == 2


def test_a_declared_column_may_be_set_even_if_no_file_names_it():
    assert load_scenario("small", {"labs.mistral.surge_months": 3}).labs["mistral"]["surge_months"] == 3


def test_loading_again_is_not_spoiled_by_an_earlier_override():
    changed = load_scenario("small", ["~labs.mistral", "labs.openai.cash_usd_m=1"])
    again = load_scenario("small")
    assert "mistral" not in changed.labs
    assert again.labs["openai"]["cash_usd_m"] == 34_000
    assert again.resolved["labs.openai.cash_usd_m"].origin == "population small"


@pytest.mark.parametrize(
    ("key", "gone"), [("labs.mistral", "mistral"), ("suppliers.aws", "aws"), ("labs.openai", "openai")]
)
def test_a_firm_that_goes_takes_its_contracts_along(key, gone):
    scenario = load_scenario("small", [f"~{key}"])
    assert gone not in scenario.labs | scenario.suppliers
    assert scenario.contracts
    assert not any(gone in (contract["lab"], contract["supplier"]) for contract in scenario.contracts.values())
    assert not any(gone in (stake["lab"], stake["supplier"]) for stake in scenario.equity.values())
    assert not any(gone in name.split(".") for name in scenario.resolved)
    assert scenario == load_scenario("small", {f"~{key}": None})


def test_a_contract_can_go_alone():
    contracts = load_scenario("small", ["~contracts.openai_aws"]).contracts
    assert set(load_scenario("small").contracts) - set(contracts) == {"openai_aws"}


@pytest.mark.parametrize(
    ("overrides", "line"),
    [
        ({"labs.openai.cash_usd_m": "5"}, "labs.openai.cash_usd_m = 5 is not a number"),
        ({"labs.openai.cash_usd_m": True}, "= True is not a number"),
        ({"labs.openai.cash_usd_m": None}, "= None is not a number"),
        ({"labs.openai.cash_usd_m": float("nan")}, "is not a finite number"),
        ({"labs.openai.build_lead_months": 12.0}, "is not a whole number"),
        ({"labs.openai.label": 3}, "labs.openai.label = 3 is not text"),
        ({"labs.openai.label": "a\nb"}, "cannot be printed"),
        ({"parameters.bargaining_rule": 4}, "is above its upper bound 3"),
        ({"entrants.labs.cash_usd_m": 3}, "entrants.labs is unknown; nearest: lab"),
        ({"entrants.lab.group": "x"}, "entrants.lab.group is unknown"),
        ({"runs": 3}, "runs says how to run, not what"),
        ({"equity.microsoft_openai.stake_share": 1.5}, "is above its upper bound 1 share"),
        ({"equity.microsoft_openai.supplier": "azur"}, "azur is unknown; nearest: azure"),
        ({"contracts.openai_azure.start_month": 10}, "start_month = 10 is not before its first_end_month 10"),
        ({3: 1}, "3 is unknown"),
        (["~labs.openai", "labs.openai.cash_usd_m=1"], "labs.openai is unknown"),
        ([f"~suppliers.{name}" for name in ("azure", "aws", "coreweave", "spacex_colossus")], "no suppliers"),
    ],
    ids=str,
)
def test_a_bad_override_is_refused_in_one_line(overrides, line):
    with pytest.raises(BadRequest) as refusal:
        load_scenario("small", overrides)
    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)


EVENTS = """
events:
  storm: {shock: outage, first_month: 3, size_share: 3e-1, target: aws}  # S33
  crunch:
    shock: credit_crunch
    chance_per_month: 0.02  # J
    months: 9
"""


def events_in(tmp_path, text):
    """Return overrides that read a file of events with this text."""
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    return {"events": tmp_path / "mine.yaml"}


def test_a_file_adds_events_with_their_defaults(tmp_path):
    scenario = load_scenario("small", events_in(tmp_path, EVENTS))
    assert scenario.events["storm"] == {
        "shock": "outage",
        "target": "aws",
        "first_month": 3,
        "chance_per_month": 0.0,
        "months": 1,
        "size_share": 0.3,
        "growth_x_per_year": 1.0,
        "build_h100e": 0.0,
        "lease_h100e": 0.0,
        "partner_h100e": 0.0,
        "stubbornness_share": 0.0,
    }
    assert scenario.events["crunch"]["chance_per_month"] == 0.02
    assert set(scenario.events["crunch"]) == {"shock", "target"} | given_names(EVENT_COLUMNS)
    resolved = scenario.resolved
    assert resolved["events.storm.size_share"] == Given(0.3, "share", "events file", "S33")
    assert resolved["events.crunch.chance_per_month"] == Given(0.02, "1/month", "events file", "J")
    assert resolved["events.crunch.months"] == Given(9, "months", "events file", "")
    assert resolved["events.crunch.size_share"] == Given(0.5, "share", "default", "J")


def test_an_override_changes_an_event_and_another_takes_it_out(tmp_path):
    file = events_in(tmp_path, EVENTS)
    scenario = load_scenario("small", file | {"events.storm.size_share": 0.6, "~events.crunch": None})
    assert list(scenario.events) == ["storm"]
    assert scenario.events["storm"]["size_share"] == 0.6
    assert scenario.resolved["events.storm.size_share"] == Given(0.6, "share", "override", "")
    texts = ["events.storm.months=2", f"events={file['events']}"]  # whatever the order
    assert load_scenario("small", texts).events["storm"]["months"] == 2


def test_events_of_a_scenario_and_of_files_come_together(tmp_path):
    mine = (
        MINE
        + "events:\n  storm: {shock: outage, first_month: 9, size_share: 0.9}\n"
        + "  war: {shock: price_war, first_month: 1}\n"
    )
    folder = own_folder(tmp_path, mine)
    assert list(load_scenario("mine", (), folder).events) == ["storm", "war"]
    both = load_scenario("mine", events_in(tmp_path, EVENTS), folder)
    assert list(both.events) == ["storm", "war", "crunch"]
    assert both.events["storm"]["first_month"] == 3  # of one name, the file's, as a whole
    assert both.resolved["events.storm.chance_per_month"].origin == "default"
    assert both.resolved["events.war.first_month"].origin == "scenario mine"
    (tmp_path / "more.yaml").write_text("events: {cap: {shock: power_cap, first_month: 1}}")
    files = [f"events={tmp_path / name}" for name in ("mine.yaml", "more.yaml")]
    assert list(load_scenario("small", files).events) == ["storm", "crunch", "cap"]


def test_a_file_of_no_events_changes_nothing(tmp_path):
    assert load_scenario("small", events_in(tmp_path, "events: {}")) == load_scenario("small")


def test_the_example_in_docs_is_one_of_each_kind():
    for name in ("small", "colossus"):
        events = load_scenario(name, {"events": EXAMPLE}).events
        assert sorted(event["shock"] for event in events.values()) == sorted(SHOCKS)


def test_a_firm_that_goes_takes_the_events_that_strike_it_alone_along(tmp_path):
    text = """events:
  storm: {shock: outage, first_month: 3, target: aws}
  surge: {shock: surge, first_month: 3, target: openai}
  rain: {shock: outage, first_month: 3}
"""
    for key, left in {"suppliers.aws": {"surge", "rain"}, "labs.openai": {"storm", "rain"}}.items():
        scenario = load_scenario("small", events_in(tmp_path, text) | {f"~{key}": None})
        assert set(scenario.events) == left


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "holds no list of events; write events: and below it NAME: {shock: ...}"),
        ("storm: {shock: outage, first_month: 1}", "holds no list of events"),
        ("[1, 2]", "holds no list of events"),
        ("3", "holds no list of events"),
        ("events: {", "cannot be read"),
        ("events: {a: {shock: outage, first_month: 1}, a: {shock: surge}}", "cannot be read: while constructing"),
        ("events: {a: {shock: outage, months: ${nothing}}}", "cannot be read"),
        ("events: 2025-13-45", "events is not a list of names"),
        ("events: [outage]", "events is not a list of names"),
        ("events: {storm: outage}", "events is not a list of names"),
        ("events: {Storm: {shock: outage, first_month: 1}}", "events.Storm is no name"),
        ("events: {3: {shock: outage, first_month: 1}}", "events.3 is no name"),
        ("events: {storm: {first_month: 1}}", "events.storm.shock is missing and has no default"),
        ("events: {storm: {shock: outag, first_month: 1}}", "events.storm.shock = outag is unknown; nearest: outage"),
        ("events: {storm: {shock: outage, month: 1}}", "events.storm.month is unknown; nearest: months"),
        ("events: {storm: {shock: outage}}", "events.storm never comes: give it a first_month from 1 on"),
        ("events: {storm: {shock: outage, first_month: 0}}", "events.storm never comes"),
        ("events: {storm: {shock: outage, first_month: 1.5}}", "first_month = 1.5 is not a whole number"),
        ("events: {storm: {shock: outage, first_month: 1, months: 0}}", "months = 0 is below its lower bound 1"),
        ("events: {storm: {shock: outage, first_month: 1, size_share: 2}}", "size_share = 2 is above its upper bound"),
        ("events: {storm: {shock: outage, first_month: 1, size_share: all}}", "size_share = all is not a number"),
        (
            "events: {storm: {shock: outage, first_month: 1, target: aw}}",
            "events.storm.target = aw is unknown; nearest: aws",
        ),
        ("events: {storm: {shock: outage, first_month: 1, target: openai}}", "events.storm.target = openai is unknown"),
        ("events: {bust: {shock: demand_bust, first_month: 1, target: aws}}", "events.bust.target = aws is unknown"),
        (
            "events: {war: {shock: price_war, first_month: 1, target: aws}}",
            "a price_war strikes all; leave the target out",
        ),
        (
            "events: {storm: {shock: outage, first_month: 1, target: [aws]}}",
            "events.storm.target = ['aws'] is not text",
        ),
        ("events: {storm: {shock: outage, first_month: 1, target: null}}", "events.storm.target = None is not text"),
    ],
)
def test_a_wrong_file_of_events_is_refused_in_one_line(tmp_path, text, line):
    with pytest.raises(BadRequest) as refusal:
        load_scenario("small", events_in(tmp_path, text))
    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_unreadable_file_of_events_is_refused_in_one_line(tmp_path):
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00events")
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "bytes.yaml"):
        with pytest.raises(BadRequest) as refusal:
            load_scenario("small", {"events": path})
        assert str(refusal.value).startswith(f"events = {path} cannot be read: ")
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("overrides", "line"),
    [
        (["events.strom.months=3"], "events.strom is unknown; nearest: storm"),
        (["events.storm.size=1"], "events.storm.size is unknown; nearest: size_share"),
        (["events.storm=1"], "events.storm is not one setting; write events.MEMBER.FIELD=value"),
        (["events.storm.first_month=0"], "events.storm never comes"),
        (["~events.rain"], "events.rain is unknown"),
        (["events="], "cannot be read"),
    ],
)
def test_a_bad_override_of_an_event_is_refused_in_one_line(tmp_path, overrides, line):
    with pytest.raises(BadRequest) as refusal:
        load_scenario("small", [f"events={events_in(tmp_path, EVENTS)['events']}", *overrides])
    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("names", ["real", "anonymous"])
@pytest.mark.parametrize("lines", ["events:\n", "events: {}\n", "equity:\n"])
def test_an_empty_section_is_none(tmp_path, lines, names):
    folder = own_folder(tmp_path, MINE + lines)
    assert load_scenario("mine", {"names": names}, folder).events == {}


@pytest.mark.parametrize("names", ["real", "anonymous"])
def test_a_section_of_events_that_is_no_list_is_refused_in_one_line(tmp_path, names):
    folder = own_folder(tmp_path, MINE + "events:\n  storm: 3\n")
    with pytest.raises(BadRequest, match="events is not a list of names, each with its settings"):
        load_scenario("mine", {"names": names}, folder)


def own_folder(tmp_path, scenario, population=None):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yaml").write_text(scenario)
    if population:
        (tmp_path / "population").mkdir()
        (tmp_path / "population" / "mine.yaml").write_text(population)
    return tmp_path


MINE = """# @package _global_
defaults:
  - /population: small
  - _self_

title: Mine
start: "2024-03"
months: 7
"""


def test_a_scenario_of_ones_own_is_found_in_ones_own_folder(tmp_path):
    folder = own_folder(tmp_path, MINE + "parameters:\n  usable_share: 0.9  # J: mine\n")
    scenario = load_scenario("mine", (), folder)
    assert (scenario.name, scenario.title, scenario.start, scenario.months) == ("mine", "Mine", "2024-03", 7)
    assert scenario.resolved["parameters.usable_share"] == Given(0.9, "share", "scenario mine", "J")
    assert "mine" in config_names("scenario", folder)
    with pytest.raises(BadRequest, match="no scenario is called mine"):
        load_scenario("mine")


def test_an_edited_file_is_read_again(tmp_path):
    folder = own_folder(tmp_path, MINE)
    assert load_scenario("mine", (), folder).months == 7
    (folder / "scenario" / "mine.yaml").write_text(MINE.replace("months: 7", "months: 70"))
    assert load_scenario("mine", (), folder).months == 70


def test_a_population_of_ones_own_is_checked_like_ours(tmp_path):
    ours = (CONF / "population" / "small.yaml").read_text()
    folder = own_folder(
        tmp_path, MINE.replace("small", "mine"), ours.replace("wacc_per_year: 0.12", "wac_per_year: 0.12")
    )
    with pytest.raises(BadRequest, match=r"labs.openai.wac_per_year is unknown; nearest: wacc_per_year"):
        load_scenario("mine", (), folder)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("monts: 3\n", "monts is unknown; nearest: months"),
        ("runs: 3\n", "runs says how to run"),
        ("labs: [openai]\n", "the configuration cannot be read"),
        ("labs:\n  New Lab:\n    label: x\n", "labs.New Lab is no name"),
        ("labs:\n  newlab:\n    label: x\n", "labs.newlab.strategy is missing and has no default"),
        ("labs: {\n", "the configuration cannot be read"),
        ("parameters:\n  usable_share: ${nothing}\n", "the configuration cannot be read"),
        ("contracts:\n  new: 3\n", "contracts is not a list of names"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path, lines, line):
    folder = own_folder(tmp_path, MINE + lines)
    with pytest.raises(BadRequest) as refusal:
        load_scenario("mine", (), folder)
    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_scenario_without_its_months_is_refused(tmp_path):
    folder = own_folder(tmp_path, MINE.replace("months: 7", ""))
    with pytest.raises(BadRequest, match="months"):
        load_scenario("mine", (), folder)


def test_a_scenario_travels_between_processes():
    scenario = load_scenario("small")
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_the_configuration_works_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CONF, tmp_path / "conf")
    assert load_scenario("small").name == "small"
