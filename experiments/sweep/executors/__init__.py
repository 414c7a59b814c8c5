"""Executors: where the parts of a sweep are done. Each is one function; the packages of the larger ones are extras."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from experiments.sweep.experiment import Experiment
from experiments.sweep.folder import Receipt
from model.settings import BadRequest


class Job(NamedTuple):
    """What an executor gets: the experiment, its folder, the parts that are missing, and how many work at once."""

    experiment: Experiment
    token: str
    folder: Path
    parts: tuple[int, ...]
    workers: int


Executor = Callable[[Job], Iterator[Receipt]]
"""Does the parts of a job and yields their receipts as they are written, in any order."""

EXECUTORS = {
    "local": ("experiments.sweep.executors.local:on_this_machine", ""),
    "ray": ("experiments.sweep.executors.on_ray:on_ray", "ray"),
    "dask": ("experiments.sweep.executors.on_dask:on_dask", "dask"),
    "slurm": ("experiments.sweep.executors.on_slurm:on_slurm", "slurm"),
}
"""Module and function of each executor, and the extra that brings its package."""


def executor_named(name: str) -> Executor:
    """Return an executor; raise BadRequest where its package is not installed, and say how to install it."""
    target, extra = EXECUTORS[name]
    module, _, function = target.partition(":")
    try:
        found: Executor = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        raise BadRequest(
            f"executor = {name} needs the package {error.name}; install it with uv sync --extra {extra}"
        ) from None
    return found
