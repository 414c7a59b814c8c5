"""`bazaar compare`, whole: two scenarios, the same again, two folders, and what is left of each."""

import json

import polars as pl
import pytest

from experiments.compare.picture import comparison_figure, percent
from experiments.compare.table import Comparison, differences_table

pytestmark = pytest.mark.all

WORDS = ("a=small", "b=small", "b.parameters.usable_share=0.8", "runs=8", "months=14", "workers=1", "output=json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("compare")


def compared(bazaar, *words):
    said = bazaar("compare", *words)
    assert (said.code, "bazaar:" in said.err) == (0, False), said  # progress is told there while rules compile
    return json.loads(said.out)


def test_two_scenarios_are_run_under_the_same_luck_and_compared(bazaar, folder):
    told = compared(bazaar, *WORDS, f"results={folder}", "name=usable")
    assert (told["a"], told["b"]) == ("small", "small, parameters.usable_share=0.8")
    assert told["changed"] == ["parameters.usable_share: 0.95 -> 0.8"]
    assert (told["pairs"], told["failed_pairs"], told["unpaired_runs"], told["months"]) == (8, 0, 0, 14)
    rows = {row["metric"]: row for row in told["metrics"]}
    price = rows["spot_price_mean"]
    assert price["low"] < price["difference"] < price["high"]
    assert price["difference"] == pytest.approx(price["mean_b"] - price["mean_a"])
    assert price["verdict"] == "b higher"  # less can be used, so hours are dearer
    assert price["variance_ratio"] < 1.0
    assert "contract_price_month_36" not in rows  # no number in so short a run
    assert told["excluding_zero"] <= told["intervals"] <= len(rows)
    assert (folder / "usable" / "compare.png").read_bytes().startswith(b"\x89PNG")
    table = pl.read_csv(folder / "usable" / "differences.csv")
    assert table["metric"].to_list() == list(rows)


def test_the_same_command_again_runs_nothing_and_says_the_same(bazaar, folder):
    first = compared(bazaar, *WORDS, f"results={folder}", "name=again")
    left = [folder / "again" / name for name in ("runs.parquet", "differences.csv", "compare.png")]
    files = [path.read_bytes() for path in left]
    assert compared(bazaar, *WORDS, f"results={folder}", "name=again") == first
    assert [path.read_bytes() for path in left] == files
    log = [json.loads(line) for line in (folder / "again" / "log.jsonl").read_text().splitlines()]
    assert [line["missing"] for line in log if line["event"] == "started"] == [log[0]["parts"], 0]


def test_folders_of_runs_are_compared_as_the_scenarios_are(bazaar, folder):
    for name, words in (("one", ()), ("two", ("parameters.usable_share=0.8",))):
        run = ("run", "scenario=small", "runs=8", "months=14", f"results={folder}", f"name={name}", *words)
        assert bazaar(*run).code == 0
    told = compared(bazaar, f"a={folder}/one", f"b={folder}/two", f"results={folder}", "output=json")
    arms = compared(bazaar, *WORDS, f"results={folder}", "name=arms")
    assert told["metrics"] == arms["metrics"]
    assert told["changed"] == arms["changed"]
    assert {path.name for path in (folder / "compare_one_two").iterdir()} == {
        "compare.png",
        "differences.csv",
        "provenance.json",
    }
    again = compared(
        bazaar, f"a={folder}/arms", "a.arm=b", f"b={folder}/two", f"results={folder}", "output=json", "name=same"
    )
    assert {row["verdict"] for row in again["metrics"]} == {"equal"}
    said = bazaar("compare", f"a={folder}/one", f"b={folder}/two", f"results={folder}", "name=arms")
    assert (said.code, "holds a sweep" in said.err) == (2, True)


def test_runs_of_another_seed_or_length_cannot_be_paired(bazaar, folder):
    for name, words in (("long", ("months=3",)), ("short", ("months=2",)), ("other", ("months=3", "seed=2"))):
        assert bazaar("run", "scenario=small", "runs=1", f"results={folder}", f"name={name}", *words).code == 0
    for other, told in (("short", "runs of a have 3 months and those of b 2"), ("other", "give both the same seed=")):
        said = bazaar("compare", f"a={folder}/long", f"b={folder}/{other}", f"results={folder}")
        assert (said.code, told in said.err) == (2, True), said
        assert not (folder / f"compare_long_{other}").exists()


def test_the_table_and_the_picture_tell_only_what_differs(bazaar, folder, monkeypatch):
    seen: list[Comparison] = []
    monkeypatch.setattr("experiments.compare.command.draw_comparison", seen.append)
    said = bazaar("compare", *WORDS[:-1], f"results={folder}", "name=drawn")
    assert said.code == 0
    assert "would by chance alone" in said.out
    assert "the same in every pair: " in said.out
    (comparison,) = seen
    shown = [row for row in comparison.rows if row.verdict != "equal"]
    assert differences_table(comparison.rows).row_count == len(shown)
    figure = comparison_figure(comparison)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [row.definition for row in shown]
    assert [axis.get_title() for axis in figure.axes[1:]] == [
        "Price of new contracts",
        "Spot price",
        "Demand that labs turn away",
    ]
    without = comparison._replace(a=comparison.a._replace(months=None))
    assert len(comparison_figure(without).axes) == 1
    later = comparison._replace(b=comparison.b._replace(start="2026-12"))
    assert comparison_figure(later).axes[1].get_xlabel() == "months since each world's start"


@pytest.mark.parametrize(("share", "told"), [(0.0, "0%"), (-0.004, "-0.4%"), (0.2, "+20%"), (11.0, "x 12")])
def test_relative_differences_in_words(share, told):
    assert percent(share) == told
