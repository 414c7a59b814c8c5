"""The report: one page of HTML that needs nothing else: verdicts, figures, falsifiers, and how to do it again."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import NamedTuple

import experiments
from experiments.figures.flip import MOAT, flip_words
from experiments.figures.history import LENGTH, came_first, page_history
from experiments.figures.stored import Stored, sweep_command
from experiments.figures.verdicts import Row, effect_words, p_words, share_words, spaced, verdict_words
from experiments.figures.write import Drawn, stamp
from experiments.report import ILLUSTRATIVE
from experiments.sweep.sizes import FULL, QUICK

LARGEST_SVG_BYTES = 1_500_000
"""A figure with more marks than that takes goes into the page as PNG."""
HEAD = ("Expectation", "Effect (95% interval)", "As expected", "p (Holm)", "Verdict")
ABOUT = (
    "An effect is the difference between two worlds that share their luck and their draw of what is not known; what is "
    "told is the median over draws, with the interval of a bootstrap over draws. “As expected” is the share of "
    "draws with the expected sign, or with an effect too small to matter where none is expected. p is that of no mean "
    "effect, adjusted for the number of expectations of the experiment. The verdict follows from these by a rule that "
    "was fixed, like the expectations, before any run (docs/sweeps.md)."
)
QUICK_WARNING = "These are results of the quick size: they show that all of it works and answer nothing."


class Report(NamedTuple):
    """What the page is made of: the size, results and verdicts by experiment, and the figures."""

    size: str
    stored: Mapping[str, Stored]
    rows: Mapping[str, Sequence[Row]]
    figures: Sequence[Drawn]


def report_page(report: Report) -> str:
    """Return the page."""
    style = (files(experiments) / "figures" / "page.css").read_text(encoding="utf-8")
    title = "Compute Bazaar: questions and answers"
    lines = ["<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">']
    lines += ['<meta name="viewport" content="width=device-width, initial-scale=1">']
    lines += [f"<title>{escape(title)}</title>", f"<style>\n{style}</style>", "</head>", "<body>"]
    if MOAT in report.stored:
        lines.append(f'<p class="first">{escape(flip_words(report.stored[MOAT].answered))}</p>')
    lines += [f"<h1>{escape(title)}</h1>", *warnings(report), "<h2>All verdicts</h2>", *all_verdicts(report)]
    lines.append(f'<p class="soft">{escape(ABOUT)} {escape(ILLUSTRATIVE)}</p>')
    several = [drawn for drawn in report.figures if len(drawn.figure.experiments) > 1]
    lines += ["<h2>Several experiments side by side</h2>"] if several else []
    lines += [line for drawn in several for line in figure_of(drawn)]
    for name in report.stored:
        lines += section(report, name)
    lines += [f'<p class="soft">{escape(stamp(report.stored))}</p>', "</body>", "</html>", ""]
    return "\n".join(lines)


def warning(text: str) -> str:
    """Return a warning that is seen."""
    return f'<p class="warning" role="note">{escape(text)}</p>'


def warnings(report: Report) -> list[str]:
    """Return what is to be known before any of it is believed."""
    lines = [warning(QUICK_WARNING)] if report.size == QUICK else []
    doubtful = [name for name, one in report.stored.items() if one.changes]
    if doubtful:
        lines.append(warning(f"Pages that are not what they were when their runs were done: {', '.join(doubtful)}."))
    return lines


def all_verdicts(report: Report) -> list[str]:
    """Return the table of all verdicts, each linked to its experiment."""
    if not any(report.rows.values()):
        return ["<p>No experiment here expects anything.</p>"]
    lines = []
    for name, told in report.rows.items():
        title = (
            f'<a href="#{escape(name)}">{escape(name)}</a>: {escape(report.stored[name].answered.experiment.question)}'
        )
        lines += [f'<tr class="of"><th colspan="{len(HEAD)}" scope="rowgroup">{title}</th></tr>'] if told else []
        lines += [f"<tr>{cells(row)}</tr>" for row in told]
    return ["<table>", head_of(HEAD), "<tbody>", *lines, "</tbody>", "</table>"]


def head_of(names: Sequence[str]) -> str:
    """Return the head of a table."""
    return f"<thead><tr>{''.join(f'<th scope="col">{escape(name)}</th>' for name in names)}</tr></thead>"


def cells(row: Row) -> str:
    """Return the cells of a verdict."""
    told = (effect_words(row), share_words(row), p_words(row))
    numbers = "".join(
        f'<td class="number" data-is="{escape(name)}">{escape(text)}</td>'
        for name, text in zip(HEAD[1:4], told, strict=True)
    )
    return (
        f'<td>{escape(row.words)}</td>{numbers}<td class="verdict" data-is="Verdict">{escape(verdict_words(row))}</td>'
    )


def section(report: Report, name: str) -> list[str]:
    """Return all of one experiment."""
    one, rows = report.stored[name], report.rows[name]
    lines = [f'<section id="{escape(name)}">', f"<h2>{escape(one.answered.experiment.question or name)}</h2>"]
    lines += [f'<p class="soft">{escape(name)}</p>', *doubts(one)]
    for drawn in report.figures:
        if drawn.figure.experiments == (name,):
            lines += figure_of(drawn)
    if rows:
        lines += ["<table>", head_of(HEAD), "<tbody>", *(f"<tr>{cells(row)}</tr>" for row in rows), "</tbody>"]
        expected = one.answered.experiment.expectations
        told = dict.fromkeys(f"{spaced(each.outcome)}: {each.meaning}" for each in expected)
        lines += [
            "</table>",
            f'<p class="soft">{escape("; ".join(told))}.</p>',
            "<h3>What would change it</h3>",
            "<ul>",
        ]
        lines += [f"<li>{escape(spaced(row.expectation).capitalize())}: {escape(row.falsifier)}.</li>" for row in rows]
        lines.append("</ul>")
    return [*lines, *origin(report, name), "</section>"]


def doubts(one: Stored) -> list[str]:
    """Return warnings of what has changed since the runs of an experiment."""
    lines = [warning(f"The page is not what it was when the runs were done: {'; '.join(one.changes)}.")]
    lines = lines if one.changes else []
    history, commit = page_history(one.page), one.provenance.get("commit")
    if history.registered and commit and came_first(one.page.parent, history.registered.hash, commit) is False:
        lines.append(warning("The page was registered after these runs were done."))
    failed = one.runs.height - one.runs["failure"].null_count()
    if failed:
        lines.append(warning(f"{failed:,} of {one.runs.height:,} runs failed and are left out."))
    return lines


def figure_of(drawn: Drawn) -> list[str]:
    """Return a figure with its caption and small print."""
    kind, content = ("svg+xml", drawn.svg) if len(drawn.svg) <= LARGEST_SVG_BYTES else ("png", drawn.png)
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    title, caption, said = map(escape, (drawn.figure.title, drawn.figure.caption, drawn.small_print))
    told = f"Files: <code>{escape(drawn.figure.name)}.pdf, .svg, .png, .csv</code>"
    return [
        f'<figure id="figure_{escape(drawn.figure.name)}"><img src="{source}" alt="{title}. {said}">',
        f"<figcaption><strong>{title}.</strong> {caption}<br>{told}</figcaption></figure>",
    ]


def origin(report: Report, name: str) -> list[str]:
    """Return how to do it again, and where page and results come from."""
    one = report.stored[name]
    size = [] if report.size == FULL else [f"size={report.size}"]
    results = [] if str(one.folder.parent) == "results" else [f"results={one.folder.parent}"]
    draw = " ".join(["bazaar figures", f"experiment={name}", *size, *results])
    commands = f"{sweep_command(name, one.folder.parent, report.size)}\n{draw}"
    history, commit = page_history(one.page), one.provenance.get("commit")
    told = [f"Page registered in {history.registered}" if history.registered else "Page registered in no commit"]
    if history.changed and history.changed != history.registered:
        told.append(f"last changed in {history.changed}")
    if history.edited:
        told.append("edited since, not committed")
    told.append(f"results by the code of {commit_words(commit)}" + (", which has changed since" * one.old_code))
    return [
        "<h3>How to do it again</h3>",
        f"<pre>{escape(commands)}</pre>",
        f'<p class="soft">{escape("; ".join(told))}.</p>',
    ]


def commit_words(commit: str | None) -> str:
    """Return a commit of the provenance in words; a + says that files had changed since it."""
    if not commit:
        return "no commit"
    return commit[:LENGTH] + (" and changes that were not committed" if commit.endswith("+") else "")
