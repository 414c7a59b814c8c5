"""Tables of verdicts for a paper: LaTeX with the rules of the package booktabs."""

from collections.abc import Sequence

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
WIDTH = r"p{0.42\linewidth}"
NOTICE = "% Written by `bazaar figures`; needs \\usepackage{booktabs}."


def latex(text: str) -> str:
    """Return a text as LaTeX shows it."""
    return "".join(ESCAPES.get(letter, letter) for letter in text)


def verdicts_tex(rows: Sequence[Row], caption: str, label: str, stamp: str) -> str:
    """Return a table of verdicts; those of several experiments stand apart, below their names."""
    lines = [NOTICE, f"% {' '.join(stamp.split())}", r"\begin{table}", r"  \centering", r"  \footnotesize"]
    lines += [f"  \\caption{{{latex(caption)}}}", f"  \\label{{tab:{label}}}"]
    lines += [f"  \\begin{{tabular}}{{{WIDTH}llll}}", r"    \toprule", f"    {' & '.join(HEAD)} \\\\"]
    names = list(dict.fromkeys(row.experiment for row in rows))
    for name in names:
        lines.append(r"    \midrule")
        if len(names) > 1:
            lines.append(f"    \\multicolumn{{5}}{{l}}{{\\emph{{{latex(name)}}}}} \\\\")
        lines += [f"    {' & '.join(map(latex, cells(row)))} \\\\" for row in rows if row.experiment == name]
    lines += [r"    \bottomrule", r"  \end{tabular}", r"\end{table}", ""]
    return "\n".join(lines)


def cells(row: Row) -> tuple[str, ...]:
    """Return the cells of a row."""
    return row.words, effect_words(row), share_words(row), p_words(row), verdict_words(row)
