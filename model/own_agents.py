"""Agents of the user's own: classes from a Python file outside the project, by the firm that each acts for."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from agents.lab import Lab
from agents.supplier import Supplier
from model.scenario import Scenario
from model.settings import BadRequest
from model.tables import check_keys


class OwnAgents(NamedTuple):
    """The classes that act for firms, by the key of each; `entrants` stands for those that come later."""

    labs: dict[str, type[Lab]]
    suppliers: dict[str, type[Supplier]]


def own_agents(scenario: Scenario) -> OwnAgents:
    """Return the classes that a scenario's file of agents names; none where it names no file.

    Raises
    ------
    BadRequest
        Where the file cannot be read or run, names no class of agents, or names a firm that is not there.
    """
    if not scenario.agents:
        return OwnAgents({}, {})
    path = Path(scenario.agents)
    module = _module(path)
    found = OwnAgents(_named(path, module, "LABS"), _named(path, module, "SUPPLIERS"))
    if not found.labs and not found.suppliers:
        raise BadRequest(
            f'agents = {path.name} names no agents; end it with LABS = {{"openai": YourClass}}, or SUPPLIERS'
        )
    for classes, kind, firms in ((found.labs, Lab, scenario.labs), (found.suppliers, Supplier, scenario.suppliers)):
        check_keys(classes, firms, kind.__name__.lower())
        for key, one in classes.items():
            if not (isinstance(one, type) and issubclass(one, kind)):
                raise BadRequest(f"agents = {path.name}: {key} is to be a subclass of {kind.__name__}, and is {one!r}")
    return found


def _named(path: Path, module: ModuleType, name: str) -> dict[str, type]:
    """Return a dictionary of classes of a module, empty where it has none."""
    given = getattr(module, name, {})
    if not isinstance(given, dict) or not all(isinstance(key, str) for key in given):
        raise BadRequest(f'agents = {path.name}: {name} is to be a dictionary such as {{"openai": YourClass}}')
    return given


def _module(path: Path) -> ModuleType:
    """Run a Python file as a module of its own."""
    spec = importlib.util.spec_from_file_location(f"own_agents_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise BadRequest(f"agents = {path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise BadRequest(f"agents = {path.name} cannot be run: {type(error).__name__}: {error}") from error
    return module
