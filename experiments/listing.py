"""`bazaar list`: what there is, as a table or as JSON."""

import csv
import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from rich.table import Table

import data
from experiments.cli import DONE
from experiments.report import exact, make_console
from experiments.request import OUTPUT, Request, take_all
from experiments.sweep.experiment import experiment_names, load_experiment
from model.metrics import METRICS
from model.scenario import Scenario, config_names, load_scenario
from model.settings import (
    CONTRACT_SETTINGS,
    ENTRANTS,
    EQUITY_SETTINGS,
    EVENT_SETTINGS,
    LAB_SETTINGS,
    LINK_SETTINGS,
    PARAMETER_SETTINGS,
    REGION_SETTINGS,
    SUPPLIER_SETTINGS,
    Setting,
)

Row = dict[str, Any]
JUDGEMENT = "J"


def read_sources() -> list[Row]:
    """Return the rows of data/sources.csv."""
    text = (files(data) / "sources.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def sources() -> list[Row]:
    """Return the sources, each with the settings of all scenarios that name it; judgement last."""
    judged: Row = {"id": JUDGEMENT, "title": "judgement", "url": "", "date": "", "confidence": "low"}
    rows = [*read_sources(), judged | {"used_for": "what no source says"}]
    settings = {setting: row["source"].split(", ") for row in numbers() for setting in [row["name"]]}
    for row in rows:
        row["settings"] = ", ".join(name for name, ids in settings.items() if row["id"] in ids)
    return rows


def numbers() -> list[Row]:
    """Return every setting of all scenarios: its value, who set it, and its sources."""
    rows: dict[tuple[str, Any, str], Row] = {}
    for name in config_names("scenario"):
        for setting, given in load_scenario(name).resolved.items():
            if not isinstance(given.value, str):
                row = {"name": setting, "value": given.value, "unit": given.unit, "set_by": given.origin}
                row = rows.setdefault((setting, given.value, given.origin), row | {"source": given.source})
                row["scenarios"] = f"{row['scenarios']}, {name}" if "scenarios" in row else name
    return list(rows.values())


def scenarios() -> list[Row]:
    """Return the scenarios that can be run."""
    loaded = [load_scenario(name) for name in config_names("scenario")]
    return [
        {"name": s.name, "title": s.title, "start": s.start, "months": s.months, "labs": len(s.labs)}
        | {"suppliers": len(s.suppliers)}
        for s in loaded
    ]


def experiments() -> list[Row]:
    """Return the experiments that can be swept."""
    loaded = [load_experiment(name) for name in experiment_names()]
    return [
        {"name": e.name, "question": e.question, "arms": ", ".join(arm.name for arm in e.arms)}
        | {"design": e.design.kind, "factors": len(e.design.names), "runs": e.all_runs}
        for e in loaded
    ]


def labs() -> list[Row]:
    """Return the labs of all scenarios."""
    shown = ("label", "strategy", "group", "users_h100e", "own_sites_h100e", "cash_usd_m", "planned_growth_x_per_year")
    return _firms(lambda scenario: scenario.labs, shown)


def suppliers() -> list[Row]:
    """Return the suppliers of all scenarios."""
    shown = ("label", "kind", "group", "installed_h100e", "lead_months", "list_price_usd_per_h100e_hour")
    return _firms(lambda scenario: scenario.suppliers, shown)


def _firms(firms_of: Callable[[Scenario], dict[str, Row]], shown: tuple[str, ...]) -> list[Row]:
    rows: list[Row] = []
    for name in config_names("scenario"):
        for key, firm in firms_of(load_scenario(name)).items():
            row = {"name": key} | {field: firm[field] for field in shown}
            same = next((other for other in rows if {k: other[k] for k in row} == row), None)
            if same is None:
                rows.append(row | {"scenarios": name})
            else:
                same["scenarios"] += f", {name}"
    return rows


def parameters() -> list[Row]:
    """Return everything that may be set: parameters, and the fields of whatever a population names."""
    titles = {row["id"]: row["title"] for row in read_sources()} | {"J": "judgement"}
    groups: list[tuple[str, tuple[Setting, ...]]] = [
        ("parameters", PARAMETER_SETTINGS),
        ("labs.LAB", LAB_SETTINGS),
        ("suppliers.SUPPLIER", SUPPLIER_SETTINGS),
        ("contracts.CONTRACT", CONTRACT_SETTINGS),
        ("equity.STAKE", EQUITY_SETTINGS),
        ("events.EVENT", EVENT_SETTINGS),
        ("regions.REGION", REGION_SETTINGS),
        ("links.LINK", LINK_SETTINGS),
        *((f"entrants.{kind}", settings) for kind, settings in ENTRANTS.items()),
    ]
    return [_setting_row(prefix, setting, titles) for prefix, settings in groups for setting in settings]


def _setting_row(prefix: str, setting: Setting, titles: dict[str, str]) -> Row:
    bounded = setting.kind is not str and not setting.choices
    meaning = f"{setting.meaning}: {', '.join(setting.choices)}" if setting.choices else setting.meaning
    return {
        "name": f"{prefix}.{setting.name}",
        "unit": setting.unit,
        "low": setting.low if bounded else None,
        "high": setting.high if bounded else None,
        "default": setting.choices[int(setting.default)]
        if setting.choices and setting.default is not None
        else setting.default,
        "meaning": meaning,
        "source": f"{setting.source}: {titles[setting.source]}"
        if prefix == "parameters"
        else "per firm, see conf/population",
    }


def metrics() -> list[Row]:
    """Return the metrics of a run."""
    return [{"name": m.name, "theme": m.theme, "unit": m.unit, "meaning": m.definition} for m in METRICS]


KINDS: dict[str, Callable[[], list[Row]]] = {
    "scenarios": scenarios,
    "experiments": experiments,
    "labs": labs,
    "suppliers": suppliers,
    "parameters": parameters,
    "sources": sources,
    "numbers": numbers,
    "metrics": metrics,
}
SETTINGS = (
    Setting("what", str, None, "text", "what to list", choices=tuple(KINDS)),
    Setting("match", str, "", "text", "only rows that hold this word"),
    OUTPUT,
)


def show(request: Request) -> int:
    """Print what there is of one kind."""
    values = take_all(request, SETTINGS)
    word = values["match"].casefold()
    rows = [row for row in KINDS[values["what"]]() if word in " ".join(map(str, row.values())).casefold()]
    if values["output"] == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif rows:
        _print_table(rows)
    else:
        print(f"no {values['what']} match {values['match']}")
    return DONE


def _print_table(rows: list[Row]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        numeric = any(isinstance(row[name], int | float) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold", no_wrap=name == "name")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    make_console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return exact(value)
    return str(value)
