"""Runs with agents of the user's own: month by month through `ComputeMarket`, as slow as Python, otherwise the same."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.books import BooksError
from model.ensemble import Run, Runs, joined, world_seed
from model.market import ComputeMarket
from model.points import Factor, varied
from model.scenario import Scenario

PATHS = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.~+-]+){2,}")
ADDRESSES = re.compile(r"0x[0-9a-fA-F]+")
"""What differs by machine or process in the text of an error."""


def failure_text(error: BaseException) -> str:
    """Return type and message of an error in one line, its paths without their folders, which differ by machine."""
    text = str(error).splitlines()[0] if str(error) else ""
    text = ADDRESSES.sub("0x", PATHS.sub(lambda found: Path(found[0]).name, text))
    return f"{type(error).__name__}: {text}"


class MarketRunner:
    """Runs worlds month by month through `ComputeMarket`, so that agents of the user's own act; else as `Runner`."""

    def __init__(self, scenario: Scenario, months: int, factors: Sequence[Factor] = ()) -> None:
        """Note what is run, and for how long."""
        self.scenario, self.months, self.factors = scenario, months, factors

    def run(self, run: int, seed: int) -> Run:
        """Run one world to its last month, or to the month in which something in it raises an error."""
        return self._run(run, world_seed(seed, run), ())

    def _run(self, run: int, seed: int, point: Sequence[float]) -> Run:
        scenario = varied(self.scenario, {f.name: f.given(value) for f, value in zip(self.factors, point, strict=True)})
        market, failure = ComputeMarket(scenario, seed=seed), ""
        market.world.market["seed"] = seed
        try:
            market.run(self.months)
        except BooksError as error:
            failure = f"BooksError: {error}"
        except (Exception, SystemExit) as error:
            failure = failure_text(error)
        return market.as_run(failure)._replace(run=run, seed=seed)

    def run_many(
        self, runs: NDArray[np.int64], seeds: NDArray[np.int64], points: NDArray[np.float64] | None = None
    ) -> Runs:
        """Run worlds of these numbers and seeds, each with its values of the factors, shape (runs, factors)."""
        rows = np.empty((len(runs), 0)) if points is None else points
        return joined([self._run(int(r), int(s), p) for r, s, p in zip(runs, seeds, rows.tolist(), strict=True)])
