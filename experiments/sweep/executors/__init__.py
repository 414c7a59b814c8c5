"""Executors: where the parts of a sweep are done. Each is one function; the packages of the larger ones are extras."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from experiments.sweep.executors.options import OPTIONS
from experiments.sweep.experiment import Experiment
from experiments.sweep.folder import Receipt
from model.settings import BadRequest


class Job(NamedTuple):
    """What an executor gets: the experiment, its folder, the parts that are missing, and how many work at once.

    `options` are those of `options_of`.
    """

    experiment: Experiment
    token: str
    folder: Path
    parts: tuple[int, ...]
    workers: int
    options: Mapping[str, Any] = {}


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


def options_of(executor: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of an executor by their names without its own, such as `partition` of `slurm.partition`.

    Raises
    ------
    BadRequest
        Where one of another executor is set, which would mean nothing.
    """
    options = {}
    for setting in OPTIONS:
        name, _, option = setting.name.partition(".")
        if name == executor:
            options[option] = values[setting.name]
        elif values[setting.name] != setting.default:
            raise BadRequest(
                f"{setting.name} = {values[setting.name]} means nothing with executor={executor}; "
                f"leave it out, or take executor={name}"
            )
    return options
