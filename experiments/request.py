"""A command as typed, and how a command takes its own settings out of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

from model.scenario import CONF
from model.settings import BadRequest, CommandText, Setting, Value, check_value, nearest

OUTPUT = Setting("output", str, "table", "text", "how to print", choices=("table", "json"))

RUN_SETTINGS = (
    Setting("runs", int, None, "runs", "runs, each with its own luck", 1, 10_000_000),
    Setting("seed", int, None, "-", "seed of all luck", 0, 2**31),
    Setting("workers", int, None, "threads", "threads; 0 = all cores", 0, 1024),
    Setting("results", str, None, "folder", "where results go"),
    Setting("name", str, None, "text", "folder within it; the scenario's name if empty"),
    Setting("own", str, None, "folder", "a folder of your own with scenario/ or population/ files, and agents"),
    OUTPUT._replace(default=None),
)
"""What `bazaar run` takes for itself; the defaults are in conf/config.yaml, the rest is the scenario's."""


class Request(NamedTuple):
    """A command and its words, each `key=value` or `~key`."""

    command: str
    words: tuple[str, ...]


def unquoted(text: str) -> str:
    """Return a text without the quotes around it."""
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"" else text


def run_defaults() -> dict[str, Value]:
    """Return what conf/config.yaml says about running."""
    config = yaml.safe_load((CONF / "config.yaml").read_text(encoding="utf-8"))
    return {setting.name: config[setting.name] for setting in RUN_SETTINGS}


def take(
    request: Request, settings: Sequence[Setting], defaults: Mapping[str, Value] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Return the values of `settings`, checked and complete, and the words that are none of them."""
    known = {setting.name: setting for setting in settings}
    values: dict[str, Any] = {setting.name: setting.default for setting in settings} | dict(defaults or {})
    seen: set[str] = set()
    rest: list[str] = []
    for word in request.words:
        key, _, text = word.partition("=")
        if key in seen:
            raise BadRequest(f"{key} is given twice")
        seen.add(key)
        if key in known:
            values[key] = CommandText(unquoted(text))
        else:
            rest.append(word)
    for name, value in values.items():
        if value is None:
            raise BadRequest(f"{name}= is missing{nearest('', known[name].choices)}")
    return {name: check_value(setting, name, values[name]) for name, setting in known.items()}, rest


def take_all(request: Request, settings: Sequence[Setting]) -> dict[str, Any]:
    """Return the values of `settings`; any other word is refused."""
    values, rest = take(request, settings)
    for word in rest:
        key = word.partition("=")[0]
        raise BadRequest(f"bazaar {request.command} has no {key}{nearest(key, list(known_names(settings)))}")
    return values


def known_names(settings: Sequence[Setting]) -> tuple[str, ...]:
    """Return the names of settings."""
    return tuple(setting.name for setting in settings)


def own_folder(text: str) -> Path | None:
    """Return the user's own folder, or none where none is named; raise BadRequest where there is none."""
    if not text:
        return None
    path = Path(text).expanduser()
    if not path.is_dir():
        raise BadRequest(f"own = {text} is no folder")
    return path.resolve()
