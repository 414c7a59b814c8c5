"""The command line: `bazaar COMMAND key=value ...`; this file says what there is, imports the rest when needed."""

import contextlib
import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

DONE, FAILED, BAD_REQUEST, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: done, the thing asked about failed, the request cannot be met, stopped by the user."""


class Command(NamedTuple):
    """A command: its module and function, one line about it, its keys, and examples to paste."""

    target: str
    summary: str
    keys: str
    examples: tuple[str, ...]


COMMANDS = {
    "run": Command(
        "experiments.run:run",
        "an ensemble of one scenario: tables, summary, sanity row, record of a real deal, picture",
        """\
  scenario=NAME    one of `bazaar list what=scenarios`
  population=NAME  other firms: a file of conf/population
  names=anonymous  the same firms with numbers for names
  runs=N           runs, each with its own luck
  months=N         months of each run
  seed=N           seed of all luck
  workers=N        threads; 0 = all cores; results do not depend on it
  results=FOLDER   where results go
  name=NAME        folder within it; the scenario's name if not given
  output=table     table or json
  events=FILE      a YAML file of shocks: what strikes, when or how often, whom, for how long
  own=FOLDER       a folder of your own with scenario/ or population/ files, and agents
  parameters.NAME=VALUE, labs.LAB.FIELD=VALUE, suppliers.SUPPLIER.FIELD=VALUE, contracts.CONTRACT.FIELD=VALUE,
  equity.STAKE.FIELD=VALUE, events.EVENT.FIELD=VALUE, entrants.KIND.FIELD=VALUE
                   one of `bazaar list what=parameters`
  '~labs.LAB'      take a lab, supplier, contract, stake or event out
  -m               several values of a key, such as 0.8,0.9 or range(1,4): a run of each combination, one after another;
                   hydra/launcher=NAME hands them to a launcher of Hydra's that is installed""",
        (
            "bazaar run",
            "bazaar run scenario=small runs=20 months=24",
            "bazaar run runs=20 labs.anthropic.surge_growth_x_per_year=20 name=calm_surge",
            "bazaar run runs=20 parameters.bargaining_rule=faratin name=faratin",
            "bazaar run runs=20 '~labs.mistral' name=no_mistral output=json",
            "bazaar run runs=20 events=docs/events.yaml name=shaken",
            "bazaar run scenario=no_partners runs=20 names=anonymous name=anonymous",
            "bazaar run -m scenario=small,slack runs=20 parameters.usable_share=0.8,0.9",
        ),
    ),
    "sweep": Command(
        "experiments.sweep.command:sweep",
        "an experiment: scenarios x points of a design x seeds, part by part; the same command goes on after any stop",
        """\
  experiment=NAME  one of `bazaar list what=experiments`: a page of conf/experiment, or of own=FOLDER; all takes every
                   one that expects something or that a figure is made from, one after another
  size=quick       fewer points and runs, to see that all of it works; full if not given
  executor=NAME    local (threads of this machine), ray, dask or slurm; results do not depend on it
  workers=N        how many work at once; 0 = all cores
  results=FOLDER, name=NAME
                   where results go; the experiment's name if not given, in the quick size NAME_quick
  own=FOLDER       a folder of your own with experiment/, scenario/ or population/ files, and agents
  retry_failed=true
                   do the parts again in which a run failed
  restart=true     drop what an earlier sweep of that name has done
  output=table     table or json
  ray.address=A, dask.address=A
                   a cluster that runs already; its cores count, not workers=
  slurm.jobs=N, slurm.cpus=N, slurm.memory_gb=N, slurm.minutes=N, slurm.partition=P, slurm.account=A, slurm.setup=TEXT
                   what Slurm is asked for; slurm.here=true tries it without Slurm; see docs/cluster.md
  runs=N, points=N, seed=N, months=N, design=KIND, ...
                   what the page says, otherwise; see docs/sweeps.md
  parameters.NAME=VALUE, labs.LAB.FIELD=VALUE, ...
                   as for `bazaar run`, in every arm""",
        (
            "bazaar sweep experiment=smoke",
            "bazaar sweep experiment=ishigami points=1024",
            "bazaar sweep experiment=smoke runs=4 parameters.bargaining_rule=faratin name=faratin",
            "bazaar sweep experiment=smoke workers=1 output=json",
            "bazaar sweep experiment=all size=quick",
        ),
    ),
    "compare": Command(
        "experiments.compare.command:compare",
        "two worlds under the same luck: what differs, with intervals, as a table and a picture",
        """\
  a=WORLD, b=WORLD a scenario, one of `bazaar list what=scenarios`, or a folder of `bazaar run` or `bazaar sweep`
  a.arm=NAME       the arm that is meant, where the folder is of a sweep with several; b.arm= likewise
  runs=N, seed=N   runs of each scenario, each with its own luck, the same in both
  months=N         months of each run
  executor=NAME, workers=N, retry_failed=true, restart=true, own=FOLDER
                   as for `bazaar sweep`; the same command goes on after any stop
  results=FOLDER, name=NAME
                   where results go; compare_A_B if not given
  output=table     table or json
  parameters.NAME=VALUE, labs.LAB.FIELD=VALUE, '~labs.LAB', ...
                   as for `bazaar run`, in both worlds
  a.parameters.NAME=VALUE, b.labs.LAB.FIELD=VALUE, '~b.labs.LAB', ...
                   the same in one of them""",
        (
            "bazaar compare a=colossus b=no_partners runs=200",
            "bazaar compare a=small b=small b.parameters.usable_share=0.8 runs=40 name=less_usable",
            "bazaar compare a=small b=small '~b.labs.mistral' months=24 runs=40 output=json",
        ),
    ),
    "figures": Command(
        "experiments.figures.command:figures",
        "figures, verdicts, tables and a report from what sweeps left; nothing is run",
        """\
  experiment=NAME  one of `bazaar list what=experiments`; all that answer something if not given
  size=quick       from the results of the quick size, into figures_quick; full if not given
  results=FOLDER   where results are; figures go to its folder figures: PDF, SVG, PNG and CSV of each, verdicts as
                   tables for LaTeX, and report.html, which needs nothing else
  own=FOLDER       a folder of your own with experiment/, scenario/ or population/ files, and agents
  output=table     table or json
Where results are missing, the commands that make them are named. See docs/paper.md""",
        (
            "bazaar figures experiment=all",
            "bazaar figures experiment=all size=quick",
        ),
    ),
    "list": Command(
        "experiments.listing:show",
        "what there is: scenarios, firms, parameters, metrics, sources, numbers and where they come from",
        """\
  what=KIND        scenarios, experiments, labs, suppliers, parameters, metrics, sources (with what rests on each)
                   or numbers (every value with its source)
  match=WORD       only those with WORD in their name or meaning
  output=table     table or json""",
        (
            "bazaar list what=scenarios",
            "bazaar list what=parameters match=lead",
            "bazaar list what=sources match=coreweave output=json",
            "bazaar list what=numbers match=labs.anthropic",
        ),
    ),
    "explain": Command(
        "experiments.explain.command:explain",
        "one month of one run in words and a picture: why a lab, a supplier or the spot price did what it did",
        """\
  scenario=NAME    one of `bazaar list what=scenarios`; what else `bazaar run` takes of a scenario goes here too
  seed=N           seed of all luck; the run is run 0 of `bazaar run` with this seed
  month=N          month to explain; the first large partnership's, or that of the largest change of the spot price
  lab=NAME         explain this lab: need, plan, cost by channel, whom it asked, offers by round, what followed
  supplier=NAME    explain this supplier: list price, free capacity, whom it preferred, recall, investment
  price=spot       explain the spot price: the book, the orders at the margin, what moved it
  results=FOLDER   where the picture goes; without lab, supplier and price: the month's largest deal
  output=table     table or json""",
        (
            "bazaar explain",
            "bazaar explain scenario=colossus seed=1 month=14 lab=anthropic",
            "bazaar explain supplier=spacex_colossus",
            "bazaar explain scenario=small price=spot month=3",
            "bazaar explain scenario=small month=6 lab=openai parameters.bargaining_rule=faratin output=json",
        ),
    ),
    "view": Command(
        "experiments.view.command:view",
        "the market in a browser: watch it, shake it, play a lab, take pictures and data along",
        """\
  scenario=NAME    the scenario to begin with; any other can be chosen on the page
  seed=N           seed of all luck
  port=N           port of the page, 8765 if not given; 0 = any that is free
  host=ADDRESS     127.0.0.1, this machine alone, if not given
  own=FOLDER       a folder of your own with scenario/ or population/ files, and agents
  population=NAME, parameters.NAME=VALUE, '~labs.LAB', ...
                   as for `bazaar run`, in every scenario that is chosen
The address of the page may name scenario, seed, month and parameters: /?scenario=small&seed=2&month=12""",
        (
            "bazaar view",
            "bazaar view scenario=small seed=3 port=8766",
            "bazaar view scenario=regions parameters.localised_share=0.3",
        ),
    ),
    "verify": Command(
        "experiments.verify:verify",
        "theory beside simulation: does the market reproduce what economics knows?",
        """\
  benchmark=NAME   one of them, or all
  NAME.KEY=VALUE   a parameter of a benchmark; a wrong key is told which there are
  output=table     table or json""",
        (
            "bazaar verify",
            "bazaar verify benchmark=newsvendor newsvendor.spot_price=6 output=json",
            "bazaar verify benchmark=spot_clearing 'spot_clearing.asks=[[10,3],[10,5]]'",
            "bazaar verify benchmark=cobweb cobweb.d=1.2 output=json",
        ),
    ),
    "bench": Command(
        "experiments.bench:bench",
        "the speed contract, measured",
        """\
  part=NAME        runs, phases, start, sweep (beside EMA Workbench and Mesa), or all of these; view (in a browser)
  output=table     table or json""",
        ("bazaar bench", "bazaar bench part=runs output=json"),
    ),
}
"""The commands, by name."""
MULTIRUN = ("-m", "--multirun")
"""What makes `bazaar run` take several values of a key, and run each combination."""


def general_help() -> str:
    """Return what `bazaar --help` prints."""
    lines = ["bazaar COMMAND key=value ...", ""]
    lines += [f"  {name:<8} {command.summary}" for name, command in COMMANDS.items()]
    lines += ["", "Examples:", *(f"  {command.examples[0]}" for command in COMMANDS.values())]
    return "\n".join([*lines, "", "More: bazaar COMMAND --help"])


def command_help(name: str) -> str:
    """Return what `bazaar COMMAND --help` prints."""
    command = COMMANDS[name]
    examples = [f"  {example}" for example in command.examples]
    return "\n".join([f"bazaar {name}: {command.summary}", "", command.keys, "", "Examples:", *examples])


def refusal(word: str) -> str:
    """Return why a word after the command cannot be used, or nothing where it can."""
    if word in MULTIRUN:
        return f"{word} is for `bazaar run`: one run for each combination of several values"
    if word.startswith("-"):
        key, _, value = word.lstrip("-").partition("=")
        return f"{word} is a flag, and flags are not used; write {key or 'key'}={value or 'VALUE'}"
    if "=" not in word and not word.startswith("~"):
        return f"'{word}' sets nothing; write key=value, such as scenario=small"
    return ""


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code."""
    try:
        code = _command(list(sys.argv[1:] if words is None else words))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        _drop_output()
        return DONE
    except OSError as error:
        _drop_output()
        return _complain(error.strerror or str(error), FAILED)
    return code


def _command(words: list[str]) -> int:
    if not words or words[0] in {"--help", "-h", "help"}:
        print(general_help())
        return DONE
    name, *rest = words
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, 1, 0.4)
        hint = f"nearest: {close[0]}" if close else f"there are: {', '.join(COMMANDS)}"
        return _complain(f"no command is called {name}; {hint}", BAD_REQUEST)
    if {"--help", "-h"} & set(rest):
        print(command_help(name))
        return DONE
    several = name == "run" and bool(set(MULTIRUN) & set(rest))
    words = [word for word in rest if not (several and word in MULTIRUN)]
    for word in words:
        if reason := refusal(word):
            return _complain(reason, BAD_REQUEST)
    return _carry_out(name, words, "experiments.multirun:multirun" if several else COMMANDS[name].target)


def _carry_out(name: str, words: list[str], target: str) -> int:
    from experiments.request import Request
    from model.settings import BadRequest

    module, _, function = target.partition(":")
    try:
        return int(getattr(importlib.import_module(module), function)(Request(name, tuple(words))))
    except BadRequest as error:
        return _complain(str(error), BAD_REQUEST)


def _complain(text: str, code: int) -> int:
    with contextlib.suppress(OSError):
        print(f"bazaar: {text}", file=sys.stderr)
    return code


def _drop_output() -> None:
    """Point stdout at nothing, so that Python does not complain again when it flushes on the way out."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
