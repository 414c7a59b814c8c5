"""A game: what is done by hand is an event, and what is exported replays to the same bits."""

import shlex

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import experiments
from experiments.view import shocks
from experiments.view.game import (
    SLIDERS,
    Game,
    Table,
    command,
    elsewhere,
    events_text,
    scenario_of,
    score,
    struck,
    taken_back,
    with_number,
)
from model.parameters import PARAMETERS
from model.settings import BadRequest, CommandText

pytestmark = pytest.mark.all

ORDERS = {"target": "anthropic", "months": 1, "build_h100e": 20000, "lease_h100e": 100000, "partner_h100e": 50000}


def played():
    """Return a game in which a bit of everything was done by hand."""
    game = with_number(Game("colossus", seed=3, months=4), "usable_share", "0.9")
    game = struck(game, "surge", target="anthropic", growth_x_per_year=80.0, months=4)
    game = struck(game._replace(months=7), "orders", **ORDERS, stubbornness_share=0.25)
    game = struck(game._replace(months=9), "recall", target="spacex_colossus")
    return game._replace(months=16)


def test_what_is_exported_replays_to_the_same_bits(bazaar, tmp_path, monkeypatch):
    game = played()
    market = Table().market(game)
    (tmp_path / "events.yaml").write_text(events_text(game), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    name, *words = shlex.split(command(game))
    assert name == "bazaar"
    assert bazaar(*words, "output=json").code == 0
    replayed = experiments.load("results/replay")
    for table, live in (
        ("months", market.months()),
        ("labs", market.labs_table()),
        ("suppliers", market.suppliers_table()),
        ("contracts", market.contracts()),
    ):
        assert getattr(replayed, table).equals(live), table
    calm = Table().market(game._replace(events=()))
    assert not calm.months().equals(market.months())


def test_a_market_goes_on_and_back_with_the_bits_of_one_made_anew():
    table, game = Table(), played()
    shown = [table.market(game._replace(months=months)).months() for months in (3, 16, 5, 16)]
    fresh = Table().market(game).months()
    assert shown[1].equals(fresh)
    assert shown[3].equals(fresh)
    assert shown[0].equals(fresh.head(3))
    assert shown[2].equals(fresh.head(5))


def test_a_shock_strikes_the_next_month_and_leaves_the_past_alone():
    game = Game("small", months=6)
    before = Table().market(game).months()
    shaken = struck(game, "demand_bust", size_share=0.5)
    after = Table().market(shaken._replace(months=9)).months()
    assert after.head(6).equals(before)
    assert after["shocks_begun"].to_list() == [0] * 6 + [1, 0, 0]
    assert taken_back(shaken) == game


def test_before_the_first_month_a_shock_strikes_the_second():
    game = struck(Game("small"), "price_war", months=2)
    assert dict(game.events[0].fields)["first_month"] == 1


def test_orders_of_a_month_take_the_place_of_those_before():
    game = struck(Game("colossus", months=3), "orders", **ORDERS)
    again = struck(game, "orders", **(ORDERS | {"lease_h100e": 5}))
    other = struck(again, "orders", **(ORDERS | {"target": "openai"}))
    later = struck(other._replace(months=4), "orders", **ORDERS)
    assert [dict(event.fields)["lease_h100e"] for event in later.events] == [5, 100000, 100000]
    assert len({event.name for event in later.events}) == 3


def test_what_cannot_be_done_is_refused_and_nothing_is_changed():
    game = Game("small", months=2)
    with pytest.raises(BadRequest, match=r"target = nobody is unknown"):
        struck(game, "recall", target="nobody")
    with pytest.raises(BadRequest, match=r"size_share = 2 is above its upper bound 1"):
        struck(game, "outage", size_share=2)
    with pytest.raises(BadRequest, match=r"lease_h100e = many is not a number"):
        struck(game, "orders", target="openai", lease_h100e=CommandText("many"))
    with pytest.raises(BadRequest, match=r"the game is over after 1200 months"):
        struck(game._replace(months=1200), "price_war")
    with pytest.raises(BadRequest, match=r"usable_share = 7 is above its upper bound 1 share"):
        with_number(game, "usable_share", "7")
    with pytest.raises(BadRequest, match=r"usable_share = much is not a number"):
        with_number(game, "usable_share", "much")
    with pytest.raises(BadRequest, match=r"parameters\.usable is unknown; nearest: usable_share"):
        with_number(game, "usable", "0.9")


@given(st.sampled_from(SLIDERS), st.floats(0, 1))
def test_sliders_stay_within_what_is_declared(name, place):
    parameter = next(parameter for parameter in PARAMETERS if parameter.name == name)
    low, high = parameter.plausible_range
    game = with_number(Game("small"), name, repr(low + place * (high - low)))
    assert scenario_of(game).parameters[name] == dict(game.numbers)[name]


def test_a_ready_shock_can_be_fired_in_every_scenario():
    for name in ("colossus", "small", "regions", "strategies", "no_partners", "stationary"):
        game = Game(name, months=1)
        scenario = scenario_of(game)
        ready = shocks.ready(scenario, next(iter(scenario.labs)))
        assert len({shock.words for shock in ready}) == len(ready) >= 2
        for shock in ready:
            game = struck(game, shock.shock, **shock.fields)
        Table().market(game._replace(months=3))


@pytest.mark.parametrize("kind", shocks.KINDS)
def test_any_shock_can_be_put_together(kind):
    for target in ["", *shocks.targets(scenario_of(Game("small")), kind)]:
        struck(Game("small"), kind, **shocks.fields_of(kind, target, 3, 0.4, 80.0))


def test_another_scenario_gets_what_its_firms_can_be_struck_by():
    game = struck(struck(Game("colossus"), "recall", target="spacex_colossus"), "price_war")
    assert [event.name for event in elsewhere(game, "no_partners").events] == ["hand_2"]
    assert elsewhere(game, "no_recall").events == game.events


def test_a_score_is_against_the_same_lab_left_alone_under_the_same_luck_and_shocks():
    game = played()._replace(months=30)
    mine, alone = score((Table(), Table()), game, "anthropic")["profit_usd_m"]
    labs = Table().market(game).labs_table().filter(lab="anthropic")
    assert mine == pytest.approx((labs["revenue_usd_m"] - labs["cost_usd_m"]).sum())
    without = tuple(event for event in game.events if dict(event.fields)["shock"] != "orders")
    labs = Table().market(game._replace(events=without)).labs_table().filter(lab="anthropic")
    assert alone == pytest.approx((labs["revenue_usd_m"] - labs["cost_usd_m"]).sum())
    refused = 1 - labs["served_inference_h100e"].sum() / labs["need_inference_h100e"].sum()
    assert score((Table(), Table()), game, "anthropic")["refused_share"][1] == pytest.approx(refused)
    assert score((Table(), Table()), game._replace(events=without), "anthropic")["profit_usd_m"] == (alone, alone)
    assert mine != alone


def test_words_of_the_command_line_hold_in_the_game_and_in_its_command(bazaar):
    game = Game("colossus", words=("names=anonymous", "parameters.usable_share=0.8"), months=1)
    assert scenario_of(game).parameters["usable_share"] == 0.8
    assert "names=anonymous parameters.usable_share=0.8" in command(game)
    assert pl.Series(list(scenario_of(game).labs)).str.starts_with("lab_").all()
