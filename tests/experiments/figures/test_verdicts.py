"""The table of verdicts, from runs made up to earn them."""

import math
import re

import polars as pl
import pytest

from experiments.figures.figure import Answered
from experiments.figures.tables import latex, verdicts_tex
from experiments.figures.verdicts import (
    effect_words,
    in_words,
    p_words,
    share_words,
    verdict_rows,
    verdict_words,
    verdicts_table,
)
from experiments.store import SweepResults
from experiments.sweep.expectations import Expectation
from experiments.sweep.experiment import load_experiment
from experiments.sweep.firms import Firm
from tests.experiments.figures.made_up import PAGE, runs_of, write_page


@pytest.fixture
def rows(tmp_path):
    write_page(tmp_path)
    experiment = load_experiment("mine", own=tmp_path)
    return rows_of(experiment)


def rows_of(experiment):
    return verdict_rows(Answered(experiment, SweepResults(runs_of(experiment), pl.DataFrame(), {}, {}, {})))


def test_a_row_says_what_came_of_an_expectation(rows):
    # nine draws of ten fall by 1 and one rises by 1: the median is -1, and the mean -0.8
    calmer, fuller = rows
    assert calmer[:2] == ("mine", "calmer")
    assert calmer.words == "Spot volatility is lower with “after” than with “before”, by more than 0.5 [1/year]."
    assert (calmer.draws, calmer.median, calmer.share, calmer.verdict) == (10, -1.0, 0.9, "supported")
    assert effect_words(calmer) == "−1 (−1 to −1)"
    assert share_words(calmer) == "90% of 10"
    # t = 0.8 / (sqrt(3.6 / 9) / sqrt(10)) = 4 with 9 degrees of freedom: p = 0.0031, twice that after Holm
    assert calmer.adjusted_p_value == pytest.approx(0.0062, abs=0.0001)
    assert p_words(calmer) == "0.006"
    # 0, 0.1 and 0.2 in turn from point 0 on: four, three and three of ten; all are below the smallest of interest
    assert fuller.words == "Utilisation is the same with “after” as with “before”, within 0.5 [share]."
    assert (fuller.share, fuller.verdict) == (1.0, "supported")
    assert fuller.median == pytest.approx(0.1)


def test_the_outcome_of_a_firm_reads_like_a_sentence():
    firm = Firm("lab", "anthropic", 24, 24, of_all=True)
    share = Expectation("lead", "users_h100e", "late", "early", "higher", 0.01, "no", firm)
    told = "Share of anthropic in users of all labs in month 24 is higher with “early” than with “late”"
    assert in_words(share) == f"{told}, by more than 0.01 [share]."
    firm = Firm("lab", "anthropic", 5, 16)
    cost = Expectation("cost", "unit_cost_usd_per_h100e_hour", "without", "idle", "same", 0.05, "no", firm)
    told = "Unit cost of anthropic in months 5 to 16 is the same with “idle” as with “without”"
    assert in_words(cost) == f"{told}, within 0.05 [USD/H100e-hour]."


def test_small_numbers_are_written_out(rows):
    small = rows[0]._replace(median=-0.000732, low=-0.001, high=0.0, verdict="depends on parameters.risk_aversion")
    assert effect_words(small) == "−0.00073 (−0.001 to 0)"
    assert verdict_words(small) == "depends on risk aversion"


def test_too_few_draws_say_so(tmp_path):
    write_page(tmp_path, PAGE.replace("points: 10", "points: 5"))
    experiment = load_experiment("mine", own=tmp_path)
    calmer, _ = rows_of(experiment)
    assert calmer.verdict == "undecided"
    assert effect_words(calmer) == "−1 (too few draws)"
    assert p_words(calmer) == "-"
    assert verdicts_table([calmer])["low"].to_list() == [None]
    nothing = calmer._replace(median=math.nan, share=math.nan, draws=0)
    assert (effect_words(nothing), share_words(nothing)) == ("-", "-")


def balanced(text):
    """Tell whether what a text opens is closed in turn, and every row of its table has as many cells."""
    opened = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "end" and (not opened or opened.pop() != name):
            return False
        opened += [name] * (kind == "begin")
    bare = text.replace("\\{", "").replace("\\}", "").replace("\\&", "").replace("\\$", "")
    rows = [line for line in bare.splitlines() if line.endswith("\\\\") and "multicolumn" not in line]
    cells = {line.count("&") for line in rows if "caption" not in line}
    return not opened and bare.count("{") == bare.count("}") and bare.count("$") % 2 == 0 and cells == {4}


def test_a_table_of_an_experiment(rows):
    text = verdicts_tex(rows, "What is 5% of $1?", "mine", "stamp\nof two lines")
    assert balanced(text)
    assert text.startswith("% Written by `bazaar figures`; needs \\usepackage{booktabs}.\n% stamp of two lines\n")
    assert [text.count(f"\\{rule}") for rule in ("toprule", "midrule", "bottomrule")] == [1, 1, 1]
    assert r"\caption{What is 5\% of \$1?}\label{tab:mine}" in text
    assert "$-$1 ($-$1 to $-$1) & 90\\% of 10 & 0.006 & supported \\\\" in text


def test_a_table_of_several(rows):
    other = rows[0]._replace(experiment="other_one", verdict="depends on parameters.a_b & 5%")
    text = verdicts_tex([*rows, other], "All.", "all", "stamp")
    assert balanced(text)
    assert "\\usepackage{booktabs,longtable}" in text
    assert text.count("\\midrule") == 2
    assert r"\emph{mine}" in text
    assert r"\emph{other\_one}" in text
    assert r"depends on a b \& 5\% \\" in text
    assert not balanced(text.replace(r"\endgroup", "}"))


def test_letters_that_mean_something_to_latex():
    assert latex("a\\b~^{}#“c”<1") == (r"a\textbackslash{}b\textasciitilde{}\textasciicircum{}\{\}\#``c''$<$1")
