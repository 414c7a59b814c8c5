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
        "agents/fringe.py",
        "math.exp(-demand.elasticity * math.log(price / demand.reference))",
        "math.exp(demand.elasticity * math.log(price / demand.reference))",
        ("tests/agents/test_fringe.py", GOLDEN),
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
    Mutation(
        "agents/fringe.py",
        "demand.quantity - demand.slope * (price",
        "demand.quantity + demand.slope * (price",
        ("tests/agents/test_fringe.py",),
    ),
    Mutation(
        "agents/suppliers/conduct.py",
        "margin * demand_response(tables)",
        "1.01 * margin * demand_response(tables)",
        ("tests/agents/suppliers/test_conduct.py",),
    ),
    Mutation(
        "agents/suppliers/conduct.py",
        "worn * (lead - 1.0) - pipeline",
        "worn * (lead - 1.0) + pipeline",
        ("tests/agents/suppliers/test_conduct.py",),
    ),
    Mutation(
        "agents/suppliers/expecting.py",
        "intensity * (error - other_error)",
        "intensity * (other_error - error)",
        ("tests/agents/suppliers/test_expecting.py",),
    ),
    Mutation(
        "agents/suppliers/stocking.py",
        "mean_sales(tables, j) - free",
        "mean_sales(tables, j) + free",
        ("tests/agents/suppliers/test_stocking.py",),
    ),
    Mutation(
        "agents/suppliers/undercutting.py",
        '["spot_last_ask_usd_per_h100e_hour"] < price',
        '["spot_last_ask_usd_per_h100e_hour"] <= price',
        ("tests/agents/suppliers/test_undercutting.py",),
    ),
    Mutation(
        "agents/suppliers/pricing.py",
        '(1.0 - tables.pairs[i, j]["tie_share"])',
        '(1.0 + tables.pairs[i, j]["tie_share"])',
        ("tests/agents/suppliers/test_pricing.py",),
    ),
    Mutation(
        "agents/suppliers/investment.py",
        "return beta / (beta - 1.0)",
        "return 1.01 * beta / (beta - 1.0)",
        ("tests/agents/suppliers/test_investment.py",),
    ),
    Mutation("model/posted.py", "if quantity <= 0.0:", "if quantity < 0.0:", ("tests/model/test_posted.py",)),
    Mutation(
        "model/posted.py", '(filled - order["filled_h100e"]) * price', "filled * price", ("tests/model/test_posted.py",)
    ),
    Mutation(
        "model/double_auction.py",
        "if price >= ask_price:",
        "if price <= ask_price:",
        ("tests/model/test_double_auction.py",),
    ),
    Mutation(
        "model/bargaining.py",
        "share + pairs if rounds % 2 == 1",
        "share + pairs if rounds % 2 == 0",
        ("tests/model/test_bargaining.py",),
    ),
    Mutation(
        "model/bargaining.py",
        "max(nash_price(value, cost, share), outside[0]), outside[1]",
        "max(nash_price(value, cost, share), outside[1]), outside[0]",
        ("tests/model/test_bargaining.py",),
    ),
    Mutation(
        "model/capacity.py", "alone = (mean - with_all)", "alone = (mean + with_all)", ("tests/model/test_capacity.py",)
    ),
    Mutation(
        "model/demand.py", "math.log(math.cosh(spread))", "0.5 * spread * spread", ("tests/model/test_demand.py",)
    ),
    Mutation("model/demand.py", "speed * (chosen - lab[", "speed * (chosen + lab[", ("tests/model/test_demand.py",)),
    Mutation("model/entry.py", "* less * less *", "* less *", ("tests/model/test_entry.py",)),
    Mutation(
        "model/finance.py",
        'share * world.labs[i]["spot_bill_usd_m"]',
        'share * world.labs[i]["spot_h100e"]',
        ("tests/model/test_finance.py",),
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
