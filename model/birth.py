"""From a scenario to the first month: every table filled, the same for each run but for the seed."""

import zlib
from typing import Any

from agents.choices import SHOCKS
from agents.columns import Column
from agents.lab import LAB_COLUMNS
from agents.labs import STRATEGIES
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS, NEOCLOUD
from model.beginning import begin
from model.checks import STRUCK
from model.columns import EQUITY_COLUMNS, EVENT_COLUMNS, INITIAL_CONTRACT_COLUMNS
from model.founding import sites_of
from model.luck import ENTRANT
from model.parameters import PARAMETER_DTYPE
from model.regions import fill_regions
from model.scenario import Scenario
from model.shocks import EVERYBODY
from model.state import Capacity, Table, World, empty_world


def starting_capacity(scenario: Scenario) -> Capacity:
    """Return a comfortable size of the tables for a scenario; they grow when they must."""
    labs, suppliers = len(scenario.labs), len(scenario.suppliers)
    sites = 64 * (labs + suppliers)
    deals = 64 * labs
    return Capacity(labs + 2, suppliers + 2, sites, deals, 4 * labs, deals, *_listed(scenario))


def least_capacity(scenario: Scenario) -> Capacity:
    """Return the smallest tables that hold the first month."""
    labs, suppliers = len(scenario.labs), len(scenario.suppliers)
    chips = scenario.parameters["chip_lead_months"]
    sites = sum(sites_of(int(max(lab["build_lead_months"], chips))) for lab in scenario.labs.values())
    sites += sum(sites_of(int(max(supplier["lead_months"], chips))) for supplier in scenario.suppliers.values())
    contracts = sum(int(contract["tranches"]) for contract in scenario.contracts.values())
    return Capacity(labs, suppliers, sites, max(1, contracts), labs, max(1, contracts), *_listed(scenario))


def _listed(scenario: Scenario) -> tuple[int, int, int, int]:
    """Return the rows of what a scenario lists and no run adds to."""
    events, regions = max(1, len(scenario.events)), max(1, len(scenario.regions))
    return events, regions, len(scenario.contracts), len(scenario.equity)


def world_at_start(scenario: Scenario, capacity: Capacity | None = None) -> World:
    """Return the world of a scenario before its first month; `market["seed"]` is still 0.

    `capacity` sets the rows of the tables, at least those that the first month needs.
    """
    world = given_world(scenario, capacity)
    begin(world)
    return world


def given_world(scenario: Scenario, capacity: Capacity | None = None) -> World:
    """Return a world that holds what a scenario says and nothing that follows from it; `begin` does the rest."""
    least = least_capacity(scenario)
    asked = capacity or starting_capacity(scenario)
    world = empty_world(Capacity(*(max(pair) for pair in zip(asked, least, strict=True))))
    for name in PARAMETER_DTYPE.names or ():
        world.parameters[name] = scenario.parameters[name]
    groups: dict[str, int] = {}
    for row, (key, lab) in enumerate(scenario.labs.items()):
        fill_firm(world.labs, row, lab, LAB_COLUMNS, groups)
        world.labs["strategy"][row] = STRATEGIES.index(lab["strategy"])
        world.labs["id"][row] = row + 1
        world.labs["luck_key"][row] = name_key(scenario.luck_names.get(key, key))
    for row, (key, supplier) in enumerate(scenario.suppliers.items()):
        fill_firm(world.suppliers, row, supplier, SUPPLIER_COLUMNS, groups)
        world.suppliers["kind"][row] = KINDS.index(supplier["kind"])
        world.suppliers["id"][row] = len(scenario.labs) + row + 1
        world.suppliers["luck_key"][row] = name_key(scenario.luck_names.get(key, key))
    world.market["next_id"] = len(scenario.labs) + len(scenario.suppliers)
    fill_templates(world, scenario)
    fill_regions(world, scenario)
    list_pairs(world, scenario)
    schedule_events(world, scenario)
    return world


def name_key(name: str) -> int:
    """Return the key of a firm's draws, which depends on its name alone, so that other firms do not change its luck."""
    return zlib.crc32(name.encode()) % ENTRANT


def fill_firm(
    table: Table, row: int, values: dict[str, Any], columns: tuple[Column, ...], groups: dict[str, int]
) -> None:
    """Write a firm's given columns and its group, and put it in business."""
    for column in columns:
        if column.given is not None:
            table[column.name][row] = values.get(column.name, column.given.default or 0.0)
    group = values.get("group")
    if group:
        table["group"][row] = groups.setdefault(group, len(groups) + 1)
    table["alive"][row] = 1
    table["name_code"][row] = row


def fill_templates(world: World, scenario: Scenario) -> None:
    """Write what labs and suppliers that enter later are like."""
    fill_firm(world.lab_template, 0, scenario.entrants["lab"], LAB_COLUMNS, {})
    world.lab_template["strategy"] = STRATEGIES.index(scenario.entrants["lab"]["strategy"])
    world.lab_template["name_code"] = len(scenario.labs)
    for row, kind in enumerate(KINDS[NEOCLOUD:]):
        fill_firm(world.supplier_templates, row, scenario.entrants[kind], SUPPLIER_COLUMNS, {})
        world.supplier_templates["kind"][row] = KINDS.index(kind)
        world.supplier_templates["name_code"][row] = len(scenario.suppliers) + row
    for template in (world.lab_template, world.supplier_templates):
        template["alive"] = 0


def list_pairs(world: World, scenario: Scenario) -> None:
    """Write what joins a lab and a supplier before the start: contracts and stakes."""
    labs, suppliers = list(scenario.labs), list(scenario.suppliers)
    for table, columns, pairs in (
        (world.agreements, INITIAL_CONTRACT_COLUMNS, scenario.contracts),
        (world.stakes, EQUITY_COLUMNS, scenario.equity),
    ):
        for row, pair in enumerate(pairs.values()):
            table["lab"][row], table["supplier"][row] = labs.index(pair["lab"]), suppliers.index(pair["supplier"])
            for column in columns:
                table[column.name][row] = pair[column.name]


def schedule_events(world: World, scenario: Scenario) -> None:
    """Write the events of the scenario."""
    for row, (name, event) in enumerate(scenario.events.items()):
        for column in EVENT_COLUMNS:
            if column.given is not None:
                world.events[column.name][row] = event[column.name]
        firms, table = (scenario.suppliers, world.suppliers)
        if event["shock"] in STRUCK["labs"]:
            firms, table = (scenario.labs, world.labs)
        world.events["id"][row] = row + 1
        world.events["luck_key"][row] = name_key(name)
        world.events["shock"][row] = SHOCKS.index(event["shock"])
        world.events["target"][row] = EVERYBODY
        if event["target"]:
            world.events["target"][row] = table["id"][list(firms).index(event["target"])]
