"""Minimum viable capital: where survival is known, and in the market."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from experiments.answers.capital import ENTRANT, Count, entrants_left, minimum_capital, still_there, survivors_of
from model.ensemble import Runs
from model.history import empty_history
from model.scenario import load_scenario
from model.settings import BadRequest


def brownian(cash, drift=-0.5, spread=2.0, months=36.0):
    """Chance that cash with a drift and a spread a month never runs out: the textbook's reflection formula."""
    spread_then = spread * math.sqrt(months)
    left = norm.cdf((cash + drift * months) / spread_then)
    return left - math.exp(-2.0 * drift * cash / spread**2) * norm.cdf((-cash + drift * months) / spread_then)


def test_the_capital_of_a_firm_that_burns_cash_is_the_textbook_s():
    # 24 survives with 0.597613; one of two survives with 21.304808
    assert brownian(24.0) == pytest.approx(0.597613, abs=1e-6)
    found = minimum_capital(lambda cash: Count(round(1e6 * brownian(cash)), 1_000_000), 1_000_000, 0.5, 1e3)
    assert found.cash_usd_m == pytest.approx(21.304808, rel=0.01)
    assert found.low_usd_m <= found.cash_usd_m <= found.high_usd_m
    assert found.high_usd_m / found.low_usd_m < 1.03


def test_fewer_runs_say_less():
    # of 100: half survive above 50. 41 is the least of 100 with an upper end of Wilson's interval of 1/2 or more, and
    # 60 the least with a lower end of 1/2 or more
    found = minimum_capital(lambda cash: Count(min(100, int(cash)), 100), 100, 0.5, 1e3)
    assert found.cash_usd_m == pytest.approx(50.0, rel=0.011)
    assert found.low_usd_m == pytest.approx(41.0, rel=0.011)
    assert found.high_usd_m == pytest.approx(60.0, rel=0.011)
    assert (found.level, found.runs) == (0.5, 100)
    assert 10 < found.evaluations < 40


def test_ends_that_no_cash_reaches():
    rich = minimum_capital(lambda cash: Count(100, 100), 100, 0.5, 1e3)
    assert rich[:3] == (0.0, 0.0, 0.0)
    poor = minimum_capital(lambda cash: Count(0, 100), 100, 0.5, 1e3)
    assert all(math.isnan(end) for end in poor[:3])
    nobody = minimum_capital(lambda cash: Count(0, 0), 100, 0.5, 1e3)
    assert math.isnan(nobody.cash_usd_m)
    assert nobody.low_usd_m == 0.0


def runs(labs, failures):
    history = empty_history(labs.shape[1], labs.shape[2], 1, runs=len(labs))
    history = history._replace(labs=labs)
    none = np.zeros(len(labs), np.int64)
    return Runs(none, none, history, none, np.empty(0), none, failures)


def test_who_is_still_there():
    # of four runs the lab of row 1 is there in one; in one it has failed, in one an entrant sits in its place, and one
    # run broke
    labs = empty_history(3, 2, 1, runs=4).labs
    labs["alive"], labs["name_code"] = 1, (0, 1)
    labs["alive"][1, 2, 1] = 0
    labs["entered_month"][2, 2, 1] = 2
    done = runs(labs, ["", "", "", "broke"])
    assert still_there(done, 1) == Count(1, 3)
    assert still_there(done, 0) == Count(3, 3)


def test_entrants_count_that_came_in_time():
    # 5 months, asked for 2 months later: one of month 0 is seen at 2 months; one of month 1 is not; one of month 3 came
    # too late to be asked for
    labs = empty_history(5, 3, 1, runs=1).labs
    for row, (first, last) in enumerate(((0, 4), (1, 2), (3, 4))):
        labs["alive"][0, first : last + 1, row] = 1
        labs["entered_month"][0, first : last + 1, row] = first + 1
    assert entrants_left(runs(labs, [""]), 2) == Count(1, 2)


def test_more_cash_saves_a_lab_of_the_market(small):
    name = next(key for key, lab in small.labs.items() if not lab["parent_backed"])
    survivors = survivors_of(small, name, 6, 3)
    assert survivors(1e6) == Count(3, 3)
    assert survivors(1.0).alive <= 3
    assert survivors(1.0) == survivors(1.0), "the same luck each time"
    backed = [key for key, lab in small.labs.items() if lab["parent_backed"]]
    for key in backed:
        with pytest.raises(BadRequest, match="has a parent"):
            survivors_of(small, key, 6, 3)
    with pytest.raises(BadRequest, match="nobody"):
        survivors_of(small, "nobody", 6, 3)


@pytest.mark.all
def test_more_cash_saves_labs_that_enter():
    survivors = survivors_of(load_scenario("colossus", {"parameters.lab_entry_per_month": 0.2}), ENTRANT, 36, 10)
    poor, rich = survivors(3), survivors(10_000)
    assert poor.firms == rich.firms > 50
    assert rich.alive > 2 * poor.alive
