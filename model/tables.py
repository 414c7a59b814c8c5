"""Runs as polars tables: the columns of the state under their own names, with run, seed and the names of firms."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from agents.columns import Column
from agents.lab import LAB_COLUMNS
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS, NEOCLOUD
from model.columns import DEAL_COLUMNS, MARKET_COLUMNS
from model.gathering import gather, rows_with
from model.limits import CONSTRAINTS
from model.metrics import METRICS
from model.metrics.base import read_once
from model.regional_columns import REGION_COLUMNS
from model.scenario import Scenario
from model.settings import BadRequest, nearest
from model.state import CHANNELS, Table

if TYPE_CHECKING:
    from model.ensemble import Runs

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
        "by_hand",
        "hand_build_h100e",
        "hand_lease_h100e",
        "hand_partner_h100e",
        "hand_stubbornness_share",
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


def frames(scenario: Scenario, runs: "Runs") -> tuple[pl.DataFrame, ...]:
    """Return the tables of some runs: runs, months, labs, suppliers, contracts, regions."""
    return (runs_frame(runs), *(FRAMES[name](scenario, runs) for name in FRAMES))


def runs_frame(runs: "Runs", names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a run: its metrics, those of `names` or all, and in words why it failed."""
    columns: dict[str, Any] = {
        "run": runs.runs,
        "seed": runs.seeds,
        "failure": pl.Series([failure or None for failure in runs.failures], dtype=pl.String),
    }
    failed, history = np.array([bool(failure) for failure in runs.failures]), read_once(runs.history)
    with np.errstate(all="ignore"):  # what is left of a run that failed may be anything
        for metric in METRICS if names is None else [metric for metric in METRICS if metric.name in names]:
            values = pl.Series(np.broadcast_to(metric.function(history), len(failed)).astype(np.float64))
            columns[metric.name] = values.set(pl.Series(failed), None) if failed.any() else values
    return pl.DataFrame(columns)


def months_frame(scenario: Scenario, runs: "Runs", names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a run and month: the market; of its columns those of `names`, or all."""
    rows = np.nonzero(np.arange(runs.history.market.shape[1]) < runs.months[:, None])
    found = columns_of(runs.history.market, rows, ["binding_constraint", *_chosen(MARKET_COLUMNS, names)])
    found["binding_constraint"] = _named(CONSTRAINTS, found["binding_constraint"])
    return pl.DataFrame(_place(runs, rows) | found)


def labs_frame(scenario: Scenario, runs: "Runs", names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a run, month and lab in business; of its columns those of `names`, or all."""
    keys = [*scenario.labs, "entrant_lab"]
    return _firms_frame(runs, runs.history.labs, "lab", keys, _chosen(LAB_COLUMNS, names))


def suppliers_frame(scenario: Scenario, runs: "Runs", names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a run, month and supplier in business; of its columns those of `names`, or all."""
    keys = [*scenario.suppliers, *ENTRANT_SUPPLIERS]
    return _firms_frame(runs, runs.history.suppliers, "supplier", keys, _chosen(SUPPLIER_COLUMNS, names))


def contracts_frame(scenario: Scenario, runs: "Runs", names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a run and contract, those of the start (signed in month -1) included; columns as asked."""
    deals = runs.deals
    keys = {
        "lab": _named([*scenario.labs, "entrant_lab"], deals["lab_name_code"]),
        "lab_id": deals["lab_id"],
        "supplier": _named([*scenario.suppliers, *ENTRANT_SUPPLIERS], deals["supplier_name_code"]),
        "supplier_id": deals["supplier_id"],
        "channel": _named(CHANNELS, deals["channel"]),
        "ended_by": _named(ENDED_BY, deals["ended_by"]),
    }
    of_run = np.repeat(np.arange(len(runs.runs)), runs.deal_counts)
    kept = columns_of(deals, (np.arange(len(deals)),), _chosen(DEAL_COLUMNS, names))
    return pl.DataFrame({"run": runs.runs[of_run], "seed": runs.seeds[of_run]} | keys | kept)


def regions_frame(scenario: Scenario, runs: "Runs", names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a run, month and region; none where the scenario names no regions; columns as asked."""
    rows = np.nonzero(runs.history.regions["id"] > 0)
    region = {"region": _named(list(scenario.regions), rows[2])}
    found = columns_of(runs.history.regions, rows, _chosen(REGION_COLUMNS, names))
    return pl.DataFrame(_place(runs, rows) | region | found)


FRAMES = {
    "months": months_frame,
    "labs": labs_frame,
    "suppliers": suppliers_frame,
    "contracts": contracts_frame,
    "regions": regions_frame,
}
"""What makes each table but that of the runs."""
COLUMNS = {
    "months": MARKET_COLUMNS,
    "labs": LAB_COLUMNS,
    "suppliers": SUPPLIER_COLUMNS,
    "contracts": DEAL_COLUMNS,
    "regions": REGION_COLUMNS,
}
"""Columns of the state that each of them may hold, see `recorded`."""
HEADLINES = {
    "months": (
        "contract_price_usd_per_h100e_hour",
        "lease_price_usd_per_h100e_hour",
        "partner_price_usd_per_h100e_hour",
        "spot_price_usd_per_h100e_hour",
        "full_cost_usd_per_h100e_hour",
        "service_price_usd_per_h100e_hour",
        "installed_h100e",
        "pipeline_h100e",
        "build_h100e",
        "lease_h100e",
        "partner_h100e",
        "spot_lab_h100e",
        "utilisation_share",
        "unserved_share",
        "queue_wait_months",
        "orders_placed_h100e",
        "hhi_suppliers",
        "hhi_labs",
        "lab_revenue_usd_m",
        "labs_alive",
        "suppliers_alive",
    ),
    "labs": (
        "users_h100e",
        "own_h100e",
        "contract_h100e",
        "spot_h100e",
        "unserved_share",
        "used_share",
        "dependence_hhi",
        "rival_supply_share",
        "unit_cost_usd_per_h100e_hour",
        "revenue_usd_m",
        "cash_usd_m",
    ),
    "suppliers": (
        "installed_h100e",
        "pipeline_h100e",
        "delivered_h100e",
        "spot_sold_h100e",
        "enterprise_served_h100e",
        "utilisation_share",
        "list_price_usd_per_h100e_hour",
        "realised_price_usd_per_h100e_hour",
        "revenue_usd_m",
        "cash_usd_m",
    ),
    "contracts": (
        "capacity_h100e",
        "price_usd_per_h100e_hour",
        "signed_month",
        "start_month",
        "end_month",
    ),
    "regions": tuple(column.name for column in REGION_COLUMNS),
}
"""The columns most asked for: what a sweep keeps of a table unless it is told which columns to keep, or all."""


def _chosen(columns: Sequence[Column], names: Sequence[str] | None) -> list[str]:
    """Return the columns that a table holds, or those of them that are asked for."""
    return [name for name in recorded(columns) if names is None or name in names]


def _firms_frame(runs: "Runs", table: Table, kind: str, keys: Sequence[str], names: Sequence[str]) -> pl.DataFrame:
    """Return one row a run, month and firm in business."""
    rows = _in_business(table)
    found = columns_of(table, rows, ["name_code", "id", *names])
    firm = {kind: _named(keys, found.pop("name_code")), f"{kind}_id": found.pop("id")}
    return pl.DataFrame(_place(runs, rows) | firm | found)


def _place(runs: "Runs", rows: tuple[Any, ...]) -> dict[str, Any]:
    """Return run, seed and month of rows that are given by run, month and perhaps firm."""
    return {"run": runs.runs[rows[0]], "seed": runs.seeds[rows[0]], "month": rows[1]}


def _named(names: Sequence[str], codes: Any) -> pl.Series:
    """Return the name of each code."""
    return pl.Series(names, dtype=pl.String).gather(np.ascontiguousarray(codes))


def columns_of(table: Table, rows: tuple[Any, ...], names: Sequence[str]) -> dict[str, Any]:
    """Return columns of some rows of a structured table, `rows` being one index an axis, as of `numpy.nonzero`."""
    order = list(table.dtype.names or ())
    places = np.array([order.index(name) for name in names], np.int64)
    wanted = np.ravel_multi_index(rows, table.shape).astype(np.int64)
    copied = np.empty((len(places), len(wanted)), np.int64)
    gather(_cells(table), wanted, places, copied)
    return {name: copied[row].view(table.dtype[name]) for row, name in enumerate(names)}


def _in_business(table: Table) -> tuple[Any, ...]:
    """Return the rows of firms in business, one index an axis."""
    rows = np.empty(table.size, np.int64)
    count = rows_with(_cells(table), (table.dtype.names or ()).index("alive"), 1, rows)
    return np.unravel_index(rows[:count], table.shape)


def _cells(table: Table) -> Any:
    """Return a structured table as eight bytes a cell, a row for each of its rows."""
    return table.reshape(-1).view(np.int64).reshape(table.size, table.dtype.itemsize // 8)
