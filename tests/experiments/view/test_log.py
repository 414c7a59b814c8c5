"""The log of what happened agrees with what the market counts, and reads newest first."""

import functools

import numpy as np
import polars as pl
import pytest

from experiments.view import log
from experiments.view.moment import NO_BAND, Firm, Moment
from model import ComputeMarket, load_scenario

pytestmark = pytest.mark.all

COUNTERS = {
    log.RECALL: "recalls",
    log.LAB_DEFAULT: "lab_defaults",
    log.SUPPLIER_EXIT: "supplier_exits",
    log.LAB_ENTRY: "lab_entries",
    log.SUPPLIER_ENTRY: "supplier_entries",
    log.SHOCK: "shocks_begun",
}
EVENTS = "events=docs/events.yaml"
RUNS = (
    ("colossus", 1, ()),
    ("colossus", 60, (EVENTS,)),
    ("colossus", 60, ("names=anonymous", "parameters.conduct_recall_per_month=0.02")),
    ("colossus", 600, ()),
    ("small", 60, ()),
    ("regions", 60, ()),
    ("strategies", 600, ()),
    ("stationary", 60, ()),
)


@functools.cache
def moment(scenario, months, words=(), seed=1):
    loaded = load_scenario(scenario, list(words))
    return Moment(ComputeMarket(loaded, seed=seed).run(months), NO_BAND, Firm("lab", next(iter(loaded.labs))))


@pytest.mark.parametrize(("scenario", "months", "words"), RUNS, ids=str)
def test_the_log_agrees_with_the_counters_of_the_market_month_by_month(scenario, months, words):
    here = moment(scenario, months, words)
    found = log.event_log(here)
    for kind, column in COUNTERS.items():
        counted = np.bincount(found.filter(pl.col("kind") == kind)["month"], minlength=months)
        assert counted.tolist() == here.history.market[column].tolist(), kind


def test_nothing_is_nameless_in_a_run_of_five_years():
    found = log.event_log(moment("colossus", 60, (EVENTS,)))
    assert not found.filter(pl.col("who").is_in(["a supplier"]) | (pl.col("what") == "a shock begins")).height
    assert found.filter(pl.col("kind") == log.SHOCK).height >= 7


def test_a_line_for_each_deal_but_those_of_the_start():
    here = moment("colossus", 60)
    found = log.event_log(here).filter(pl.col("kind") == log.DEAL)
    signed = here.market.contracts().filter(pl.col("signed_month") >= 0)
    assert found.height == signed.height > 100
    assert found["h100e"].sum() == pytest.approx(signed["capacity_h100e"].sum())
    assert sorted(found["month"]) == sorted(signed["signed_month"])


def test_it_reads_newest_first_and_always_the_same():
    here = moment("colossus", 60, (EVENTS,))
    found = log.event_log(here)
    assert found["month"].is_sorted(descending=True)
    assert found.equals(log.event_log(here))
    again = Moment(ComputeMarket(here.scenario, seed=1).run(60), NO_BAND, here.firm)
    assert found.equals(log.event_log(again))
    assert set(found["kind"]) <= set(log.KINDS)
    assert found.schema == log.SCHEMA
    assert (found["date"].dt.year() * 12 + found["date"].dt.month() - 12 * 2025 - 12 == found["month"]).all()


def test_before_the_first_month_nothing_has_happened():
    assert log.event_log(moment("colossus", 0)).is_empty()


def test_what_is_told_of_a_shock_by_hand():
    """Colossus is recalled in month 10, October 2026; its contracts have three months of notice."""
    found = log.event_log(moment("colossus", 60, (EVENTS,)))
    shock = found.filter((pl.col("month") == 10) & (pl.col("kind") == log.SHOCK))
    assert shock["who"].to_list() == ["SpaceX Colossus"]
    assert shock["what"].to_list() == ["hall taken back: every recallable contract is recalled"]
    recalls = found.filter((pl.col("month") == 10) & (pl.col("kind") == log.RECALL))
    assert set(recalls["who"]) == {"SpaceX Colossus"}
    assert recalls["what"].str.ends_with(" for Jan 2027").all()
    gone = found.filter((pl.col("month") == 13) & (pl.col("kind") == log.END))
    assert gone["h100e"].sum() == pytest.approx(recalls["h100e"].sum())


def test_what_the_population_foresees_is_told_too():
    found = log.event_log(moment("colossus", 60))
    surge = found.filter(pl.col("kind") == log.SURGE).row(0, named=True)
    assert (surge["month"], surge["who"]) == (1, "Anthropic")
    supply = found.filter(pl.col("kind") == log.SUPPLY).row(0, named=True)
    assert (supply["month"], supply["who"], supply["h100e"]) == (5, "SpaceX Colossus", 275796.0)


def test_who_came_and_who_closed():
    """Of three rows two are of the population: the first closes in month 1, the third opens in month 0 and closes."""
    table = np.zeros((3, 3), [("alive", int)])
    table["alive"] = [[1, 1, 1], [0, 1, 1], [0, 1, 0]]
    came, closed = log.comings_and_goings(table, 2)
    assert came.tolist() == [[0, 2]]
    assert closed.tolist() == [[1, 0], [2, 2]]
