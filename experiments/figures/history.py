"""When a page was registered and last changed, as git tells it; nothing outside a checkout."""

import subprocess
from pathlib import Path
from typing import NamedTuple

LENGTH = 12
"""Digits of a commit that are shown."""


class Commit(NamedTuple):
    """A commit, and its day."""

    hash: str
    day: str

    def __str__(self) -> str:
        """Return both in words."""
        return f"{self.hash[:LENGTH]} of {self.day}"


class History(NamedTuple):
    """The first and the last commit of a page, and whether it has changed since; none where git knows no such page."""

    registered: Commit | None
    changed: Commit | None
    edited: bool


def page_history(page: Path) -> History:
    """Return the history of a page."""
    lines = git(page.parent, "log", "--format=%H %cs", "--", str(page)).splitlines()
    if not lines:
        return History(None, None, False)
    first, last = (Commit(*line.split()) for line in (lines[-1], lines[0]))
    return History(first, last, bool(git(page.parent, "status", "--porcelain", "--", str(page))))


def came_first(folder: Path, one: str, other: str) -> bool | None:
    """Tell whether a commit is before another or the same; None where git does not know."""
    words = ["git", "-C", str(folder), "merge-base", "--is-ancestor", one, other.rstrip("+")]
    try:
        code = subprocess.run(words, capture_output=True, check=False).returncode
    except OSError:
        return None
    return {0: True, 1: False}.get(code)


def git(folder: Path, *words: str) -> str:
    """Return what git says, or nothing where it cannot."""
    try:
        said = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""
