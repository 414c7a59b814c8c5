"""The two worlds of a comparison, read from folders of `bazaar run` or of `bazaar sweep`."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml  # type: ignore[import-untyped]

from experiments.store import PROVENANCE, SWEEP
from model.settings import BadRequest, nearest

MONTHS = (
    "contract_price_usd_per_h100e_hour",
    "spot_price_usd_per_h100e_hour",
    "unserved_share",
    "installed_h100e",
    "build_h100e",
    "lease_h100e",
    "partner_h100e",
)
"""Columns of the months that a comparison keeps; its picture shows the first three."""


class World(NamedTuple):
    """One side of a comparison: what it is, its settings, its runs, and its months where they were kept."""

    side: str
    name: str
    start: str
    length: int
    settings: dict[str, Any]
    code: str
    """What its runs were made with: the commit and the versions that numbers depend on."""
    runs: pl.DataFrame
    months: pl.DataFrame | None


def read_world(side: str, folder: Path, arm: str = "", name: str = "") -> World:
    """Return the world whose results are in a folder; of a sweep the arm that is named, or its only one.

    Raises
    ------
    BadRequest
        Where the folder holds no finished results of a market, or several worlds.
    """
    for file in ("runs.parquet", "resolved.yaml", PROVENANCE):
        if not (folder / file).is_file():
            raise BadRequest(f"{side} = {folder} holds no finished results: {file} is missing")
    resolved = yaml.load(
        (folder / "resolved.yaml").read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    runs = pl.read_parquet(folder / "runs.parquet", glob=False)
    given = dict(resolved["settings"])
    if (folder / SWEEP).is_file():
        arm = _arm_of(side, folder, resolved, arm)
        runs = runs.filter(pl.col("arm") == arm)
        given |= resolved["arms"][arm]["settings"]
    elif arm:
        raise BadRequest(f"{side}.arm = {arm} means nothing: {folder} holds no sweep")
    settings = {key: entry["value"] for key, entry in given.items()}
    length = int(resolved.get("months") or settings["months"])
    name = name or folder.resolve().name + (f", {arm}" if arm else "")
    return World(side, name, settings["start"], length, settings, _code(folder), runs, read_months(folder, runs))


def _arm_of(side: str, folder: Path, resolved: dict[str, Any], arm: str) -> str:
    """Return the arm of a sweep that is meant."""
    arms = list(resolved["arms"])
    if resolved["function"]:
        raise BadRequest(f"{side} = {folder} holds a function, not a market")
    if resolved["design"]["points"] > 1:
        points = resolved["design"]["points"]
        raise BadRequest(f"{side} = {folder} holds {points:,} points; only a sweep of one (design=single) is one world")
    if not arm and len(arms) > 1:
        raise BadRequest(
            f"{side} = {folder} holds several arms; say which with {side}.arm={arms[0]}{nearest('', arms)}"
        )
    if arm and arm not in arms:
        raise BadRequest(f"{side}.arm = {arm} is unknown{nearest(arm, arms)}")
    return arm or arms[0]


def read_months(folder: Path, runs: pl.DataFrame) -> pl.DataFrame | None:
    """Return the months of some runs, as many columns of MONTHS as were kept; nothing where no months were."""
    whole, parts = folder / "months.parquet", sorted((folder / "months").glob("part-*.parquet"))
    if not whole.is_file() and not parts:
        return None
    frame = pl.scan_parquet([whole] if whole.is_file() else parts, glob=False)
    kept = [name for name in MONTHS if name in frame.collect_schema().names()]
    return frame.select("run", "seed", "month", *kept).filter(pl.col("run").is_in(runs["run"].to_list())).collect()


def _code(folder: Path) -> str:
    """Return what made the results of a folder: the commit, and the versions that numbers depend on."""
    about = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    versions = about.get("versions", {})
    return ", ".join(
        [f"commit {about.get('commit')}", *(f"{name} {versions.get(name)}" for name in ("numba", "numpy"))]
    )
