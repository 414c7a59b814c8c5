"""`bazaar verify`: the table, the JSON, the exit codes and what is refused."""

import json

import pytest

from experiments.verify import NAMES
from model.theory import spot_clearing

QUANTITY = ["name", "theory", "simulated", "tolerance", "passed"]
NO_TRADE = ["benchmark=spot_clearing", "spot_clearing.asks=[[10, 9]]"]


@pytest.fixture
def broken(monkeypatch):
    """Let the spot market clear at a price one per cent too high."""
    right = spot_clearing.clearing_price
    monkeypatch.setattr(spot_clearing, "clearing_price", lambda *books: 1.01 * right(*books))


def test_the_table_of_all(bazaar):
    said = bazaar("verify")
    assert (said.code, said.err) == (0, "")
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[0] == ["benchmark", "quantity", "theory", "simulated", "tolerance", "verdict"]
    assert [line[0] for line in lines[1:] if len(line) == 6] == list(NAMES)
    assert {line[-1] for line in lines[1:]} == {"ok"}


def test_the_table_of_one(bazaar):
    said = bazaar("verify", "benchmark=spot_clearing")
    rows = [line.split() for line in said.out.splitlines()[1:]]
    assert said.code == 0
    assert rows[0][:4] == ["spot_clearing", "price", "4", "4"]
    assert [row[0] for row in rows[1:]] == ["quantity", "surplus"]


def test_the_json_of_all(bazaar):
    said = bazaar("verify", "output=json")
    assert (said.code, said.err) == (0, "")
    answers = json.loads(said.out)
    assert [answer["benchmark"] for answer in answers] == list(NAMES)
    for answer in answers:
        assert list(answer) == ["benchmark", "parameters", "quantities"]
        for quantity in answer["quantities"]:
            assert list(quantity) == QUANTITY
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
        "sd": 50.0,
        "distribution": "lognormal",
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
