"""Where results come from: the command, the versions and the machine, and each setting with its origin."""

import contextlib
import importlib.metadata
import os
import platform
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.scenario import Given

ROOT = Path(__file__).parents[1]
PACKAGES = ("compute-bazaar", "mesa", "numba", "numpy", "polars", "hydra-core", "omegaconf", "matplotlib", "SALib")


def provenance(command: str, seed: int, runs: int, workers: int) -> dict[str, Any]:
    """Return what made the results: the command, the versions, the machine."""
    return {
        "command": command,
        "seed": seed,
        "runs": runs,
        "workers": workers or os.cpu_count(),
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        "commit": commit(),
        "machine": {"system": platform.platform(), "processor": platform.processor(), "cores": os.cpu_count()},
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def commit() -> str | None:
    """Return the git commit of this checkout, with a + where files have changed since; None outside one."""
    try:
        top, head, changed = (_git("rev-parse", "--show-toplevel"), _git("rev-parse", "HEAD"), _git("status", "-s"))
    except (OSError, subprocess.CalledProcessError):
        return None
    return head + ("+" if changed else "") if Path(top) == ROOT else None


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True).stdout.strip()


def entry(given: Given) -> dict[str, Any]:
    """Return one setting as plain YAML."""
    return {name: value for name, value in given._asdict().items() if value != "" or name == "value"}


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Finish what is short and must be whole: Ctrl-C waits."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
