"""Each row notices an error in the rule that it names: rules are changed where they are, and run uncompiled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.theory import BENCHMARKS
from model.theory.benchmark import values_of
from tests.model.theory.mutations import MUTATIONS

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[3]


@pytest.mark.all
def test_an_error_in_a_rule_turns_its_row_outside():
    command = [sys.executable, "-m", "tests.model.theory.mutations"]
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr[-2000:]
    results = json.loads(process.stdout)
    assert len(results) == len(MUTATIONS)
    assert [result for result in results if not result["right"]] == [], "rows that are wrong without an error"
    assert [result for result in results if not result["noticed"]] == [], "errors that go unnoticed"


def test_every_row_has_its_error():
    told = {(mutation.benchmark, mutation.row) for mutation in MUTATIONS}
    asked = [(b.name, quantity) for b in BENCHMARKS for quantity in b.ask(values_of(b, {})).quantities]
    rows = {(name, quantity.name) for name, quantity in asked if quantity.counted}
    assert rows <= told, f"rows without an error: {sorted(rows - told)}"
