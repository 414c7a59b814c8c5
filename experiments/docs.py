"""The generated pages and pictures of docs/: `python -m experiments.docs` writes them, `--check` names stale ones."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from agents.columns import Column
from agents.lab import LAB_COLUMNS
from agents.supplier import SUPPLIER_COLUMNS
from experiments.docs_model import filled, model_pages
from experiments.explain.page import explain_page
from experiments.figures.flip import flip_lines
from experiments.figures.tables import read_verdicts, verdicts_markdown
from experiments.listing import parameters, read_sources
from experiments.markdown import table
from experiments.report import exact
from experiments.verification import PICTURES, draw_pictures, verification_page
from model import tables
from model.columns import DEAL_COLUMNS, EQUITY_COLUMNS, INITIAL_CONTRACT_COLUMNS, MARKET_COLUMNS
from model.limits import CONSTRAINTS
from model.metrics import METRICS
from model.parameters import PARAMETERS, Parameter
from model.regional_columns import LINK_COLUMNS, REGION_COLUMNS
from model.state import TABLE_COLUMNS

DOCS = Path(__file__).parents[1] / "docs"
REPORT = "report/README.md"
NOTICE = "*Written by `make docs` from the declarations; do not edit.*"
UNITS = (
    "Capacity is in H100e (H100-equivalents), power in MW, money in nominal USD millions, prices in USD per "
    "H100e-hour; shares are 0 to 1 and a month is 730 hours."
)
RUN = (("run", "-", "number of the run, from 0"), ("seed", "-", "seed of the run's draws"))
MONTH = (("month", "month", "months since the start"),)
FILES = {
    "resolved.yaml": "every setting of the run: value, unit, who set it (default, a file, an override), sources",
    "provenance.json": "command, versions, commit, machine, wall time",
    "log.jsonl": "what happened when",
    "overview.png": "the picture",
}
SWEEP_FILES = {
    "runs.parquet": "one row a run, when all are done",
    "runs/part-000000.parquet": "the same while the sweep runs, part by part",
    "months/, labs/, suppliers/, contracts/, regions/": "parts of the tables that the experiment keeps",
    "design.parquet": "one row a point: its number, and the value of each factor",
    "sensitivity_indices.csv, sensitivity_quality.csv": "what the factors do to each metric; after Sobol and Morris",
    "sensitivity_ARM.png": "the same as a picture, one an arm",
    "resolved.yaml": "every setting of every arm: value, unit, who set it, sources",
    "sweep.json": "what the numbers depend on; the same command goes on where this is the same",
    "receipts/part-000000.json": "runs, failures, sizes and checksums of a part that is done",
    "provenance.json": "command, versions, commit, machine, wall time, what was expected; there once all is done",
    "log.jsonl": "what happened when",
}
"""What a sweep leaves."""
FIGURE_FILES = {
    "report.html": "questions, verdicts, figures and falsifiers on one page that needs no other file",
    "EXPERIMENT.html": "the same of one experiment, where one is named",
    "FIGURE.pdf, FIGURE.svg, FIGURE.png": "a figure, with what it is of in small print and in its metadata",
    "FIGURE.csv": "the table that it shows",
    "tables/EXPERIMENT.tex, tables/verdicts.tex": "verdicts as tables for LaTeX, of one experiment and of all",
    "tables/verdicts.csv": "all verdicts with effects, intervals and p-values",
}
"""What `bazaar figures` leaves."""
SWEEP_RUNS = "Its `runs.parquet` says first what each run is of, and then has the columns of that of a run, below."
SWEEP_COLUMNS = (
    ("run", "-", "number of the run, from 0: (replicate x points + point) x arms + arm"),
    ("arm", "text", "which of the worlds that the experiment compares"),
    ("point", "-", "row of the design"),
    ("replicate", "-", "which of the runs of this point and arm"),
    ("seed", "-", "seed of the run's draws; the same in every arm, and at every point unless luck is by point"),
    ("FACTOR", "its own", "value of a factor, one column each under its dotted name; a choice by its number"),
    ("failure", "text", "type and message of what stopped the run; null for a good one"),
)


def columns_page() -> str:
    """Return the page of all columns of the state."""
    lines = ["# Columns of the state", "", NOTICE, "", UNITS]
    lines += ["A column with bounds may be set by a population or an override; without a default it must be.", ""]
    first: dict[int, str] = {}
    for name, columns in {
        **TABLE_COLUMNS,
        "initial contracts": INITIAL_CONTRACT_COLUMNS,
        "equity": EQUITY_COLUMNS,
        "links": LINK_COLUMNS,
    }.items():
        like = first.setdefault(id(columns), name)
        told = table(("column", "type", "unit", "bounds", "default", "meaning"), map(cells, columns))
        lines += [f"## {name}", "", *(told if like == name else [f"As [{like}](#{like}).", ""])]
    return "\n".join(lines)


def cells(column: Column) -> tuple[str, ...]:
    """Return the cells of a column's line."""
    bounds, default = "", ""
    if column.given is not None:
        bounds = f"{exact(column.given.low)} to {exact(column.given.high)}"
        default = "must be set" if column.given.default is None else exact(column.given.default)
    return f"`{column.name}`", column.kind.__name__, column.unit, bounds, default, column.meaning


def parameters_page() -> str:
    """Return the page of all parameters and of the fields of firms and contracts."""
    sources = {source["id"]: source for source in read_sources()}
    lines = ["# Parameters", "", NOTICE, "", UNITS]
    lines += [
        "`bazaar run parameters.NAME=VALUE` sets one; `J` marks judgement, and draws of a judgement parameter are"
    ]
    lines += ["uniform over its plausible range.", "", "## Rules", ""]
    head = ("parameter", "default", "unit", "bounds", "plausible", "meaning", "source")
    lines += table(head, (parameter_cells(parameter) for parameter in PARAMETERS))
    lines += ["## Firms and contracts", "", "Their values stand in `conf/population`, each with its source.", ""]
    fields = [entry for entry in parameters() if not str(entry["name"]).startswith("parameters.")]
    rows = (
        (f"`{f['name']}`", f["unit"], limits(f["low"], f["high"]), shown(f["default"]), f["meaning"]) for f in fields
    )
    lines += table(("field", "unit", "bounds", "default", "meaning"), rows)
    cited = sorted({parameter.source for parameter in PARAMETERS} & set(sources))
    lines += ["## Sources of the rules", "", "All sources are in `data/sources.csv`.", ""]
    lines += table(("id", "title", "confidence"), ((s, link(sources[s]), sources[s]["confidence"]) for s in cited))
    return "\n".join(lines)


def link(source: dict[str, str]) -> str:
    """Return a source's title, linked where it has an address."""
    return f"[{source['title']}]({source['url']})" if source["url"] else source["title"]


def limits(low: float | None, high: float | None) -> str:
    """Return bounds in words."""
    return "" if low is None or high is None else f"{exact(low)} to {exact(high)}"


def shown(value: object) -> str:
    """Return a default in words."""
    return "must be set" if value is None else exact(value) if isinstance(value, int | float) else str(value)


def parameter_cells(parameter: Parameter) -> tuple[str, ...]:
    """Return the cells of a parameter's line."""
    low, high = parameter.plausible_range
    default, meaning = exact(parameter.default), parameter.meaning
    if parameter.choices:
        default, meaning = parameter.choices[int(parameter.default)], f"{meaning}: {', '.join(parameter.choices)}"
    bounds = "" if parameter.choices else limits(parameter.low, parameter.high)
    plausible = "" if parameter.choices else limits(low, high)
    return f"`{parameter.name}`", default, parameter.unit, bounds, plausible, meaning, parameter.source


def results_page() -> str:
    """Return the page of the files of a result folder."""
    lines = ["# Results", "", NOTICE, "", UNITS, "", "`bazaar run` leaves in `results/NAME/`:", ""]
    lines += table(("file", "holds"), ((f"`{name}`", holds) for name, holds in FILES.items()))
    lines += ["`bazaar sweep` leaves in `results/NAME/`:", ""]
    lines += table(("file", "holds"), ((f"`{name}`", holds) for name, holds in SWEEP_FILES.items()))
    lines += [SWEEP_RUNS, ""]
    lines += table(("column", "unit", "meaning"), ((f"`{c[0]}`", *c[1:]) for c in SWEEP_COLUMNS))
    lines += ["`bazaar figures` leaves in `results/figures/`, or `results/figures_quick/`; see [paper](paper.md):", ""]
    lines += table(("file", "holds"), ((f"`{name}`", holds) for name, holds in FIGURE_FILES.items()))
    for name, about, columns in result_tables():
        lines += [f"## {name}.parquet", "", about, ""]
        lines += table(("column", "unit", "meaning"), ((f"`{c[0]}`", *c[1:]) for c in columns))
    return "\n".join(lines)


Described = list[tuple[str, str, str]]


def result_tables() -> Iterator[tuple[str, str, Described]]:
    """Yield name, meaning and columns of each table of the results."""
    failure = ("failure", "text", "what stopped it: an identity of the books and by how much; null for a good run")
    metrics = [(m.name, m.unit, m.definition) for m in METRICS]
    yield "runs", "One row a run: its metrics, null where it failed.", [*RUN, failure, *metrics]
    yield (
        "months",
        "One row a run and month: the market once bills are paid.",
        [
            *RUN,
            *MONTH,
            ("binding_constraint", "text", f"what takes most of what demand asks for: {', '.join(CONSTRAINTS)}"),
            *recorded(MARKET_COLUMNS),
        ],
    )
    for name, columns in (("lab", LAB_COLUMNS), ("supplier", SUPPLIER_COLUMNS)):
        keys = [
            (name, "text", f"key of the {name}; entrants share one"),
            (f"{name}_id", "-", "its number, never reused"),
        ]
        about = f"One row a run, month and {name} in business at the month's end."
        yield f"{name}s", about, [*RUN, *MONTH, *keys, *recorded(columns)]
    yield (
        "contracts",
        "One row a run and contract, those of the start included.",
        [*RUN, *parties(), *recorded(DEAL_COLUMNS)],
    )
    yield (
        "regions",
        "One row a run, month and region; none where the scenario names no regions.",
        [*RUN, *MONTH, ("region", "text", "key of the region"), *recorded(REGION_COLUMNS)],
    )


def parties() -> Described:
    """Return the columns that name the parties of a contract and how it came and went."""
    firms = [
        (n, u, m)
        for f in ("lab", "supplier")
        for n, u, m in ((f, "text", f"key of the {f}"), (f"{f}_id", "-", "its number"))
    ]
    return [*firms, ("channel", "text", "lease or partner"), ("ended_by", "text", ", ".join(tables.ENDED_BY))]


def recorded(columns: tuple[Column, ...]) -> Described:
    """Return the columns of the state that the results hold."""
    names = set(tables.recorded(columns))
    return [(column.name, column.unit, column.meaning) for column in columns if column.name in names]


def report_page(page: Path) -> str:
    """Return the short report of this version with what is computed made anew from the numbers stored beside it."""
    folder = page.parent
    computed: dict[str, Callable[[], list[str]]] = {
        "verdicts": lambda: verdicts_markdown(read_verdicts(folder / "verdicts.csv")),
        "flips": lambda: [f"- {line}" for line in flip_lines(pl.read_csv(folder / "moat_map.csv"))] + [""],
    }
    return filled(page, computed)


PAGES: dict[str, Callable[[], str]] = {
    "columns.md": columns_page,
    "parameters.md": parameters_page,
    "results.md": results_page,
    "verification.md": verification_page,
    "explain.md": explain_page,
    **model_pages(DOCS),
    REPORT: partial(report_page, DOCS / REPORT),
}


def stale_pages(folder: Path = DOCS) -> list[str]:
    """Return the names of the pages that differ from what the declarations say, and of pictures that are missing."""
    pages = [
        name
        for name, page in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != page()
    ]
    return pages + [name for name in PICTURES if not (folder / name).is_file()]


def main(words: Sequence[str]) -> int:
    """Write the pages, or with `--check` exit 1 where one is out of date."""
    if list(words) == ["--check"]:
        stale = stale_pages()
        if stale:
            print(f"out of date: {', '.join(stale)}; write them with `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for name, page in PAGES.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(page(), encoding="utf-8")
    draw_pictures(DOCS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
