"""Events as the text of a file: what was done by hand, or listed in a scenario, in a form that `events=FILE` reads."""

import math
from collections.abc import Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from model.settings import EVENT_SETTINGS

HEAD = "# Events: the same scenario, seed and months give the same bits with events=FILE, FILE being this file.\n"


def events_yaml(events: Mapping[str, Mapping[str, Any]]) -> str:
    """Return events as YAML, one a line; what has its default is left out, and reading fills it in again."""
    if not events:
        return f"{HEAD}events: {{}}\n"
    return "".join([HEAD, "events:\n", *(f"  {_line(name, event)}\n" for name, event in events.items())])


def _line(name: str, event: Mapping[str, Any]) -> str:
    """Return one event on one line: its shock, its target, then the rest in the order of their declaration."""
    usual = {setting.name: setting.default for setting in EVENT_SETTINGS}
    order = [*(field for field in usual if field in event), *(field for field in event if field not in usual)]
    told = {field: _plain(event[field]) for field in order if event[field] != usual.get(field)}
    text = yaml.safe_dump(told, default_flow_style=True, sort_keys=False, width=math.inf, allow_unicode=True)
    key = name if yaml.safe_load(name) == name else f"'{name}'"
    return f"{key}: {text.strip()}"


def _plain(value: Any) -> Any:
    """Return a number without a fraction as a whole number, which reads better and is the same."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
