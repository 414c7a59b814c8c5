"""`bazaar verify`: the table, the JSON, the exit codes and what is refused."""

import json
import re

import pytest

from experiments import verification, verify
from experiments.verify import NAMES, answer
from model.theory import spot_clearing
from model.theory.benchmark import Comparison

pytestmark = pytest.mark.all

QUANTITY = ["name", "theory", "simulated", "tolerance", "passed"]
NO_TRADE = ["benchmark=spot_clearing", "spot_clearing.asks=[[10, 9]]"]


@pytest.fixture
def broken(monkeypatch):
    """Let the spot market clear at a price one per cent too high."""
    right = spot_clearing.clearing_price
    monkeypatch.setattr(spot_clearing, "clearing_price", lambda *books: 1.01 * right(*books))


def changed(monkeypatch, **fields):
    """Let `spot_clearing` be the only benchmark, with `comparisons`, or with rows that are only a `method_check`."""
    right, comparisons = spot_clearing.BENCHMARK.ask, fields.get("comparisons", ())

    def ask(values):
        found = right(values)._replace(comparisons=comparisons)
        rows = (quantity._replace(counted="method_check" not in fields) for quantity in found.quantities)
        return found._replace(quantities=tuple(rows))

    benchmark = spot_clearing.BENCHMARK._replace(ask=ask)
    monkeypatch.setattr(verify, "BENCHMARKS", (benchmark,))
    return benchmark


PUBLISHED = (
    Comparison("price", 4.25, 4.0, "Author (1999), table 2"),
    Comparison("loss", 1.0, float("nan"), "the same"),
)


def rows_of_all():
    """Return how many rows the table of all has."""
    return sum(max(1, len(one.outcome.quantities)) for one in verification.answers())


def test_the_table_of_all(bazaar):
    said = bazaar("verify")
    assert (said.code, said.err) == (0, "")
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[0] == ["benchmark", "quantity", "theory", "simulated", "tolerance", "verdict"]
    rows = lines[1 : 1 + rows_of_all()]
    assert {line[-1] for line in rows} == {"ok"}
    assert [line[0] for line in rows if line[0] in NAMES] == list(NAMES)
    counted = [one for one in verification.answers() if one.counted]
    assert re.fullmatch(rf"(\d+) of \1 rows of {len(counted)} benchmarks inside, \d+\.\d s", said.out.splitlines()[-1])


def test_the_table_of_one(bazaar):
    said = bazaar("verify", "benchmark=spot_clearing")
    rows = [line.split() for line in said.out.splitlines()[1:]]
    assert said.code == 0
    assert rows[0][:4] == ["spot_clearing", "price", "4", "4"]
    assert [row[0] for row in rows[1:3]] == ["quantity", "surplus"]
    assert said.out.splitlines()[-1].startswith("3 of 3 rows of 1 benchmark inside, ")


def test_the_json_of_all(bazaar):
    said = bazaar("verify", "output=json")
    assert (said.code, said.err) == (0, "")
    answers = json.loads(said.out)
    assert [answer["benchmark"] for answer in answers] == list(NAMES)
    for told in answers:
        assert list(told)[:3] == ["benchmark", "parameters", "quantities"]
        assert set(list(told)[3:]) <= {"said", "comparisons"}
        for quantity in told["quantities"]:
            assert [key for key in quantity if key != "method_check"] == QUANTITY
            assert quantity["passed"] is True
            assert all(isinstance(quantity[key], int | float) for key in ("theory", "simulated", "tolerance"))


def test_the_json_of_one_has_its_parameters(bazaar):
    said = bazaar("verify", "benchmark=newsvendor", "newsvendor.spot_price=6", "output=json")
    answer = json.loads(said.out)
    assert said.code == 0
    assert answer["parameters"] == {
        "commit_price": 2.0,
        "spot_price": 6.0,
        "resale_price": 0.5,
        "mean": 100.0,
        "sd": 30.0,
        "distribution": "normal",
    }
    assert [quantity["name"] for quantity in answer["quantities"]] == ["commitment", "probability_covered", "cost"]


def test_a_list_may_be_set(bazaar):
    said = bazaar("verify", "benchmark=spot_clearing", "spot_clearing.asks=[[10,3],[10,5]]", "output=json")
    prices = [(row["theory"], row["simulated"]) for row in json.loads(said.out)["quantities"]]
    assert prices == [(5.5, 5.5), (20.0, 20.0), (60.0, 60.0)]


def test_where_theory_does_not_hold_it_is_said_and_nothing_failed(bazaar):
    said = bazaar("verify", *NO_TRADE, "output=json")
    answer = json.loads(said.out)
    assert said.code == 0
    assert list(answer) == ["benchmark", "parameters", "quantities", "said"]
    assert answer["quantities"] == []
    assert "no price" in answer["said"]
    table = bazaar("verify", *NO_TRADE)
    assert table.code == 0
    assert "does not apply" in table.out
    assert answer["said"] in table.out


def test_a_row_outside_exits_1(bazaar, broken):
    table = bazaar("verify", "benchmark=spot_clearing")
    assert table.code == 1
    assert "OUTSIDE" in table.out
    said = bazaar("verify", "benchmark=spot_clearing", "output=json")
    assert said.code == 1
    assert json.loads(said.out)["quantities"][0]["passed"] is False
    assert bazaar("verify", "benchmark=faratin").code == 0


def test_what_is_no_number_is_null_and_outside(bazaar, monkeypatch):
    monkeypatch.setattr(spot_clearing, "clearing_price", lambda *books: float("nan"))
    said = bazaar("verify", "benchmark=spot_clearing", "output=json")
    price = json.loads(said.out)["quantities"][0]
    assert (said.code, price["simulated"], price["passed"]) == (1, None, False)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["benchmark=hog"], "benchmark"),
        (["benchmark=newsvendr"], "nearest: newsvendor"),
        (["newsvendor=3"], "write BENCHMARK.PARAMETER=value"),
        (["newsvendr.sd=3"], "nearest: newsvendor"),
        (["newsvendor.spt_price=3"], "commit_price, spot_price, resale_price, mean, sd, distribution"),
        (["newsvendor.sd=much"], "not a number"),
        (["newsvendor.sd=-1"], "below its lower bound"),
        (["time_to_build.lead_months=1.5"], "not a whole number"),
        (["spot_clearing.bids=[1, 2]"], "not a list of [quantity, price]"),
        (["diversification.shares=[1, -2]"], "below its lower bound"),
        (["benchmark=faratin", "newsvendor.sd=3"], "say benchmark=newsvendor"),
        (["output=xml"], "output"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(refused, words, part):
    assert part in refused("verify", *words)


def test_help_shows_keys_and_examples(bazaar):
    said = bazaar("verify", "--help")
    assert (said.code, said.err) == (0, "")
    assert "NAME.KEY=VALUE" in said.out
    assert "bazaar verify benchmark=newsvendor" in said.out


def test_published_figures_are_shown_and_not_counted(bazaar, monkeypatch):
    changed(monkeypatch, comparisons=PUBLISHED)
    said = bazaar("verify", "benchmark=spot_clearing")
    assert said.code == 0
    *_, heading, titles, price, loss, provenance, _, total = said.out.splitlines()
    assert "not counted" in heading
    assert titles.split() == ["benchmark", "figure", "published", "here"]
    assert price.split() == ["spot_clearing", "price", "4.25", "4"]
    assert loss.split()[-1] == "nan"
    assert provenance == "spot_clearing: Author (1999), table 2"
    assert total.startswith("3 of 3 rows of 1 benchmark inside, ")


def test_published_figures_are_in_the_json_where_there_are_any(bazaar, monkeypatch):
    changed(monkeypatch, comparisons=PUBLISHED)
    told = json.loads(bazaar("verify", "benchmark=spot_clearing", "output=json").out)
    assert list(told) == ["benchmark", "parameters", "quantities", "comparisons"]
    price, loss = told["comparisons"]
    assert price == {"name": "price", "published": 4.25, "simulated": 4.0, "provenance": "Author (1999), table 2"}
    assert loss["simulated"] is None


def test_a_method_check_is_shown_and_decides_nothing(bazaar, monkeypatch, broken):
    changed(monkeypatch, method_check=True)
    said = bazaar("verify")
    assert said.code == 0
    rows = said.out.splitlines()[1:4]
    assert rows[0].endswith("method check, OUTSIDE")
    assert said.out.splitlines()[-1].startswith("0 of 0 rows of 0 benchmarks inside, ")
    told = json.loads(bazaar("verify", "benchmark=spot_clearing", "output=json").out)
    assert all(quantity["method_check"] is True for quantity in told["quantities"])
    assert told["quantities"][0]["passed"] is False


def test_a_method_check_may_be_right(bazaar, monkeypatch):
    changed(monkeypatch, method_check=True)
    assert all(row.endswith("method check, ok") for row in bazaar("verify").out.splitlines()[1:4])


def test_the_last_line_counts_what_is_outside(bazaar, broken):
    said = bazaar("verify", "benchmark=spot_clearing")
    assert re.match(r"0 of 3 rows of 1 benchmark inside, ", said.out.splitlines()[-1])


def test_somebody_who_watches_is_told_what_is_at_work(monkeypatch, capfd):
    monkeypatch.setenv("FORCE_COLOR", "1")
    verify.run_benchmarks([spot_clearing.BENCHMARK], {})
    said = capfd.readouterr()
    assert said.out == ""
    assert "spot_clearing (1 of 1)" in said.err
    monkeypatch.delenv("FORCE_COLOR")
    verify.run_benchmarks([spot_clearing.BENCHMARK], {})
    assert capfd.readouterr().err == ""


def test_the_page_has_contents_with_a_verdict_on_each():
    page = verification.verification_page()
    rows = [line for line in page.splitlines() if line.startswith("| [")]
    assert [row.split("]")[0] for row in rows] == [f"| [{name}" for name in NAMES]
    assert all(f"\n## {name}\n" in page for name in NAMES)
    for row, one in zip(rows, verification.answers(), strict=True):
        assert row.endswith("| ok |") or not one.counted or not one.outcome.quantities


def test_the_page_tells_what_is_not_counted(monkeypatch, broken):
    one = answer(changed(monkeypatch, comparisons=PUBLISHED, method_check=True), {})
    lines = verification.section(one)
    assert "Published figures and other formulas beside ours, not counted:" in lines
    assert "| price | 4.25 | 4 |" in lines
    assert "Where they come from: *Author (1999), table 2.* *The same.*" in lines
    assert any(line.startswith("| price | 4 |") and line.endswith("| method check, outside |") for line in lines)
    assert verification.verdict_of(one) == "method check, 0 of 3 inside"


def test_the_verdict_on_a_benchmark(monkeypatch, broken):
    assert verification.verdict_of(answer(spot_clearing.BENCHMARK, {})) == "0 of 3 inside"
    assert verification.verdict_of(answer(spot_clearing.BENCHMARK, {"asks": [[10, 9]]})) == "does not apply"
