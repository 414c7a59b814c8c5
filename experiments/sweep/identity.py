"""What makes a sweep the same sweep: all that its numbers depend on, and nothing else."""

import functools
import hashlib
import importlib.metadata
import json
import zlib
from pathlib import Path
from typing import Any

from experiments.sweep.experiment import Experiment

ROOT = Path(__file__).parents[2]
PACKAGES = ("numba", "numpy", "polars")
SHOWN = 6
"""Differences that are told before the rest are counted."""


def identity_of(experiment: Experiment) -> dict[str, Any]:
    """Return what the numbers of a sweep depend on, as plain JSON; the number of replicates stands by itself."""
    design = experiment.design
    return {
        "runs": experiment.runs,
        "part_runs": experiment.part_runs,
        "months": experiment.months,
        "seed": experiment.seed,
        "luck": experiment.luck,
        "function": experiment.function,
        "design": design.kind,
        "points": len(design.points),
        "points_checksum": zlib.crc32(design.points.tobytes()),
        "factors": {one.name: list(one.values or (one.low, one.high)) for one in experiment.ranges}
        or list(design.names),
        "factor_order": list(design.names),
        "metrics": sorted(experiment.metrics),
        "tables": experiment.tables,
        "arm_order": [arm.name for arm in experiment.arms],
        "arms": {arm.name: settings_of(experiment, row) for row, arm in enumerate(experiment.arms)},
        "model": {"code": code_hash(), **{name: importlib.metadata.version(name) for name in PACKAGES}},
    }


def settings_of(experiment: Experiment, row: int) -> dict[str, Any]:
    """Return every setting of an arm's scenario by dotted name."""
    if experiment.function:
        return {}
    scenario = experiment.arms[row].scenario
    own = {"agents_checksum": zlib.crc32(Path(scenario.agents).read_bytes())} if scenario.agents else {}
    return {name: given.value for name, given in scenario.resolved.items()} | own


@functools.cache
def code_hash() -> str:
    """Return a hash of all sources that a run's numbers come from."""
    digest = hashlib.sha256()
    sources = (path for package in ("agents", "model") for path in (ROOT / package).rglob("*.py"))
    for path in sorted(path for path in sources if "theory" not in path.parts):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def token_of(identity: dict[str, Any]) -> str:
    """Return what parts of a sweep are known by, also when it is extended."""
    return hashlib.sha256(json.dumps(identity | {"runs": 0}).encode()).hexdigest()[:16]


def extends(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Tell whether a sweep continues another: the same but for more replicates of every point."""
    return old | {"runs": 0} == new | {"runs": 0} and new["runs"] >= old["runs"]


def differences(old: Any, new: Any) -> list[str]:
    """Return what differs between two sweeps, some lines of `name: old -> new`."""
    flat, other = flattened(old), flattened(new)
    names = [name for name in {**flat, **other} if flat.get(name) != other.get(name)]
    if "points_checksum" in names and len(names) > 1:
        names.remove("points_checksum")
    lines = [f"{name}: {flat.get(name, 'none')} -> {other.get(name, 'none')}" for name in names]
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return lines[:SHOWN] + more


def flattened(values: Any, name: str = "") -> dict[str, Any]:
    """Return nested values by dotted name."""
    if not isinstance(values, dict):
        return {name: values}
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= flattened(value, f"{name}.{key}".lstrip("."))
    return flat
