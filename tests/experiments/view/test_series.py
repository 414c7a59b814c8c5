"""Lines, layers, bars and words: what the helpers of pictures do with small numbers."""

import itertools

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from experiments.view.moment import NO_BAND, Firm, Moment
from experiments.view.panel import DARK, LIGHT
from experiments.view.panels.concentration import grouped
from experiments.view.series import (
    CONTRAST,
    Bar,
    Firms,
    day_numbers,
    draw_rows,
    draw_series,
    draw_shares,
    finish_dates,
    firms,
    layers_of,
    month_spans,
    name_ends,
    readable,
    scale_of,
    series,
    short,
    style_of_line,
    with_band,
)
from model import ComputeMarket

pytestmark = pytest.mark.all


@pytest.fixture(scope="module")
def moment():
    return Moment(ComputeMarket("small").run(3), NO_BAND, Firm("lab", "openai"))


def lines(**values):
    months = len(next(iter(values.values())))
    dates = (np.datetime64("2025-12") + np.arange(months)).astype("datetime64[D]")
    parts = [
        pl.DataFrame({"month": np.arange(months), "date": dates, "line": name, "x": np.array(value, float)})
        for name, value in values.items()
    ]
    return pl.concat(parts)


def empty_axes():
    return Figure(figsize=(6.4, 3.4)).add_subplot()


def test_a_table_of_lines_stands_on_its_own(moment):
    frame = series(moment, {"a": [1, 2, 3], "b": [4, 5, 6]}, "price_usd")
    assert frame.columns == ["month", "date", "line", "price_usd"]
    assert frame.rows()[3][1].isoformat() == "2025-12-01"
    assert frame["line"].to_list() == ["a"] * 3 + ["b"] * 3
    assert frame["price_usd"].to_list() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert series(moment, {}, "x").is_empty()


def test_the_band_belongs_to_the_month_and_the_line(moment):
    months = {"month": [0, 1, 2], "column": ["spot_price"] * 3}
    band = pl.DataFrame(months | {"low": [1.0, 2.0, 3.0], "median": [2.0] * 3, "high": [7.0, 8.0, 9.0]})
    frame = series(moment, {"spot": [2, 3, 4], "list": [5, 5, 5]}, "x")
    banded = with_band(frame, moment._replace(band=band), {"spot": "spot_price"})
    assert banded["high"].to_list() == [7.0, 8.0, 9.0, None, None, None]
    assert with_band(frame, moment, {"spot": "spot_price"})["low"].null_count() == 6


def test_firms_are_told_apart_by_number_where_a_row_is_used_again(moment):
    market = ComputeMarket("small").run(2)
    labs = market.history.labs
    labs["id"][1, 0], labs["entered_month"][1, 0], labs["name_code"][1, 0] = 99, 1, 4
    found = firms(Moment(market, NO_BAND, Firm("lab", "openai")), "lab", "users_h100e")
    assert found.names == ("OpenAI", "Anthropic", "Google DeepMind", "Mistral", "Entrant lab 99")
    assert np.isfinite(found.values).tolist() == [[True, False], [True] * 2, [True] * 2, [True] * 2, [False, True]]
    assert found.values[1].tolist() == labs["users_h100e"][:2, 1].tolist()
    assert moment.firm_name("supplier", 2) == "CoreWeave"


def test_the_largest_at_the_start_have_names_and_the_rest_are_added_up():
    values = np.array([[3.0, 0], [9, 9], [1, 1], [8, 8], [7, 7], [6, 6], [5, np.nan], [4, 4], [np.nan, 20]])
    found = Firms(tuple("abcdefghi"), np.array([0] * 8 + [1]), values)
    groups = grouped(found)
    assert list(groups) == ["b", "d", "e", "f", "g", "h", "others", "entrants"]
    assert groups["g"].tolist() == [5.0, 0.0]
    assert groups["others"].tolist() == [4.0, 1.0]
    assert groups["entrants"].tolist() == [0.0, 20.0]


def test_neighbours_differ_in_colour_and_in_kind():
    styles = [style_of_line(LIGHT, number) for number in range(16)]
    assert len(set(styles)) == 16
    assert all(one[0] != two[0] and one[1] != two[1] for one, two in itertools.pairwise(styles[:8]))


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_words_in_the_colour_of_a_line_can_be_read(look):
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        return np.dot(
            [0.2126, 0.7152, 0.0722], [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        )

    for colour in look.colours:
        lights = sorted([light(readable(colour, look)), light(look.paper)])
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= CONTRAST


def test_a_band_may_leave_the_picture_and_a_line_may_not():
    axes, frame = empty_axes(), lines(a=[1, 2, 3])
    draw_series(axes, frame.with_columns(low=pl.lit(0.0), high=pl.lit(500.0)), LIGHT, "x")
    assert axes.get_ylim() == (0.0, 6.0)
    axes = empty_axes()
    draw_series(axes, lines(a=[1, 2, 3], b=[7, 8, 80]), LIGHT, "x")
    assert axes.get_ylim()[1] >= 80.0


def test_a_line_that_ends_early_says_when():
    axes = empty_axes()
    draw_series(axes, lines(a=[1, np.nan, np.nan], b=[1, 2, 3]), LIGHT, "x", scale=2.0)
    assert {text.get_text() for text in axes.texts} == {"a (to 2025)", "b"}
    assert axes.lines[1].get_ydata().tolist() == [0.5, 1.0, 1.5]


def test_lines_without_a_number_are_drawn_without_names():
    axes = empty_axes()
    draw_series(axes, lines(a=[np.nan, np.nan]), LIGHT, "x")
    assert not axes.texts
    assert axes.get_xlim() == (20423.0, 20454.0)


def test_layers_are_shares_and_small_ones_have_no_names():
    axes = empty_axes()
    draw_shares(axes, lines(a=[1, 3], b=[3, 1], c=[0, 0.001]), LIGHT, "x", totals=True)
    tops = [path.vertices[:, 1].max() for path in axes.collections[0].get_paths()]
    assert tops == pytest.approx([0.75, 1.0, 1.0], abs=1e-3)
    assert [text.get_text() for text in axes.texts] == ["a", "b", "4"]
    names, days, values = layers_of(lines(a=[np.nan, -1]), "x")
    assert (names, values.tolist()) == (["a"], [[0.0, 0.0]])
    assert days.tolist() == [20423.0, 20454.0]  # days from 1970 to December 2025, and a month more


def test_months_last_until_the_next():
    spans = month_spans(lines(a=[1, 2])["date"])
    assert spans.tolist() == [20423.0, 20454.0, 20454.0, 20484.0]


def test_bars_go_left_below_nought():
    axes = empty_axes()
    draw_rows(axes, [Bar("up", 3.0, "three", "#000000"), Bar("down", -1.0, "one", "#000000")], LIGHT)
    low, high = axes.get_xlim()
    assert low < -1.0
    assert high > 3.0
    assert [text.get_ha() for text in axes.texts] == ["left", "right"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["up", "down"]
    draw_rows(empty_axes(), [Bar("none", 0.0, "", "#000000")], LIGHT)


def test_names_at_one_level_are_moved_apart():
    axes = empty_axes()
    name_ends(axes, [(name, 0.5, "#000000") for name in "abcd"], LIGHT)
    levels = [text.get_position()[1] for text in axes.texts]
    assert all(after - before > 0.06 for before, after in itertools.pairwise(levels))
    assert len(axes.collections[0].get_segments()) == 4


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (0.4, "0"), (12.0, "12"), (1234.0, "1.23 k"), (2.5e6, "2.5 M"), (7e9, "7 bn"), (3.62e12, "3.62 tn")],
)
def test_numbers_in_few_letters(value, said):
    assert short(value) == said


def test_the_scale_fits_the_largest_number():
    assert scale_of([5e6, np.nan, 1e3]) == (1e6, "million ")
    assert scale_of([]) == scale_of([np.nan]) == (1.0, "")


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (1, ["Dec\n2025"]),
        (4, ["Dec\n2025", "Jan\n2026", "Feb", "Mar"]),
        (14, ["Jan\n2026", "Apr", "Jul", "Oct", "Jan\n2027"]),
        (60, ["2026", "2027", "2028", "2029", "2030"]),
        (600, ["2030", "2040", "2050", "2060", "2070"]),
    ],
)
def test_few_dates_below_a_picture(months, said):
    axes, frame = empty_axes(), lines(a=np.ones(months))
    axes.plot(day_numbers(frame["date"]), frame["x"])
    finish_dates(axes)
    assert [label.get_text() for label in axes.get_xticklabels()] == said
    low, high = axes.get_xlim()
    assert low < high
