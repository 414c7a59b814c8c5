"""How far the default scenario behaves as it should: `python -m experiments.trust` writes docs/trust.md."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from experiments.cli import BAD_REQUEST, DONE
from experiments.docs import DOCS
from experiments.request import Request, take_all
from experiments.run import progress
from experiments.trust_arms import Arm, arms, gather
from experiments.trust_page import page
from experiments.trust_picture import draw_trust
from experiments.trust_quantities import Outcomes
from experiments.trust_rows import measure, rows
from model.scenario import BadRequest
from model.settings import Setting

SETTINGS = (
    Setting("pairs", int, 200, "pairs", "pairs of luck and draw, each run in every arm", 2, 1_000_000),
    Setting("workers", int, 0, "threads", "threads; 0 = all cores", 0, 1024),
    Setting("folder", str, str(DOCS), "folder", "where the page and its picture go"),
)


def outcomes_of(
    variants: Sequence[Arm], pairs: int, drawn: bool, workers: int, advance: Callable[[int], Any]
) -> Outcomes:
    """Run every arm for the same pairs."""
    return {arm.name: gather(arm, range(pairs), drawn, workers, advance) for arm in variants}


def write(variants: Sequence[Arm], pairs: int, workers: int, folder: Path) -> None:
    """Run all arms at the defaults and over draws, and write the page and its picture."""
    with progress(2 * len(variants) * pairs) as advance:
        both = {drawn: outcomes_of(variants, pairs, drawn, workers, advance) for drawn in (False, True)}
    table = rows()
    measured = {drawn: [measure(row, outcomes) for row in table] for drawn, outcomes in both.items()}
    folder.mkdir(parents=True, exist_ok=True)
    draw_trust(both[True], pairs, folder / "trust.png")
    (folder / "trust.md").write_text(page(table, measured, variants, pairs), encoding="utf-8")


def main(words: Sequence[str]) -> int:
    """Write the page; return the exit code."""
    try:
        settings = take_all(Request("trust", tuple(words)), SETTINGS)
    except BadRequest as error:
        print(f"trust: {error}", file=sys.stderr)
        return BAD_REQUEST
    write(arms(), settings["pairs"], settings["workers"] or -1, Path(settings["folder"]))
    return DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
