"""Results on disk: parts while running, whole tables at the end, and nothing half-written under the final name."""

import contextlib
import datetime
import errno
import glob
import io
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import polars as pl
import yaml  # type: ignore[import-untyped]

from model.settings import BadRequest

TABLES = ("runs", "months", "labs", "suppliers", "contracts", "regions")
PROVENANCE = "provenance.json"
SWEEP = "sweep.json"
"""What tells the folder of a sweep from that of a run."""
ROW_GROUP_ROWS = 50_000
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
STALE_SECONDS = 3600.0
SWAP_ATTEMPTS = 100

pl.Config.set_engine_affinity("in-memory")  # the streaming engine adds up in a different order each time


class DiskFullError(OSError):
    """The disk has no room for the results."""


class Results(NamedTuple):
    """What a run left: its tables, its settings and where they came from."""

    runs: pl.DataFrame
    months: pl.DataFrame
    labs: pl.DataFrame
    suppliers: pl.DataFrame
    contracts: pl.DataFrame
    regions: pl.DataFrame
    resolved: dict[str, Any]
    provenance: dict[str, Any]


class SweepResults(NamedTuple):
    """What a sweep left: one row a run, its points, the tables it kept (not read yet), its settings and origin."""

    runs: pl.DataFrame
    design: pl.DataFrame
    tables: dict[str, pl.LazyFrame]
    resolved: dict[str, Any]
    provenance: dict[str, Any]


def load(folder: str | Path) -> Results | SweepResults:
    """Return the results in a folder such as `results/small`: of a run, or of a sweep.

    Raises
    ------
    BadRequest
        Where the folder holds no complete results.
    """
    path = Path(folder)
    if (path / SWEEP).is_file():
        return _load_sweep(path)
    missing = [name for name in (*(f"{table}.parquet" for table in TABLES), PROVENANCE) if not (path / name).is_file()]
    if missing:
        raise BadRequest(f"{path} holds no results: {missing[0]} is missing")
    tables = {table: pl.read_parquet(path / f"{table}.parquet", glob=False) for table in TABLES}
    resolved = yaml.safe_load((path / "resolved.yaml").read_text(encoding="utf-8"))
    provenance = json.loads((path / PROVENANCE).read_text(encoding="utf-8"))
    return Results(**tables, resolved=resolved, provenance=provenance)


def _load_sweep(path: Path) -> SweepResults:
    if not (path / PROVENANCE).is_file():
        kept = f'polars.scan_parquet("{path}/runs/*.parquet") reads what is finished'
        raise BadRequest(f"{path} holds a sweep that is not finished; give its command again, or {kept}")
    tables = {table: path / table for table in TABLES[1:] if (path / table).is_dir()}
    return SweepResults(
        pl.read_parquet(path / "runs.parquet", glob=False),
        pl.read_parquet(path / "design.parquet", glob=False),
        {table: pl.scan_parquet(sorted(folder.glob("part-*.parquet")), glob=False) for table, folder in tables.items()},
        yaml.safe_load((path / "resolved.yaml").read_text(encoding="utf-8")),
        json.loads((path / PROVENANCE).read_text(encoding="utf-8")),
    )


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    with _staged(path) as staged:
        staged.write_bytes(content)


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a table; equal tables give equal bytes."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3, row_group_size=ROW_GROUP_ROWS)
    write_bytes(path, buffer.getvalue())


def part_bytes(frame: pl.DataFrame) -> bytes:
    """Return a part of a sweep's table as Parquet; equal tables give equal bytes.

    It is not compressed: numbers of a simulation hardly shrink, and would take half as long again to write.
    """
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="uncompressed", statistics=False, row_group_size=ROW_GROUP_ROWS)
    return buffer.getvalue()


def join_parts(parts: list[Path], path: Path) -> None:
    """Write the rows of all parts, in their order, to one file, a few parts in memory at a time."""
    with _staged(path) as staged:
        pl.scan_parquet(parts, glob=False).sink_parquet(
            staged, compression="zstd", compression_level=3, row_group_size=ROW_GROUP_ROWS, maintain_order=True
        )


@contextlib.contextmanager
def _staged(path: Path) -> Iterator[Path]:
    """Give a file to write beside the one that it becomes once it is whole and on the disk."""
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    with _disk_errors():
        try:
            yield staged
            _settle(staged)
            staged.replace(path)
            _settle(path.parent)
        finally:
            staged.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Wait until what was written to a file, or the names in a folder, would outlast a power cut."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def log_line(path: Path, event: str, **facts: Any) -> None:
    """Add a line to a log of JSON lines."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    with _disk_errors(), path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"time": now, "event": event, **facts}) + "\n")


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    """Turn whatever a full disk looks like into DiskFullError."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFullError(error.errno, error.strerror) from error
        raise
    except pl.exceptions.PolarsError as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        if number is None or int(number[1]) not in FULL:
            raise
        raise DiskFullError(int(number[1]), os.strerror(int(number[1]))) from error


class Staging:
    """The folder a run writes into until all is there; leaving the `with` block without `commit` removes it."""

    def __init__(self, results: Path, name: str) -> None:
        """Make the folder; raise BadRequest where results cannot be written or would replace something else."""
        self.final = results / name
        self.folder = results / f".{name}.partial-{os.getpid()}"
        check_name(name)
        check_replaceable(self.final)
        self._made = missing_folders(results)
        try:
            results.mkdir(parents=True, exist_ok=True)
            remove_stale(results, name)
            shutil.rmtree(self.folder, ignore_errors=True)
            for table in TABLES:
                (self.folder / table).mkdir(parents=True)
            (self.folder / "log.jsonl").write_text("", encoding="utf-8")
        except OSError as error:
            self.remove()
            if error.errno in FULL:
                raise DiskFullError(error.errno, error.strerror) from error
            raise BadRequest(f"results cannot be written to {results}: {error.strerror}") from error

    def __enter__(self) -> Self:
        """Begin to write."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was not committed."""
        self.remove()

    def remove(self) -> None:
        """Remove the folder, and the results folder if this run made it and it is still empty."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def write_batch(self, number: int, batch: Any) -> None:
        """Write the tables of batch `number`, counted from 0."""
        for table in (*TABLES[1:], TABLES[0]):
            write_table(getattr(batch, table), self.folder / table / f"part-{number:06d}.parquet")

    def log(self, event: str, **facts: Any) -> None:
        """Add a line to the log."""
        log_line(self.folder / "log.jsonl", event, **facts)

    def write_text(self, name: str, text: str) -> None:
        """Write a text file."""
        write_bytes(self.folder / name, text.encode("utf-8"))

    def batches(self) -> int:
        """Return how many batches are there whole: the runs of a batch are written last."""
        return len(list((self.folder / "runs").glob("part-*.parquet")))

    def compact(self) -> None:
        """Join the parts of each table into one file, those of whole batches only."""
        names = [f"part-{number:06d}.parquet" for number in range(self.batches())]
        for table in TABLES:
            join_parts([self.folder / table / name for name in names], self.folder / f"{table}.parquet")
        for table in TABLES:
            shutil.rmtree(self.folder / table)

    def commit(self) -> None:
        """Put the folder in the place of earlier results of the same name."""
        old = self.final.with_name(f".{self.final.name}.old-{os.getpid()}")
        for attempt in range(SWAP_ATTEMPTS):
            with contextlib.suppress(FileNotFoundError):
                self.final.rename(old)
            try:
                self.folder.rename(self.final)
                break
            except OSError as error:  # another run of the same name may have put its own folder there meanwhile
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST} or attempt == SWAP_ATTEMPTS - 1:
                    raise
            finally:
                if self.final.exists():
                    shutil.rmtree(old, ignore_errors=True)


def check_name(name: str) -> None:
    """Check that a name is that of one plain folder."""
    if not name or name.startswith(".") or "/" in name or "\\" in name or len(name.encode()) > 120:
        raise BadRequest(f"name = {name or 'nothing'} is not the name of a folder")


def check_replaceable(folder: Path) -> None:
    """Check that nothing but earlier results would be replaced."""
    with contextlib.suppress(PermissionError):
        if (folder / SWEEP).is_file():
            raise BadRequest(f"{folder} holds a sweep; choose another name=")
        if (folder.exists() or folder.is_symlink()) and not (folder / PROVENANCE).is_file():
            raise BadRequest(f"{folder} is there and holds no results of ours; choose another name=")


def missing_folders(folder: Path) -> list[Path]:
    """Return the folders, deepest first, that are not there yet on the way to `folder`."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def remove_stale(results: Path, name: str) -> None:
    """Remove what killed runs of the same name left; bring back results that were killed while being replaced."""
    for path in sorted(results.glob(f".{glob.escape(name)}.*-*")):
        kind, _, process = path.name.removeprefix(f".{name}.").partition("-")
        if kind not in {"partial", "old"} or not process.isdigit() or _is_alive(int(process)):
            continue
        if kind == "old" and not (results / name).exists():
            path.rename(results / name)
        elif time.time() - path.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
