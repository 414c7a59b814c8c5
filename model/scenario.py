"""Scenarios: Hydra composes the YAML files of conf/, the declarations check every value, overrides come last."""

import copy
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml  # type: ignore[import-untyped]
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

import conf
from model.anonymity import ANONYMOUS, REAL, anonymise
from model.checks import STRUCK, check_together
from model.naming import KEY, RUN_KEYS, check_member, keys_of, members_of, named_setting, setting_of, top_setting
from model.settings import (
    ENTRANTS,
    MEMBERS,
    PAIRED,
    PARAMETER_SETTINGS,
    SCENARIO_SETTINGS,
    SECTIONS,
    BadRequest,
    CommandText,
    Setting,
    Value,
    check_value,
    member_settings,
    nearest,
)

__all__ = ["BadRequest", "Given", "Scenario", "config_names", "load_scenario", "setting_of", "with_events"]

CONF = Path(conf.__file__).parent
SOURCE_ID = re.compile(r"\b(?:S\d{2,}|J)\b")


class Given(NamedTuple):
    """A value of a scenario: its unit, who set it (default, a file, an override) and the sources its line names."""

    value: Value
    unit: str
    origin: str
    source: str


class Scenario(NamedTuple):
    """Everything a world is born from, complete and checked; `resolved` says where each value came from."""

    name: str
    title: str
    start: str
    months: int
    parameters: dict[str, float | int]
    labs: dict[str, dict[str, Any]]
    suppliers: dict[str, dict[str, Any]]
    contracts: dict[str, dict[str, Any]]
    equity: dict[str, dict[str, Any]]
    events: dict[str, dict[str, Any]]
    regions: dict[str, dict[str, Any]]
    links: dict[str, dict[str, Any]]
    entrants: dict[str, dict[str, Any]]
    resolved: dict[str, Given]
    luck_names: dict[str, str]
    """Name that a firm's luck depends on, where it is not its key."""
    agents: str
    """The Python file with agents of the user's own; empty where all are ours."""


class _Origin(NamedTuple):
    """Where a value was written, and the sources named beside it."""

    origin: str
    source: str


class _Config(NamedTuple):
    """What Hydra composed, and the origin of each value by dotted name."""

    name: str
    values: dict[str, Any]
    origins: dict[str, _Origin]
    luck_names: dict[str, str]


class _Events(NamedTuple):
    """Events from files, by name, and the origin of each of their values by dotted name."""

    members: dict[str, dict[str, Any]]
    origins: dict[str, _Origin]

    def joined(self, others: "_Events") -> "_Events":
        """Return these events and others; of one name, the others'."""
        return _Events(self.members | others.members, self.origins | others.origins)


def config_names(group: str, conf_dir: Path | None = None) -> list[str]:
    """Return the names that a group of conf/, such as scenario, offers; those of `conf_dir` included."""
    folders = [CONF, *([conf_dir] if conf_dir else [])]
    return sorted({path.stem for folder in folders for path in (folder / group).glob("*.yaml")})


def load_scenario(
    name: str | None = None,
    overrides: Sequence[str] | Mapping[str, Any] = (),
    conf_dir: Path | None = None,
) -> Scenario:
    """Return a scenario with every value filled in and checked.

    Parameters
    ----------
    name
        A file of conf/scenario; None takes the one of conf/config.yaml.
    overrides
        Dotted names and values, `{"labs.openai.cash_usd_m": 5000}`, or texts, `["labs.openai.cash_usd_m=5000"]`;
        `labs.*.cash_usd_m` sets that of every lab, and of two that set the same the later holds;
        `~labs.openai` removes a member together with its contracts, its equity and the events that strike it alone.
        Groups (`population=small`) are overrides too, `names=anonymous` numbers the firms, and `events=FILE` adds the
        shocks of a file.
    conf_dir
        A folder of the user's own with `scenario/` or `population/` files, searched after ours.

    Raises
    ------
    BadRequest
        In one line, for whatever cannot be used.
    """
    choices = {} if name is None else {"scenario": name}
    removed: list[str] = []
    changes: dict[str, Any] = {}
    events = _Events({}, {})
    names = ""
    for key, value in _pairs(overrides):
        if key == "names":
            names = str(value)
        elif key == "events":
            events = events.joined(_events_of(Path(str(value))))
        elif key.startswith("~"):
            removed.append(key[1:])
        elif (CONF / key).is_dir() and KEY.fullmatch(key):
            choices[key] = str(value)
        else:
            changes.pop(key, None)  # which is then the last
            changes[key] = value
    config = _compose(choices, conf_dir, names)
    config.values["events"] = members_of(config.values, "events") | events.members
    config.origins.update(events.origins)
    for key in removed:
        _remove(config.values, key)
    for key, value in changes.items():
        _apply(config, key, value)
    scenario = _complete(config, conf_dir or Path())
    check_together(scenario)
    return scenario


def with_events(scenario: Scenario, events: Mapping[str, Mapping[str, Any]]) -> Scenario:
    """Return the scenario with these events too, filled in and checked; of one name, the new one as a whole.

    The same world, to the last bit, as with `events=FILE` of a file that holds them; `resolved` says that they came by
    hand.

    Raises
    ------
    BadRequest
        In one line, for whatever cannot be used.
    """
    copies = {name: dict(event) if isinstance(event, Mapping) else event for name, event in events.items()}
    members = members_of({"events": copies}, "events")
    fields = [f"events.{name}.{field}" for name, event in members.items() for field in event]
    config = _Config(scenario.name, {}, dict.fromkeys(fields, _Origin("hand", "")), {})
    resolved = dict(scenario.resolved)
    filled = {
        name: _fill(f"events.{name}.", event, member_settings("events", name), config, resolved)
        for name, event in members.items()
    }
    changed = scenario._replace(events=scenario.events | filled, resolved=resolved)
    check_together(changed)
    return changed


def _events_of(path: Path) -> _Events:
    """Return the events of a file: names, each with its settings, under `events:`; YAML as in conf/."""
    try:
        text = path.read_text(encoding="utf-8")
        listed = isinstance(yaml.compose(text), yaml.MappingNode)
        values = OmegaConf.to_container(OmegaConf.create(text), resolve=True) if listed else None
    except (OSError, ValueError, RecursionError, yaml.YAMLError, OmegaConfBaseException) as error:
        raise BadRequest(f"events = {path} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict) or set(values) != {"events"}:
        raise BadRequest(f"events = {path} holds no list of events; write events: and below it NAME: {{shock: ...}}")
    return _Events(members_of(cast("dict[str, Any]", values), "events"), _origins_in(text, "events file"))


def _pairs(overrides: Sequence[str] | Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(overrides, Mapping):
        yield from ((str(key), value) for key, value in overrides.items())
        return
    for override in overrides:
        key, equals, text = override.partition("=")
        if not key or not (equals or key.startswith("~")):
            raise BadRequest(f"'{override}' sets nothing; write key=value")
        quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "'\""
        yield key, CommandText(text[1:-1] if quoted else text)


def _compose(choices: Mapping[str, str], conf_dir: Path | None, names: str = "") -> _Config:
    """Compose conf/ with the chosen group files, and note for each value the file and line it came from."""
    for group, choice in choices.items():
        if choice not in config_names(group, conf_dir):
            raise BadRequest(f"no {group} is called {choice}{nearest(choice, config_names(group, conf_dir))}")
    texts = [f"{group}={choice}" for group, choice in choices.items()]
    if conf_dir is not None:
        texts.append(f"hydra.searchpath=['{conf_dir.resolve().as_uri()}']")
    files = [path for folder in (CONF, *([conf_dir] if conf_dir else [])) for path in sorted(folder.rglob("*.yaml"))]
    config = _composed(tuple(texts), conf_dir, tuple((path, path.stat().st_mtime_ns) for path in files))
    values, origins = copy.deepcopy(config.values), dict(config.origins)
    names = names or values["names"]
    del values["names"]
    if names not in {REAL, ANONYMOUS}:
        raise BadRequest(f"names = {names} is unknown; there are: {REAL}, {ANONYMOUS}")
    values |= {section: members_of(values, section) for section in MEMBERS}
    luck_names = anonymise(values, origins) if names == ANONYMOUS else {}
    return _Config(config.name, values, origins, luck_names)


@functools.lru_cache(maxsize=16)
def _composed(texts: tuple[str, ...], conf_dir: Path | None, files: tuple[tuple[Path, int], ...]) -> _Config:
    """Do what `_compose` says; Hydra takes a quarter of a second, so once for each state of the files."""
    del files
    try:
        with initialize_config_module("conf", version_base="1.3"):
            values = OmegaConf.to_container(compose("config", list(texts)), resolve=True, throw_on_missing=True)
            loader = GlobalHydra.instance().config_loader()
            parts = loader.compute_defaults_list("config", list(texts), RunMode.RUN).defaults
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        raise BadRequest(f"the configuration cannot be read: {' '.join(str(error).split())}") from error
    names = [part.config_path for part in parts if part.config_path and not part.config_path.startswith("hydra/")]
    origins: dict[str, _Origin] = {}
    for name in names:
        origins |= _origins(name, conf_dir)
    scenario = next(name.removeprefix("scenario/") for name in reversed(names) if name.startswith("scenario/"))
    return _Config(scenario, dict(cast("dict[str, Any]", values)), origins, {})


def _origins(config_path: str, conf_dir: Path | None) -> dict[str, _Origin]:
    """Return the origin of every value of one file, by dotted name."""
    folders = [CONF, *([conf_dir] if conf_dir else [])]
    path = next(path for folder in folders if (path := folder / f"{config_path}.yaml").is_file())
    return _origins_in(path.read_text(encoding="utf-8"), config_path.replace("/", " "))


def _origins_in(text: str, origin: str) -> dict[str, _Origin]:
    """Return the origin of every value of a YAML text, by dotted name: where it is from, and the sources beside it."""
    lines = text.splitlines()
    found: dict[str, _Origin] = {}
    stack = [("", yaml.compose(text))]
    while stack:
        name, node = stack.pop()
        if isinstance(node, yaml.MappingNode):
            stack += [(f"{name}.{key.value}".lstrip("."), value) for key, value in node.value]
        elif isinstance(node, yaml.ScalarNode):
            comment = lines[node.end_mark.line][node.end_mark.column :].partition("#")[2]
            sources = dict.fromkeys(SOURCE_ID.findall(comment))
            found[name] = _Origin(origin, ", ".join(sources))
    return found


def _remove(values: dict[str, Any], key: str) -> None:
    """Take a member out of its section; a lab or supplier takes its contracts, equity and events along."""
    section, _, name = key.partition("=")[0].partition(".")
    if section not in MEMBERS or not name:
        raise BadRequest(f"~{key} removes nothing; only a lab, supplier, contract, stake or event can go: ~labs.NAME")
    check_member(values, section, name)
    del values[section][name]
    if section not in STRUCK:
        return
    for paired in PAIRED:
        kept = members_of(values, paired).items()
        values[paired] = {key: pair for key, pair in kept if pair.get(section.removesuffix("s")) != name}
    values["events"] = {
        key: event
        for key, event in members_of(values, "events").items()
        if event.get("target") != name or event.get("shock") not in STRUCK[section]
    }


def _apply(config: _Config, key: str, value: Any) -> None:
    """Put an override into the composed values, of every member that it is for, if its name is a declared one."""
    checked = check_value(setting_of(config.values, key), key, value)
    for one in keys_of(config.values, key):
        *path, last = one.split(".")
        node = config.values
        for name in path:
            if node.get(name) is None:
                node[name] = {}
            node = node[name]
        node[last] = checked
        config.origins[one] = _Origin("override", "")


def _complete(config: _Config, folder: Path) -> Scenario:
    """Check every composed value against its declaration and fill in the defaults."""
    values = config.values
    resolved: dict[str, Given] = {}
    known = {setting.name for setting in SCENARIO_SETTINGS} | set(SECTIONS)
    for key in sorted(set(values) - known):
        if key not in RUN_KEYS or config.origins[key].origin != "config":
            top_setting(key)
    top = _fill(
        "",
        {name: values[name] for name in known - set(SECTIONS) if name in values},
        SCENARIO_SETTINGS,
        config,
        resolved,
    )
    sections: dict[str, dict[str, dict[str, Any]]] = {}
    for section in (*MEMBERS, "entrants"):
        members = members_of(values, section)
        for name in members:
            check_member(values, section, name)
        sections[section] = {
            name: _fill(f"{section}.{name}.", members.get(name, {}), member_settings(section, name), config, resolved)
            for name in (ENTRANTS if section == "entrants" else members)
        }
    parameters = _fill("parameters.", values.get("parameters") or {}, PARAMETER_SETTINGS, config, resolved)
    for setting in PARAMETER_SETTINGS:
        if setting.choices:
            parameters[setting.name] = setting.choices.index(parameters[setting.name])
    _name_firms(sections)
    return Scenario(
        config.name,
        top["title"],
        top["start"],
        top["months"],
        parameters,
        **sections,
        resolved=resolved,
        luck_names=config.luck_names,
        agents=str((folder / top["agents"]).resolve()) if top["agents"] else "",
    )


def _name_firms(sections: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Give firms and regions without a label their key for one, and entrants what no one may set."""
    for name, firm in [*sections["labs"].items(), *sections["suppliers"].items(), *sections["regions"].items()]:
        firm["label"] = firm["label"] or name
    for kind, firm in sections["entrants"].items():
        firm |= {"label": f"Entrant {kind}", "group": ""} | ({} if kind == "lab" else {"kind": kind})


def _fill(
    prefix: str, row: Mapping[str, Any], settings: Sequence[Setting], config: _Config, resolved: dict[str, Given]
) -> dict[str, Any]:
    """Return the row with every setting of it, checked; note in `resolved` where each came from."""
    for name in row:
        named_setting(settings, prefix, str(name))
    filled: dict[str, Any] = {}
    for setting in settings:
        key = f"{prefix}{setting.name}"
        if setting.name not in row and setting.default is None:
            raise BadRequest(f"{key} is missing and has no default")
        value = row.get(setting.name, setting.default)
        filled[setting.name] = check_value(setting, key, value)
        origin = config.origins.get(key) if setting.name in row else None
        origin = origin or _Origin("default", setting.source)
        resolved[key] = Given(filled[setting.name], setting.unit, origin.origin, origin.source)
    return filled
