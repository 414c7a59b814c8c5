"""Runs as polars tables: the columns of the state under their own names, with run, seed and the names of firms."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from agents.columns import Column
from agents.lab import LAB_COLUMNS
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS, NEOCLOUD
from model import metrics
from model.columns import DEAL_COLUMNS, MARKET_COLUMNS
from model.limits import CONSTRAINTS
from model.regional_columns import REGION_COLUMNS
from model.scenario import Scenario
from model.settings import BadRequest, nearest
from model.state import CHANNELS, Table

if TYPE_CHECKING:
    from model.ensemble import Run

ENTRANTS = "entrants"
ENTRANT_SUPPLIERS = tuple(f"entrant_{kind}" for kind in KINDS[NEOCLOUD:])
ENTRANT_LABELS = tuple(f"Entrant {kind.replace('_', ' ')}" for kind in KINDS[NEOCLOUD:])
ENDED_BY = ("term", "buyer", "recall", "failure", "conduct")
BOOKKEEPING = frozenset(
    [
        "seed",
        "month",
        "next_id",
        "contract_rows",
        "site_rows",
        "queue_rows",
        "deal_rows",
        "site_hint",
        "contract_hint",
        "binding_constraint",
        "breach",
        "breach_row",
        "breach_amount",
        "id",
        "name_code",
        "alive",
        "group",
        "was_asked",
        "checked_h100e",
        "opening_cash_usd_m",
        "lab_name_code",
        "supplier_name_code",
        "channel",
        "ended_by",
        "lab_id",
        "supplier_id",
        "adaptive_error_usd2",
        "trend_error_usd2",
        "region",
        "price_seen_usd_per_h100e_hour",
        "wanted_before_h100e",
        "spot_last_ask_usd_per_h100e_hour",
    ]
)
"""Columns of the state that are not columns of the tables, or become others there."""


def lab_labels(scenario: Scenario) -> tuple[str, ...]:
    """Return the labels of the labs by name code; the last stands for entrants."""
    return (*(str(lab["label"]) for lab in scenario.labs.values()), "Entrant lab")


def supplier_labels(scenario: Scenario) -> tuple[str, ...]:
    """Return the labels of the suppliers by name code; the last ones stand for entrants, one a kind."""
    labels = (str(supplier["label"]) for supplier in scenario.suppliers.values())
    return (*labels, *ENTRANT_LABELS)


def check_keys(classes: Mapping[str, Any], firms: Mapping[str, Any], what: str) -> None:
    """Raise BadRequest for a key that names no firm of the population."""
    valid = [*firms, ENTRANTS]
    for key in classes:
        if key not in valid:
            raise BadRequest(f"no {what} is called {key}{nearest(key, valid)}")


def recorded(columns: Sequence[Column]) -> list[str]:
    """Return the names of the columns that the tables hold."""
    return [column.name for column in columns if column.name not in BOOKKEEPING]


def frames(scenario: Scenario, runs: "Sequence[Run]") -> tuple[pl.DataFrame, ...]:
    """Return the tables of some runs: runs, months, labs, suppliers, contracts, regions."""
    return (
        runs_frame(runs),
        months_frame(scenario, runs),
        labs_frame(scenario, runs),
        suppliers_frame(scenario, runs),
        contracts_frame(scenario, runs),
        regions_frame(scenario, runs),
    )


def runs_frame(runs: "Sequence[Run]") -> pl.DataFrame:
    """Return one row a run: its metrics, and in words why it failed."""
    columns: dict[str, Any] = {
        "run": pl.Series([run.run for run in runs], dtype=pl.Int64),
        "seed": pl.Series([run.seed for run in runs], dtype=pl.Int64),
        "failure": pl.Series([run.failure or None for run in runs], dtype=pl.String),
    }
    for metric in metrics.METRICS:
        values = [metric.function(run.history) if not run.failure else None for run in runs]
        columns[metric.name] = pl.Series(values, dtype=pl.Float64)
    return pl.DataFrame(columns)


def months_frame(scenario: Scenario, runs: "Sequence[Run]") -> pl.DataFrame:
    """Return one row a run and month: the market."""
    parts = []
    for run in runs:
        table = run.history.market
        months = np.arange(len(table))
        binding = np.array(CONSTRAINTS)[table["binding_constraint"]]
        parts.append(_frame(run, table, months, {"binding_constraint": binding}, MARKET_COLUMNS))
    return pl.concat(parts)


def labs_frame(scenario: Scenario, runs: "Sequence[Run]") -> pl.DataFrame:
    """Return one row a run, month and lab in business."""
    names = np.array([*scenario.labs, "entrant_lab"])
    return pl.concat([_firms(run, run.history.labs, "lab", names, LAB_COLUMNS) for run in runs])


def suppliers_frame(scenario: Scenario, runs: "Sequence[Run]") -> pl.DataFrame:
    """Return one row a run, month and supplier in business."""
    names = np.array([*scenario.suppliers, *ENTRANT_SUPPLIERS])
    return pl.concat([_firms(run, run.history.suppliers, "supplier", names, SUPPLIER_COLUMNS) for run in runs])


def contracts_frame(scenario: Scenario, runs: "Sequence[Run]") -> pl.DataFrame:
    """Return one row a run and contract, those of the start (signed in month -1) included."""
    labs = np.array([*scenario.labs, "entrant_lab"])
    suppliers = np.array([*scenario.suppliers, *ENTRANT_SUPPLIERS])
    parts = []
    for run in runs:
        deals = run.deals
        keys = {
            "lab": labs[deals["lab_name_code"]],
            "lab_id": deals["lab_id"],
            "supplier": suppliers[deals["supplier_name_code"]],
            "supplier_id": deals["supplier_id"],
            "channel": np.array(CHANNELS)[deals["channel"]],
            "ended_by": np.array(ENDED_BY)[deals["ended_by"]],
        }
        parts.append(_frame(run, deals, None, keys, DEAL_COLUMNS))
    return pl.concat(parts)


def regions_frame(scenario: Scenario, runs: "Sequence[Run]") -> pl.DataFrame:
    """Return one row a run, month and region; none where the scenario names no regions."""
    names, parts = np.array(list(scenario.regions), dtype=str), []
    for run in runs:
        months, rows = np.nonzero(run.history.regions["id"] > 0)
        table = run.history.regions[months, rows]
        parts.append(_frame(run, table, months, {"region": names[rows]}, REGION_COLUMNS))
    return pl.concat(parts)


def _firms(run: "Run", table: Table, kind: str, names: Any, columns: Sequence[Column]) -> pl.DataFrame:
    months, rows = np.nonzero(table["alive"] == 1)
    alive = table[months, rows]
    keys = {kind: names[alive["name_code"]], f"{kind}_id": alive["id"]}
    return _frame(run, alive, months, keys, columns)


def _frame(run: "Run", table: Table, months: Any, keys: Mapping[str, Any], columns: Sequence[Column]) -> pl.DataFrame:
    length = len(table)
    data: dict[str, Any] = {"run": np.full(length, run.run), "seed": np.full(length, run.seed)}
    if months is not None:
        data["month"] = months
    data.update(keys)
    for name in recorded(columns):
        data[name] = np.ascontiguousarray(table[name])
    return pl.DataFrame(data)
