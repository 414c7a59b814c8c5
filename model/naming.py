"""Dotted names of a scenario's values, such as labs.openai.cash_usd_m: what each stands for, or which was meant."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from model.settings import (
    ENTRANTS,
    MEMBERS,
    PARAMETER_SETTINGS,
    SCENARIO_SETTINGS,
    SECTIONS,
    BadRequest,
    Setting,
    member_settings,
    nearest,
)

KEY = re.compile(r"[a-z][a-z0-9_]*")
EVERY = "*"
"""Stands for all members of a section: labs.*.build_lead_months."""
RUN_KEYS = frozenset({"runs", "seed", "workers", "results", "output", "name", "own"})
"""Keys of conf/config.yaml that say how to run and not what."""


def members_of(values: Mapping[str, Any], section: str) -> dict[str, dict[str, Any]]:
    """Return the members of a section, by name."""
    members = values.get(section) or {}
    if not isinstance(members, dict) or not all(isinstance(member, dict) for member in members.values()):
        raise BadRequest(f"{section} is not a list of names, each with its settings")
    for name in members:
        if not isinstance(name, str) or not KEY.fullmatch(name):
            raise BadRequest(f"{section}.{name} is no name; use small letters, digits and _")
    return members


def check_member(values: Mapping[str, Any], section: str, name: str) -> None:
    """Check that a section has a member of that name, or say which name was meant."""
    names = list(ENTRANTS if section == "entrants" else members_of(values, section))
    if name not in names:
        raise BadRequest(f"{section}.{name} is unknown{nearest(name, names)}")


def keys_of(values: Mapping[str, Any], key: str) -> list[str]:
    """Return the dotted names that one stands for: itself, or for `*` that of each member, in their order."""
    section, *rest = key.split(".")
    if section not in MEMBERS or rest[:1] != [EVERY]:
        return [key]
    return [".".join((section, member, *rest[1:])) for member in members_of(values, section)]


def overlap(one: str, other: str) -> bool:
    """Tell whether two dotted names have a setting in common."""
    parts, others = one.split("."), other.split(".")
    return len(parts) == len(others) and all(a == b or EVERY in (a, b) for a, b in zip(parts, others, strict=True))


def setting_of(values: Mapping[str, Any], key: str) -> Setting:
    """Return the declaration of a dotted name of a scenario's values; raise BadRequest with the nearest."""
    section, *rest = key.split(".")
    if section in (*MEMBERS, "entrants") and len(rest) == 2:
        if not (section in MEMBERS and rest[0] == EVERY and members_of(values, section)):
            check_member(values, section, rest[0])
        return named_setting(member_settings(section, rest[0]), f"{section}.{rest[0]}.", rest[1])
    if section == "parameters" and len(rest) == 1:
        return named_setting(PARAMETER_SETTINGS, "parameters.", rest[0])
    if section in SECTIONS:
        shape = "parameters.NAME" if section == "parameters" else f"{section}.MEMBER.FIELD"
        raise BadRequest(f"{key} is not one setting; write {shape}=value")
    if rest:
        raise BadRequest(f"{key} is unknown{nearest(section, SECTIONS)}")
    return top_setting(key)


def top_setting(key: str) -> Setting:
    """Return the declaration of a name without dots."""
    if key in RUN_KEYS:
        raise BadRequest(f"{key} says how to run, not what; it is no part of a scenario")
    if any(setting.name == key for setting in PARAMETER_SETTINGS):
        raise BadRequest(f"{key} is unknown; nearest: parameters.{key}")
    names = [setting.name for setting in SCENARIO_SETTINGS]
    return named_setting(SCENARIO_SETTINGS, "", key, [*names, *SECTIONS, "scenario", "population", *sorted(RUN_KEYS)])


def named_setting(settings: Sequence[Setting], prefix: str, name: str, names: Sequence[str] = ()) -> Setting:
    """Return the setting of that name, or say which name was meant."""
    for setting in settings:
        if setting.name == name:
            return setting
    raise BadRequest(f"{prefix}{name} is unknown{nearest(name, names or [setting.name for setting in settings])}")
