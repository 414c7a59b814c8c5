"""`bazaar figures`: what it writes, refuses and says, from results that nobody ran."""

import json
import re
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
from matplotlib.figure import Figure as Canvas
from matplotlib.image import imread

from experiments.cli import BAD_REQUEST, DONE
from experiments.figures import all as registered
from experiments.figures import command, page
from experiments.figures.figure import Answered, Figure
from experiments.figures.flip import MOAT
from experiments.store import load
from experiments.sweep.experiment import load_experiment
from tests.experiments.figures.made_up import MEANS, PAGE, draw_means, leave, means, runs_of, write_page

SCRIPTS = Path(registered.__file__).with_name("scripts")


@pytest.fixture
def own(tmp_path, monkeypatch):
    write_page(tmp_path / "own")
    monkeypatch.setattr(command, "FIGURES", (MEANS,))
    monkeypatch.setattr(command, "answering_names", lambda own: ["mine"])
    return tmp_path / "own"


@pytest.fixture
def drawn(own, bazaar):
    """Draw figures from results in a folder beside the pages, and return what was said."""

    def figures(*words):
        return bazaar("figures", f"own={own}", f"results={own.parent / 'results'}", *words)

    return figures


def figures_in(module):
    """Return the figures of a script, one by one or in a tuple."""
    values = [one for value in vars(module).values() for one in (value if type(value) is tuple else (value,))]
    return [value for value in values if isinstance(value, Figure)]


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("[!_]*.py")), ids=lambda path: path.stem)
def test_every_script_is_registered(path):
    found = {figure.name for figure in figures_in(import_module(f"experiments.figures.scripts.{path.stem}"))}
    others = [other.read_text() for other in SCRIPTS.glob("*.py") if other != path]
    assert found or any(f"scripts.{path.stem} import" in text for text in others), "it draws nothing and helps no other"
    assert found <= {figure.name for figure in registered.FIGURES}


def test_figures_have_names_of_their_own_and_words():
    names = [figure.name for figure in registered.FIGURES]
    assert len(names) == len(set(names))
    for figure in registered.FIGURES:
        assert re.fullmatch(r"[a-z0-9_]+", figure.name)
        assert figure.title
        assert figure.caption
        assert figure.experiments


def test_missing_results_name_the_sweep_that_makes_them(drawn, own):
    for words, size in (((), ""), (("size=quick",), " size=quick"), (("experiment=mine",), "")):
        said = drawn(*words)
        assert (said.code, said.out) == (BAD_REQUEST, "")
        results = own.parent / "results"
        named = f"make them with bazaar sweep experiment=mine{size} results={results} own={own}\n"
        assert said.err.endswith(named)
        assert said.err.count("\n") == 1
        assert not results.exists()


def test_an_unfinished_sweep_is_missing(drawn, own):
    leave(own.parent / "results" / "mine", own)
    (own.parent / "results" / "mine" / "provenance.json").unlink()
    assert drawn().code == BAD_REQUEST


def test_what_it_writes(drawn, own):
    leave(own.parent / "results" / "mine", own)
    said = drawn()
    folder = own.parent / "results" / "figures"
    assert (said.code, said.err) == (DONE, "")
    assert "supported" in said.out
    assert f"1 figure beside the report, {folder / 'report.html'}" in said.out
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {
        *(f"means.{kind}" for kind in ("pdf", "svg", "png", "csv")),
        *("report.html", "tables/mine.tex", "tables/verdicts.tex", "tables/verdicts.csv"),
    }
    # a rises in nine of ten draws from 0 to 1, and falls in one
    assert pl.read_csv(folder / "means.csv").rows() == [("before", 0.8), ("after", 0.0)]
    assert pl.read_csv(folder / "tables" / "verdicts.csv")["verdict"].to_list() == ["supported", "supported"]
    height, width = imread(folder / "means.png").shape[:2]
    assert width == 7 * 200, "as wide as it is printed"
    assert height > 3.6 * 200, "with room for the small print"
    svg = (folder / "means.svg").read_text()
    assert re.search(r"compute-bazaar [\d.]+: mine [0-9a-f]{16} 40 runs", svg)
    assert "Means &amp; &lt;arms&gt;" in svg
    assert b"mine" in (folder / "means.png").read_bytes(), "the stamp"


def test_the_same_results_give_the_same_bytes(drawn, own):
    leave(own.parent / "results" / "mine", own)
    folder = own.parent / "results" / "figures"
    drawn()
    first = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    drawn()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == first


def test_one_experiment_has_a_report_of_its_own(drawn, own):
    leave(own.parent / "results" / "mine", own)
    said = drawn("experiment=mine", "output=json")
    told = json.loads(said.out)
    assert [row["verdict"] for row in told["verdicts"]] == ["supported", "supported"]
    assert told["figures"] == ["means"]
    assert told["report"] == str(own.parent / "results" / "figures" / "mine.html")
    assert not (own.parent / "results" / "figures" / "report.html").exists()


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("experiment=mnie", "no experiment is called mnie; nearest: mine"),
        ("size=tiny", "size = tiny is unknown; there are: full, quick"),
        ("runs=3", "bazaar figures has no runs"),
    ],
)
def test_what_it_does_not_take(drawn, word, reason):
    said = drawn(word)
    assert said.code == BAD_REQUEST
    assert reason in said.err


def test_results_of_another_page_are_refused_or_doubted(drawn, own):
    folder = own.parent / "results" / "mine"
    leave(folder, own)
    report = own.parent / "results" / "figures" / "report.html"
    write_page(own, PAGE.replace("smallest: 0.5\n    falsifier: it", "smallest: 0.7\n    falsifier: it"))
    assert drawn().code == DONE
    text = report.read_text()
    assert 'class="warning"' in text
    assert "The page is not what it was when the runs were done: expectation calmer was changed." in text
    write_page(own, PAGE.replace("months: 12", "months: 24"))
    assert drawn().code == DONE
    assert "; months: 12 -&gt; 24." in report.read_text()
    write_page(own, PAGE.replace("  before:\n", "  before:\n  third: {overrides: {parameters.risk_aversion: 3}}\n"))
    said = drawn()
    assert said.code == BAD_REQUEST
    assert f"{folder} holds no third, which its page asks for; bazaar sweep experiment=mine" in said.err
    assert "restart=true" in said.err


OF_LAB = """\
tables: {labs: [users_h100e]}
"""
LARGER = """\
  larger:
    outcome: users_h100e
    lab: anthropic
    of_all: true
    months: [3, 4]
    between: [before, after]
    expected: higher
    smallest: 0.1
    falsifier: it has no larger share
"""


def labs_of(experiment):
    """In months 3 and 4 anthropic has 20 of 80 users before and 40 of 100 after."""
    rows = [
        (run, month, lab, users)
        for run, arm in runs_of(experiment).select("run", "arm").rows()
        for month in (3, 4)
        for lab, users in (("openai", 60.0), ("anthropic", 20.0 if arm == "before" else 40.0))
    ]
    return pl.DataFrame(rows, ["run", "month", "lab", "users_h100e"], orient="row")


def test_the_outcome_of_a_firm_has_its_verdict(drawn, own):
    write_page(own, PAGE.replace("metrics:", f"{OF_LAB}metrics:") + LARGER)
    folder = own.parent / "results" / "mine"
    leave(folder, own)
    said = drawn()
    assert said.code == BAD_REQUEST
    assert f"{folder} holds no users_h100e of labs, which its page asks for; bazaar sweep experiment=mine" in said.err
    (folder / "labs").mkdir()
    labs_of(load_experiment("mine", own=own)).write_parquet(folder / "labs" / "part-000000.parquet")
    assert drawn().code == DONE
    tables = own.parent / "results" / "figures" / "tables"
    larger = pl.read_csv(tables / "verdicts.csv").row(2, named=True)
    told = "Share of anthropic in users of all labs in months 3 to 4 is higher with “after” than with “before”"
    assert larger["words"] == f"{told}, by more than 0.1 [share]."
    assert (larger["outcome"], larger["unit"]) == ("share of anthropic in users of all labs in months 3 to 4", "share")
    assert (larger["verdict"], larger["draws"], larger["share"]) == ("supported", 10, 1.0)
    assert larger["median"] == pytest.approx(0.15)  # 40 / 100 less 20 / 80
    text = (own.parent / "results" / "figures" / "report.html").read_text()
    assert "users h100e: inference its users want at the reference price." in text
    assert "warning" not in text.partition("</style>")[2]


def test_sweeps_of_before_firms_expect_what_they_did(drawn, own):
    older = [
        {
            "name": name,
            "outcome": outcome,
            "a": "before",
            "b": "after",
            "expected": sign,
            "smallest": 0.5,
            "falsifier": no,
        }
        for name, outcome, sign, no in (
            ("calmer", "spot_volatility", "lower", "it swings <more>"),
            ("fuller", "utilisation", "same", "use differs"),
        )
    ]
    leave(own.parent / "results" / "mine", own, expectations=older)
    assert drawn().code == DONE
    assert "warning" not in (own.parent / "results" / "figures" / "report.html").read_text().partition("</style>")[2]


def test_words_that_are_too_small_are_refused(drawn, own, monkeypatch):
    def tiny(canvas, table):
        canvas.text(0.5, 0.5, "whisper", fontsize=6)

    leave(own.parent / "results" / "mine", own)
    monkeypatch.setattr(command, "FIGURES", (MEANS._replace(draw=tiny),))
    with pytest.raises(ValueError, match="means writes 'whisper' smaller than 8 pt"):
        drawn()


def test_figures_do_not_go_where_runs_are(drawn, own):
    leave(own.parent / "results" / "mine", own)
    (own.parent / "results" / "figures").mkdir()
    (own.parent / "results" / "figures" / "provenance.json").write_text("{}")
    said = drawn()
    assert said.code == BAD_REQUEST
    assert "holds results of runs" in said.err


def outside(text):
    """Return what a page would load from elsewhere."""
    sources = re.findall(r"(?:src|href)\s*=\s*\"([^\"]*)\"", text) + re.findall(r"url\(([^)]*)\)|@import[^;]*", text)
    return [source for source in sources if not source.startswith(("data:", "#"))]


def test_the_report_needs_nothing_else_and_escapes_what_it_says(drawn, own):
    leave(own.parent / "results" / "mine", own)
    drawn()
    text = (own.parent / "results" / "figures" / "report.html").read_text()
    assert outside(text) == []
    assert "<script" not in text
    assert "<h2>Is it &lt;calmer&gt; &amp; fuller?</h2>" in text
    assert "<calmer>" not in text
    assert "<li>Calmer: it swings &lt;more&gt;.</li>" in text
    assert "data:image/svg+xml;base64," in text
    assert 'alt="Means &amp; &lt;arms&gt;. mine: 40 runs, 10 draws, 2 replicates, seed 1, ' in text
    assert "prefers-color-scheme: dark" in text
    assert f"bazaar sweep experiment=mine results={own.parent / 'results'}" in text
    assert "results by the code of 000000000000" in text
    assert "warning" not in text.partition("</style>")[2], "nothing to warn of"
    for tag in ("table", "section", "figure", "ul", "p", "tr", "td"):
        assert len(re.findall(rf"<{tag}[ >]", text)) == text.count(f"</{tag}>"), tag


def test_a_figure_of_too_many_marks_goes_in_as_png(drawn, own, monkeypatch):
    leave(own.parent / "results" / "mine", own)
    monkeypatch.setattr(page, "LARGEST_SVG_BYTES", 100)
    drawn()
    assert "data:image/png;base64," in (own.parent / "results" / "figures" / "report.html").read_text()


def test_quick_results_and_failed_runs_are_warned_of(drawn, own):
    def some_failed(experiment):
        runs = runs_of(experiment)
        return runs.with_columns(pl.when(pl.col("run") == 3).then(pl.lit("broke")).alias("failure"))

    leave(own.parent / "results" / "mine_quick", own, size="quick", make=some_failed)
    assert drawn("size=quick").code == DONE
    text = (own.parent / "results" / "figures_quick" / "report.html").read_text()
    assert "These are results of the quick size" in text
    assert "1 of 10 runs failed and are left out." in text
    assert "bazaar figures experiment=mine size=quick" in text


def test_the_moat_begins_with_what_it_hangs_on(drawn, own, monkeypatch):
    write_page(own, PAGE, MOAT)
    monkeypatch.setattr(page, "flip_words", lambda answered: f"{answered.experiment.name} hangs on <ζ>.")
    monkeypatch.setattr(command, "answering_names", lambda own: [MOAT])
    monkeypatch.setattr(command, "FIGURES", ())
    leave(own.parent / "results" / MOAT, own, MOAT)
    assert drawn().code == DONE
    body = (own.parent / "results" / "figures" / "report.html").read_text().partition("<body>\n")[2]
    assert body.startswith('<p class="first">moat_or_commodity hangs on &lt;ζ&gt;.</p>\n')


def test_a_figure_of_several_experiments_stands_once(drawn, own, monkeypatch):
    write_page(own, PAGE, "other")
    both = Figure("both", "Both", "Two.", ("mine", "other"), means, draw_means)
    monkeypatch.setattr(command, "FIGURES", (both,))
    monkeypatch.setattr(command, "answering_names", lambda own: ["mine", "other"])
    leave(own.parent / "results" / "mine", own)
    said = drawn("experiment=mine")
    assert said.code == DONE
    assert "left out: both, which also needs results of other\n" in said.err
    assert not (own.parent / "results" / "figures" / "both.png").exists()
    said = drawn()
    assert said.code == BAD_REQUEST
    assert "no finished results of other; make them with bazaar sweep experiment=other" in said.err
    leave(own.parent / "results" / "other", own, "other")
    assert drawn().code == DONE
    text = (own.parent / "results" / "figures" / "report.html").read_text()
    assert text.count("<figure ") == 1


def test_the_figure_that_the_page_of_papers_shows_is_one(own, tmp_path):
    text = (Path(registered.__file__).parents[2] / "docs" / "paper.md").read_text()
    said = {}
    (snippet,) = (code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "FIGURE = " in code)
    exec(snippet, said)
    leave(tmp_path / "results", own)
    answered = Answered(load_experiment("mine", own=own), load(tmp_path / "results"))
    table = said["FIGURE"].data({"p12_price_rules": answered})
    canvas = Canvas()
    said["FIGURE"].draw(canvas, table)
    assert len(canvas.axes) == 1
