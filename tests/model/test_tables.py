"""Runs as tables."""

import polars as pl
import pytest

from agents.lab import LAB_COLUMNS
from agents.supplier import SUPPLIER_COLUMNS
from model import BadRequest, Ensemble
from model.columns import DEAL_COLUMNS, MARKET_COLUMNS
from model.limits import CONSTRAINTS
from model.metrics import METRICS
from model.tables import BOOKKEEPING, check_keys, lab_labels, recorded, supplier_labels

pytestmark = pytest.mark.all


@pytest.fixture(scope="module")
def batch(small):
    return Ensemble(small, runs=2, months=5, seed=4).run()


def test_runs_have_their_metrics(batch):
    assert batch.runs.columns == ["run", "seed", "failure", *(metric.name for metric in METRICS)]
    assert batch.runs["seed"].to_list() == [4 * 1_000_003, 4 * 1_000_003 + 1]
    assert batch.runs["failure"].null_count() == 2
    assert batch.runs["utilisation"].is_between(0.5, 1.0).all()


def test_months(batch):
    assert batch.months["month"].to_list() == [0, 1, 2, 3, 4] * 2
    assert batch.months["run"].to_list() == [0] * 5 + [1] * 5
    assert batch.months.columns == ["run", "seed", "month", "binding_constraint", *recorded(MARKET_COLUMNS)]
    assert set(batch.months["binding_constraint"]) <= set(CONSTRAINTS)


def test_labs_and_suppliers_in_business(small, batch):
    assert batch.labs.columns == ["run", "seed", "month", "lab", "lab_id", *recorded(LAB_COLUMNS)]
    assert batch.suppliers.columns == ["run", "seed", "month", "supplier", "supplier_id", *recorded(SUPPLIER_COLUMNS)]
    first = batch.labs.filter(run=0, month=0)
    assert first["lab"].to_list() == list(small.labs)
    assert first["lab_id"].to_list() == [1, 2, 3, 4]
    assert batch.suppliers.filter(run=0, month=0)["supplier"].to_list() == list(small.suppliers)


def test_contracts_include_those_of_the_start(small, batch):
    assert set(recorded(DEAL_COLUMNS)) <= set(batch.contracts.columns)
    start = batch.contracts.filter(pl.col("signed_month") == -1, run=0)
    assert len(start) == 35
    assert start.filter(lab="openai", supplier="azure")["capacity_h100e"].sum() == pytest.approx(760_000.0)
    assert set(batch.contracts["channel"]) <= {"lease", "partner"}
    assert set(batch.contracts["ended_by"]) <= {"term", "buyer", "recall", "failure"}
    assert (batch.contracts["signed_month"] >= 0).sum() > 10


def test_bookkeeping_is_not_output(batch):
    keys = {"seed", "month", "lab_id", "supplier_id", "channel", "ended_by", "region", "binding_constraint"}
    for frame in batch:
        assert set(frame.columns) & BOOKKEEPING <= keys
    declared = {c.name for c in (*MARKET_COLUMNS, *LAB_COLUMNS, *SUPPLIER_COLUMNS, *DEAL_COLUMNS)}
    assert declared >= BOOKKEEPING, "a name that no table has"


def test_labels(small):
    assert lab_labels(small) == ("OpenAI", "Anthropic", "Google DeepMind", "Mistral", "Entrant lab")
    assert supplier_labels(small)[4:7] == ("Entrant neocloud", "Entrant nontraditional", "Entrant miner")


def test_entrants_are_named_by_kind(small):
    busy = small._replace(
        parameters={
            **small.parameters,
            "lab_entry_per_month": 1.0,
            "supplier_entry_per_month": 1.0,
            "entry_hurdle_ratio": 0.0,
        }
    )
    batch = Ensemble(busy, runs=1, months=8).run()
    assert batch.labs.filter(month=7)["lab"].to_list().count("entrant_lab") == 8
    assert {"entrant_neocloud", "entrant_nontraditional"} <= set(batch.suppliers["supplier"])


def test_unknown_firms_are_refused():
    check_keys({"openai": 1, "entrants": 2}, {"openai": 0}, "lab")
    with pytest.raises(BadRequest, match="no lab is called opnai; nearest: openai"):
        check_keys({"opnai": 1}, {"openai": 0}, "lab")
