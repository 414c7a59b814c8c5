"""Points of a design: a scenario with some of its numbers set otherwise, written straight into the tables.

Composing a scenario takes Hydra a quarter of a second and filling its tables some milliseconds; a design of a hundred
thousand points has time for neither. So a point is a list of cells of the world, and what is written there.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.suppliers import KINDS, NEOCLOUD
from model.checks import check_together
from model.naming import keys_of, setting_of
from model.scenario import Scenario
from model.settings import BadRequest, Setting, Value, check_value
from model.state import World, cells_of

TABLES = {
    "labs": "labs",
    "suppliers": "suppliers",
    "contracts": "agreements",
    "equity": "stakes",
    "events": "events",
    "regions": "regions",
}
"""The table that holds the members of a section."""
TOGETHER = ("contracts.", "events.", "regions.", "parameters.delivery_")
"""Beginnings of the names of settings that must fit to others."""


class Factor(NamedTuple):
    """A setting that runs may differ in: its dotted name, its declaration, and the cells that it fills, mostly one."""

    name: str
    setting: Setting
    table: str
    column: str
    rows: tuple[int, ...] = (0,)

    def number(self, value: Any) -> float | int:
        """Return a value, checked against the bounds, as the number that the cell holds."""
        checked = check_value(self.setting, self.name, value)
        if isinstance(checked, str):
            return self.setting.choices.index(checked)
        return checked

    def given(self, number: float) -> Value:
        """Return the number of a cell as a person would give it: a choice by name, a whole number whole."""
        if self.setting.choices:
            return self.setting.choices[int(number)]
        return number if self.setting.kind is float else int(number)


def factor_of(scenario: Scenario, name: str) -> Factor:
    """Return the factor of a dotted name; `labs.*.FIELD` is one factor, of all labs alike.

    Raises
    ------
    BadRequest
        Where no setting is called so, or where it is a text or a link, which shape a world instead of being in it.
    """
    setting = setting_of(scenario._asdict(), name)
    section, *path = name.split(".")
    if not path or section == "links" or setting.name == "shock" or (setting.kind is str and not setting.choices):
        raise BadRequest(f"{name} cannot be a factor; let two arms of the experiment differ in it")
    if section == "parameters":
        return Factor(name, setting, "parameters", setting.name)
    member, column = path
    if section == "entrants":
        if member == "lab":
            return Factor(name, setting, "lab_template", column)
        return Factor(name, setting, "supplier_templates", column, (KINDS.index(member) - NEOCLOUD,))
    members = list(getattr(scenario, section))
    rows = tuple(members.index(one.split(".")[1]) for one in keys_of(scenario._asdict(), name))
    return Factor(name, setting, TABLES[section], column, rows)


def cells_of_factors(world: World, factors: Sequence[Factor]) -> NDArray[np.int64]:
    """Return the cells of the world's block that the factors fill, one after another."""
    origin = cells_of(world).ctypes.data
    cells = [
        getattr(world, factor.table)[factor.column][row : row + 1].ctypes.data - origin
        for factor in factors
        for row in factor.rows
    ]
    return np.array(cells, np.int64) // 8


def cell_values(factors: Sequence[Factor], points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return points, shape (points, factors), as the eight bytes that each cell gets, shape (points, cells)."""
    values = np.empty(points.shape, np.int64)
    for column, factor in enumerate(factors):
        drawn = np.ascontiguousarray(points[:, column], np.float64)
        values[:, column] = drawn.view(np.int64) if factor.setting.kind is float else drawn.astype(np.int64)
    return np.repeat(values, [len(factor.rows) for factor in factors], axis=1)


def varied(scenario: Scenario, values: Mapping[str, Value]) -> Scenario:
    """Return the scenario with the settings of some dotted names set otherwise.

    Raises
    ------
    BadRequest
        Where a name is unknown, a value out of its bounds, or the values do not fit together.
    """
    sections: dict[str, Any] = {}
    for name, value in values.items():
        factor = factor_of(scenario, name)
        checked = check_value(factor.setting, name, value)
        for one in keys_of(scenario._asdict(), name):
            section, *path = one.split(".")
            node = sections.setdefault(section, _copy(getattr(scenario, section)))
            for key in path[:-1]:
                node = node[key]
            by_number = section == "parameters" and isinstance(checked, str)
            node[path[-1]] = factor.number(value) if by_number else checked
    changed = scenario._replace(**sections)
    if needs_check(values):
        check_together(changed)
    return changed


def needs_check(names: Any) -> bool:
    """Tell whether settings of these names must fit to others."""
    return any(name.startswith(TOGETHER) for name in names)


def _copy(section: dict[str, Any]) -> dict[str, Any]:
    """Return a section with members of its own."""
    return {key: dict(value) if isinstance(value, dict) else value for key, value in section.items()}
