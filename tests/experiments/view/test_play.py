"""A game that plays goes on while its visitor types, changes it and takes things along."""

import io
import re
from pathlib import Path

import polars as pl
import pytest
import yaml

from tests.experiments.view.conftest import Visit

pytestmark = pytest.mark.all


@pytest.fixture
def playing(visit, server):
    """Give a visitor whose game plays, far from any end."""
    visit.open(f"{server}?scenario=small&month=61")
    visit.at_month(61)
    visit.button("Play").click()
    visit.past(63)
    yield visit
    assert visit.page.locator(".bazaar-trouble").inner_text() == ""


def taken(visit, click):
    """Return the name of what a click lets the browser save, and what is in it."""
    with visit.page.expect_download() as download:
        click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_panel_is_saved_as_it_was_when_its_button_was_pressed(playing):
    playing.page.get_by_label("Save What an hour of compute costs", exact=True).click()
    dialog = playing.page.locator(".v-dialog--active")
    months = set()
    for kind, read in (("CSV", pl.read_csv), ("PNG", None), ("Parquet", pl.read_parquet)):
        name, content = taken(playing, dialog.get_by_role("button", name=kind, exact=True).click)
        months.add(int(re.fullmatch(rf"small-seed1-month(\d+)-market_prices\.{kind.lower()}", name)[1]))
        if read:
            assert read(io.BytesIO(content))["month"].max() + 1 in months
    assert len(months) == 1
    playing.past(months.pop() + 2)
    playing.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert playing.button("Pause").count() == 1


def test_tables_and_events_are_taken_along_in_mid_play(playing):
    playing.unfold("Shocks")
    playing.button("Chip embargo").click()
    playing.page.get_by_text("Done by hand (1)").wait_for()
    playing.unfold("Take it along")
    side = playing.page.locator(".bazaar-side")
    name, content = taken(playing, side.get_by_role("button", name="Parquet", exact=True).click)
    assert name == "small-seed1-months.parquet"
    assert pl.read_parquet(io.BytesIO(content)).height > 63
    name, content = taken(playing, playing.button("What was done by hand").click)
    assert [one["shock"] for one in yaml.safe_load(content)["events"].values()] == ["chip_embargo"]


def test_what_is_half_typed_stays_while_pictures_change(playing):
    playing.unfold("Numbers")
    field = playing.page.locator(".bazaar-number input").first
    field.click()
    field.press("ControlOrMeta+a")
    for letter in "5.25":
        old = playing.picture("market_prices")
        field.press(letter)
        playing.new_picture("market_prices", old)
    assert field.input_value() == "5.25"
    field.press("Enter")
    playing.unfold("Take it along")
    playing.page.get_by_text("parameters.demand_growth_start_x_per_year=5.25").wait_for()


def test_another_seed_and_scenario_are_taken_in_mid_play(playing):
    assert playing.button("Reset").is_disabled()
    month = playing.month()
    playing.fill("Seed of all luck", "7")
    playing.past(month + 3)
    playing.tab("A firm")
    playing.choose("Lab or supplier", "CoreWeave (supplier)")
    playing.choose("Scenario", "strategies")
    playing.page.wait_for_function("document.querySelector('.bazaar-head').innerText.includes(' of ')")
    playing.past(2)
    playing.page.get_by_role("button", name=re.compile("Lab or supplier")).get_by_text("Portfolio (lab)").wait_for()
    playing.button("Pause").click()
    playing.button("Reset").click()
    playing.at_month(0)
    assert playing.page.get_by_label("Seed of all luck", exact=True).input_value() == "7"


def test_two_pages_of_one_browser_play_games_of_their_own(playing, server):
    other = Visit(playing.page.context.new_page())
    other.open(f"{server}?scenario=strategies&month=2")
    other.button("Play").click()
    other.past(4)
    other.page.close()
    month = playing.month()
    assert month > 60
    playing.past(month + 2)
    assert other.errors == []
