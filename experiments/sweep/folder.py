"""The folder of a sweep: parts that are there whole or not at all, a receipt for each, and a lock while it runs."""

import contextlib
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

import filelock
import polars as pl

from experiments.store import PROVENANCE, SWEEP, TABLES, check_name, join_parts, log_line, part_bytes, write_bytes
from experiments.sweep.identity import differences, extends
from model.settings import BadRequest

RECEIPTS, LOCK, DESIGN = "receipts", ".lock", "design.parquet"


class Receipt(NamedTuple):
    """What a finished part is known by: its number, its sweep's token, its runs, how many failed, and its files.

    Of each file it holds size and checksum.
    """

    part: int
    token: str
    runs: int
    failures: int
    files: dict[str, tuple[int, int]]


class SweepFolder:
    """The results of one sweep; `with folder.locked():` keeps others out."""

    def __init__(self, results: Path, name: str) -> None:
        """Name the folder; nothing is made yet."""
        check_name(name)
        self.path = results / name
        self.lock = filelock.FileLock(self.path / LOCK, timeout=0)

    @contextlib.contextmanager
    def locked(self) -> Iterator[Self]:
        """Make the folder and hold it; the system lets go of it when the process ends, however it ends.

        Raises
        ------
        BadRequest
            Where it cannot be written, holds something else, or another sweep is at work in it.
        """
        held = {path.name for path in self.path.iterdir()} if self.path.exists() else set()
        if held and not held & {SWEEP, LOCK}:
            raise BadRequest(f"{self.path} is there and holds no sweep; choose another name=")
        try:
            (self.path / RECEIPTS).mkdir(parents=True, exist_ok=True)
            self.lock.acquire()
        except filelock.Timeout:
            raise BadRequest(
                f"{self.path} is being written by another sweep; wait for it, or choose another name="
            ) from None
        except OSError as error:
            raise BadRequest(f"results cannot be written to {self.path}: {error.strerror}") from error
        try:
            yield self
        finally:
            self.lock.release()

    def open(self, identity: dict[str, Any]) -> bool:
        """Check that what is there is of the same sweep, or of a shorter one; note the identity; tell if it resumes.

        Raises
        ------
        BadRequest
            Where the folder holds another sweep, with what differs.
        """
        path = self.path / SWEEP
        there = self._identity()
        if there is not None and not extends(there, identity):
            changed = "; ".join(differences(there, identity))
            raise BadRequest(
                f"{self.path} holds a sweep that differs: {changed}; choose another name=, or restart=true"
            )
        write_bytes(path, (json.dumps(identity, indent=1) + "\n").encode())
        return there is not None

    def _identity(self) -> dict[str, Any] | None:
        """Return what the folder says of its sweep, or nothing where it says nothing yet."""
        path = self.path / SWEEP
        try:
            there = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        except ValueError as error:
            raise BadRequest(
                f"{path} is damaged; drop what is there with restart=true, or choose another name="
            ) from error
        return there if isinstance(there, dict) else None

    def clear(self) -> None:
        """Remove what a sweep makes, receipts first and what it is of last; other files stay."""
        for name in (RECEIPTS, *TABLES, "slurm"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        for name in (PROVENANCE, "runs.parquet", DESIGN, "resolved.yaml", "log.jsonl", SWEEP):
            (self.path / name).unlink(missing_ok=True)
        (self.path / RECEIPTS).mkdir()

    def part_path(self, table: str, part: int) -> Path:
        """Return the file of a part of a table."""
        return self.path / table / f"part-{part:06d}.parquet"

    def receipt_path(self, part: int) -> Path:
        """Return the file of a part's receipt."""
        return self.path / RECEIPTS / f"part-{part:06d}.json"

    def write_part(self, part: int, tables: dict[str, pl.DataFrame], token: str = "") -> Receipt:
        """Write the tables of a part, then its receipt: without one, a part does not count."""
        files = {}
        for name, table in tables.items():
            content = part_bytes(table)
            path = self.part_path(name, part)
            path.parent.mkdir(exist_ok=True)
            write_bytes(path, content)
            files[name] = (len(content), zlib.crc32(content))
        runs = tables["runs"]
        receipt = Receipt(part, token, runs.height, runs.height - runs["failure"].null_count(), files)
        write_bytes(self.receipt_path(part), json.dumps(receipt._asdict()).encode())
        return receipt

    def receipts(self) -> dict[int, Receipt]:
        """Return the receipts that are there, by part; one that cannot be read counts as none."""
        found = {}
        for path in sorted((self.path / RECEIPTS).glob("part-*.json")):
            with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
                given = json.loads(path.read_bytes())
                given["files"] = {str(name): (int(size), int(check)) for name, (size, check) in given["files"].items()}
                receipt = Receipt(**given)
                found[int(receipt.part)] = receipt
        return found

    def fault(self, receipt: Receipt) -> str:
        """Return which file of a part is missing or not what was written, or nothing."""
        for name, (size, checksum) in receipt.files.items():
            path = self.part_path(name, receipt.part)
            try:
                content = path.read_bytes()
            except OSError:
                return f"{name}/{path.name} is missing"
            if len(content) != size or zlib.crc32(content) != checksum:
                return f"{name}/{path.name} is damaged"
        return ""

    def forget(self, part: int) -> None:
        """Remove a receipt, so that its part is done again."""
        with contextlib.suppress(FileNotFoundError):
            self.receipt_path(part).unlink()

    def reopen(self) -> None:
        """Remove what says that the sweep is finished, since it is not any more."""
        for name in (PROVENANCE, "runs.parquet"):
            (self.path / name).unlink(missing_ok=True)

    def join_runs(self, parts: int) -> None:
        """Join the parts of the runs into one file."""
        join_parts([self.part_path("runs", part) for part in range(parts)], self.path / "runs.parquet")

    def remove_leftovers(self) -> None:
        """Remove files that were being written when an earlier sweep was killed."""
        for path in self.path.rglob(".*.tmp"):
            with contextlib.suppress(OSError):
                path.unlink()

    def log(self, event: str, **facts: Any) -> None:
        """Add a line to the log."""
        log_line(self.path / "log.jsonl", event, **facts)


def open_folder(path: Path) -> SweepFolder:
    """Return the folder of a sweep that is there, for a worker."""
    return SweepFolder(path.parent, path.name)
