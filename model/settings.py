"""What a user may set, declared once each: the names, units and bounds, and the checks that one value must pass."""

import difflib
import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any, NamedTuple, cast

from agents.choices import SHOCKS
from agents.columns import Column
from agents.lab import LAB_COLUMNS
from agents.labs import STRATEGIES
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS, NEOCLOUD, NONTRADITIONAL
from model.columns import EQUITY_COLUMNS, EVENT_COLUMNS, INITIAL_CONTRACT_COLUMNS
from model.parameters import PARAMETERS
from model.regional_columns import LINK_COLUMNS, REGION_COLUMNS

Value = float | int | str
NO_UNIT = "-"
"""What is written for the unit of a number without one."""


class BadRequest(ValueError):  # noqa: N818
    """A request that cannot be met, in one line: what, which bound, the nearest valid name."""


class Setting(NamedTuple):
    """One thing a user may set; `kind` is float, int or str, and `default` None marks a must."""

    name: str
    kind: type
    default: Value | None
    unit: str
    meaning: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    source: str = "J"


class CommandText(str):
    """A value as typed on a command line: a number where a number is wanted, else text."""

    __slots__ = ()


def _given(columns: tuple[Column, ...]) -> tuple[Setting, ...]:
    return tuple(
        Setting(c.name, c.kind, c.given.default, c.unit, c.meaning, c.given.low, c.given.high)
        for c in columns
        if c.given is not None
    )


_LABEL = Setting("label", str, "", "text", "name in tables and pictures")
_GROUP = Setting("group", str, "", "text", "owner's group: labs and suppliers that share one belong together")

_REGION = Setting("region", str, "", "text", "where its sites are, a key of regions; in all of them if empty")

_STRATEGY = Setting("strategy", str, None, "text", "procurement strategy", choices=STRATEGIES)
_KIND = Setting("kind", str, None, "text", "kind of supplier", choices=KINDS)

LAB_SETTINGS = (_LABEL, _STRATEGY, _GROUP, _REGION, *_given(LAB_COLUMNS))
SUPPLIER_SETTINGS = (_LABEL, _KIND, _GROUP, _REGION, *_given(SUPPLIER_COLUMNS))
CONTRACT_SETTINGS = (
    Setting("lab", str, None, "text", "buyer, a key of labs"),
    Setting("supplier", str, None, "text", "seller, a key of suppliers"),
    *_given(INITIAL_CONTRACT_COLUMNS),
)
EQUITY_SETTINGS = (
    Setting("lab", str, None, "text", "one party, a key of labs"),
    Setting("supplier", str, None, "text", "the other, a key of suppliers"),
    *_given(EQUITY_COLUMNS),
)
EVENT_SETTINGS = (
    Setting("shock", str, None, "text", "kind of shock", choices=SHOCKS),
    Setting("target", str, "", "text", "the lab or supplier it strikes, a key; all if empty"),
    *_given(EVENT_COLUMNS),
)
REGION_SETTINGS = (_LABEL, *_given(REGION_COLUMNS))
LINK_SETTINGS = (
    Setting("one", str, None, "text", "one end, a key of regions"),
    Setting("other", str, None, "text", "the other end, a key of regions"),
    *_given(LINK_COLUMNS),
)
PAIRED = ("contracts", "equity")
"""Sections whose members join a lab and a supplier."""
PARAMETER_SETTINGS = tuple(
    Setting(p.name, p.kind, p.default, p.unit, p.meaning, p.low, p.high, p.choices, p.source) for p in PARAMETERS
)
SCENARIO_SETTINGS = (
    Setting("title", str, None, "text", "what the scenario is, for tables and pictures"),
    Setting("start", str, None, "YYYY-MM", "calendar month that counts as month 0"),
    Setting("months", int, None, "months", "length of a run", 1, 1200),
    Setting("agents", str, "", "text", "a Python file with agents of your own, beside your scenario/ folder"),
)
ENTRY_DECIDES = frozenset(
    [
        "users_h100e",
        "surge_start_month",
        "surge_months",
        "surge_growth_x_per_year",
        "own_sites_h100e",
        "own_orders_h100e_per_month",
        "list_price_usd_per_h100e_hour",
        "available_from_month",
        "orders_h100e_per_month",
    ]
)
"""Given columns of firms at the start that mean nothing for those who enter later."""


def _of_entrants(columns: tuple[Column, ...], *others: str) -> tuple[Setting, ...]:
    return tuple(setting for setting in _given(columns) if setting.name not in ENTRY_DECIDES.union(others))


ENTRANTS: dict[str, tuple[Setting, ...]] = {
    "lab": (_STRATEGY, _REGION, *_of_entrants(LAB_COLUMNS)),
    **{kind: (_REGION, *_of_entrants(SUPPLIER_COLUMNS)) for kind in KINDS[NEOCLOUD:]},
    KINDS[NONTRADITIONAL]: (_REGION, *_of_entrants(SUPPLIER_COLUMNS, "installed_h100e")),
}
"""What may be set of those who enter later, by key; a supplier's key is its kind."""

MEMBERS: dict[str, tuple[Setting, ...]] = {
    "labs": LAB_SETTINGS,
    "suppliers": SUPPLIER_SETTINGS,
    "contracts": CONTRACT_SETTINGS,
    "equity": EQUITY_SETTINGS,
    "events": EVENT_SETTINGS,
    "regions": REGION_SETTINGS,
    "links": LINK_SETTINGS,
}
"""Sections whose members a population names freely."""

SECTIONS = (*MEMBERS, "entrants", "parameters")


def member_settings(section: str, member: str) -> tuple[Setting, ...]:
    """Return what may be set of a member of a section, such as lab openai."""
    return ENTRANTS[member] if section == "entrants" else MEMBERS[section]


def nearest(name: str, names: Collection[str]) -> str:
    """Return the end of a message: the name of `names` that `name` may have meant, or all of a few."""
    close = difflib.get_close_matches(name, names, 1, 0.5)
    if close:
        return f"; nearest: {close[0]}"
    return f"; there are: {', '.join(names)}" if 0 < len(names) <= 12 else ""


def number_of(text: str) -> Value:
    """Return the whole number or number that a text is, or the text itself."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return str(text)


def check_value(setting: Setting, key: str, value: Any) -> Value:
    """Return `value` as what `setting` stores, or say which rule of it `value` breaks.

    A choice comes back as its name; `key` is the full dotted name, for the message.
    """
    if setting.kind is str or (setting.choices and isinstance(value, str)):
        return _check_text(setting, key, value)
    given = number_of(value) if isinstance(value, CommandText) else value
    if isinstance(given, bool) or not isinstance(given, Real):
        raise BadRequest(f"{key} = {_short(value)} is not a number{_range(setting)}")
    whole, number = isinstance(given, Integral), cast("float", given)
    if not whole and not math.isfinite(number):
        raise BadRequest(f"{key} = {_short(value)} is not a finite number{_range(setting)}")
    if setting.kind is int and not whole:
        raise BadRequest(f"{key} = {_short(value)} is not a whole number{_range(setting)}")
    if number < setting.low:
        raise BadRequest(f"{key} = {_short(value)} is below its lower bound {setting.low:.6g}{_unit(setting)}")
    if number > setting.high:
        raise BadRequest(f"{key} = {_short(value)} is above its upper bound {setting.high:.6g}{_unit(setting)}")
    if setting.choices:
        return setting.choices[int(number)]
    return int(number) if setting.kind is int else float(number)


def _check_text(setting: Setting, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadRequest(f"{key} = {_short(value)} is not text")
    text = str(value)
    if setting.choices and text not in setting.choices:
        raise BadRequest(f"{key} = {_short(text)} is unknown{nearest(text, setting.choices)}")
    if not text.isprintable():
        raise BadRequest(f"{key} holds characters that cannot be printed")
    return text


def _range(setting: Setting) -> str:
    if setting.choices:
        return f"; it is one of {', '.join(setting.choices)}"
    if math.isinf(setting.low) or math.isinf(setting.high):
        return ""
    return f"; it lies between {setting.low:.6g} and {setting.high:.6g}{_unit(setting)}"


def _unit(setting: Setting) -> str:
    return "" if setting.unit == NO_UNIT else f" {setting.unit}"


def _short(value: Any) -> str:
    text = " ".join(str(value).split()) or "nothing"
    return text if len(text) <= 40 else f"{text[:37]}..."
