"""Folders of results: replaced whole, brought back, and tidied after runs that were killed."""

import os
import subprocess
import sys

import pytest

from experiments.store import STALE_SECONDS, Staging
from model import BadRequest

pytestmark = pytest.mark.all


def dead_process():
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_results_killed_while_being_replaced_come_back(tmp_path):
    old = tmp_path / f".small.old-{dead_process()}"
    old.mkdir()
    (old / "provenance.json").write_text("{}")
    with Staging(tmp_path, "small"):
        assert (tmp_path / "small" / "provenance.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_old_leftovers_of_killed_runs_go_and_young_ones_stay(tmp_path):
    names = [f".small.partial-{dead_process()}", f".other.partial-{dead_process()}"]
    for name in names:
        (tmp_path / name).mkdir()
    with Staging(tmp_path, "small"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    for name in names:
        os.utime(tmp_path / name, (0, 0))
    with Staging(tmp_path, "small"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == names[1:]
    assert STALE_SECONDS > 0


def test_two_runs_of_one_name_leave_the_later_one_whole(tmp_path):
    with Staging(tmp_path, "small") as first:
        first.write_text("provenance.json", "1")
        (tmp_path / "small").mkdir()
        (tmp_path / "small" / "provenance.json").write_text("0")
        first.commit()
    assert (tmp_path / "small" / "provenance.json").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a\\b", "x" * 200])
def test_a_name_is_one_plain_folder(tmp_path, name):
    with pytest.raises(BadRequest, match="not the name of a folder"):
        Staging(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BadRequest, match="Permission denied"):
        Staging(tmp_path, "small")
