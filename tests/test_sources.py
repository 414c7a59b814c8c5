"""Every number of the population and of the scenarios has a source, and starts the market in balance."""

import csv
import functools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra import compose, initialize_config_module
from omegaconf import OmegaConf

from agents.columns import Bounds, Column
from agents.lab import LAB_COLUMNS
from agents.labs import STRATEGIES
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS
from model.naming import RUN_KEYS
from model.parameters import PARAMETERS
from model.settings import ENTRANTS

ROOT = Path(__file__).parents[1]
ASSUMED = ("population", "scenario")
"""Folders of conf/ whose numbers are assumptions; those of an experiment are a question's."""
YAML_FILES = sorted(path for folder in ASSUMED for path in (ROOT / "conf" / folder).glob("*.yaml"))
POPULATIONS = sorted(path.stem for path in YAML_FILES if path.parent.name == "population")
TABLES = sorted(path for path in (ROOT / "data").glob("*.csv") if path.name != "sources.csv")

CONFIDENCES = {"high", "medium", "low"}
SUPPLIER_NAMES, LAB_NAMES = {"label", "group", "kind"}, {"label", "group", "strategy"}
CONTRACT_BOUNDS = {
    "capacity_h100e": Bounds(0, 1e8, None),
    "price_usd_per_h100e_hour": Bounds(0.01, 100, None),
    "start_month": Bounds(0, 120, 0),
    "ramp_months": Bounds(0, 60, 0),
    "first_end_month": Bounds(1, 360, None),
    "last_end_month": Bounds(1, 360, None),
    "tranches": Bounds(1, 360, None),
}
NOT_PUBLIC = ("localhost", "127.0.0.1", "file:")

SOURCE_ID = re.compile(r"\bS\d{2}\b")
CITATION = re.compile(r"\s#\s(S\d{2}|J)(:\s\S.*)?$")


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SOURCES = read_rows(ROOT / "data" / "sources.csv")
KNOWN = {row["id"] for row in SOURCES}


def numeric_lines(path: Path) -> list[int]:
    """Return the line of every number in a YAML file, by what YAML makes of it and not by how it looks."""
    stack, lines = [yaml.compose(path.read_text(encoding="utf-8"))], []
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.MappingNode):
            stack += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value
        elif node.tag in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}:
            lines.append(node.start_mark.line)
    return sorted(lines)


def given_bounds(columns: tuple[Column, ...]) -> dict[str, Bounds]:
    return {column.name: column.given for column in columns if column.given is not None}


@functools.cache
def composed(scenario: str, population: str) -> dict[str, Any]:
    """Return a scenario with a population of its kind, as the files say it and before anything is filled in."""
    with initialize_config_module("conf", version_base="1.3"):
        config = compose("config", overrides=[f"scenario={scenario}", f"population={population}"])
    return OmegaConf.to_container(config, resolve=True, throw_on_missing=True)


def check_row(key: str, row: dict[str, Any], names: set[str], bounds: dict[str, Bounds]) -> None:
    unknown = set(row) - names - set(bounds) - {"region"}
    assert not unknown, f"{key}: {unknown} are not columns a population may fill"
    missing = names - set(row) | {name for name, bound in bounds.items() if bound.default is None} - set(row)
    assert not missing, f"{key}: {missing} are missing"
    for name in set(row) & set(bounds):
        assert bounds[name].low <= row[name] <= bounds[name].high, f"{key}.{name} = {row[name]} is out of bounds"


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_number_in_yaml_names_its_source(path):
    lines, numbers = path.read_text(encoding="utf-8").splitlines(), numeric_lines(path)
    assert len(set(numbers)) == len(numbers), "one number a line, or its source is unclear"
    for number in numbers:
        assert CITATION.search(lines[number]), f"{path.name}:{number + 1} cites nothing: {lines[number]}"
        cited = SOURCE_ID.findall(lines[number].partition("#")[2])
        assert set(cited) <= KNOWN, f"{path.name}:{number + 1} cites an unknown source: {lines[number]}"


def test_every_parameter_names_a_known_source():
    unknown = {parameter.name: parameter.source for parameter in PARAMETERS if parameter.source not in KNOWN | {"J"}}
    assert not unknown


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_row_of_a_table_names_a_known_source(path):
    for row in read_rows(path):
        assert row["source"] in KNOWN, row
        assert row["confidence"] in CONFIDENCES, row


def test_every_source_is_cited():
    cited = {parameter.source for parameter in PARAMETERS}
    cited |= {row["source"] for path in TABLES for row in read_rows(path)}
    cited |= {source for path in YAML_FILES for source in SOURCE_ID.findall(path.read_text(encoding="utf-8"))}
    assert KNOWN - cited == set()


def test_sources_are_complete_and_public():
    assert len(KNOWN) == len(SOURCES), "ids are unique"
    for row in SOURCES:
        assert row["title"], row
        assert row["used_for"], row
        assert row["confidence"] in CONFIDENCES, row
        assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", row["date"]), row
        assert row["url"] == "" or row["url"].startswith("https://") or row["url"].startswith("http://"), row
        assert not any(host in row["url"] for host in NOT_PUBLIC), row


def test_all_populations_are_known():
    assert POPULATIONS == ["anonymous", "colossus", "incumbents", "regions", "small", "strategies"]


def test_the_configuration_itself_sets_only_how_to_run():
    """Its numbers need no source: none of them says what is simulated."""
    config = yaml.safe_load((ROOT / "conf" / "config.yaml").read_text(encoding="utf-8"))
    assert {key for key, value in config.items() if isinstance(value, (int, float))} <= RUN_KEYS


@pytest.mark.parametrize(
    "line", ["months: 60", "months: 60  # from memory", "{cash_usd_m: 5}", "months: 60  # S999: x"]
)
def test_a_number_without_a_source_is_found(tmp_path, line):
    file = tmp_path / "mine.yaml"
    file.write_text(f"# @package _global_\nlabs:\n  openai: {line}\n" if line[0] == "{" else f"{line}\n")
    with pytest.raises(AssertionError):
        test_every_number_in_yaml_names_its_source(file)


@pytest.mark.parametrize("name", POPULATIONS)
def test_population_fills_declared_columns_within_bounds(name):
    population = composed("small" if name == "small" else "colossus", name)
    labs, suppliers = population.get("labs", {}), population.get("suppliers", {})
    for key, row in labs.items():
        check_row(key, row, LAB_NAMES, given_bounds(LAB_COLUMNS))
        assert row["strategy"] in STRATEGIES, key
    for key, row in suppliers.items():
        check_row(key, row, SUPPLIER_NAMES, given_bounds(SUPPLIER_COLUMNS))
        assert row["kind"] in KINDS, key
    for key, row in population["entrants"].items():
        bounds = {s.name: Bounds(s.low, s.high, s.default) for s in ENTRANTS[key] if s.kind is not str}
        check_row(f"entrants.{key}", row, {"strategy"} if key == "lab" else set(), bounds)
    assert set(population["entrants"]) == {"lab", *KINDS[1:]}
    for key, row in population.get("contracts", {}).items():
        check_row(key, row, {"lab", "supplier"}, CONTRACT_BOUNDS)
        assert row["lab"] in labs, key
        assert row["supplier"] in suppliers, key
        assert row.get("start_month", 0) < row["first_end_month"] <= row["last_end_month"], key


@pytest.mark.parametrize("name", POPULATIONS)
def test_stakes_are_between_firms_of_the_population(name):
    population = composed("small" if name == "small" else "colossus", name)
    assert population["equity"] or name == "strategies"  # whose firms stand for nobody
    for key, row in population["equity"].items():
        check_row(f"equity.{key}", row, {"lab", "supplier"}, {"stake_share": Bounds(0, 1, None)})
        assert row["lab"] in population["labs"], key
        assert row["supplier"] in population["suppliers"], key


STARTS = [
    *[("small", supplier) for supplier in ("azure", "aws", "coreweave")],
    *[("colossus", supplier) for supplier in ("azure", "google_cloud", "aws", "oracle")],
    *[("colossus", supplier) for supplier in ("coreweave", "nebius", "lambda", "crusoe", "akamai")],
]
"""Every supplier that has something to sell in the first month."""


def running(config: dict[str, Any], party: str, name: str) -> float:
    """Return the capacity of a firm's contracts that run at the start, H100e; announcements start later."""
    contracts = config["contracts"].values()
    return sum(c["capacity_h100e"] for c in contracts if c[party] == name and c.get("start_month", 0) == 0)


def test_every_supplier_of_the_start_is_named():
    for scenario in ("small", "colossus"):
        suppliers = composed(scenario, scenario)["suppliers"].items()
        selling = {k for k, row in suppliers if row["installed_h100e"] > 0 and not row.get("available_from_month")}
        assert {supplier for name, supplier in STARTS if name == scenario} == selling


SLACK = {"akamai": 0.65}
"""What a supplier has sold that says so itself: an edge network keeps part of it free."""


@pytest.mark.parametrize(("scenario", "supplier"), [start for start in STARTS if start[1] not in SLACK])
def test_suppliers_start_nearly_sold_out(scenario, supplier):
    config = composed(scenario, scenario)
    row = config["suppliers"][supplier]
    sold = running(config, "supplier", supplier) + row["enterprise_h100e"]
    assert 0.80 <= sold / row["installed_h100e"] <= 0.92


@pytest.mark.parametrize("supplier", [supplier for scenario, supplier in STARTS if scenario == "colossus"])
def test_in_colossus_85_in_100_of_a_supplier_are_sold_in_the_first_month(supplier):
    # the header of incumbents.yaml: contracts + enterprises after a month's growth, 0.6 x ln 2.5 / 12
    config = composed("colossus", "colossus")
    row = config["suppliers"][supplier]
    sold = running(config, "supplier", supplier) + row["enterprise_h100e"] * 2.5 ** (0.6 / 12)
    assert sold / row["installed_h100e"] == pytest.approx(SLACK.get(supplier, 0.85), abs=0.01)


@pytest.mark.parametrize(
    ("scenario", "lab"),
    [("small", lab) for lab in ("openai", "anthropic", "google_deepmind", "mistral")]
    + [("colossus", lab) for lab in ("openai", "anthropic", "google_deepmind", "meta")]
    + [("colossus", lab) for lab in ("xai", "mistral", "alibaba", "other_labs")],
)
def test_labs_start_with_what_they_need(scenario, lab):
    config = composed(scenario, scenario)
    parameters = {parameter.name: parameter.default for parameter in PARAMETERS} | config["parameters"]
    row = config["labs"][lab]
    capacity = running(config, "lab", lab) + row["own_sites_h100e"] * parameters["usable_share"]
    requirement = row["users_h100e"] / (1.0 - parameters["training_share"])
    assert 0.97 <= requirement / capacity <= 1.0
