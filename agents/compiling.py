"""The one place that compiles: the `rule` decorator and the folder that keeps compiled code between processes."""

import contextlib
import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core.registry import CPUDispatcher

from agents.linking import EntryCompiler, PartCompiler

ROOT = Path(__file__).resolve().parents[1]
KEPT_CACHES = 4
WITHOUT_RULES = (
    "birth.py",
    "ensemble.py",
    "graph.py",
    "market.py",
    "market_runner.py",
    "own_agents.py",
    "points.py",
    "tables.py",
    "warm.py",
)
"""Files of model/ that hold no rules and from which no file with rules imports anything; a test sees to that."""
FOLDERS_WITHOUT_RULES = ("metrics", "theory")
"""Folders of such files."""


def without_rules(root: Path = ROOT) -> list[Path]:
    """Return the source files of model/ that do not count."""
    folders = [path for name in FOLDERS_WITHOUT_RULES for path in (root / "model" / name).glob("*.py")]
    return [*folders, *(root / "model" / name for name in WITHOUT_RULES)]


def source_hash(root: Path = ROOT) -> str:
    """Return a hash of every source file from which compiled code may come, and of the versions that compile it.

    That is all of agents/ and model/ but for `without_rules`.

    Numba does not notice an edit in a module that a cached function calls, and then returns old results without a
    word; a folder named after this hash cannot be stale.
    """
    digest = hashlib.sha256()
    for version in (numba.__version__, llvmlite.__version__, np.__version__, platform.python_version()):
        digest.update(version.encode())
    sources = {path for package in ("agents", "model") for path in (root / package).rglob("*.py")}
    for path in sorted(sources - set(without_rules(root))):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_home() -> Path:
    """Return the first folder for compiled code that can be written: BAZAAR_CACHE, the checkout's, the user's, /tmp."""
    user = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "compute-bazaar"
    asked = os.environ.get("BAZAAR_CACHE")
    for home in (Path(asked) if asked else ROOT / ".numba_cache", user):
        with contextlib.suppress(OSError):
            home.mkdir(parents=True, exist_ok=True)
            if os.access(home, os.W_OK):
                return home
    return Path(tempfile.gettempdir()) / "compute-bazaar-cache"


def _use_cache_folder() -> Path:
    """Point numba at the folder of this source tree and drop all but the newest few of earlier trees."""
    home = _cache_home()
    folder = home / source_hash()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        older = sorted((path for path in home.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime)
        for path in older[KEPT_CACHES:]:
            shutil.rmtree(path, ignore_errors=True)
    setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - numba does not declare it
    return folder


CACHE_FOLDER = _use_cache_folder()

njit: Any = numba.njit
"""Numba's decorator, whose types leave out the options of `inner`."""
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
"""Without the interpreter lock, and without fast-math, so that uncompiled bits are equal."""


class _Inner(CPUDispatcher):
    """A compiled function without an entry from Python; Python runs its plain twin."""

    def __call__(self, *args: Any) -> Any:
        return self.py_func(*args)


class _Rule(CPUDispatcher):
    """A compiled function whose entry from Python is compiled when Python first calls it."""

    @cached_property
    def entry(self) -> Any:
        """The function as Python calls it, kept on disk."""
        return njit(cache=True, no_cfunc_wrapper=True, pipeline_class=EntryCompiler, **OPTIONS)(self.py_func)

    def __call__(self, *args: Any) -> Any:
        return self.entry(*args)


class _Stage(_Rule):
    """A rule for one world after another: their types never change, and later calls need not look them up."""

    def __call__(self, *args: Any) -> Any:
        code = self.__dict__.get("code")
        if code is not None:
            return code(*args)
        entry = self.entry  # which another thread may make at the same time, and put its own in its place
        result = entry(*args)
        self.code = next(iter(entry.overloads.values())).entry_point
        return result


def rule[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a rule of numbers and rows that Python calls too."""
    return _as_part(function, _Rule)


def inner[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a function that only other compiled functions call; from Python it runs as it is, with the same bits."""
    return _as_part(function, _Inner, _nrt=False)


def stage[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a function of all tables and whole numbers that Python calls too."""
    return _as_part(function, _Stage, _nrt=False)


def _as_part[Function: Callable[..., Any]](function: Function, kind: type, **options: Any) -> Function:
    """Compile a function as a part of others, and let `kind` say what a call from Python does."""
    part = njit(pipeline_class=PartCompiler, no_cpython_wrapper=True, no_cfunc_wrapper=True, **options, **OPTIONS)
    compiled = part(function)
    if isinstance(compiled, CPUDispatcher):
        compiled.__class__ = kind
    result: Function = compiled
    return result
