"""The one place that compiles: the `rule` decorator and the folder that keeps compiled code between processes."""

import contextlib
import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core.registry import CPUDispatcher

ROOT = Path(__file__).resolve().parents[1]
KEPT_CACHES = 4


def source_hash(root: Path = ROOT) -> str:
    """Return a hash of every source file of agents/ and model/ and of the versions that compile them.

    Those of model/theory do not count: they hold no rules.

    Numba does not notice an edit in a module that a cached function calls, and then returns old results without a
    word; a folder named after this hash cannot be stale.
    """
    digest = hashlib.sha256()
    for version in (numba.__version__, llvmlite.__version__, np.__version__, platform.python_version()):
        digest.update(version.encode())
    sources = (path for package in ("agents", "model") for path in (root / package).rglob("*.py"))
    for path in sorted(path for path in sources if "theory" not in path.relative_to(root).parts):
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


def rule[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a rule of numbers and rows that Python calls too."""
    compiled: Function = njit(cache=True, **OPTIONS)(function)
    return compiled


class _Inner(CPUDispatcher):
    """A compiled function without an entry from Python; Python runs its plain twin."""

    def __call__(self, *args: Any) -> Any:
        return self.py_func(*args)


class _Stage(CPUDispatcher):
    """A compiled function of all tables; its entry from Python is compiled when Python first calls it.

    The types of the tables never change, so that later calls need not look them up: with sixteen tables that takes
    numba ten times as long as the call itself.
    """

    def __call__(self, *args: Any) -> Any:
        entry = self.__dict__.get("_entry")
        if entry is not None:
            return entry(*args)
        compiled: Any = rule(self.py_func)
        result = compiled(*args)
        self._entry = next(iter(compiled.overloads.values())).entry_point
        return result


def inner[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a function of all tables that others call; from Python it runs uncompiled, with the same bits.

    The entry from Python is what takes longest to compile in a function of many tables, and only a few need one.
    """
    return _without_entry(function, _Inner)


def stage[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a function of all tables and whole numbers that Python calls too."""
    return _without_entry(function, _Stage)


def _without_entry[Function: Callable[..., Any]](function: Function, kind: type) -> Function:
    """Compile a function without an entry from Python, and let `kind` say what a call from Python does."""
    compiled = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False, **OPTIONS)(function)
    if isinstance(compiled, CPUDispatcher):
        compiled.__class__ = kind
    result: Function = compiled
    return result
