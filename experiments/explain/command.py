"""`bazaar explain`: one month of one run in words and one picture."""

import json
import math
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.table import Table

from experiments.cli import DONE
from experiments.explain import panels
from experiments.explain.lab import lab_story
from experiments.explain.picture import Panel, draw
from experiments.explain.price import price_story
from experiments.explain.record import Recorded, record_month, row_of, whole_run
from experiments.explain.supplier import supplier_story
from experiments.explain.words import NEGLIGIBLE, Cell, Section, Story
from experiments.report import ILLUSTRATIVE, make_console, number
from experiments.request import OUTPUT, Request, own_folder, take
from model.ensemble import Run
from model.scenario import Scenario, load_scenario
from model.settings import BadRequest, Setting, nearest
from model.state import CHANNELS

SETTINGS = (
    Setting("month", int, -1, "month", "month to explain; that of the first large partnership if not given", -1, 1199),
    Setting("lab", str, "", "text", "explain this lab"),
    Setting("supplier", str, "", "text", "explain this supplier"),
    Setting("price", str, "", "text", "explain this price", choices=("", "spot")),
    Setting("seed", int, 1, "-", "seed of all luck", 0, 2**31),
    Setting("results", str, "results", "folder", "where the picture goes"),
    Setting("own", str, "", "folder", "a folder of your own with scenario/ or population/ files, and agents"),
    OUTPUT,
)
BLANKS = ("-", "no room")
"""What stands in a column of numbers where there is none."""


class Subject(NamedTuple):
    """What is explained: `lab`, `supplier` or `price`, and which."""

    side: str
    key: str


def explain(request: Request) -> int:
    """Tell why a firm or the spot price did what it did, draw it, and return the exit code."""
    values, words = take(request, SETTINGS)
    scenario = load_scenario(None, words, own_folder(values["own"]))
    given = [Subject(side, values[side]) for side in ("lab", "supplier", "price") if values[side]]
    if len(given) > 1:
        raise BadRequest(f"explain one thing at a time: {given[0].side}= or {given[1].side}=")
    check_firm(scenario, given)
    month = int(values["month"])
    if month >= scenario.months:
        raise BadRequest(f"month = {month} is after the last month of the run, {scenario.months - 1}")
    folder = picture_folder(values["results"])
    say(f"running {scenario.name} with seed {values['seed']}")
    run = whole_run(scenario, int(values["seed"]))
    if run.failure:
        raise BadRequest(f"this run fails: {run.failure}")
    month, subject = choose(scenario, run, month, given)
    say(f"watching month {month}, to explain {subject.key}")
    recorded = record_month(scenario, int(values["seed"]), month, run)
    row, story, shown = told(recorded, subject)
    path = folder / f"{scenario.name}-seed{values['seed']}-month{month}-{subject.key}.png"
    draw(recorded, row, story.headline, shown, path)
    show(story, recorded, path, values["output"])
    return DONE


def say(words: str) -> None:
    """Tell a user who watches what takes time."""
    if sys.stderr.isatty():
        print(f"bazaar: {words}", file=sys.stderr)


def picture_folder(results: str) -> Path:
    """Return the folder for pictures, made if it is not there.

    Raises
    ------
    BadRequest
        Where it cannot be written to.
    """
    if not results:
        raise BadRequest("results = nothing is not a folder")
    folder = Path(results).expanduser() / "explain"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"results cannot be written to {results}: {error.strerror}") from None
    return folder


def check_firm(scenario: Scenario, given: list[Subject]) -> None:
    """Refuse a firm that is not in the scenario before anything runs."""
    for side, key in given:
        firms = {"lab": scenario.labs, "supplier": scenario.suppliers}.get(side)
        if firms is not None and key not in firms:
            raise BadRequest(f"no {side} is called {key}{nearest(key, list(firms))}")


def choose(scenario: Scenario, run: Run, month: int, given: list[Subject]) -> tuple[int, Subject]:
    """Return the month and the subject to explain, where the request leaves them open.

    For a firm it is the month of its first large partnership, else of its largest deal; a large one is as large as an
    anchor deal. For the spot price it is the month of its largest change. Without a subject it is the buyer.
    """
    if given and given[0].side == "price":
        prices = run.history.market["spot_price_usd_per_h100e_hour"]
        change = int(np.argmax(np.abs(np.diff(np.log(prices))))) + 1 if len(prices) > 1 else 0
        return (change if month < 0 else month), given[0]
    deals = run.deals[(run.deals["signed_month"] >= 0) & (run.deals["lab_name_code"] < len(scenario.labs))]
    for side, key in given:
        firms = list(scenario.labs if side == "lab" else scenario.suppliers)
        deals = deals[deals[f"{side}_name_code"] == firms.index(key)]
    if month >= 0:
        deals = deals[deals["signed_month"] == month]
    if len(deals) == 0:
        return max(0, month), given[0] if given else Subject("price", "spot")
    anchor = float(scenario.parameters["anchor_deal_h100e"])
    partners = deals[(deals["channel"] == CHANNELS.index("partner")) & (deals["capacity_h100e"] >= anchor)]
    if month < 0 and len(partners):
        deals = partners[partners["signed_month"] == partners["signed_month"].min()]
    deal = deals[np.argmax(deals["capacity_h100e"])]
    buyer = Subject("lab", list(scenario.labs)[int(deal["lab_name_code"])])
    return int(deal["signed_month"]), given[0] if given else buyer


def told(recorded: Recorded, subject: Subject) -> tuple[int, Story, tuple[Panel, ...]]:
    """Return the row of what is explained, its story, and the panels that show it."""
    if subject.side == "price":
        return 0, price_story(recorded), panels.PRICE
    row = row_of(recorded, subject.side, subject.key)
    if subject.side == "lab":
        return row, lab_story(recorded, row), panels.LAB
    return row, supplier_story(recorded, row), panels.SUPPLIER


def show(story: Story, recorded: Recorded, path: Path, output: str) -> None:
    """Print a story as text with tables, or as one JSON object."""
    if output == "json":
        content = {"scenario": recorded.scenario.name, "seed": recorded.seed, "month": recorded.month}
        sections = [section._asdict() for section in story.sections]
        content |= {"headline": story.headline, "sections": sections, "picture": str(path), "note": ILLUSTRATIVE}
        print(json.dumps(finite(content), ensure_ascii=False))
        return
    console = make_console()
    console.print(f"{story.headline}\nscenario {recorded.scenario.name}, seed {recorded.seed}, one run")
    console.print("Prices are in USD per H100e-hour. k: thousand, M: million.\n")
    for section in story.sections:
        console.print(f"{section.title}", style="bold")
        for sentence in section.sentences:
            console.print(sentence)
        if section.rows:
            console.print(table_of(section))
        console.print()
    console.print(f"picture  {path}\n{ILLUSTRATIVE}", soft_wrap=True)


def table_of(section: Section) -> Table:
    """Return the rows of a section as a table."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in section.rows[0]:
        numeric = all(not isinstance(row[name], str) or row[name] in BLANKS for row in section.rows)
        table.add_column(name, justify="right" if numeric else "left")
    for row in section.rows:
        table.add_row(*(shown(cell) for cell in row.values()))
    return table


def shown(cell: Cell) -> str:
    """Return a cell in few digits."""
    if isinstance(cell, (str, int)):
        return str(cell)
    return number(cell if abs(cell) >= NEGLIGIBLE else 0.0)


def finite(value: Any) -> Any:
    """Return plain data in which what is no number is null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [finite(each) for each in value]
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    return value
