"""Every number of the population and of the scenarios has a source, and starts the market in balance."""

import csv
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
from model.parameters import PARAMETERS
from model.settings import ENTRANTS

ROOT = Path(__file__).parents[1]
YAML_FILES = sorted((ROOT / "conf").glob("population/*.yaml")) + sorted((ROOT / "conf").glob("scenario/*.yaml"))
POPULATIONS = [path for path in YAML_FILES if path.parent.name == "population"]
TABLES = sorted(path for path in (ROOT / "data").glob("*.csv") if path.name != "sources.csv")

CONFIDENCES = {"high", "medium", "low"}
KINDS = {"hyperscaler", "neocloud", "nontraditional"}
SUPPLIER_NAMES, LAB_NAMES = {"label", "group", "kind"}, {"label", "group", "strategy"}
CONTRACT_BOUNDS = {
    "capacity_h100e": Bounds(0, 1e8, None),
    "price_usd_per_h100e_hour": Bounds(0.01, 100, None),
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


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def check_row(key: str, row: dict[str, Any], names: set[str], bounds: dict[str, Bounds]) -> None:
    unknown = set(row) - names - set(bounds)
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


@pytest.mark.parametrize("path", POPULATIONS, ids=lambda path: path.name)
def test_population_fills_declared_columns_within_bounds(path):
    population = load(path)
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
    assert set(population["entrants"]) == {"lab", "neocloud", "nontraditional"}
    for key, row in population.get("contracts", {}).items():
        check_row(key, row, {"lab", "supplier"}, CONTRACT_BOUNDS)
        assert row["lab"] in labs, key
        assert row["supplier"] in suppliers, key
        assert row["first_end_month"] <= row["last_end_month"], key


@pytest.fixture(scope="module")
def small():
    with initialize_config_module("conf", version_base="1.3"):
        config = compose("config", overrides=["scenario=small"])
    return OmegaConf.to_container(config, resolve=True, throw_on_missing=True)


@pytest.mark.parametrize("supplier", ["azure", "aws", "coreweave"])
def test_suppliers_start_nearly_sold_out(small, supplier):
    row = small["suppliers"][supplier]
    contracts = sum(c["capacity_h100e"] for c in small["contracts"].values() if c["supplier"] == supplier)
    assert 0.80 <= (contracts + row["enterprise_h100e"]) / row["installed_h100e"] <= 0.92


@pytest.mark.parametrize("lab", ["openai", "anthropic", "google_deepmind", "mistral"])
def test_labs_start_with_what_they_need(small, lab):
    parameters = {parameter.name: parameter.default for parameter in PARAMETERS} | small["parameters"]
    row = small["labs"][lab]
    capacity = sum(c["capacity_h100e"] for c in small["contracts"].values() if c["lab"] == lab)
    capacity += row["own_sites_h100e"] * parameters["usable_share"]
    requirement = row["users_h100e"] / (1.0 - parameters["training_share"])
    assert 0.97 <= requirement / capacity <= 1.0
