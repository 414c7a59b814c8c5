"""Where an answer flips as an input rises."""

import math

import polars as pl

from experiments.figures import flip
from experiments.figures.flip import MOAT, Level, flip_words, words
from experiments.figures.scripts import moat_map

NAN = math.nan


def test_a_level_has_the_sign_that_is_clear():
    assert Level(0.1, 2.0, 1.0, 3.0).sign == 1
    assert Level(0.1, -2.0, -3.0, -1.0).sign == -1
    assert Level(0.1, 2.0, -1.0, 3.0).sign == 0


def levels_of(*signs):
    return [Level(0.1 * place, sign, sign, sign) for place, sign in enumerate(signs)]


def test_it_flips_where_what_is_clear_changes_its_sign():
    assert words(levels_of(-1.0, 0.0, 1.0, 2.0)) == (
        "less at ζ = 0, more at ζ = 0.2 to 0.3, else no clear difference; it flips between 0 and 0.2."
    )
    assert words(levels_of(1.0, -1.0)) == "more at ζ = 0, less at ζ = 0.1; it flips between 0 and 0.1."
    assert words(levels_of(1.0, 2.0)) == "more at ζ = 0 to 0.1; it does not flip."
    twice = "more at ζ = 0, more at ζ = 0.2, else no clear difference; it does not flip."
    assert words(levels_of(1.0, 0.0, 1.0)) == twice
    assert words(levels_of(0.0, 0.0)) == "no clear difference at any."
    assert words([Level(0.1, 1.0, NAN, NAN)]) == "too few runs to tell."


def test_it_is_told_from_the_data_behind_the_figure(monkeypatch):
    rows = [
        (outcome, arm, spillover, zeta, effect, effect - 1.0, effect + 1.0)
        for outcome, sign in (("gap_24_share", 1.0), ("gap_60_share", -9.0))
        for arm in ("colossus", "no_partners")
        for spillover in (0.05, 0.0)
        for zeta, effect in ((0.5, 2.0 * sign * (arm == "colossus")), (0.0, 0.5 * sign))
    ]
    names = ["outcome", "arm", moat_map.SPILLOVER, moat_map.ELASTICITY, "mean", "low", "high"]
    table = pl.DataFrame(rows, schema=names, orient="row")
    monkeypatch.setattr(flip.moat_map, "data", lambda results: table if set(results) == {MOAT} else None)
    said = flip_words(None).split("\n")
    assert said[0].startswith("ζ (quality_compute_elasticity), how far quality follows training compute, is an input")
    open_world = "more at ζ = 0.5, else no clear difference; it does not flip."
    assert said[1:] == [
        f"open: with partners, spillover 0 a month: {open_world}",
        f"open: with partners, spillover 0.05 a month: {open_world}",
        "closed: without partners, spillover 0 a month: no clear difference at any.",
        "closed: without partners, spillover 0.05 a month: no clear difference at any.",
    ]
