"""The panels of the network, of one firm, of regions and of two worlds: their numbers, and that they can be drawn."""

import functools
import itertools
import math

import matplotlib as mpl
import numpy as np
import polars as pl
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from experiments.view.canvas import round_up, shortened
from experiments.view.edges import network
from experiments.view.moment import NO_BAND, Firm, Moment
from experiments.view.panel import DARK, HOUSE, LIGHT, WIDTH_INCHES, picture, style_of
from experiments.view.panels import firm, regions, worlds
from experiments.view.panels import network as network_tab
from model import ComputeMarket, load_scenario
from model.metrics import METRICS

pytestmark = pytest.mark.all

TABS = (network_tab.TAB, firm.TAB, regions.TAB)
PANELS = [panel for tab in TABS for panel in tab.panels]
CROWDED = (
    "parameters.lab_entry_per_month=0.1",
    "parameters.supplier_entry_per_month=0.15",
    "parameters.entry_hurdle_ratio=0.3",
)
STATES = (
    ("colossus", 0, ()),
    ("colossus", 1, ()),
    ("colossus", 60, ()),
    ("colossus", 60, ("names=anonymous",)),
    ("colossus", 80, CROWDED),
    ("colossus", 600, ()),
    ("small", 1, ()),
    ("small", 24, ()),
    ("regions", 1, ()),
    ("regions", 60, ()),
    ("strategies", 60, ()),
    ("stationary", 60, ()),
)
each_state = pytest.mark.parametrize(("scenario", "months", "words"), STATES, ids=str)


@functools.cache
def moment(scenario="colossus", months=60, words=(), firm=("lab", None)):
    """Return a moment of a run; of the firm only the key may be left open, for the first of its side."""
    loaded = load_scenario(scenario, list(words))
    market = ComputeMarket(loaded, seed=1).run(months)
    key = firm[1] or next(iter(loaded.labs if firm[0] == "lab" else loaded.suppliers))
    return Moment(market, NO_BAND, Firm(firm[0], key))


def recalled(tmp_path, months):
    path = tmp_path / "events.yaml"
    path.write_text("events:\n  back: {shock: recall, first_month: 10, target: spacex_colossus}\n", encoding="utf-8")
    scenario = load_scenario("colossus", [f"events={path}"])
    return Moment(ComputeMarket(scenario, seed=1).run(months), NO_BAND, Firm("lab", "anthropic"))


def drawn(panel, frame, look=LIGHT):
    """Return a panel as a figure, laid out."""
    with mpl.rc_context(HOUSE | style_of(look)):
        figure = Figure(figsize=(WIDTH_INCHES, panel.height_inches), layout="constrained")
        panel.draw(figure.add_subplot(), frame, look)
        figure.draw_without_rendering()
    return figure


def words_of(figure):
    return [text for text in figure.findobj(mpl.text.Text) if text.get_text().strip() and text.get_visible()]


def all_panels(here):
    """Return the panels with what they show at a moment, of a lab and of a supplier, and beside itself."""
    supplier = Firm("supplier", next(iter(here.scenario.suppliers)))
    shown = [(panel, here) for panel in PANELS]
    shown += [(panel, here._replace(firm=supplier)) for panel in firm.TAB.panels]
    return shown + [(panel, worlds.Pair(here, moment("small", 24))) for panel in worlds.PANELS]


# --- all of them ---


@each_state
def test_every_panel_can_be_drawn_light_and_dark(scenario, months, words):
    for panel, here in all_panels(moment(scenario, months, words)):
        frame = panel.data(here)
        assert frame.is_empty() or months > 0
        for look in (LIGHT, DARK):
            assert picture(panel, frame, look).startswith(b"<?xml")


@pytest.mark.parametrize("words", [(), CROWDED], ids=["as it is", "crowded"])
@pytest.mark.parametrize("scenario", ["colossus", "regions"])
def test_words_do_not_touch_nor_leave_the_picture(scenario, words):
    for panel, here in all_panels(moment(scenario, 60, words)):
        figure = drawn(panel, panel.data(here))
        boxes = [(text.get_text(), text.get_window_extent()) for text in words_of(figure)]
        for (one, box), (other, there) in itertools.combinations(boxes, 2):
            across = min(box.x1, there.x1) - max(box.x0, there.x0)
            up = min(box.y1, there.y1) - max(box.y0, there.y0)
            assert across < 1.0 or up < 1.0, f"{panel.name}: {one!r} touches {other!r}"
        for said, box in boxes:
            assert box.x0 > -1.0, f"{panel.name}: {said!r}"
            assert box.x1 < figure.bbox.width + 1.0, f"{panel.name}: {said!r}"


def test_words_are_large_enough_to_be_read():
    for panel, here in all_panels(moment("regions")):
        for text in words_of(drawn(panel, panel.data(here))):
            assert text.get_fontsize() >= 10.5, f"{panel.name}: {text.get_text()}"


@pytest.mark.parametrize("panel", [*PANELS, *worlds.PANELS], ids=lambda panel: panel.name)
def test_a_caption_is_one_or_two_short_sentences(panel):
    assert panel.caption.endswith(".")
    assert panel.caption.count(". ") <= 1
    assert len(panel.caption) <= 180


def test_tabs_have_at_most_four_panels_with_names_of_their_own():
    names = [panel.name for panel in (*PANELS, *worlds.PANELS)]
    assert len(names) == len(set(names)) == 16
    assert [tab.name for tab in TABS] == ["network", "firm", "regions"]


def test_values_have_their_unit_in_their_names():
    units = ("_h100e", "_hour", "_share", "_holds", "_usd_m", "_mwh", "_ms", "_place", "_places", "_month", "month")
    others = {"contracts", "share", "of_rival"}
    for panel, here in all_panels(moment("regions")):
        for name, kind in panel.data(here).schema.items():
            if kind.is_numeric() and name not in others:
                assert name.endswith(units), f"{panel.name}: {name}"


# --- the network ---


def running(here):
    month = here.months - 1
    contracts = here.market.contracts()
    return contracts.filter((pl.col("start_month") <= month) & (pl.col("end_month") > month))


def edges(here):
    return network(here).drop_nulls(["lab", "supplier"])


@pytest.mark.parametrize("months", [1, 12, 60])
def test_edges_are_the_running_contracts(months):
    here = moment("colossus", months)
    wanted = running(here).group_by("lab_id", "supplier_id", "channel").agg(
        pl.len().cast(pl.Int64).alias("contracts"),
        pl.col("capacity_h100e").sum(),
        (pl.col("capacity_h100e") * pl.col("price_usd_per_h100e_hour")).sum().alias("value"),
    )  # fmt: skip
    world, found = here.market.world, edges(here).filter(pl.col("contracts") > 0)
    labs, suppliers = world.labs["id"], world.suppliers["id"]
    by_pair = {
        (int(labs[row["lab_place"]]), int(suppliers[row["supplier_place"]]), row["channel"]): row
        for row in found.iter_rows(named=True)
    }
    assert len(by_pair) == wanted.height == found.height > 0
    for row in wanted.iter_rows(named=True):
        edge = by_pair[row["lab_id"], row["supplier_id"], row["channel"]]
        assert edge["contracts"] == row["contracts"]
        assert edge["capacity_h100e"] == pytest.approx(row["capacity_h100e"])
        assert edge["price_usd_per_h100e_hour"] == pytest.approx(row["value"] / row["capacity_h100e"])


def test_every_firm_in_business_has_its_row_as_place_in_every_month():
    here = moment("colossus", 80, CROWDED)
    frame = network(here)
    for side, firms in (("lab", here.labs()), ("supplier", here.suppliers())):
        shown = frame.drop_nulls(side).unique(side)
        assert dict(shown.select(side, f"{side}_place").iter_rows()) == firms
        assert shown[f"{side}_places"].unique().item() > max(firms.values())
    assert {"OpenAI": 0, "Anthropic": 1}.items() <= here.labs().items()


def test_dashed_is_what_a_supplier_affiliated_with_a_rival_lets():
    """Google Cloud belongs to DeepMind's owner, SpaceX Colossus to that of xAI; nobody else has a lab of its own."""
    here = moment("colossus", 60)
    found = edges(here)
    own = {"Google Cloud": "Google DeepMind", "SpaceX Colossus": "xAI"}
    for row in found.iter_rows(named=True):
        assert row["of_rival"] == (own.get(row["supplier"], row["lab"]) != row["lab"]), row
    assert found["of_rival"].sum() > 2
    curves = curves_of(drawn(network_tab.TAB.panels[0], network(here)))
    dashed = sum(dashes is not None for _, dashes in curves[0].get_linestyles())
    assert dashed == found.filter((pl.col("capacity_h100e") > 0.0) & pl.col("of_rival")).height


def curves_of(figure):
    found = [one for one in figure.axes[0].collections if type(one) is PathCollection]
    return [one for one in found if len(one.get_paths()[0].vertices) == 4]


def test_widths_are_to_scale():
    """The widest mark of the key stands for the next 1, 2 or 5 x 10^n above the largest edge."""
    here = moment("colossus", 60)
    capacity = np.sort(edges(here).filter(pl.col("contracts") > 0)["capacity_h100e"].to_numpy())[::-1]
    full = round_up(capacity[0])
    figure = drawn(network_tab.TAB.panels[0], network(here))
    widths = curves_of(figure)[0].get_linewidths()
    assert np.allclose(widths, np.maximum(network_tab.THINNEST, network_tab.WIDEST * capacity / full))
    assert full in {10.0**power * step for power in range(9) for step in (1, 2, 5)}
    key = f"{full / 1e6:,.0f} million H100e under contract"
    assert key in {text.get_text() for text in words_of(figure)}


def test_what_is_recalled_is_marked_until_three_months_after_it_is_gone(tmp_path):
    """The word is given in month 10; with 3 months of notice the capacity goes in month 13."""
    before = recalled(tmp_path, 10)
    assert edges(before)["recalled_h100e"].sum() == edges(before)["ended_h100e"].sum() == 0.0
    told = edges(recalled(tmp_path, 11)).filter(pl.col("supplier") == "SpaceX Colossus")
    assert told.height > 0
    assert (told["recalled_h100e"] == told["capacity_h100e"]).all()
    amount = told["recalled_h100e"].sum()
    for months, still in ((13, True), (14, False), (16, False)):
        now = edges(recalled(tmp_path, months)).filter(pl.col("supplier") == "SpaceX Colossus")
        assert (now["recalled_h100e"].sum() > 0.0) == still
        if not still:
            assert now["ended_h100e"].sum() >= 0.999 * amount
            figure = drawn(network_tab.TAB.panels[0], network(recalled(tmp_path, months)))
            marks = [len(one.get_offsets()) for one in figure.axes[0].collections if type(one) is PathCollection]
            assert now.filter(pl.col("ended_h100e") > 0.0).height in marks
    last = edges(recalled(tmp_path, 17))
    assert last.filter(pl.col("supplier") == "SpaceX Colossus")["ended_h100e"].sum() < 0.5 * amount


def test_a_buyers_notice_is_no_recall():
    """In month 14 Anthropic has given notice to SpaceX Colossus for April 2027, which has recalled nothing."""
    here = moment("colossus", 15)
    assert (running(here)["ended_by"] == "buyer").any()
    assert edges(here)["recalled_h100e"].sum() == 0.0


def test_the_latest_deals_are_those_of_the_last_month_with_any():
    here = moment("colossus", 60)
    frame = network_tab.deals(here)
    signed = here.market.contracts().filter(pl.col("signed_month") == pl.col("signed_month").max())
    assert frame.height == signed.height > 0
    assert frame["capacity_h100e"].sum() == pytest.approx(signed["capacity_h100e"].sum())
    assert frame["month"].unique().to_list() == signed["signed_month"].unique().to_list()
    assert sorted(frame["price_usd_per_h100e_hour"]) == pytest.approx(sorted(signed["price_usd_per_h100e_hour"]))


def test_ties_are_those_of_the_market():
    here = moment("colossus", 60)
    frame = network_tab.ties(here)
    assert frame.height == here.market.ties().number_of_edges()
    near = frame.filter(pl.col("kind") == "affiliation")
    assert set(near.select("lab", "supplier").iter_rows()) == {
        ("Google DeepMind", "Google Cloud"),
        ("xAI", "SpaceX Colossus"),
    }


def test_the_spread_of_prices_is_that_of_running_contracts():
    here = moment("colossus", 60)
    frame = network_tab.price_spread(here).filter(pl.col("supplier") == "CoreWeave")
    mine = running(here).filter(pl.col("supplier") == "coreweave")
    prices, capacity = mine["price_usd_per_h100e_hour"], mine["capacity_h100e"]
    assert frame["contracts"].item() == mine.height
    assert frame["lowest_usd_per_h100e_hour"].item() == prices.min()
    assert frame["highest_usd_per_h100e_hour"].item() == prices.max()
    assert frame["mean_usd_per_h100e_hour"].item() == pytest.approx((prices * capacity).sum() / capacity.sum())


def test_names_are_short_and_scales_are_round():
    long = ("IREN (bitcoin miner)", "Entrant energy developer 1389", "Entrant lab 1389")
    assert [shortened(name) for name in long] == ["IREN", "Entrant 1389", "Entrant lab 1389"]
    assert len(shortened("A laboratory with a very long name")) == 19
    assert [round_up(value) for value in (0.5, 1.0, 1.5, 3.0, 7.0, 100.0, 101.0)] == [1, 1, 2, 5, 10, 100, 200]


# --- a firm ---


def test_the_portfolio_of_a_lab_is_what_it_holds():
    here = moment("colossus", 60, firm=("lab", "anthropic"))
    labs = here.history.labs[:, 1]
    frame = firm.portfolio(here)
    sums = frame.group_by("month", maintain_order=True).agg(pl.col("capacity_h100e").sum())["capacity_h100e"]
    assert np.allclose(sums, labs["own_h100e"] + labs["contract_h100e"] + labs["spot_h100e"])
    partner = frame.filter(pl.col("line") == "partner")["capacity_h100e"]
    assert partner.max() > 0.0
    assert (frame["firm"] == "Anthropic").all()


@pytest.mark.parametrize("key", ["azure", "coreweave", "spacex_colossus"])
def test_what_is_due_adds_up_to_what_a_supplier_has_promised(key):
    here = moment("colossus", 60, firm=("supplier", key))
    row = list(here.scenario.suppliers).index(key)
    frame = firm.dependence(here)
    sums = frame.group_by("month", maintain_order=True).agg(pl.col("capacity_h100e").sum())["capacity_h100e"].to_numpy()
    promised = here.history.suppliers["contracted_h100e"][:, row]
    assert np.allclose(sums[1:], promised[1:], rtol=1e-6, atol=1.0)


def test_a_firm_that_left_is_said_to_have_left():
    here = moment("colossus", 600, firm=("lab", "mistral"))
    path = firm.track(here)
    rows = (
        np.flatnonzero((here.history.labs["name_code"] == 5) & (here.history.labs["alive"] == 1))
        // here.history.labs.shape[1]
    )
    assert path.left == rows.max() + 1 < 600
    frame = firm.cash(here)
    assert frame["left_month"].unique().to_list() == [path.left]
    assert not np.isfinite(frame["cash_usd_m"].to_numpy()[path.left :]).any()
    said = f"Mistral (left {here.dates[path.left].item():%b %Y}): "
    for panel in firm.TAB.panels:
        heads = [word.get_text() for word in words_of(drawn(panel, panel.data(here)))]
        assert any(head.startswith(said) for head in heads), panel.name


def test_a_firm_that_is_in_business_is_not_said_to_have_left():
    frame = firm.cash(moment("colossus", 60, firm=("lab", "anthropic")))
    assert frame["left_month"].null_count() == frame.height
    assert np.isfinite(frame["cash_usd_m"].to_numpy()).all()


# --- regions ---


@pytest.mark.parametrize("panel", regions.TAB.panels, ids=lambda panel: panel.name)
def test_a_scenario_without_regions_is_said_to_have_none(panel):
    words = [text.get_text() for text in words_of(drawn(panel, panel.data(moment("colossus", 1))))]
    assert words == [regions.NOWHERE]


def test_regions_are_as_the_market_has_them():
    here = moment("regions", 60)
    table = here.market.regions_table().filter(pl.col("month") == 59)
    frame = regions.places(here)
    assert frame["region"].to_list() == ["United States", "Europe", "Gulf", "Asia"]
    for column in ("demand_h100e", "power_price_usd_per_mwh"):
        assert frame[column].to_list() == table[column].to_list()
    parts = frame.select(column for _, column, _, _ in regions.SERVED).sum_horizontal()
    assert np.allclose(parts, table["demand_h100e"])
    served = frame["served_here_h100e"] + frame["served_elsewhere_h100e"]
    assert np.allclose(served, table["served_h100e"])


def test_links_carry_no_more_than_they_can():
    """Links grow by 1.3 a year: after 59 months the Atlantic's six million are 6 x 1.3^(59/12) = 21.8."""
    frame = regions.backbone(moment("regions", 60)).drop_nulls("other")
    atlantic = frame.filter((pl.col("region") == "United States") & (pl.col("other") == "Europe"))
    assert atlantic["link_h100e"].item() == pytest.approx(6e6 * math.exp(59 / 12 * math.log(1.3)))
    assert (frame["carried_h100e"] <= frame["link_h100e"] * (1.0 + 1e-9)).all()
    assert frame["carried_h100e"].max() > 0.0


# --- two worlds ---


def test_a_world_beside_itself_does_not_differ():
    here = moment("colossus", 24)
    pair = worlds.Pair(here, here)
    for panel in worlds.PANELS:
        frame = panel.data(pair)
        assert frame.select(pl.selectors.starts_with("difference_")).to_numpy().max() == 0.0
        assert "no difference" in {text.get_text() for text in words_of(drawn(panel, frame))}
    assert worlds.headlines(pair)["difference"].drop_nulls().unique().to_list() == [0.0]


def test_two_worlds_differ_by_b_less_a():
    a, b = moment("colossus", 60), moment("no_partners", 60)
    frame = worlds.contract_price(worlds.Pair(a, b))
    prices = [one.history.market["contract_price_usd_per_h100e_hour"] for one in (a, b)]
    assert np.array_equal(frame["difference_usd_per_h100e_hour"], prices[1] - prices[0])
    assert frame.select("world_a", "world_b").row(0) == ("colossus", "no_partners")
    largest = (prices[1] - prices[0])[np.abs(prices[1] - prices[0]).argmax()]
    said = {text.get_text() for text in words_of(drawn(worlds.PANELS[0], frame))}
    assert f"{largest:+.2f}" in said


def test_headlines_are_the_metrics_of_both_runs():
    a, b = moment("colossus", 60), moment("no_partners", 60)
    table = worlds.headlines(worlds.Pair(a, b))
    metrics = {metric.name: metric for metric in METRICS}
    assert set(worlds.HEADLINES) <= set(metrics)
    for row in table.iter_rows(named=True):
        assert row["a"] == pytest.approx(float(metrics[row["metric"]].function(a.history)))
        assert row["b"] == pytest.approx(float(metrics[row["metric"]].function(b.history)))
        assert row["difference"] == row["b"] - row["a"]
        assert row["unit"] == metrics[row["metric"]].unit


def test_two_worlds_of_one_scenario_are_told_apart():
    a, b = moment("small", 24), moment("small", 24, ("parameters.training_share=0.3",))
    assert worlds.Pair(a, b).names == ("this world", "the other")
    assert worlds.headlines(worlds.Pair(a, moment("small", 0))).is_empty()
