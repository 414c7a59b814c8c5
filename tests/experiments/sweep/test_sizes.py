"""The quick size of an experiment: what its page says, or few points and one run."""

import json

import pytest

from experiments.cli import BAD_REQUEST, DONE, main
from experiments.figures.figure import Figure
from experiments.sweep import several
from experiments.sweep.experiment import NAMES, load_experiment
from experiments.sweep.sizes import FULL, QUICK, folder_name, sized
from model.settings import BadRequest

SAMPLE = {"function": "trivial", "design": "lhs", "points": 50, "runs": 3}
PAGE = "function: trivial\ndesign: lhs\npoints: 50\nruns: 3\n"


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own" / "experiment").mkdir(parents=True)
    write(tmp_path / "own", "mine", PAGE + "quick: {points: 6, runs: 2}\n")
    return tmp_path / "own"


def write(own, name, text):
    (own / "experiment" / f"{name}.yaml").write_text(text)


def swept(own, *words):
    return main(["sweep", f"own={own}", f"results={own.parent}", "workers=1", *words])


def test_a_size_changes_what_the_section_says():
    page = SAMPLE | {"quick": {"points": 6, "runs": 2, "months": 12}}
    assert sized("mine", page, FULL, NAMES) == SAMPLE
    assert sized("mine", page, QUICK, NAMES) == SAMPLE | {"points": 6, "runs": 2, "months": 12}
    # what the section leaves out is that of a page without one
    assert sized("mine", SAMPLE | {"quick": {"months": 12}}, QUICK, NAMES) == SAMPLE | {
        "points": 4,
        "runs": 1,
        "months": 12,
    }


@pytest.mark.parametrize(
    ("page", "change"),
    [
        ({"design": "lhs", "points": 50}, {"points": 4, "runs": 1}),
        ({"design": "sobol", "points": 64}, {"points": 4, "runs": 1}),
        ({"design": "morris", "points": 2}, {"points": 2, "runs": 1}),
        ({"design": "grid", "levels": 9}, {"levels": 2, "runs": 1}),
        ({"runs": 30}, {"runs": 1}),
        ({"design": "points", "file": "a.csv"}, {"runs": 1}),
    ],
)
def test_without_a_section_quick_is_the_least_of_the_design(page, change):
    assert sized("mine", page, QUICK, NAMES) == page | change


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ({"pionts": 4}, "experiment mine: quick.pionts is no setting; nearest: points"),
        ({"factors": {}}, "quick.factors is no setting"),
        (3, "quick = 3 is to be settings"),
    ],
)
@pytest.mark.parametrize("size", [FULL, QUICK])
def test_nonsense_is_refused_in_any_size(section, reason, size):
    with pytest.raises(BadRequest, match=reason):
        sized("mine", SAMPLE | {"quick": section}, size, NAMES)


def test_a_value_of_the_section_is_checked_like_any_other(own):
    write(own, "mine", PAGE + "quick: {runs: many}\n")
    with pytest.raises(BadRequest, match="runs = many is not a number"):
        load_experiment("mine", own=own, size=QUICK)


def test_a_sweep_in_the_quick_size_has_its_own_name_and_points(own, capsys):
    assert folder_name("mine", FULL) == "mine"
    assert swept(own, "experiment=mine", "size=quick", "output=json") == DONE
    said = json.loads(capsys.readouterr().out)
    assert (said["runs"], said["folder"]) == (12, str(own.parent / "mine_quick"))
    assert swept(own, "experiment=mine", "size=quick", "runs=1", "name=few", "output=json") == DONE
    assert json.loads(capsys.readouterr().out)["runs"] == 6, "the command has the last word"
    assert swept(own, "experiment=mine", "size=tiny") == BAD_REQUEST
    assert "size = tiny is unknown; there are: full, quick" in capsys.readouterr().err
    assert not (own.parent / "mine").exists()


def test_a_sweep_given_again_keeps_what_was_noted_of_it(own):
    assert swept(own, "experiment=mine") == DONE
    noted = (own.parent / "mine" / "provenance.json").read_bytes()
    assert json.loads(noted)["expectations"] == []
    assert swept(own, "experiment=mine") == DONE
    assert (own.parent / "mine" / "provenance.json").read_bytes() == noted


@pytest.fixture
def two(own, monkeypatch):
    """Two experiments that figures are made from, and no other."""
    write(own, "other", PAGE)
    figures = (Figure("one", "", "", ("mine", "other"), lambda results: None, lambda canvas, data: None),)
    monkeypatch.setattr(several, "FIGURES", figures)
    monkeypatch.setattr(several, "experiment_names", lambda own: ["lone", "mine", "other"])
    write(own, "lone", PAGE)


def test_all_takes_what_expects_something_or_is_drawn(two, own):
    assert several.answering_names(own) == ["mine", "other"]
    write(own, "lone", PAGE + "expectations: {some: thing}\n")
    assert several.answering_names(own) == ["lone", "mine", "other"]


def test_all_are_swept_with_a_line_each(two, own, capsys):
    assert swept(own, "experiment=all", "size=quick") == DONE
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("1 of 2: mine, 12 runs, none failed, ")
    assert second.startswith("2 of 2: other, 4 runs, none failed, ")
    assert second.endswith(str(own.parent / "other_quick"))
    assert swept(own, "experiment=all", "size=quick", "name=one") == BAD_REQUEST
    assert "name= is for one experiment" in capsys.readouterr().err


def test_one_that_cannot_go_on_stops_no_other(two, own, capsys):
    assert swept(own, "experiment=mine", "seed=5") == DONE
    capsys.readouterr()
    assert swept(own, "experiment=all") == BAD_REQUEST
    said = capsys.readouterr()
    assert "bazaar: mine: " in said.err
    assert "holds a sweep that differs: seed: 5 -> 1" in said.err
    assert said.out.startswith("2 of 2: other, 150 runs")
