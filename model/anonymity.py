"""Populations without real names: firms are numbered, and keep the luck of those they stand for."""

from typing import Any

REAL, ANONYMOUS = "real", "anonymous"
"""Values of `names`, which a population sets."""


def anonymise(values: dict[str, Any], origins: dict[str, Any]) -> dict[str, str]:
    """Replace the names of firms, groups and contracts by numbers, in place; return the old key of each new one.

    An event keeps its name, on which its luck depends; the firm it strikes gets its number.
    """
    firms: dict[str, str] = {}
    for section in ("labs", "suppliers"):
        word = section.removesuffix("s")
        keys = {old: f"{word}_{number}" for number, old in enumerate(values[section], 1)}
        firms |= keys
        _rename(values, origins, section, keys)
        for number, firm in enumerate(values[section].values(), 1):
            firm["label"] = f"{word.capitalize()} {number}"
    _number_groups(values)
    for section, word in (("contracts", "contract"), ("equity", "stake")):
        for pair in values[section].values():
            pair["lab"], pair["supplier"] = firms[pair["lab"]], firms[pair["supplier"]]
        _rename(values, origins, section, {old: f"{word}_{number}" for number, old in enumerate(values[section], 1)})
    for event in values["events"].values():
        if isinstance(event.get("target"), str):
            event["target"] = firms.get(event["target"], event["target"])
    return {new: old for old, new in firms.items()}


def _rename(values: dict[str, Any], origins: dict[str, Any], section: str, keys: dict[str, str]) -> None:
    """Give the members of a section their new keys, also in the names of the origins."""
    values[section] = {keys[old]: member for old, member in values[section].items()}
    for name in list(origins):
        head, _, rest = name.partition(".")
        member, _, field = rest.partition(".")
        if head == section and member in keys:
            origins[f"{section}.{keys[member]}.{field}"] = origins.pop(name)


def _number_groups(values: dict[str, Any]) -> None:
    """Give the groups of owners numbers."""
    numbers: dict[str, int] = {}
    for firm in (*values["labs"].values(), *values["suppliers"].values()):
        if firm.get("group"):
            firm["group"] = f"group_{numbers.setdefault(firm['group'], len(numbers) + 1)}"
