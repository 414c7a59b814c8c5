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


def test_it_flips_where_the_sign_changes():
    levels = [Level(value, sign, sign, sign) for value, sign in ((0.1, -1.0), (0.2, 0.0), (0.3, 1.0), (0.4, 2.0))]
    assert words(levels) == (
        "less at ζ = 0.1, no clear difference at ζ = 0.2, more at ζ = 0.3 to 0.4; "
        "the answer flips between 0.1 and 0.2, and between 0.2 and 0.3."
    )
    assert words(levels[2:]) == "more at ζ = 0.3 to 0.4; the answer does not flip."
    assert words([Level(0.1, 1.0, NAN, NAN)]) == "too few runs to tell."


def test_it_is_told_from_the_data_behind_the_figure(monkeypatch):
    rows = [
        (outcome, arm, spillover, zeta, effect, effect - 1.0, effect + 1.0)
        for outcome, sign in (("gap_24_share", 1.0), ("gap_60_share", -9.0))
        for arm in ("colossus", "no_partners")
        for spillover in (0.0, 0.05)
        for zeta, effect in ((0.5, 2.0 * sign * (arm == "colossus" or spillover == 0.0)), (0.0, 0.5 * sign))
    ]
    names = ["outcome", "arm", moat_map.SPILLOVER, moat_map.ELASTICITY, "mean", "low", "high"]
    table = pl.DataFrame(rows, schema=names, orient="row")
    monkeypatch.setattr(flip.moat_map, "data", lambda results: table if set(results) == {MOAT} else None)
    said = flip_words(None)
    assert said.startswith("ζ (quality_compute_elasticity), how far quality follows training compute, is an input")
    alike = (
        "open: with partners, at a spillover of 0 a month; open: with partners, at a spillover of 0.05 a month; "
        "closed: without partners, at a spillover of 0 a month"
    )
    assert f"{alike}: no clear difference at ζ = 0, more at ζ = 0.5; the answer flips between 0 and 0.5. A" in said
    last = "closed: without partners, at a spillover of 0.05 a month: no clear difference at ζ = 0 to 0.5; the answer"
    assert f"two years later, {last} does not flip." in said
