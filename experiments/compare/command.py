"""`bazaar compare`: two scenarios run under the same luck, or two folders of results paired by seed."""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.cli import DONE, FAILED, INTERRUPTED
from experiments.compare.pairs import differences, paired
from experiments.compare.picture import draw_comparison
from experiments.compare.table import Comparison, differences_frame, print_comparison
from experiments.compare.worlds import MONTHS, World, read_world
from experiments.provenance import provenance, undisturbed
from experiments.request import RUN_SETTINGS, Request, own_folder, run_defaults, take, unquoted
from experiments.store import PROVENANCE, check_name, check_replaceable, write_bytes
from experiments.sweep.command import SETTINGS as SWEEP_SETTINGS
from experiments.sweep.command import finish, gather, held, words_of
from experiments.sweep.experiment import Experiment, experiment_of
from experiments.sweep.folder import SweepFolder
from model.scenario import config_names, load_scenario
from model.settings import BadRequest, CommandText, Setting, nearest

SIDES = ("a", "b")
SETTINGS = (
    *(Setting(side, str, "", "text", "a scenario, or a folder of results") for side in SIDES),
    *(setting for setting in RUN_SETTINGS if setting.name in {"runs", "seed"}),
    Setting("months", int, 0, "months", "months of each run; 0 takes the scenarios'", 0, 1200),
    *(setting for setting in SWEEP_SETTINGS if setting.name not in {"experiment", "size"}),
)
"""What `bazaar compare` takes for itself; the rest is the scenarios', of one side where it begins with a. or b."""
OF_FOLDERS = {*SIDES, "a.arm", "b.arm", "results", "name", "output"}
"""What can be said where both sides are folders."""

Words = dict[str, dict[str, CommandText]]


def compare(request: Request) -> int:
    """Carry out `bazaar compare` and return its exit code."""
    defaults = {key: value for key, value in run_defaults().items() if key in {"runs", "seed", "workers", "results"}}
    settings, words = take(request, SETTINGS, defaults)
    given = [settings[side] for side in SIDES]
    for side, text in zip(SIDES, given, strict=True):
        if not text:
            raise BadRequest(f"{side}= is missing; write {side}=SCENARIO or {side}=FOLDER")
    folders = [is_folder(text) for text in given]
    if folders[0] != folders[1]:
        scenario, folder = sorted(given, key=is_folder)
        raise BadRequest(f"{scenario} is a scenario and {folder} a folder of results; compare two of a kind")
    settings["name"] = settings["name"] or "_".join(["compare", *(Path(text).name for text in given)])
    if folders[0]:
        return compare_folders(request, settings, of_sides(words))
    return compare_scenarios(request, settings, of_sides(words))


def is_folder(text: str) -> bool:
    """Tell whether a side is a folder of results and not a scenario's name."""
    return "/" in text or Path(text).is_dir()


def of_sides(words: Sequence[str]) -> Words:
    """Return the overrides of each side by key; `a.KEY=VALUE` and `~b.labs.NAME` are of one side."""
    found: Words = {side: {} for side in SIDES}
    for word in words:
        key, equals, text = word.partition("=")
        removes = "~" * key.startswith("~")
        if not key or not (equals or removes):
            raise BadRequest(f"'{word}' sets nothing; write key=value")
        side, _, rest = key.removeprefix("~").partition(".")
        if "scenario" in {key, rest}:
            raise BadRequest(f"{word} means nothing here; name the scenarios with a= and b=")
        if rest == "months" and side in SIDES:
            raise BadRequest(f"{word} would make metrics of different lengths; write months= for both")
        for one in SIDES:
            if side not in SIDES:
                found[one].setdefault(key, CommandText(unquoted(text)))
            elif side == one:
                found[one][removes + rest] = CommandText(unquoted(text))
    return found


def compare_scenarios(request: Request, settings: dict[str, Any], words: Words) -> int:
    """Run two scenarios as the arms of a sweep, and compare them."""
    experiment = experiment_between(settings, words)
    folder = SweepFolder(Path(settings["results"]).expanduser(), settings["name"])

    def work() -> int:
        command = words_of(request)
        gathered = gather(experiment, folder, settings, command)
        if gathered is None:
            return INTERRUPTED
        with undisturbed():
            finish(experiment, folder, settings, command, gathered)
            names = dict(zip(SIDES, named(settings, words), strict=True))
            a, b = (read_world(side, folder.path, side, names[side]) for side in SIDES)
            comparison = compared(a, b, folder.path)
            keep(comparison)
        return told(comparison, settings["output"])

    return held(folder, work)


def experiment_between(settings: Mapping[str, Any], words: Words) -> Experiment:
    """Return the experiment whose arms are the two sides."""
    own, arms, scenarios = own_folder(settings["own"]), {}, []
    for side in SIDES:
        name = settings[side]
        if name not in config_names("scenario", own):
            raise BadRequest(f"{side} = {name} is no scenario{nearest(name, config_names('scenario', own))}")
        try:
            scenarios.append(load_scenario(name, words[side], own))
        except BadRequest as error:
            raise BadRequest(f"{side} = {name}: {error}") from None
        arms[side] = {"scenario": name, "overrides": words[side]}
    one, other = ({key: given.value for key, given in scenario.resolved.items()} for scenario in scenarios)
    if one == other:
        raise BadRequest("a and b are the same in every setting; change one, such as b.parameters.usable_share=0.8")
    page = {key: settings[key] for key in ("runs", "seed", "months")}
    page |= {"question": f"{settings['a']} or {settings['b']}: what differs under the same luck?"}
    return experiment_of(settings["name"], page | {"arms": arms, "tables": {"months": list(MONTHS)}}, (), own)


def named(settings: Mapping[str, Any], words: Words) -> list[str]:
    """Return what to call each side: its scenario, and what only it, or each otherwise, changes."""
    names = []
    for side, other in (SIDES, SIDES[::-1]):
        own = {key: text for key, text in words[side].items() if words[other].get(key) != text}
        changes = [f"{key}={text}" if text or not key.startswith("~") else key for key, text in own.items()]
        names.append(", ".join([settings[side], *changes]))
    return names


def compare_folders(request: Request, settings: dict[str, Any], words: Words) -> int:
    """Compare the results of two folders."""
    for word in request.words:
        key = word.partition("=")[0]
        if key not in OF_FOLDERS:
            raise BadRequest(f"{key} cannot be set: a and b are folders of finished runs")
    check_name(settings["name"])
    folder = Path(settings["results"]).expanduser() / settings["name"]
    check_replaceable(folder)
    a, b = (read_world(side, Path(settings[side]).expanduser(), words[side].get("arm", "")) for side in SIDES)
    comparison = compared(a, b, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"results cannot be written to {folder}: {error.strerror}") from error
    with undisturbed():
        facts = provenance(words_of(request), 0, comparison.pairs.a.height, 1)
        write_bytes(folder / PROVENANCE, (json.dumps(facts, indent=1) + "\n").encode())
        keep(comparison)
    return told(comparison, settings["output"])


def compared(a: World, b: World, folder: Path) -> Comparison:
    """Return the comparison of two worlds, which belongs in a folder."""
    if a.length != b.length:
        raise BadRequest(f"runs of a have {a.length} months and those of b {b.length}; metrics need the same months=")
    pairs = paired(a.runs, b.runs)
    return Comparison(a, b, pairs, differences(pairs), folder)


def keep(comparison: Comparison) -> None:
    """Write the table and the picture of a comparison to its folder."""
    buffer = io.BytesIO()
    differences_frame(comparison.rows).fill_nan(None).write_csv(buffer)
    write_bytes(comparison.folder / "differences.csv", buffer.getvalue())
    draw_comparison(comparison)


def told(comparison: Comparison, output: str) -> int:
    """Print a comparison and return the exit code: failed where a run failed."""
    print_comparison(comparison, output)
    if not comparison.pairs.failed:
        return DONE
    failed = f"in {comparison.pairs.failed:,} pairs a run failed; the others are compared"
    print(f"bazaar: {failed}", file=sys.stderr)
    return FAILED
