"""`bazaar compare` refuses in one line, before anything is run, what cannot be compared."""

import json

import polars as pl
import pytest
import yaml  # type: ignore[import-untyped]

from experiments.compare.command import named, of_sides
from experiments.compare.table import changes
from experiments.compare.worlds import read_world
from experiments.request import run_defaults
from model.settings import BadRequest

WRONG = {
    "": "a= is missing; write a=SCENARIO or a=FOLDER",
    "a=small": "b= is missing",
    "a=smal b=small": "a = smal is no scenario; nearest: small",
    "a=small b=small": "a and b are the same in every setting; change one",
    "a=small b=small parameters.usable_share=0.8": "a and b are the same in every setting",
    "a=small b=small b.parameters.usable_shar=0.8": "b = small: parameters.usable_shar is unknown; nearest",
    "a=small b=small a.parameters.usable_share=2": "a = small: parameters.usable_share = 2 is above its upper bound 1",
    "a=colossus b=small labs.meta.cash_usd_m=5": "b = small: labs.meta is unknown",
    "a=small b=small ~b.labs.meta": "b = small: labs.meta is unknown",
    "a=small b=slack scenario=small": "scenario=small means nothing here; name the scenarios with a= and b=",
    "a=small b=slack a.months=5": "write months= for both",
    "a=small b=slack design=lhs": "a = small: design is unknown",
    "a=small b=slack runs=0": "runs = 0 is below its lower bound 1",
    "a=small b=slack runs=2 runs=3": "runs is given twice",
    "a=small b=slack name=a/b": "name = a/b is not the name of a folder",
    "a=small b=./nowhere": "small is a scenario and ./nowhere a folder of results; compare two of a kind",
    "a=./nowhere b=./nowhere": "a = nowhere holds no finished results: runs.parquet is missing",
    "a=./nowhere b=./nowhere runs=5": "runs cannot be set: a and b are folders of finished runs",
    "a=./nowhere b=./nowhere b.labs.openai.cash_usd_m=5": "b.labs.openai.cash_usd_m cannot be set",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_request_is_refused_in_one_line_with_nothing_written(bazaar, tmp_path, words):
    said = bazaar("compare", *words.split(), f"results={tmp_path / 'results'}")
    assert (said.code, said.out) == (2, ""), said
    assert said.err.count("\n") == 1, said.err
    assert WRONG[words] in said.err
    assert list(tmp_path.iterdir()) == []


def write_results(folder, arms=(), points=1, function=""):
    """Write what a run leaves, or a sweep where arms are given."""
    folder.mkdir()
    runs = pl.DataFrame({"run": [0], "seed": [5], "failure": pl.Series([None], dtype=pl.String)})
    resolved = {"settings": {"start": {"value": "2025-12"}, "months": {"value": 3}}}
    if arms:
        runs = pl.concat([runs.with_columns(pl.lit(arm).alias("arm")) for arm in arms])
        resolved |= {"months": 3, "function": function, "design": {"points": points}}
        resolved["arms"] = {arm: {"settings": {"parameters.x": {"value": arm}}} for arm in arms}
        (folder / "sweep.json").write_text("{}")
    runs.write_parquet(folder / "runs.parquet")
    (folder / "resolved.yaml").write_text(yaml.safe_dump(resolved))
    (folder / "provenance.json").write_text(json.dumps({"commit": "abc", "versions": {"numba": "1", "numpy": "2"}}))
    return folder


def test_an_arm_of_a_sweep_is_a_world(tmp_path):
    world = read_world("b", write_results(tmp_path / "two", arms=("calm", "surge")), "surge")
    assert (world.name, world.start, world.length, world.months) == ("two, surge", "2025-12", 3, None)
    assert world.settings == {"start": "2025-12", "months": 3, "parameters.x": "surge"}
    assert world.runs["arm"].to_list() == ["surge"]
    assert world.code == "commit abc, numba 1, numpy 2"


def test_a_folder_that_holds_no_world_or_several_is_refused(tmp_path):
    cases = [
        (write_results(tmp_path / "two", arms=("calm", "surge")), "", "a.arm=calm; there are: calm, surge"),
        (tmp_path / "two", "clam", "a.arm = clam is unknown; nearest: calm"),
        (write_results(tmp_path / "many", arms=("calm",), points=8), "", "holds 8 points"),
        (write_results(tmp_path / "sum", arms=("g",), function="sobol_g"), "", "holds a function, not a market"),
        (write_results(tmp_path / "run"), "calm", "a.arm = calm means nothing"),
    ]
    for folder, arm, told in cases:
        with pytest.raises(BadRequest, match=told.replace(".", r"\.")):
            read_world("a", folder, arm)


def test_words_go_to_the_side_they_name_and_the_nearer_one_wins():
    words = of_sides(["b.runs_x=1", "parameters.x=2", "a.parameters.x=3", "~b.labs.meta", "~labs.xai"])
    assert words["a"] == {"parameters.x": "3", "~labs.xai": ""}
    assert words["b"] == {"runs_x": "1", "parameters.x": "2", "~labs.meta": "", "~labs.xai": ""}
    assert named({"a": "one", "b": "one"}, words) == [
        "one, parameters.x=3",
        "one, runs_x=1, parameters.x=2, ~labs.meta",
    ]


def test_what_is_set_differently_names_firms_that_only_one_world_has():
    a = {"title": "x", "months": 5, "labs.one.cash": 1, "labs.one.users": 2, "labs.two.cash": 3}
    b = {"title": "y", "months": 6, "labs.one.cash": 1, "labs.one.users": 4}
    assert changes(a, b) == ["months: 5 -> 6", "labs.one.users: 2 -> 4", "only in a: labs.two"]


def test_the_usual_number_of_runs_is_that_of_run():
    assert run_defaults()["runs"] == 200
