"""`bazaar figures`: figures, verdicts, tables and the report from stored results; nothing is run."""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from experiments.cli import DONE
from experiments.figures.all import FIGURES
from experiments.figures.figure import Figure
from experiments.figures.page import Report, report_page
from experiments.figures.stored import MOST_NAMED, Stored, is_finished, read_stored
from experiments.figures.tables import verdicts_tex
from experiments.figures.verdicts import (
    Row,
    effect_words,
    p_words,
    share_words,
    verdict_rows,
    verdict_words,
    verdicts_table,
)
from experiments.figures.write import Drawn, counted, stamp, write_figure
from experiments.report import make_console
from experiments.request import OUTPUT, Request, own_folder, run_defaults, take_all
from experiments.store import PROVENANCE, SWEEP, write_bytes
from experiments.sweep.experiment import experiment_names
from experiments.sweep.several import answering_names
from experiments.sweep.sizes import FULL, SIZES, folder_name
from model.settings import BadRequest, Setting, nearest

ALL, FOLDER, TABLES = "all", "figures", "tables"
SETTINGS = (
    Setting("experiment", str, ALL, "text", "one of `bazaar list what=experiments`, or all that answer something"),
    Setting("size", str, FULL, "text", "of which size the results are", choices=SIZES),
    Setting("results", str, str(run_defaults()["results"]), "folder", "where results are, and figures go"),
    Setting("own", str, "", "folder", "a folder of your own with experiment/, scenario/ or population/ files"),
    OUTPUT,
)
"""What `bazaar figures` takes."""


def figures(request: Request) -> int:
    """Carry out `bazaar figures` and return its exit code."""
    settings = take_all(request, SETTINGS)
    own, results, size = own_folder(settings["own"]), Path(settings["results"]).expanduser(), settings["size"]
    shown = names_of(settings["experiment"], own)
    wanted = [figure for figure in FIGURES if set(figure.experiments) & set(shown)]
    missing = {figure.name: others_missing(figure, shown, results, size) for figure in wanted}
    drawn = [figure for figure in wanted if not missing[figure.name]]
    needed = list(dict.fromkeys([*shown, *(name for figure in drawn for name in figure.experiments)]))
    stored = read_stored(needed, results, size, own)
    folder = folder_for(results, size)
    rows = {name: verdict_rows(stored[name].answered) for name in shown}
    pictures = [write_figure(figure, stored, folder) for figure in shown_progress(drawn)]
    report = Report(size, {name: stored[name] for name in shown}, rows, pictures)
    page = folder / ("report.html" if settings["experiment"] == ALL else f"{settings['experiment']}.html")
    write_bytes(page, report_page(report).encode())
    write_tables(rows, stored, folder, all_of_them=settings["experiment"] == ALL)
    tell(rows, pictures, page, settings["output"])
    tell_left_out(missing)
    return DONE


def others_missing(figure: Figure, shown: Sequence[str], results: Path, size: str) -> list[str]:
    """Return the experiments beside those shown that a figure needs and that have left no results."""
    others = [name for name in figure.experiments if name not in shown]
    return [name for name in others if not is_finished(results / folder_name(name, size))]


def names_of(name: str, own: Path | None) -> list[str]:
    """Return the experiments that are meant."""
    if name == ALL:
        return answering_names(own)
    if name not in experiment_names(own):
        raise BadRequest(f"no experiment is called {name}{nearest(name, [ALL, *experiment_names(own)])}")
    return [name]


def folder_for(results: Path, size: str) -> Path:
    """Return the folder for figures, made where it is not there."""
    folder = results / folder_name(FOLDER, size)
    if any((folder / name).exists() for name in (PROVENANCE, SWEEP)):
        raise BadRequest(f"{folder} holds results of runs; move them, since figures go there")
    try:
        (folder / TABLES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"figures cannot be written to {folder}: {error.strerror}") from error
    return folder


def shown_progress(drawn: Sequence[Figure]) -> Iterator[Figure]:
    """Yield figures, and tell a terminal how far it is."""
    for number, figure in enumerate(drawn, 1):
        if sys.stderr.isatty():
            print(f"\r\x1b[K{number} of {len(drawn)}: {figure.name}", end="", file=sys.stderr, flush=True)
        yield figure
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def write_tables(rows: dict[str, list[Row]], stored: dict[str, Stored], folder: Path, *, all_of_them: bool) -> None:
    """Write the verdicts as LaTeX, one file an experiment, and all of them as LaTeX and CSV."""
    for name, told in rows.items():
        if told:
            caption = stored[name].answered.experiment.question or name
            text = verdicts_tex(told, caption, name, stamp({name: stored[name]}))
            write_bytes(folder / TABLES / f"{name}.tex", text.encode())
    if all_of_them:
        everything = [row for told in rows.values() for row in told]
        used = stamp({name: stored[name] for name in rows})
        text = verdicts_tex(everything, "All verdicts.", "verdicts", used)
        write_bytes(folder / TABLES / "verdicts.tex", text.encode())
        buffer = io.BytesIO()
        verdicts_table(everything).write_csv(buffer)
        write_bytes(folder / TABLES / "verdicts.csv", buffer.getvalue())


def tell_left_out(missing: dict[str, list[str]]) -> None:
    """Say which figures need results that are not there, by the name of the figure."""
    for name, experiments in missing.items():
        if experiments:
            more = f" and {len(experiments) - MOST_NAMED} more" if len(experiments) > MOST_NAMED else ""
            named = ", ".join(experiments[:MOST_NAMED])
            print(f"left out: {name}, which also needs results of {named}{more}", file=sys.stderr)


def tell(rows: dict[str, list[Row]], pictures: Sequence[Drawn], page: Path, output: str) -> None:
    """Print the verdicts, and where the report is."""
    if output == "json":
        told: dict[str, Any] = {"verdicts": verdicts_table(row for name in rows for row in rows[name]).to_dicts()}
        told |= {"figures": [drawn.figure.name for drawn in pictures], "report": str(page)}
        print(json.dumps(told, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("experiment", "expectation", "effect", "as expected", "p", "verdict"):
        table.add_column(name)
    for row in (row for name in rows for row in rows[name]):
        said = effect_words(row), share_words(row), p_words(row), verdict_words(row)
        table.add_row(row.experiment, row.expectation, *said)
    console = make_console()
    console.print(table)
    console.print(f"\n{counted([len(pictures)], 'figure')} beside the report, {page}", soft_wrap=True)
