"""The desk of an open page, without a browser: bounds, refusals, and what the band belongs to."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from experiments.explain.command import Subject
from experiments.view.desk import Desk
from experiments.view.game import MOST_MONTHS, Game, struck, with_number
from experiments.view.moment import NO_BAND
from experiments.view.panels.prices import TAB
from experiments.view.parts.story import story_of
from model import Ensemble

pytestmark = pytest.mark.all


class Drawn(Event):
    """Stands in for a page that draws at once."""

    def clear(self):
        self.set()


@pytest.fixture
def desk():
    return Desk("scenario=small&month=4")


def test_an_address_names_a_game():
    desk = Desk("scenario=small&seed=5&month=3&parameters.usable_share=0.9")
    assert desk.trouble.value == ""
    assert desk.game.value[:2] == ("small", 5)
    assert desk.scenario.parameters["usable_share"] == 0.9
    assert desk.moment().months == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("scenario=colosus", "no scenario is called colosus; nearest: colossus"),
        ("seed=-1", "seed = -1 is below its lower bound 0"),
        ("month=x", "month = x is not a number"),
        ("month=5000", "month = 5000 is above its upper bound 1200 months"),
        ("parameters.usable_share=9", "parameters.usable_share = 9 is above its upper bound 1 share"),
        ("month=", "month = nothing is not a number"),
        ("seed", "seed = nothing is not a number"),
        ("month=3&month=9", "month stands in the address more than once"),
        ("own=/etc", "own means nothing in an address"),
        ("scenario=../../etc/passwd", "no scenario is called ../../etc/passwd"),
    ],
)
def test_an_address_that_cannot_be_is_told_and_the_usual_game_shown(query, said):
    desk = Desk(query)
    assert desk.trouble.value.startswith(said)
    assert desk.game.value.scenario == "colossus"


def test_it_goes_no_further_than_its_bounds(desk):
    desk.go(-10)
    assert desk.game.value.months == 0
    desk.go(MOST_MONTHS + 5)
    assert desk.game.value.months == MOST_MONTHS
    assert desk.trouble.value == ""


def test_while_it_plays_it_halts_at_the_end_of_the_scenario_and_may_go_on(desk):
    desk.drawn = Drawn()
    desk.playing.value, desk.pace.value = True, 11
    for _ in range(6):
        desk.play()
    assert (desk.game.value.months, desk.playing.value) == (desk.scenario.months, False)
    desk.play()
    assert desk.game.value.months == desk.scenario.months
    desk.playing.value = True
    desk.play()
    assert (desk.game.value.months, desk.playing.value) == (desk.scenario.months + 11, True)


def test_what_two_hands_do_at_once_is_both_done(desk):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.go(1), range(40)))
    assert desk.game.value.months == 44


def test_what_cannot_be_done_is_said_and_changes_nothing(desk):
    before = desk.game.value
    desk.playing.value = True
    assert not desk.act(lambda game: with_number(game, "usable_share", "9"))
    assert desk.trouble.value == "parameters.usable_share = 9 is above its upper bound 1 share"
    assert (desk.game.value, desk.playing.value) == (before, False)
    assert desk.act(lambda game: struck(game, "price_war", months=2))
    assert desk.trouble.value == ""


def test_what_a_field_is_refused_stays_in_it_and_the_game_goes_on(desk):
    desk.playing.value = True
    desk.enter("share", "9", lambda game: with_number(game, "usable_share", "9"))
    desk.enter("seed", "x", lambda game: with_number(game, "usable_share", "x"))
    assert desk.typed("share", "0.5") == ("9", "parameters.usable_share = 9 is above its upper bound 1 share")
    assert (desk.game.value.numbers, desk.playing.value, desk.trouble.value) == ((), True, "")
    desk.go(1)
    desk.enter("share", "0.9", lambda game: with_number(game, "usable_share", "0.9"))
    assert desk.typed("share", "0.9") == ("0.9", "")
    assert desk.typed("seed", "1").text == "x"
    assert desk.game.value.numbers == (("usable_share", 0.9),)


def test_a_firm_that_another_scenario_has_not_is_let_go(desk):
    desk.firm.value = desk.firm.value._replace(side="supplier", key="coreweave")
    desk.act(lambda game: game._replace(scenario="strategies", months=0))
    assert desk.firm.value.key in desk.scenario.labs


def test_the_band_is_of_other_luck_and_of_nothing_done_by_hand(desk):
    assert desk.moment().band.height == 0
    desk.renew_band(Event())
    band = desk.moment().band.filter(column="spot_price_usd_per_h100e_hour")
    assert band["month"].to_list() == [0, 1, 2, 3]
    months = Ensemble("small", runs=64, seed=1).run().months.filter(month=3)["spot_price_usd_per_h100e_hour"]
    row = band.row(3, named=True)
    assert [row["low"], row["median"], row["high"]] == pytest.approx(
        [months.quantile(share, "linear") for share in (0.1, 0.5, 0.9)]
    )
    desk.act(lambda game: struck(game, "demand_bust", size_share=0.9))
    assert desk.moment().band.height > 0
    desk.act(lambda game: game._replace(seed=2))
    assert desk.moment().band.equals(NO_BAND)
    desk.renew_band(Event())
    assert desk.moment().band.height > 0


def test_two_desks_share_nothing(desk):
    other = Desk("scenario=small&month=4")
    desk.go(5)
    assert other.game.value.months == 4
    assert other.frame(TAB.panels[0])["month"].max() == 3
    assert desk.frame(TAB.panels[0])["month"].max() == 8


def test_it_halts_where_nobody_draws_what_it_plays(desk, monkeypatch):
    monkeypatch.setattr("experiments.view.desk.PATIENCE_SECONDS", 0.1)
    desk.playing.value = True
    desk.play()
    assert (desk.game.value.months, desk.playing.value) == (5, False)


AGENTS = """
from agents.lab import Lab


class Boom(Lab):
    def plan(self):
        super().plan()
        if self.model.months_run == 5:
            raise ArithmeticError("boom")


LABS = {"openai": Boom}
"""


@pytest.mark.parametrize("query", ["month=9", "month=3"])
def test_an_agent_that_raises_an_error_is_told_and_the_page_goes_on(query, tmp_path, monkeypatch):
    (tmp_path / "scenario").mkdir()
    page = "# @package _global_\ndefaults:\n  - small\n  - _self_\ntitle: Boom\nagents: boom.py\n"
    (tmp_path / "scenario" / "boom.yaml").write_text(page)
    (tmp_path / "boom.py").write_text(AGENTS)
    monkeypatch.setattr("experiments.view.opening.GAME", Game("boom", own=tmp_path))
    desk = Desk(query)
    desk.go(6)
    assert desk.trouble.value == f"this game cannot go on to month {desk.game.value.months + 6}: ArithmeticError: boom"
    assert desk.game.value.months == (0 if query == "month=9" else 3)
    desk.go(1)
    assert desk.trouble.value == ""
    story = story_of(desk.game.value._replace(months=0), Subject("lab", "openai"), 2)
    assert story.headline


def test_a_frame_is_of_the_game_even_if_the_market_ran_on(desk):
    desk.tables[0].market(desk.game.value._replace(months=9))
    assert desk.frame(TAB.panels[0])["month"].max() == 3
