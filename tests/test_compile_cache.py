"""Compiled code is never stale: the folder that keeps it is named after all sources that it may come from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.compiling import CACHE_FOLDER, ROOT, source_hash

pytestmark = pytest.mark.all


@pytest.fixture
def copied(tmp_path):
    """Return a copy of the source tree."""
    tree = tmp_path / "tree"
    for folder in ("agents", "model", "experiments", "docs", "conf", "data"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tree


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_folder_is_named_after_the_sources():
    assert CACHE_FOLDER.name == source_hash()


def test_a_copied_tree_has_the_same_hash(copied):
    assert source_hash(copied) == source_hash()


@pytest.mark.parametrize("name", ["agents/costs.py", "agents/labs/service.py", "model/spot.py", "model/state.py"])
def test_an_edited_rule_changes_the_hash(copied, name):
    path = copied / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert source_hash(copied) != source_hash()


def test_a_new_a_lost_and_a_renamed_file_change_the_hash(copied):
    hashes = {source_hash(copied)}
    (copied / "agents" / "labs" / "new.py").write_text('"""A new strategy."""\n', encoding="utf-8")
    hashes.add(source_hash(copied))
    (copied / "agents" / "labs" / "new.py").rename(copied / "agents" / "labs" / "newer.py")
    hashes.add(source_hash(copied))
    (copied / "agents" / "labs" / "newer.py").unlink()
    (copied / "agents" / "labs" / "service.py").unlink()
    hashes.add(source_hash(copied))
    assert len(hashes) == 4


def test_other_files_do_not_change_the_hash(copied):
    for name in (
        "model/theory/faratin.py",
        "model/metrics/prices.py",
        "model/market.py",
        "docs/parameters.md",
        "experiments/run.py",
        "conf/scenario/small.yaml",
        "data/sources.csv",
    ):
        path = copied / name
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (copied / "agents" / "__pycache__").mkdir(exist_ok=True)
    (copied / "agents" / "__pycache__" / "costs.cpython-312.pyc").write_bytes(b"compiled")
    assert source_hash(copied) == source_hash()


CALLER = """
from agents import costs
from agents.compiling import CACHE_FOLDER
from agents.suppliers import investment
from model.parameters import default_record

growth = investment.Growth(0.03, 0.01, 0.9)
compiled = investment.desired_capacity(100.0, growth, 12.0)
hits = sum(investment.desired_capacity.entry.stats.cache_hits.values())
full = costs.full_cost(33000.0, 0.35, 0.1, default_record()[0])
print(compiled, full, hits, CACHE_FOLDER)
"""
"""One rule calls `expected_growth_log` of agents/expectations.py, the other uses a constant of agents/units.py."""


@pytest.mark.all
def test_an_edit_in_another_module_is_never_missed(copied, tmp_path):
    def run() -> tuple[float, float, int, str]:
        environment = os.environ | {"BAZAAR_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(copied)}
        process = subprocess.run(
            [sys.executable, "-c", CALLER], cwd=copied, env=environment, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stderr
        first, second, hits, folder = process.stdout.split()
        assert folder.startswith(str(tmp_path))
        return float(first), float(second), int(hits), folder

    first = run()
    again = run()
    assert first[:2] == again[:2]
    assert first[3] == again[3]
    assert (first[2], again[2]) == (0, 1), "the second process takes what the first compiled"
    growth = (copied / "agents" / "expectations.py").read_text(encoding="utf-8")
    start = growth.index("def expected_growth_log")
    place = growth.index("return ", start)
    (copied / "agents" / "expectations.py").write_text(growth[:place] + "return 0.5 + " + growth[place + 7 :])
    edited = run()
    assert edited[3] != first[3]
    assert edited[0] > 1.5 * first[0], "an edit in a module that the rule calls was missed"
    assert edited[1] == first[1]
    edit(copied / "agents" / "units.py", "HOURS_PER_MONTH = ", "HOURS_PER_MONTH = 2 * ")
    units = run()
    assert units[1] - 0.35 == pytest.approx((first[1] - 0.35) / 2), "an edited constant of another module was missed"
