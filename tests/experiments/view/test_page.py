"""The page in a real browser: what its visitor sees changes as it should, and nothing leaves this machine."""

import io
import re
import shlex
import time
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

import experiments
from experiments.view.panel import DARK, LIGHT
from experiments.view.tabs import TABS
from tests.experiments.view.conftest import Visit

pytestmark = pytest.mark.all


def test_it_loads_and_says_what_it_is(visit, server):
    visit.open(server)
    visit.page.get_by_role("heading", name="Ten times planned, eighty times met").wait_for()
    visit.page.get_by_text("Named firms are illustrative", exact=False).wait_for()
    assert visit.page.get_by_role("tab").count() == len(TABS) + 3
    assert "Compute Bazaar" in visit.page.title()


def test_step_back_play_pause_and_reset_change_what_is_shown(visit, server):
    visit.open(f"{server}?month=6")
    visit.at_month(6)
    first = visit.picture("market_prices")
    visit.step(7)
    second = visit.new_picture("market_prices", first)
    visit.button("Back").click()
    visit.at_month(6)
    assert visit.new_picture("market_prices", second)
    visit.button("Play").click()
    visit.past(9)
    visit.button("Pause").click()
    visit.button("Play").wait_for()
    time.sleep(1.0)
    halted = visit.month()
    time.sleep(1.5)
    assert visit.month() == halted >= 9
    visit.button("Reset").click()
    visit.at_month(0)


def test_a_game_that_plays_shows_its_months_and_can_be_halted_at_any_time(visit, server):
    """From the first moment, while the band is still computed and every frame takes longer than its time."""
    visit.open(f"{server}?scenario=regions")
    visit.button("Play").click()
    seen = set()
    for month in (1, 2, 3):
        visit.past(month)
        seen.add(visit.month())
    visit.button("Pause").click()
    visit.button("Play").wait_for()
    assert len(seen) == 3
    assert visit.month() < 40
    visit.page.keyboard.press("Home")
    visit.at_month(0)


def test_the_band_of_other_luck_comes_behind_the_path(visit, server):
    """Seen in the file of the panel's data: its columns low and high are filled once the band is known."""
    visit.open(f"{server}?scenario=small&month=6")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        rows = pl.read_csv(io.BytesIO(saved(visit, "What an hour of compute costs", "CSV")))
        if rows["low"].is_not_null().any():
            break
    assert rows.filter(pl.col("line") == "spot")["low"].is_not_null().all()


def saved(visit, title, kind):
    """Return what is downloaded when a panel is saved."""
    visit.page.get_by_label(f"Save {title}", exact=True).click()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name=kind, exact=True).last.click()
    visit.button("Close").click()
    visit.button("Close").wait_for(state="hidden")
    return Path(download.value.path()).read_bytes()


def test_every_tab_shows_its_panels_and_only_those(visit, server):
    visit.open(f"{server}?month=8")
    visit.at_month(8)
    for tab in TABS:
        visit.tab(tab.title)
        visit.page.locator(f"#{tab.panels[-1].name} img").wait_for()
        shown = [one.get_attribute("id") for one in visit.page.locator("figure").all()]
        assert shown == [panel.name for panel in tab.panels]
        assert all(one.get_attribute("alt") for one in visit.page.locator("figure img").all())


def test_another_scenario_and_seed_are_other_worlds(visit, server):
    visit.open(f"{server}?month=5")
    visit.at_month(5)
    old = visit.picture("market_prices")
    visit.fill("Seed of all luck", "7")
    old = visit.new_picture("market_prices", old)
    visit.choose("Scenario", "small")
    visit.at_month(0)
    visit.step(1)
    assert visit.new_picture("market_prices", old)


def test_a_number_is_set_by_slider_and_field_and_a_wrong_one_is_refused(visit, server):
    visit.open(f"{server}?month=6")
    visit.at_month(6)
    visit.unfold("Numbers")
    old = visit.picture("market_prices")
    field = visit.page.locator(".bazaar-number input").first
    field.wait_for()
    field.fill("5")
    field.press("Enter")
    old = visit.new_picture("market_prices", old)
    assert visit.month() == 6
    thumb = visit.page.get_by_role("slider").nth(2)
    thumb.focus()
    thumb.press("ArrowRight")
    old = visit.new_picture("market_prices", old)
    for wrong, said in (("900", "is above its upper bound 20 x/year"), ("<b>x</b>", "is not a number")):
        field.fill(wrong)
        field.press("Enter")
        visit.page.get_by_text(said, exact=False).wait_for()
    visit.unfold("Take it along")
    command = visit.page.locator(".bazaar-command").inner_text()
    assert "parameters.demand_growth_start_x_per_year=5.0 parameters.demand_growth_half_life_months=" in command
    visit.button("As the scenario says").click()
    visit.page.get_by_text("is not a number", exact=False).wait_for(state="hidden")


def test_a_field_that_is_refused_is_marked_until_it_is_put_right(visit, server):
    """By more than colour, in words that are read aloud, and with what was typed still in it."""
    visit.open(f"{server}?month=3")
    visit.at_month(3)
    visit.unfold("Numbers")
    field = visit.page.locator(".bazaar-number input").first
    field.fill("900")
    field.press("Enter")
    reason = visit.page.locator(".bazaar-number [role=alert]")
    reason.get_by_text("900 is above its upper bound 20 x/year", exact=True).wait_for()
    assert reason.locator(".mdi-alert-circle").is_visible()
    assert visit.page.locator(".bazaar-refused .v-input").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert field.get_attribute("aria-describedby") == reason.get_attribute("id")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.evaluate("e => e === document.activeElement")
    visit.step(4)
    assert (field.input_value(), reason.count()) == ("900", 1)
    field.press("ControlOrMeta+a")
    visit.page.keyboard.type("5")
    visit.page.keyboard.press("Tab")
    reason.wait_for(state="detached")
    assert field.get_attribute("aria-invalid") == "false"
    visit.fill("Seed of all luck", "1.5")
    visit.page.get_by_text("1.5 is not a whole number").wait_for()
    visit.fill("Seed of all luck", "2")
    visit.page.get_by_text("1.5 is not a whole number").wait_for(state="detached")
    visit.unfold("Play a lab")
    visit.fill("Lease, H100e", "-3")
    visit.page.get_by_text("-3 is below its lower bound 0 H100e").wait_for()
    assert visit.button("Order, and run the month").is_disabled()
    visit.fill("Lease, H100e", "3")
    visit.button("Order, and run the month").click()
    visit.at_month(5)


def test_shocks_and_orders_by_hand_are_exported_and_replay_to_the_same_bits(
    visit, server, bazaar, tmp_path, monkeypatch
):
    visit.open(f"{server}?month=5")
    visit.at_month(5)
    visit.unfold("Shocks")
    visit.button("80x now: OpenAI").click()
    visit.page.get_by_text("Done by hand (1)").wait_for()
    visit.step(6)
    visit.unfold("Play a lab")
    visit.fill("Lease, H100e", "150000")
    visit.fill("Build, H100e", "20000")
    visit.button("Order, and run the month").click()
    visit.at_month(7)
    visit.page.get_by_text(re.compile(r"^Score: [+-]")).wait_for()
    visit.button("Recall SpaceX Colossus").click()
    visit.page.get_by_text("Done by hand (3)").wait_for()
    visit.step(8)
    visit.unfold("Take it along")
    with visit.page.expect_download() as download:
        visit.button("What was done by hand").click()
    monkeypatch.chdir(tmp_path)
    download.value.save_as("events.yaml")
    with visit.page.expect_download() as download:
        visit.button("Parquet").click()
    live = pl.read_parquet(download.value.path())
    command = visit.page.locator(".bazaar-command").inner_text()
    assert bazaar(*shlex.split(command)[1:], "output=json").code == 0
    assert experiments.load("results/replay").months.equals(live)
    visit.unfold("Done by hand (3)")
    visit.button("Take the last back").click()
    visit.page.get_by_text("Done by hand (2)").wait_for()


def test_two_worlds_differ_under_the_same_luck(visit, server):
    visit.open(f"{server}?month=10")
    visit.at_month(10)
    visit.tab("Two worlds")
    figures = visit.page.locator("figure")
    figures.nth(3).wait_for()
    old = figures.first.locator("img").get_attribute("src")
    table = visit.page.locator(".bazaar-table").last.inner_text()
    assert "colossus" in table
    assert "no_partners" in table
    visit.choose("The other world", "colossus")
    visit.page.wait_for_function("old => document.querySelector('figure img')?.src !== old", arg=old)
    last = "[...document.querySelectorAll('.bazaar tbody td:last-child')]"
    visit.page.wait_for_function(f"{last}.every(cell => ['0', '-'].includes(cell.innerText))")


def test_why_tells_the_story_of_a_price_a_firm_and_a_contract(visit, server):
    visit.open(f"{server}?month=10")
    visit.at_month(10)
    visit.tab("Why")
    visit.page.get_by_text("The spot price in month 9", exact=False).wait_for()
    visit.button("A firm").click()
    visit.choose("Lab or supplier", "Anthropic (lab)")
    visit.page.get_by_role("heading", name=re.compile("^Anthropic .*month 9")).wait_for()
    visit.button("A contract").click()
    visit.page.get_by_role("button", name=re.compile("the newest first")).first.click()
    contract = visit.page.get_by_role("option").nth(3)
    lab = re.search(r" to (.+), [\d,.]+ k H100e", contract.inner_text())[1]
    contract.click()
    visit.page.get_by_role("heading", name=re.compile(f"^{re.escape(lab)}")).first.wait_for()


def test_the_log_is_filtered_by_word(visit, server):
    visit.open(f"{server}?month=12")
    visit.at_month(12)
    visit.tab("Events")
    rows = visit.page.locator(".bazaar-table tbody tr")
    rows.nth(3).wait_for()
    before = rows.count()
    visit.page.get_by_label("Only with this word", exact=False).fill("mistral")
    visit.page.wait_for_function("n => document.querySelectorAll('.bazaar-table tbody tr').length < n", arg=before)
    assert all("mistral" in text.lower() for text in rows.all_inner_texts())


@pytest.mark.parametrize("kind", ["PNG", "SVG", "CSV", "Parquet"])
def test_a_panel_is_saved(kind, visit, server):
    visit.open(f"{server}?scenario=small&month=6")
    visit.at_month(6)
    content = saved(visit, "What an hour of compute costs", kind)
    if kind == "PNG":
        assert Image.open(io.BytesIO(content)).size[0] >= 1200
    elif kind == "SVG":
        assert content.startswith(b"<?xml")
        assert b"</svg>" in content
    else:
        rows = pl.read_csv(io.BytesIO(content)) if kind == "CSV" else pl.read_parquet(io.BytesIO(content))
        assert rows["month"].max() == 5
        assert rows["usd_per_h100e_hour"].is_not_null().any()


def test_keys_play_step_and_go_back(visit, server):
    visit.open(f"{server}?scenario=small&month=3")
    visit.at_month(3)
    visit.page.keyboard.press("ArrowRight")
    visit.at_month(4)
    visit.page.keyboard.press("ArrowLeft")
    visit.at_month(3)
    visit.page.keyboard.press(" ")
    visit.past(6)
    visit.page.keyboard.press(" ")
    visit.button("Play").wait_for()
    visit.page.keyboard.press("Home")
    visit.at_month(0)
    visit.page.keyboard.press("Tab")
    reached = set()
    for _ in range(25):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.innerText || document.activeElement.tagName").strip())
    assert {"RESET", "PLAY", "STEP"} <= {one.upper() for one in reached}


def test_what_an_address_asks_in_vain_is_said(visit, server):
    visit.open(f"{server}?scenario=colosus")
    visit.page.get_by_text("no scenario is called colosus; nearest: colossus").wait_for()
    visit.open(f"{server}?parameters.usable_share=9")
    visit.page.get_by_text("parameters.usable_share = 9 is above its upper bound 1 share").wait_for()
    visit.step(1)


def test_two_visitors_share_nothing_and_one_who_leaves_in_mid_play_disturbs_nobody(visit, server, chromium):
    visit.open(f"{server}?scenario=small&month=2")
    other = Visit(chromium.new_context().new_page())
    other.open(f"{server}?scenario=small&month=9")
    other.at_month(9)
    other.button("Play").click()
    other.past(11)
    visit.at_month(2)
    other.page.context.close()
    visit.step(3)
    again = Visit(chromium.new_context().new_page())
    again.open(f"{server}?scenario=small")
    again.at_month(0)
    again.page.context.close()
    assert other.errors == again.errors == []


@pytest.mark.parametrize("width", [360, 768, 1920])
def test_nothing_runs_over_the_edge(width, visit, server):
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.goto(f"{server}?month=4")
    visit.at_month(4)
    visit.page.locator("#market_prices img").wait_for()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    smallest = visit.page.evaluate(
        "Math.min(...[...document.querySelectorAll('.bazaar *')].filter(e => e.innerText && !e.children.length)"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= 12


def test_dark_is_dark(visit, server):
    visit.open(f"{server}?scenario=small&month=4")
    visit.at_month(4)
    light = visit.picture("market_prices")
    toggle = visit.page.locator("header button").last
    for _ in range(3):
        toggle.click()
        time.sleep(0.5)
        if "theme--dark" in visit.page.locator("#app").get_attribute("class"):
            break
    assert visit.new_picture("market_prices", light)


def test_pictures_are_as_dark_as_the_browser_wants_the_page(visit, server):
    visit.page.emulate_media(color_scheme="dark")
    visit.open(f"{server}?scenario=small&month=4")
    for dark in (True, False):
        visit.page.emulate_media(color_scheme="dark" if dark else "light")
        paper = (DARK if dark else LIGHT).paper.lower()
        filled = "paper => atob(document.querySelector('#market_prices img')?.src.split(',')[1] ?? '').includes(paper)"
        visit.page.wait_for_function(filled, arg=f"fill: {paper}")
        assert visit.page.locator("#app.theme--dark").count() == dark
