"""The work of a sweep: from the number of a part to the tables of its runs; the same on whatever machine it is done."""

import threading
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.sweep.experiment import BY_POINT, Arm, Experiment, factors_of
from experiments.sweep.functions import FUNCTIONS
from model import tables
from model.birth import given_world, world_at_start
from model.ensemble import Runner, Runs, world_seed
from model.market_runner import MarketRunner, failure_text
from model.metrics import METRICS
from model.points import needs_check, varied
from model.settings import BadRequest

Numbers = NDArray[np.int64]
Tables = dict[str, pl.DataFrame]


class Place:
    """Where runs of an experiment stand: the numbers of a run, and the runs of a part."""

    def __init__(self, experiment: Experiment) -> None:
        """Count arms, points and parts."""
        self.arms, self.points = len(experiment.arms), len(experiment.design.points)
        self.runs, self.part_runs = experiment.all_runs, experiment.part_runs
        self.seed, self.by_point = experiment.seed, experiment.luck == BY_POINT

    @property
    def parts(self) -> int:
        """Number of parts."""
        return -(-self.runs // self.part_runs)

    def part(self, number: int) -> Numbers:
        """Return the runs of a part."""
        first = number * self.part_runs
        return np.arange(first, min(self.runs, first + self.part_runs))

    def arm(self, runs: Numbers) -> Numbers:
        """Return the arm of each run."""
        return runs % self.arms

    def point(self, runs: Numbers) -> Numbers:
        """Return the point of each run."""
        return runs // self.arms % self.points

    def replicate(self, runs: Numbers) -> Numbers:
        """Return the replicate of each run."""
        return runs // (self.arms * self.points)

    def world_seed(self, runs: Numbers) -> Numbers:
        """Return the seed of each run's luck, the same in every arm, and at every point where luck is common."""
        luck = runs // self.arms if self.by_point else self.replicate(runs)
        return world_seed(self.seed, luck)


class Worker:
    """Does parts of an experiment; what many parts need is made once."""

    def __init__(self, experiment: Experiment) -> None:
        """Make the worlds from which the runs of each arm begin."""
        self.experiment, self.place, self.threads = experiment, Place(experiment), threading.local()
        birth = given_world if experiment.design.names else world_at_start
        self.factors = {} if experiment.function else {arm.name: factors_of(experiment, arm) for arm in experiment.arms}
        self.starts = {} if experiment.function else {arm.name: birth(arm.scenario) for arm in experiment.arms}

    def part(self, number: int) -> Tables:
        """Return the tables of a part by name, that of the runs first."""
        runs = self.place.part(number)
        if self.experiment.function:
            return {"runs": self.described(runs, self.of_function(runs))}
        arms = self.place.arm(runs)
        rows = enumerate(self.experiment.arms)
        done = [self.of_arm(arm, runs[arms == row]) for row, arm in rows if (arms == row).any()]
        joined = {name: pl.concat([part[name] for part in done]) for name in done[0]}
        outcome = joined["runs"].sort("run").drop("run", "seed")
        return joined | {"runs": self.described(runs, outcome)}

    def of_function(self, runs: Numbers) -> pl.DataFrame:
        """Return what a function with known indices is worth at the point of each run."""
        function = FUNCTIONS[self.experiment.function]
        values = function.value(self.experiment.design.points[self.place.point(runs)])
        return pl.DataFrame({"failure": pl.Series([None] * len(runs), dtype=pl.String), "y": values})

    def described(self, runs: Numbers, outcome: pl.DataFrame) -> pl.DataFrame:
        """Return the table of runs: which run it is and of what, then what came of it."""
        place, design = self.place, self.experiment.design
        points, names = place.point(runs), pl.Series([arm.name for arm in self.experiment.arms])
        columns: dict[str, Any] = {
            "run": runs,
            "arm": names.gather(place.arm(runs)),
            "point": points,
            "replicate": place.replicate(runs),
            "seed": place.world_seed(runs),
        }
        columns |= {name: design.points[points, column] for column, name in enumerate(design.names)}
        return pl.DataFrame(columns).hstack(outcome.get_columns())

    def of_arm(self, arm: Arm, runs: Numbers) -> Tables:
        """Return the tables of some runs of an arm; runs that cannot be run are rows that say why."""
        refused = self.refused(arm, runs)
        able = runs[~np.isin(runs, list(refused))] if refused else runs
        parts = [self.failed(run, reason) for run, reason in refused.items()]
        if len(able):
            try:
                parts.append(self.simulated(arm, able))
            except Exception:  # one run of them raised: find out which
                parts += [self.alone(arm, run) for run in able]
        whole = [part for part in parts if len(part) > 1 or not self.experiment.tables]
        shape = whole[0] if whole else self.empty(arm)
        return {name: pl.concat([part[name] for part in parts if name in part] or [shape[name]]) for name in shape}

    def refused(self, arm: Arm, runs: Numbers) -> dict[int, str]:
        """Return why runs cannot be run whose settings do not fit together, by run."""
        design = self.experiment.design
        if not needs_check(design.names):
            return {}
        reasons = {}
        for run in runs:
            point = design.points[self.place.point(run)].tolist()
            values = {f.name: f.given(value) for f, value in zip(self.factors[arm.name], point, strict=True)}
            try:
                varied(arm.scenario, values)
            except BadRequest as error:
                reasons[int(run)] = f"BadRequest: {error}"
        return reasons

    def simulated(self, arm: Arm, runs: Numbers) -> Tables:
        """Return the tables of runs of an arm."""
        design, factors = self.experiment.design, self.factors[arm.name]
        runner = self.runner(arm)
        points = design.points[self.place.point(runs)] if factors else None
        return self.kept(arm, runner.run_many(runs, self.place.world_seed(runs), points))

    def runner(self, arm: Arm) -> Runner | MarketRunner:
        """Return this thread's runner of an arm, whose tables have grown to what its earlier runs needed."""
        runners = self.threads.__dict__.setdefault("runners", {})
        if arm.name not in runners:
            months, factors = self.experiment.months, self.factors[arm.name]
            runners[arm.name] = Runner(arm.scenario, months, self.starts[arm.name], factors)
            if arm.scenario.agents:
                runners[arm.name] = MarketRunner(arm.scenario, months, factors)
        found: Runner | MarketRunner = runners[arm.name]
        return found

    def kept(self, arm: Arm, runs: Runs) -> Tables:
        """Return the tables that the experiment keeps of some runs."""
        kept = {"runs": tables.runs_frame(runs, self.experiment.metrics)}
        for name, columns in self.experiment.tables.items():
            kept[name] = tables.FRAMES[name](arm.scenario, runs, columns)
        return kept

    def alone(self, arm: Arm, run: int) -> Tables:
        """Return the tables of one run, or of its failure."""
        try:
            return self.simulated(arm, np.array([run]))
        except Exception as error:
            return self.failed(run, failure_text(error))

    def failed(self, run: int, reason: str) -> Tables:
        """Return the one row of a run that failed."""
        place = np.array([run])
        columns: dict[str, Any] = {"run": place, "seed": self.place.world_seed(place), "failure": [reason]}
        taken = [metric.name for metric in METRICS if metric.name in self.experiment.metrics]
        none = {name: pl.Series([None], dtype=pl.Float64) for name in taken}
        return {"runs": pl.DataFrame(columns | none)}

    def empty(self, arm: Arm) -> Tables:
        """Return the tables of no run."""
        runs = Runner(arm.scenario, 1, world_at_start(arm.scenario)).run_many(np.array([0]), np.array([0]))
        return {name: table.clear() for name, table in self.kept(arm, runs).items()}
