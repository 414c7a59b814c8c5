"""The command line answers every request: done, or one line that says what is wrong."""

import os
import re
import shlex
import subprocess
import sys

import pytest

from experiments.cli import COMMANDS, command_help, general_help
from experiments.request import RUN_SETTINGS

pytestmark = pytest.mark.all

WRONG = {
    "scenario=smal": "no scenario is called smal; nearest: small",
    "population=smal": "no population is called smal; nearest: small",
    "scenario=../small": "no scenario is called ../small",
    "labs.anthropc.cash_usd_m=1": "labs.anthropc is unknown; nearest: anthropic",
    "labs.anthropic.csh_usd_m=1": "labs.anthropic.csh_usd_m is unknown; nearest: cash_usd_m",
    "parameters.usable_shar=0.9": "parameters.usable_shar is unknown; nearest: usable_share",
    "usable_share=0.9": "usable_share is unknown; nearest: parameters.usable_share",
    "scenaro=small": "scenaro is unknown; nearest: scenario",
    "labs.openai=1": "labs.openai is not one setting",
    "parameters.usable_share=1.5": "parameters.usable_share = 1.5 is above its upper bound 1 share",
    "parameters.usable_share=-1": "parameters.usable_share = -1 is below its lower bound 0.3 share",
    "parameters.usable_share=nan": "is not a finite number",
    "parameters.usable_share=inf": "is not a finite number",
    "parameters.usable_share=much": "parameters.usable_share = much is not a number; it lies between 0.3 and 1 share",
    "parameters.usable_share=": "is not a number",
    "parameters.usable_share=0.5,0.9": "is not a number",
    "labs.openai.build_lead_months=2.5": "labs.openai.build_lead_months = 2.5 is not a whole number",
    "labs.openai.strategy=portfoli": "labs.openai.strategy = portfoli is unknown; nearest: portfolio",
    "suppliers.azure.kind=cloud": "suppliers.azure.kind = cloud is unknown; nearest: neocloud",
    "parameters.bargaining_rule=nsh": "parameters.bargaining_rule = nsh is unknown; nearest: nash",
    "contracts.openai_aws.lab=opnai": "contracts.openai_aws.lab = opnai is unknown; nearest: openai",
    "contracts.openai_aws.first_end_month=60": "first_end_month = 60 is after its last_end_month 50",
    "parameters.delivery_short_months=12": "must be less than parameters.delivery_medium_months = 12",
    "months=0": "months = 0 is below its lower bound 1",
    "start=2025-13": "start = 2025-13 is not a month",
    "runs=0": "runs = 0 is below its lower bound 1",
    "runs=many": "runs = many is not a number",
    "runs=1e3": "runs = 1e3 is not a whole number",
    "seed=-1": "seed = -1 is below its lower bound 0",
    "seed=2147483649": "is above its upper bound",
    "workers=-1": "workers = -1 is below its lower bound 0",
    "output=xml": "output = xml is unknown; there are: table, json",
    "name=a/b": "name = a/b is not the name of a folder",
    "name=..": "name = .. is not the name of a folder",
    "~labs.mistrl": "labs.mistrl is unknown; nearest: mistral",
    "~parameters.usable_share": "removes nothing",
    "events=nowhere.yaml": "events = nowhere.yaml cannot be read",
    "events=": "cannot be read",
    "events=README.md": "events = README.md",
    "events.storm.months=3": "events.storm is unknown",
    "~events.storm": "events.storm is unknown",
    "small": "'small' sets nothing; write key=value",
    "--runs=5": "flags are not used; write runs=5",
    "=5": "sets nothing",
}


@pytest.mark.parametrize("word", WRONG)
def test_a_wrong_word_is_refused_in_one_line_with_nothing_written(refused, word):
    assert WRONG[word] in refused("run", word)


WRONG_EVENTS = {
    "events: {storm: {shock: outge, first_month: 1}}": "events.storm.shock = outge is unknown; nearest: outage",
    "events: {storm: {shock: outage, first_month: 1, target: asw}}": "target = asw is unknown; nearest: aws",
    "events: {storm: {shock: outage, first_moth: 1}}": "events.storm.first_moth is unknown; nearest: first_month",
    "events: {storm: {shock: outage}}": "events.storm never comes",
    "shocks: {}": "holds no list of events",
    "events: {": "cannot be read",
}


@pytest.mark.parametrize("text", WRONG_EVENTS)
def test_a_wrong_file_of_events_is_refused_in_one_line_with_nothing_written(refused, tmp_path_factory, text):
    file = tmp_path_factory.mktemp("events") / "mine.yaml"
    file.write_text(text)
    assert WRONG_EVENTS[text] in refused("run", "scenario=small", f"events={file}")


def test_two_files_of_events_are_refused(refused):
    assert "events is given twice" in refused("run", "events=docs/events.yaml", "events=docs/events.yaml")


def test_no_labs_are_refused(refused):
    words = [f"~labs.{lab}" for lab in ("openai", "anthropic", "google_deepmind", "mistral")]
    assert "no labs" in refused("run", "scenario=small", *words)


def test_a_key_given_twice_is_refused(refused):
    assert "runs is given twice" in refused("run", "runs=2", "runs=3")


def test_an_unknown_command_names_the_nearest(refused):
    assert "no command is called lst; nearest: list" in refused("lst")


def test_list_refuses_what_it_does_not_know(refused):
    assert "what= is missing; there are: scenarios" in refused("list")
    assert "what = paramters is unknown; nearest: parameters" in refused("list", "what=paramters")
    assert "bazaar list has no mach; nearest: match" in refused("list", "what=labs", "mach=x")


def test_results_that_cannot_be_written_are_refused_before_the_run(bazaar, tmp_path):
    (tmp_path / "file").write_text("")
    said = bazaar("run", f"results={tmp_path / 'file' / 'results'}")
    assert said.code == 2
    assert re.fullmatch(r"bazaar: results cannot be written to .*: Not a directory\n", said.err)


def test_a_folder_that_holds_something_else_is_not_replaced(bazaar, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    said = bazaar("run", f"results={tmp_path}", "name=mine")
    assert said.code == 2
    assert "holds no results of ours" in said.err
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "thesis.tex"]


def test_results_need_a_folder(bazaar):
    said = bazaar("run", "results=")
    assert (said.code, said.err) == (2, "bazaar: results = nothing is not a folder\n")


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_without_a_command_names_all_commands(bazaar, words):
    said = bazaar(*words)
    assert (said.code, said.err) == (0, "")
    assert all(f"  {name} " in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_gives_examples_of_it(bazaar, name):
    said = bazaar(name, "--help")
    assert said.code == 0
    assert examples(said.out)


def test_help_of_run_names_every_setting_of_it():
    text = command_help("run")
    assert all(f"  {setting.name}=" in text for setting in RUN_SETTINGS)


def examples(text):
    """Return the examples of a help text, as words."""
    return [
        shlex.split(line)[1:] for line in text.partition("Examples:")[2].splitlines() if line.startswith("  bazaar ")
    ]


TRIED_ELSEWHERE = ("experiment=all", "size=quick")
"""Words of examples that take all that there is, or what it left."""
ALL_EXAMPLES = [
    words
    for name in COMMANDS
    if name not in {"bench", "view"}  # one measures for minutes, the other serves until it is stopped
    for words in examples(command_help(name))
    if not {*words} & {*TRIED_ELSEWHERE}
]


SHORT = {"run": ["runs=2", "months=3"], "compare": ["runs=8", "months=14"], "sweep": ["runs=2", "points=16"]}
WRITES = {"run", "explain", "sweep", "compare"}


@pytest.mark.parametrize("words", ALL_EXAMPLES, ids=" ".join)
def test_examples_of_the_help_work(bazaar, tmp_path, words):
    shorter = [word for word in words if not word.startswith(("runs=", "months=", "points="))]
    said = bazaar(*shorter, *SHORT.get(words[0], []), *([f"results={tmp_path}"] if words[0] in WRITES else []))
    assert (said.code, said.err) == (0, "")
    assert said.out


@pytest.mark.all
@pytest.mark.parametrize("words", examples(command_help("view")), ids=" ".join)
def test_examples_of_the_page_are_served(bazaar, monkeypatch, words):
    served = []
    monkeypatch.setattr("experiments.view.command.serve", lambda host, port: served.append((host, port)))
    assert bazaar(*words).code == 0
    assert served == [("127.0.0.1", 8766 if "port=8766" in words else 8765)]


def test_examples_of_the_general_help_are_examples_of_the_commands():
    shown = examples(general_help())
    assert [words[0] for words in shown] == list(COMMANDS)
    assert all(words in examples(command_help(words[0])) for words in shown)


def python(*words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "experiments.cli", *words], stderr=subprocess.PIPE, text=True, **settings
    )


def test_help_is_quick_for_it_imports_no_model():
    code = "import sys; from experiments.cli import main; main(['--help']); print(sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "mesa", "polars", "hydra", "matplotlib"} & set(re.findall(r"'(\w+)'", said.stdout))


def test_a_full_output_is_said_in_one_line():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        said = python("--help", stdout=full)
    assert (said.returncode, said.stderr) == (1, "bazaar: No space left on device\n")


def test_a_reader_that_leaves_early_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    said = python("--help", stdout=writer)
    os.close(writer)
    assert (said.returncode, said.stderr) == (0, "")
