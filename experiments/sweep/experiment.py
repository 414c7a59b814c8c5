"""Experiments: one YAML page each, with scenarios, a design over their settings, seeds and what is kept."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import yaml  # type: ignore[import-untyped]

from experiments.store import check_name
from experiments.sweep.designs import KINDS, MOST_POINTS, SAMPLED, Design, given_points, make_design
from experiments.sweep.expectations import JUDGEMENT, Expectation, expectations_of, with_judgement
from experiments.sweep.firms import Kept
from experiments.sweep.functions import FUNCTIONS
from experiments.sweep.ranges import Range, range_of
from experiments.sweep.sizes import FULL, sized
from model import tables
from model.metrics import METRICS
from model.naming import overlap
from model.own_agents import own_agents
from model.points import Factor, factor_of
from model.scenario import CONF, Scenario, load_scenario
from model.settings import BadRequest, CommandText, Setting, check_value, nearest
from model.state import DTYPES

COMMON, BY_POINT, ALL = "common", "by_point", "all"
LARGEST_PART_BYTES = 128 * 2**20
"""What the record of a part takes in memory, at most."""
MOST_PART_RUNS = 1024
MOST_RUNS = 1_000_000_000

SETTINGS = (
    Setting("question", str, "", "text", "what is asked, in one sentence"),
    Setting("scenario", str, "colossus", "text", "scenario of every arm that names none"),
    Setting(
        "function", str, "", "text", "a function with known indices in place of a market", choices=("", *FUNCTIONS)
    ),
    Setting("months", int, 0, "months", "months of each run; 0 takes the scenario's", 0, 1200),
    Setting("design", str, "single", "text", "which points of the factors' ranges are run", choices=KINDS),
    Setting("points", int, 0, "points", "points of lhs, base samples of sobol, trajectories of morris", 0, MOST_POINTS),
    Setting("levels", int, 4, "count", "values of each factor of a grid, levels of morris", 2, 1000),
    Setting("file", str, "", "text", "CSV or Parquet file of points, a column a factor"),
    Setting("runs", int, 1, "runs", "replicates of every point, each with its own luck", 1, 10_000_000),
    Setting("seed", int, 1, "-", "seed of all luck and of the design's sample", 0, 2**31),
    Setting("luck", str, COMMON, "text", "whether points share their luck", choices=(COMMON, BY_POINT)),
    Setting("part_runs", int, 0, "runs", "runs in a file of results; 0 takes what suits the scenario", 0, 1_000_000),
)
"""What an experiment says in one word; the rest are `SECTIONS`."""
SECTIONS = ("factors", "arms", "overrides", "tables", "metrics", "expectations", "quick")
NAMES = tuple(setting.name for setting in SETTINGS)


class Arm(NamedTuple):
    """One of the worlds that an experiment compares."""

    name: str
    scenario: Scenario


class Experiment(NamedTuple):
    """What a sweep runs: arms x points x replicates, and what it keeps of them."""

    name: str
    question: str
    arms: tuple[Arm, ...]
    function: str
    months: int
    design: Design
    ranges: tuple[Range, ...]
    runs: int
    seed: int
    luck: str
    part_runs: int
    tables: dict[str, list[str]]
    metrics: tuple[str, ...]
    expectations: tuple[Expectation, ...] = ()

    @property
    def cells(self) -> int:
        """Arms x points: what is run once for every replicate."""
        return len(self.arms) * len(self.design.points)

    @property
    def interpreted(self) -> bool:
        """Whether agents of the user's own act in some arm, so that Python must interpret it month by month."""
        return any(arm.scenario.agents for arm in self.arms)

    @property
    def all_runs(self) -> int:
        """Runs of the whole sweep."""
        return self.cells * self.runs


def experiment_names(own: Path | None = None) -> list[str]:
    """Return the names of the experiments, those of a folder of the user's own included."""
    return sorted({path.stem for folder in _folders(own) for path in (folder / "experiment").glob("*.yaml")})


def _folders(own: Path | None) -> list[Path]:
    return [CONF, *([own] if own else [])]


class PageLoader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads a page and refuses a name given twice, of which YAML would keep the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping as a dictionary."""
        names = [key.value for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise BadRequest(f"{name} is given twice on the page")
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_page(name: str, own: Path | None = None) -> tuple[dict[str, Any], Path]:
    """Return what an experiment's page says, and its folder.

    Raises
    ------
    BadRequest
        Where there is no such page, or where it is not one.
    """
    found = [path for folder in _folders(own) if (path := folder / "experiment" / f"{name}.yaml").is_file()]
    if name not in experiment_names(own) or not found:
        raise BadRequest(f"no experiment is called {name}{nearest(name, experiment_names(own))}")
    try:
        page = yaml.load(found[-1].read_text(encoding="utf-8"), PageLoader)  # a safe loader
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadRequest(f"experiment {name} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(page, dict):
        raise BadRequest(f"experiment {name} says nothing; see docs/sweeps.md for what one says")
    return page, found[-1].parent


def load_experiment(name: str, words: Sequence[str] = (), own: Path | None = None, size: str = FULL) -> Experiment:
    """Return an experiment of conf/experiment, or of the user's own folder, with some of it changed.

    Parameters
    ----------
    name
        A file of conf/experiment.
    words
        Changes, each `key=value`: a setting of the experiment (`runs=8`), or one of its scenarios
        (`parameters.usable_share=0.8`), which then holds in every arm.
    own
        A folder with `experiment/`, `scenario/` or `population/` files, searched after ours.
    size
        `full`, or `quick`: then what the page's section `quick` says holds before the changes.

    Raises
    ------
    BadRequest
        In one line, for whatever cannot be used.
    """
    page, folder = read_page(name, own)
    return experiment_of(name, sized(name, page, size, NAMES), words, own, folder)


def experiment_of(
    name: str, page: Mapping[str, Any], words: Sequence[str] = (), own: Path | None = None, folder: Path | None = None
) -> Experiment:
    """Return the experiment that a page describes; see `load_experiment`."""
    for key in page:
        if key not in (*NAMES, *SECTIONS):
            raise BadRequest(f"experiment {name}: {key} is unknown{nearest(str(key), [*NAMES, *SECTIONS])}")
    own_words, scenario_words = _split(words)
    page = {**page, "question": " ".join(str(page.get("question") or "").split())}
    values = {s.name: check_value(s, s.name, own_words.get(s.name, page.get(s.name, s.default))) for s in SETTINGS}
    arms = _arms(page, values, scenario_words, own)
    ranges, design = _design(page, values, arms, folder or Path())
    check_size(design, values, arms)
    refuse_fixed(design, page, scenario_words)
    months = int(values["months"] or max(arm.scenario.months for arm in arms))
    kept, metrics = _tables(page), _metrics(page, str(values["function"]))
    return Experiment(
        name,
        str(values["question"]),
        arms,
        str(values["function"]),
        months,
        design,
        ranges,
        int(values["runs"]),
        int(values["seed"]),
        str(values["luck"]),
        int(values["part_runs"] or usual_part_runs(arms, months, bool(values["function"]))),
        kept,
        metrics,
        expectations_of(page, Kept({arm.name: arm.scenario for arm in arms}, metrics, kept, months)),
    )


def check_size(design: Design, values: Mapping[str, Any], arms: Sequence[Arm]) -> None:
    """Check that a sweep is of a size that ends."""
    runs = len(design.points) * len(arms) * int(values["runs"])
    if runs > MOST_RUNS:
        raise BadRequest(f"{runs:,} runs are more than {MOST_RUNS:,}; use fewer points or runs")


def refuse_fixed(design: Design, page: Mapping[str, Any], words: Sequence[str]) -> None:
    """Refuse to set what is a factor: its value is that of the point."""
    set_here = [word.partition("=")[0] for word in words]
    listed = [
        _section(page, "overrides"),
        *(_section(arm or {}, "overrides") for arm in _section(page, "arms").values()),
    ]
    for name in [*set_here, *(key for overrides in listed for key in overrides)]:
        if any(overlap(name, factor) for factor in design.names):
            raise BadRequest(f"{name} is a factor of this experiment, so it cannot be set as well")
    for name, other in itertools.combinations(design.names, 2):
        if overlap(name, other):
            raise BadRequest(f"factors.{name} and factors.{other} set the same; leave one out")


def _split(words: Sequence[str]) -> tuple[dict[str, CommandText], list[str]]:
    """Return the words that set something of the experiment itself, and those that are of its scenarios."""
    own: dict[str, CommandText] = {}
    rest: list[str] = []
    for word in words:
        key, _, text = word.partition("=")
        if key in NAMES:
            own[key] = CommandText(text.strip("'\""))
        elif key.split(".")[0] in SECTIONS:
            raise BadRequest(f"{key} cannot be set from here; copy the experiment's page and change it")
        else:
            rest.append(word)
    return own, rest


def _arms(
    page: Mapping[str, Any], values: Mapping[str, Any], words: Sequence[str], own: Path | None
) -> tuple[Arm, ...]:
    """Return the arms, each with its scenario; one that bears the scenario's name where the page lists none."""
    if values["function"]:
        return (Arm(str(values["function"]), load_scenario("small")),)
    everywhere = _section(page, "overrides")
    listed = _section(page, "arms") or {str(values["scenario"]): {}}
    arms = []
    for name, arm in listed.items():
        arm = arm or {}
        check_arm(name)
        if not isinstance(arm, dict) or set(arm) - {"scenario", "overrides"}:
            raise BadRequest(f"arms.{name} = {arm} is no arm; write {{scenario: NAME, overrides: {{KEY: VALUE}}}}")
        scenario = load_scenario(str(arm.get("scenario", values["scenario"])), _given(everywhere, arm, words), own)
        own_agents(scenario)  # refuses what cannot act before anything is run
        arms.append(Arm(str(name), scenario))
    return tuple(arms)


def check_arm(name: Any) -> None:
    """Check that an arm's name is a text that a file can bear."""
    if not isinstance(name, str):
        raise BadRequest(f"arms.{name} is not a text; put the name in quotes")
    try:
        check_name(name)
    except BadRequest:
        raise BadRequest(f"arms.{name} can be no part of a file's name; use letters, digits and _") from None


def _given(everywhere: Mapping[str, Any], arm: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """Return the overrides of an arm: those of the page, its own, and those of the command, which come last."""
    typed: dict[str, CommandText] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not key or not (equals or key.startswith("~")):
            raise BadRequest(f"'{word}' sets nothing; write key=value")
        typed.pop(key, None)
        typed[key] = CommandText(text.strip("'\""))
    own = _section(arm, "overrides")
    page = {key: value for key, value in everywhere.items() if key not in own}  # what is set again comes last
    return {key: value for key, value in (page | own).items() if key not in typed} | typed


def _section(page: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = page.get(name) or {}
    if not isinstance(section, dict):
        raise BadRequest(f"{name} = {section} is to be names, each with a colon and what it says")
    for key in section:
        if name != "arms" and not isinstance(key, str):
            raise BadRequest(f"{name}.{key} is not a dotted name")
    return section


def _design(
    page: Mapping[str, Any], values: Mapping[str, Any], arms: Sequence[Arm], folder: Path
) -> tuple[tuple[Range, ...], Design]:
    """Return the ranges of the factors and the points of the design."""
    kind = str(values["design"])
    given = {JUDGEMENT: None} if page.get("factors") == JUDGEMENT else _section(page, "factors")
    factors = with_judgement(given, [arm.scenario for arm in arms])
    if kind in SAMPLED and not values["points"]:
        raise BadRequest(f"points = 0 leaves design={kind} empty; say how many")
    if kind == "points":
        if factors:
            raise BadRequest("design = points takes its factors from the columns of its file; leave factors: out")
        return (), _points_of(folder / Path(str(values["file"])).expanduser(), values, arms)
    if values["function"]:
        ranges = FUNCTIONS[str(values["function"])].ranges
    else:
        ranges = tuple(_range(name, given, kind == "grid", arms) for name, given in factors.items())
    return ranges, make_design(kind, ranges, int(values["points"]), int(values["levels"]), int(values["seed"]))


def _range(name: str, given: Any, listed: bool, arms: Sequence[Arm]) -> Range:
    """Return the range of a factor, which every arm must know."""
    for arm in arms[1:]:
        factor_of(arm.scenario, name)
    factor, resolved = factor_of(arms[0].scenario, name), arms[0].scenario.resolved
    return range_of(factor, resolved[name].value if name in resolved else None, given, listed)


def factors_of(experiment: Experiment, arm: Arm) -> tuple[Factor, ...]:
    """Return the factors of an experiment as cells of an arm's world."""
    return tuple(factor_of(arm.scenario, name) for name in experiment.design.names)


def _points_of(path: Path, values: Mapping[str, Any], arms: Sequence[Arm]) -> Design:
    """Return the points of a CSV or Parquet file, each value checked."""
    if not values["file"]:
        raise BadRequest("design = points needs file=POINTS.csv (or .parquet), a column a factor")
    try:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadRequest(f"file = {path} cannot be read: {str(error).splitlines()[0]}") from error
    if not frame.height or not frame.width:
        raise BadRequest(f"file = {path} holds no points")
    columns = []
    for name in frame.columns:
        factors = [factor_of(arm.scenario, name) for arm in arms]
        columns.append(np.array([_number(factors[0], value, row) for row, value in enumerate(frame[name])]))
    return given_points(frame.columns, np.column_stack(columns), int(values["seed"]))


def _number(factor: Factor, value: Any, row: int) -> float:
    try:
        return float(factor.number(value))
    except BadRequest as error:
        raise BadRequest(f"point {row} of the file: {error}") from error


def _tables(page: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return which columns of which tables are kept beside one row a run."""
    given = page.get("tables") or {}
    listed = dict.fromkeys(map(str, given)) if isinstance(given, list) else given
    if not isinstance(listed, dict):
        raise BadRequest(
            "tables is no list; write tables: [months, labs], or tables: {months: [COLUMN, ..], labs: all}"
        )
    kept = {}
    for name, columns in listed.items():
        if name not in tables.FRAMES:
            raise BadRequest(f"tables: {name} is unknown{nearest(str(name), list(tables.FRAMES))}")
        known = tables.recorded(tables.COLUMNS[name])
        if columns not in (ALL, None) and not isinstance(columns, list):
            raise BadRequest(f"tables.{name} = {columns} is no list; write [COLUMN, ..], all, or nothing")
        wanted = known if columns == ALL else list(columns or [one for one in tables.HEADLINES[name] if one in known])
        for column in wanted:
            if column not in known:
                raise BadRequest(f"tables.{name}: {column} is unknown{nearest(str(column), known)}")
        kept[name] = wanted
    return {name: kept[name] for name in tables.FRAMES if name in kept}


def _metrics(page: Mapping[str, Any], function: str) -> tuple[str, ...]:
    """Return the metrics that are taken of each run and summed up; all where the page names none."""
    known = ["y"] if function else [metric.name for metric in METRICS]
    given = page.get("metrics") or known
    if not isinstance(given, list):
        raise BadRequest(f"metrics = {given} is no list; write metrics: [NAME, ..]")
    for name in given:
        if name not in known:
            raise BadRequest(f"metrics: {name} is unknown{nearest(str(name), known)}")
    return tuple(dict.fromkeys(given))


@functools.cache
def _row_bytes(table: str) -> int:
    return DTYPES[table].itemsize


def usual_part_runs(arms: Sequence[Arm], months: int, function: bool) -> int:
    """Return how many runs a part holds: a power of two, so that its record fits into some megabytes."""
    if function:
        return MOST_PART_RUNS
    row_bytes = max(
        _row_bytes("market")
        + (len(arm.scenario.labs) + 2) * _row_bytes("labs")
        + (len(arm.scenario.suppliers) + 2) * _row_bytes("suppliers")
        + (len(arm.scenario.regions) + 1) * _row_bytes("regions")
        for arm in arms
    )
    runs = max(1, LARGEST_PART_BYTES // (row_bytes * months))
    return min(MOST_PART_RUNS, 1 << (runs.bit_length() - 1))
