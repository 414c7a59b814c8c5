"""Progress of a sweep: a bar on a terminal, elsewhere a line of JSON now and then."""

import contextlib
import json
import sys
import time
from collections.abc import Iterator

LINE_SECONDS = 10.0


class Progress:
    """Counts runs done and failed, and tells from time to time."""

    def __init__(self, done: int, total: int, failed: int) -> None:
        """Begin with what an earlier sweep has left."""
        self.done, self.total, self.failed, self.before = done, total, failed, done
        self.begun = self.told = time.monotonic()

    def add(self, runs: int, failed: int) -> None:
        """Count some more runs."""
        self.done += runs
        self.failed += failed

    @property
    def per_second(self) -> float:
        """Runs a second since the beginning."""
        return (self.done - self.before) / max(1e-9, time.monotonic() - self.begun)

    @property
    def seconds_left(self) -> float:
        """Seconds that the rest will take at this rate."""
        return (self.total - self.done) / self.per_second if self.per_second > 0.0 else float("inf")

    def line(self) -> str:
        """Return how far it is as one line of JSON."""
        left = round(self.seconds_left) if self.per_second > 0.0 else None
        facts = {
            "done": self.done,
            "of": self.total,
            "failed": self.failed,
            "runs_per_second": round(self.per_second, 1),
        }
        return json.dumps({"event": "progress", **facts, "seconds_left": left})


@contextlib.contextmanager
def shown(progress: Progress) -> Iterator[None]:
    """Show progress on stderr while the sweep runs; a caller counts with `progress.add` and calls `tell`."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

    def panel() -> Table:
        table = Table.grid(padding=(0, 2))
        failed = f"[red]{progress.failed:,} failed[/]" if progress.failed else "none failed"
        left = _duration(progress.seconds_left)
        table.add_row(f"{progress.done:,} of {progress.total:,} runs", f"{progress.per_second:,.0f}/s", left, failed)
        return table

    with Live(console=Console(stderr=True), transient=True, refresh_per_second=4, get_renderable=panel):
        yield


def tell(progress: Progress) -> None:
    """Print a line of JSON where nobody looks, at most every ten seconds."""
    if sys.stderr.isatty() or time.monotonic() - progress.told < LINE_SECONDS:
        return
    progress.told = time.monotonic()
    print(progress.line(), file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    """Return a number of seconds as a person would say it."""
    if seconds == float("inf"):
        return "..."
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left"
