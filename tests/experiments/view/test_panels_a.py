"""Prices, capacity, rationing, concentration, queue and binding: what their tables hold, and that they can be read."""

import functools
import itertools

import matplotlib as mpl
import matplotlib.style
import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.view.moment import NO_BAND, Firm, Moment
from experiments.view.panel import DARK, LIGHT, WIDTH_INCHES, picture, say_nothing, style_of
from experiments.view.panels import binding, capacity, concentration, prices, queue, rationing
from model import ComputeMarket
from model.limits import CONSTRAINTS

pytestmark = pytest.mark.all

TABS = [prices.TAB, capacity.TAB, rationing.TAB, concentration.TAB, queue.TAB, binding.TAB]
PANELS = [panel for tab in TABS for panel in tab.panels]
MARKETS = {
    "before": ("small", 0, ()),
    "one month": ("colossus", 1, ()),
    "colossus": ("colossus", 60, ()),
    "small": ("small", 14, ()),
    "regions": ("regions", 24, ()),
    "strategies": ("strategies", 60, ()),
    "stationary": ("stationary", 600, ()),
    "fifty years": ("colossus", 600, ("months=600",)),
    "anonymous": ("colossus", 8, ("names=anonymous",)),
    "failures": ("small", 36, ()),
    "forwards": ("small", 12, ("parameters.forward_horizon_months=3",)),
    "grid queue": ("colossus", 30, ("parameters.grid_queue_months=12",)),
}
by_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)


@functools.cache
def moment(name, band=False):
    scenario, months, overrides = MARKETS[name]
    market = ComputeMarket(scenario, overrides=overrides)
    if name == "failures":  # OpenAI fails in the ninth month, and an entrant takes its row
        market.run(8)
        market.world.labs["cash_usd_m"][0] = -1e6
    market.run(months - market.months_run)
    return Moment(market, band_of(market) if band else NO_BAND, Firm("lab", "openai"))


def band_of(market):
    """A band from a quarter below to four times above the run."""
    history, parts = market.history.market, []
    for column in history.dtype.names:
        values = np.asarray(history[column], float)
        months = {"month": np.arange(len(values)), "column": [column] * len(values)}
        parts.append(pl.DataFrame(months | {"low": 0.75 * values, "median": values, "high": 4.0 * values}))
    return pl.concat(parts)


def sums(frame, value):
    return frame.group_by("month", maintain_order=True).agg(pl.col(value).sum())[value].to_numpy()


def line(frame, name, value):
    return frame.filter(pl.col("line") == name)[value].to_numpy()


@by_panel
@pytest.mark.parametrize("name", MARKETS)
def test_every_picture_can_be_drawn_in_both_looks(panel, name):
    frame = panel.data(moment(name))
    for look in (LIGHT, DARK):
        assert picture(panel, frame, look).startswith(b"<?xml")


@by_panel
def test_a_picture_with_bands_is_drawn_the_same_twice(panel):
    frame = panel.data(moment("colossus", band=True))
    assert picture(panel, frame, LIGHT) == picture(panel, frame, LIGHT)


@by_panel
@pytest.mark.parametrize("name", ["one month", "colossus", "strategies", "fifty years", "anonymous", "failures"])
def test_words_do_not_touch(panel, name):
    frame = panel.data(moment(name, band=True))
    with mpl.style.context(["experiments/bazaar.mplstyle", style_of(LIGHT)]):
        figure = Figure(figsize=(WIDTH_INCHES, panel.height_inches), layout="constrained")
        axes = figure.add_subplot()
        say_nothing(axes, "nothing to show yet", LIGHT) if frame.is_empty() else panel.draw(axes, frame, LIGHT)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        words = [*axes.texts, axes.title, axes._left_title, axes._right_title]
        words += [*axes.get_xticklabels(), *axes.get_yticklabels()] if axes.axison else []
        words = [word for word in words if word.get_text() and word.get_visible()]
        boxes = [word.get_window_extent(canvas.get_renderer()) for word in words]
        paper = figure.bbox.padded(1.0)
    for (one, box), (other, next_box) in itertools.combinations(zip(words, boxes, strict=True), 2):
        shared = type(box).intersection(box, next_box)
        touching = shared is not None and min(shared.width, shared.height) > 1.5
        assert not touching, f"{one.get_text()!r} touches {other.get_text()!r}"
    for word, box in zip(words, boxes, strict=True):
        inside = paper.x0 <= box.x0 and box.x1 <= paper.x1 and paper.y0 <= box.y0 and box.y1 <= paper.y1
        assert inside, f"{word.get_text()!r} leaves the paper"
        assert word.get_fontsize() >= 10.5


@by_panel
def test_captions_are_one_or_two_sentences(panel):
    assert panel.caption.endswith(".")
    assert panel.caption.count(". ") <= 1
    assert len(panel.caption) <= 130
    assert len(panel.title) <= 40


def test_tabs_have_at_most_four_panels_and_names_of_their_own():
    assert all(1 <= len(tab.panels) <= 4 for tab in TABS)
    assert len({panel.name for panel in PANELS}) == len(PANELS)


def test_prices_are_those_of_the_market_with_the_band_behind_them():
    now = moment("colossus", band=True)
    months, frame = now.market.months(), prices.market_prices(now)
    for name, column in prices.MARKET.items():
        assert line(frame, name, prices.USD) == pytest.approx(months[column].to_numpy())
    high = months["spot_price_usd_per_h100e_hour"].to_numpy() * 4.0
    assert line(frame, "spot", "high") == pytest.approx(high)
    assert np.isnan(line(frame, "full cost", "high")).all()


def test_there_is_no_contract_price_where_nobody_has_a_contract():
    market = ComputeMarket("all_integrated").run(2)
    frame = prices.market_prices(Moment(market, NO_BAND, Firm("lab", "openai")))
    held = np.cumsum(market.months().select(pl.col("lease_h100e") + pl.col("partner_h100e")).to_series()) > 0.0
    assert (np.isfinite(line(frame, "contract", prices.USD)) == held).all()


@pytest.mark.parametrize(("name", "said"), [("small", True), ("forwards", False)])
def test_a_market_without_forwards_says_so(name, said):
    panel = prices.TAB.panels[1]
    drawn = picture(panel, panel.data(moment(name)), LIGHT)
    assert (b"no forward is traded" in drawn) == said


def test_months_without_deals_have_no_price():
    now = moment("colossus")
    partners = now.market.months()["partner_price_usd_per_h100e_hour"].to_numpy()
    frame = prices.deal_prices(now)
    assert line(frame, "new partner deals", prices.USD) == pytest.approx(partners, nan_ok=True)
    assert np.isnan(partners).any()
    none = frame.with_columns(pl.lit(float("nan")).alias(prices.USD))
    assert b"no deal has been signed yet" in picture(prices.TAB.panels[2], none, LIGHT)


def test_channels_add_up_to_usable_capacity():
    now = moment("colossus")
    usable = now.history.market["usable_h100e"] + now.history.market["build_h100e"]
    assert sums(capacity.channels(now), capacity.CAPACITY) == pytest.approx(usable, rel=1e-9)


@pytest.mark.parametrize("name", ["colossus", "small", "failures"])
def test_the_pipeline_adds_up_to_what_is_under_way(name):
    now = moment(name)
    last, frame = now.history.market[-1], capacity.pipeline(now)
    under_way = last["pipeline_h100e"] + last["orders_placed_h100e"]  # the first is measured before orders are placed
    assert frame[capacity.CAPACITY].sum() == pytest.approx(under_way)
    assert frame["month"].min() == now.months
    assert capacity.under_way(now)[capacity.CAPACITY].sum() == pytest.approx(under_way)
    labs = now.market.world.sites
    labs = labs[(labs["id"] > 0) & (labs["owner_is_lab"] == 1) & (labs["online_month"] >= now.months)]
    assert line(frame, "labs", capacity.CAPACITY).sum() == pytest.approx(labs["capacity_h100e"].sum())


def test_next_month_brings_online_what_the_first_bar_says():
    market = ComputeMarket("small").run(5)
    frame = capacity.pipeline(Moment(market, NO_BAND, Firm("lab", "openai")))
    market.step()
    first = sums(frame, capacity.CAPACITY)[0]
    assert first == pytest.approx(market.world.market["arrived_h100e"][0])
    assert frame["date"][0].isoformat() == "2026-05-01"  # five months after 2025-12


def test_orders_are_those_of_the_market():
    now = moment("colossus")
    frame, market = capacity.orders(now), now.history.market
    assert line(frame, "asked for", capacity.ORDERS).tolist() == market["orders_asked_h100e"].tolist()
    assert line(frame, "placed", capacity.ORDERS).tolist() == market["orders_placed_h100e"].tolist()


def test_refused_users_are_those_of_each_lab():
    now = moment("colossus", band=True)
    frame, table = rationing.unserved(now), now.market.labs_table()
    anthropic = table.filter(pl.col("lab") == "anthropic")["unserved_share"].to_numpy()
    assert line(frame, "Anthropic", "unserved_share") == pytest.approx(anthropic)
    assert anthropic.max() > 0.1
    assert line(frame, "all labs", "high") == pytest.approx(4.0 * now.history.market["unserved_share"])


def test_users_who_left_went_over_or_stay_away():
    now = moment("colossus")
    frame, history = rationing.churn(now), now.history
    users = (history.labs["users_h100e"] * history.labs["alive"]).sum(axis=1) + history.market["outside_users_h100e"]
    left = line(frame, "left a lab", rationing.SHARE)
    moved = line(frame, "left for another", rationing.SHARE)
    assert left * users == pytest.approx(history.labs["leaving_users_h100e"].sum(axis=1))
    overflow = now.scenario.parameters["overflow_share"]
    assert moved == pytest.approx(overflow * left, abs=1e-9)  # by the rule of demand
    assert line(frame, "of no lab", rationing.SHARE) * users == pytest.approx(history.market["outside_users_h100e"])


@pytest.mark.parametrize("name", ["colossus", "strategies", "failures", "fifty years"])
def test_what_labs_gain_others_lose(name):
    frame = rationing.gains(moment(name))
    assert frame["share_now"].sum() == pytest.approx(1.0)
    assert frame[rationing.POINTS].sum() == pytest.approx(0.0, abs=1e-9)


def test_a_lab_that_failed_is_said_to_have():
    now = moment("failures")
    assert now.history.market["lab_defaults"].sum() >= 1
    frame = rationing.gains(now).filter(pl.col("lab") == "OpenAI (failed)")
    assert frame["share_now"].item() == 0.0
    users = line(concentration.lab_shares(now), "OpenAI", "users_h100e")
    assert (users[:8] > 0.0).all()
    assert (users[8:] == 0.0).all()
    entrants = line(concentration.lab_shares(now), "entrants", "users_h100e")
    assert (now.history.labs["entered_month"][-1, 0] > 0) & (entrants[-1] > 0.0)  # in the row of OpenAI
    price = line(rationing.lab_prices(now), "OpenAI", rationing.USD)
    assert np.isfinite(price).tolist() == [True] * 8 + [False] * 28
    drawn = picture(rationing.TAB.panels[3], rationing.lab_prices(now), LIGHT)
    assert b"OpenAI (to" in drawn


@pytest.mark.parametrize("name", ["colossus", "failures", "fifty years", "stationary"])
def test_shares_are_of_all_users_and_of_all_capacity(name):
    now = moment(name)
    labs, market = now.history.labs, now.history.market
    users = (labs["users_h100e"] * (labs["alive"] == 1)).sum(axis=1)
    assert sums(concentration.lab_shares(now), "users_h100e") == pytest.approx(users)
    installed = sums(concentration.supplier_shares(now), "installed_h100e")
    gone = market["supplier_exits"] > 0  # the market is measured before suppliers leave
    assert installed[~gone] == pytest.approx(market["installed_h100e"][~gone])


def test_the_index_is_the_sum_of_squared_shares():
    now = moment("small")
    suppliers = now.history.suppliers[-1]
    held = suppliers["installed_h100e"][suppliers["alive"] == 1]
    index = line(concentration.indices(now), "suppliers, by capacity", concentration.HHI)[-1]
    assert index == pytest.approx(np.sum((100.0 * held / held.sum()) ** 2))


@pytest.mark.parametrize("name", ["colossus", "anonymous", "one month", "strategies"])
def test_the_queue_adds_up(name):
    now = moment(name)
    frame = queue.waiting(now)
    assert frame[queue.CAPACITY].sum() == pytest.approx(now.history.market["queue_h100e"][-1])
    known = frame.drop_nulls("lab")
    wait = (known[queue.CAPACITY] * known["waited_months"]).sum() / max(known[queue.CAPACITY].sum(), 1e-12)
    assert wait == pytest.approx(now.history.market["queue_wait_months"][-1])


def test_constraints_are_those_of_the_market():
    now = moment("colossus")
    named = binding.constraints(now)["binding_constraint"].to_list()
    assert named == now.market.months()["binding_constraint"].to_list()
    assert set(named) <= set(CONSTRAINTS)


def test_orders_asked_for_are_placed_or_held_back():
    now = moment("colossus")
    asked, wanted = now.history.market["orders_asked_h100e"], sums(binding.lost_orders(now), binding.ORDERS)
    assert (wanted >= asked * (1.0 - 1e-9)).all()
    market = ComputeMarket("colossus", overrides=["parameters.build_to_suit_share=0"]).run(12)
    now = Moment(market, NO_BAND, Firm("lab", "openai"))
    asked, wanted = now.history.market["orders_asked_h100e"], sums(binding.lost_orders(now), binding.ORDERS)
    assert wanted == pytest.approx(asked)


def test_power_is_waited_for_where_there_is_a_queue():
    assert binding.grid_queue(moment("grid queue"))[binding.POWER].max() > 0.0
    panel = binding.TAB.panels[-1]
    assert b"no firm waits for power" in picture(panel, panel.data(moment("small")), LIGHT)
