"""What stands below a figure, and when its page was registered."""

import subprocess

import pytest

from experiments.figures.history import History, came_first, page_history
from experiments.figures.stored import read_stored
from experiments.figures.write import counted, small_print, stamp
from model.settings import BadRequest
from tests.experiments.figures.made_up import PAGE, leave, write_page


@pytest.fixture
def stored(tmp_path):
    names = ["a", "b", "c", "d"]
    for number, name in enumerate(names):
        write_page(tmp_path, PAGE.replace("points: 10", f"points: {10 + number}"), name)
        leave(tmp_path / "results" / name, tmp_path, name)
    return read_stored(names, tmp_path / "results", "full", tmp_path)


def test_a_few_experiments_are_told_one_by_one(stored):
    two = {name: stored[name] for name in ("a", "b")}
    a, b = (one.token for one in two.values())
    counts = "2 replicates, seed 1"
    assert small_print(two).startswith(f"a: 40 runs, 10 draws, {counts}, {a}; b: 44 runs, 11 draws, {counts}, {b}. ")


def test_many_are_told_together_and_one_by_one_in_the_stamp(stored):
    # 40, 44, 48 and 52 runs
    said = small_print(stored)
    assert said.startswith("4 experiments: 184 runs, 10 to 13 draws, 2 replicates, seed 1, ")
    assert all(one.token in stamp(stored) and one.token not in said for one in stored.values())


def test_many_missing_results_are_made_together(tmp_path):
    with pytest.raises(BadRequest, match=r"of a, b; make .* experiment=a .*; bazaar sweep experiment=b"):
        read_stored(["a", "b"], tmp_path, "full")
    with pytest.raises(BadRequest, match=r"of a, b, c, d; make .* experiment=all size=quick"):
        read_stored(["a", "b", "c", "d"], tmp_path, "quick")


def test_counts():
    assert counted([1], "run") == "1 run"
    assert counted([2, 1], "run") == "1 to 2 runs"


def test_a_page_is_registered_by_its_first_commit(tmp_path):
    def git(*words):
        settings = ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", "-C", tmp_path, *settings, *words], check=True, capture_output=True, text=True)

    page = tmp_path / "mine.yaml"
    page.write_text("1")
    assert page_history(page) == History(None, None, False)
    git("init", "-q")
    for text in ("1", "2"):
        page.write_text(text)
        git("add", "mine.yaml")
        git("commit", "-q", "-m", text)
    last, first = git("log", "--format=%H").stdout.split()
    history = page_history(page)
    assert (history.registered.hash, history.changed.hash, history.edited) == (first, last, False)
    assert str(history.registered).startswith(f"{first[:12]} of 20")
    page.write_text("3")
    assert page_history(page).edited
    assert came_first(tmp_path, first, last + "+") is True
    assert came_first(tmp_path, last, first) is False
    assert came_first(tmp_path, last, "0" * 40) is None
