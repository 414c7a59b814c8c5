"""Plant errors in the rules and see which test finds them: `python -m tests.mutate [word in the file or the text]`.

Each mutation is made in a copy of the tree, which runs uncompiled, so that nothing is compiled anew. Not part of
`make test`: it takes minutes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDERS = ("agents", "model", "experiments", "conf", "data", "tests")
GOLDEN = "tests/test_golden.py"


class Mutation(NamedTuple):
    """An error: in `file`, `old` (which occurs once) becomes `new`; `tests` are the selections that must notice."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "agents/envelope.py",
        "crossing = cheaper_fixed / dearer_variable",
        "crossing = 1.01 * cheaper_fixed / dearer_variable",
        ("tests/agents", GOLDEN),
    ),
    Mutation(
        "model/bargaining.py",
        "return seller + share * (buyer - seller)",
        "return seller + 1.01 * share * (buyer - seller)",
        ("tests/model", GOLDEN),
    ),
    Mutation(
        "model/spot.py",
        "math.exp(-demand.elasticity * math.log(price / demand.reference))",
        "math.exp(demand.elasticity * math.log(price / demand.reference))",
        ("tests/model", GOLDEN),
    ),
    Mutation(
        "agents/suppliers/investment.py",
        "settings.supply_line_weight * (pipeline_wanted - pipeline)",
        "settings.supply_line_weight * (pipeline_wanted + pipeline)",
        ("tests/agents", GOLDEN),
    ),
    Mutation(
        "model/demand.py",
        'parameters["churn_per_month"] * lab["unserved_share"]',
        '1.01 * parameters["churn_per_month"] * lab["unserved_share"]',
        ("tests/model", GOLDEN),
    ),
)


def failed_tests(mutation: Mutation | None, selections: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the tests of each selection that go red in a copy of the tree with a mutation."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        for name in FOLDERS:
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        if mutation is not None:
            path = tree / mutation.file
            text = path.read_text(encoding="utf-8")
            if text.count(mutation.old) != 1:
                raise SystemExit(f"{mutation.file} holds '{mutation.old}' {text.count(mutation.old)} times, not once")
            path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
        return {selection: red(tree, selection) for selection in selections if (tree / selection).exists()}


def red(tree: Path, selection: str) -> list[str]:
    """Return the tests of a selection that fail in a tree."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(tree), "BAZAAR_CACHE": str(tree / "cache")}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-rfE", "--tb=no", "-p", "no:cacheprovider", selection]
    if selection == "tests/model":  # thousands of months: minutes without compiled code
        command += ["--ignore=tests/model/test_books.py"]
    process = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if process.returncode not in {0, 1, 5}:
        return [f"pytest ended with {process.returncode}: {process.stdout[-300:]}"]
    lines = [line for line in process.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return [line.split(" - ")[0].partition(" ")[2] for line in lines]


def main() -> int:
    """Run all mutations, or those that match a word; return 1 if one of them goes unnoticed."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [mutation for mutation in MUTATIONS if word in mutation.file or word in mutation.old]
    selections = tuple(dict.fromkeys(test for mutation in chosen for test in mutation.tests))
    before = {name: tests for name, tests in failed_tests(None, selections).items() if tests}
    if before:
        print(f"red without any mutation: {before}")
        return 1
    unnoticed = 0
    for mutation in chosen:
        print(f"{mutation.file}: {mutation.old}  ->  {mutation.new}")
        found = failed_tests(mutation, mutation.tests)
        for selection, tests in found.items():
            print(f"    {selection}: {', '.join(tests) or 'GREEN'}", flush=True)
        unnoticed += not any(found.values())
    print(f"{len(chosen) - unnoticed} of {len(chosen)} mutations noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    raise SystemExit(main())
