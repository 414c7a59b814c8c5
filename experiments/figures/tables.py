"""Tables of verdicts: for a paper in LaTeX, with the rules of the package booktabs, and for a page in Markdown."""

import math
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from experiments import markdown
from experiments.figures.verdicts import Row, effect_words, p_words, share_words, verdict_words

HEAD = ("Expectation", "Effect (95\\% interval)", "As expected", "$p$ (Holm)", "Verdict")
ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "“": "``",
    "”": "''",
    "−": "$-$",
    "<": "$<$",
    ">": "$>$",
    "ζ": r"$\zeta$",
}
COLUMNS = r"p{0.36\linewidth}lllp{0.15\linewidth}"
NOTICE = "% Written by `bazaar figures`; needs \\usepackage{{booktabs{more}}}."


def latex(text: str) -> str:
    """Return a text as LaTeX shows it."""
    return "".join(ESCAPES.get(letter, letter) for letter in text)


def verdicts_tex(rows: Sequence[Row], caption: str, label: str, stamp: str) -> str:
    """Return a table of verdicts; those of several experiments stand apart, below their names, over several pages."""
    names = list(dict.fromkeys(row.experiment for row in rows))
    several = len(names) > 1
    lines = []
    for name in names:
        lines.append(r"  \midrule")
        lines += [f"  \\multicolumn{{5}}{{l}}{{\\emph{{{latex(name)}}}}} \\\\"] * several
        lines += [f"  {' & '.join(map(latex, cells(row)))} \\\\" for row in rows if row.experiment == name]
    notice = [NOTICE.format(more=",longtable" * several), f"% {' '.join(stamp.split())}"]
    named = f"\\caption{{{latex(caption)}}}\\label{{tab:{label}}}"
    return "\n".join([*notice, *(long_table if several else short_table)(lines, named), ""])


def short_table(lines: Sequence[str], named: str) -> list[str]:
    """Return rows as a table that floats."""
    return [
        r"\begin{table}",
        r"  \centering\footnotesize",
        f"  {named}",
        f"  \\begin{{tabular}}{{{COLUMNS}}}",
        r"  \toprule",
        f"  {' & '.join(HEAD)} \\\\",
        *lines,
        r"  \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]


def long_table(lines: Sequence[str], named: str) -> list[str]:
    """Return rows as a table that goes over pages, with its head on each."""
    return [
        r"\begingroup\footnotesize",
        f"\\begin{{longtable}}{{{COLUMNS}}}",
        f"  {named} \\\\",
        r"  \toprule",
        f"  {' & '.join(HEAD)} \\\\",
        r"  \endhead",
        r"  \bottomrule",
        r"  \endlastfoot",
        *lines,
        r"\end{longtable}",
        r"\endgroup",
    ]


def cells(row: Row) -> tuple[str, ...]:
    """Return the cells of a row."""
    return row.words, effect_words(row), share_words(row), p_words(row), verdict_words(row)


def read_verdicts(path: Path) -> list[Row]:
    """Return the rows of a `verdicts.csv`."""
    table = pl.read_csv(path).select(Row._fields).fill_null(math.nan)
    return [Row(*row) for row in table.iter_rows()]


def verdicts_markdown(rows: Sequence[Row]) -> list[str]:
    """Return a table of verdicts, experiment by experiment."""
    head = ("experiment", "expected", "effect (95% interval)", "as expected", "verdict")
    told = [(row.experiment, row.words, effect_words(row), share_words(row), verdict_words(row)) for row in rows]
    return markdown.table(head, told)
