"""`bazaar explain` answers what is asked, chooses what is left open, and refuses the rest in one line."""

import json

import numpy as np
import pytest

from experiments.explain import panels, picture
from experiments.explain.command import Subject, choose, told
from experiments.explain.record import record_month, whole_run
from model import load_scenario
from model.state import CHANNELS

pytestmark = pytest.mark.all

WRONG = {
    "lab=anthropc": "no lab is called anthropc; nearest: anthropic",
    "supplier=azur": "no supplier is called azur; nearest: azure",
    "price=contract": "price = contract is unknown",
    "month=60": "month = 60 is after the last month of the run, 59",
    "month=-2": "month = -2 is below its lower bound",
    "month=soon": "month = soon is not a number",
    "scenario=smal": "no scenario is called smal; nearest: small",
    "labb=openai": "labb is unknown",
    "seed=-1": "seed = -1 is below its lower bound 0",
    "output=xml": "output = xml is unknown; there are: table, json",
    "results=": "results = nothing is not a folder",
}


@pytest.mark.parametrize("word", WRONG)
def test_a_wrong_word_is_refused_in_one_line(refused, tmp_path, monkeypatch, word):
    monkeypatch.chdir(tmp_path)
    small = [] if word.startswith("scenario") else ["scenario=small"]
    assert WRONG[word] in refused("explain", *small, word)


def test_one_thing_is_explained_at_a_time(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "one thing at a time: lab= or price=" in refused("explain", "scenario=small", "lab=openai", "price=spot")


def test_a_folder_that_cannot_be_made_is_refused(bazaar, tmp_path):
    (tmp_path / "file").write_text("")
    said = bazaar("explain", "scenario=small", f"results={tmp_path / 'file'}")
    assert said.code == 2
    assert "results cannot be written to" in said.err


def test_json_holds_the_sections_and_the_picture(bazaar, tmp_path):
    said = bazaar("explain", "scenario=small", "month=6", "lab=openai", f"results={tmp_path}", "output=json")
    content = json.loads(said.out)
    assert (said.code, content["month"], content["headline"]) == (0, 6, "OpenAI in month 6 (2026-06)")
    assert content["sections"][0]["title"] == "What it needed"
    assert (tmp_path / "explain" / "small-seed1-month6-openai.png").stat().st_size > 50_000
    assert content["picture"] == str(tmp_path / "explain" / "small-seed1-month6-openai.png")


def test_without_a_month_it_is_that_of_the_first_large_partnership(small):
    run = whole_run(small, 1)
    partners = run.deals[(run.deals["channel"] == CHANNELS.index("partner")) & (run.deals["signed_month"] >= 0)]
    large = partners[partners["capacity_h100e"] >= small.parameters["anchor_deal_h100e"]]
    first = large[np.argmin(large["signed_month"])]
    month, subject = choose(small, run, -1, [])
    assert month == first["signed_month"]
    assert list(small.labs).index(subject.key) == first["lab_name_code"]
    assert choose(small, run, -1, [Subject("supplier", "spacex_colossus")])[0] == month
    assert choose(small, run, -1, [Subject("lab", "mistral")])[1] == Subject("lab", "mistral")


def test_with_a_month_alone_it_is_the_buyer_of_its_largest_deal(small):
    run = whole_run(small, 1)
    deals = run.deals[run.deals["signed_month"] == 6]
    buyer = int(deals["lab_name_code"][np.argmax(deals["capacity_h100e"])])
    assert choose(small, run, 6, []) == (6, Subject("lab", list(small.labs)[buyer]))
    run.deals["signed_month"] = 3
    assert choose(small, run, 6, []) == (6, Subject("price", "spot"))


def test_the_spot_price_is_explained_in_the_month_of_its_largest_change(small):
    run = whole_run(small, 1)
    changes = np.abs(np.diff(np.log(run.history.market["spot_price_usd_per_h100e_hour"])))
    assert choose(small, run, -1, [Subject("price", "spot")])[0] == np.argmax(changes) + 1


@pytest.mark.parametrize(
    "subject", [Subject("lab", "anthropic"), Subject("supplier", "azure"), Subject("price", "spot")]
)
@pytest.mark.parametrize("month", [0, 59])
def test_a_picture_has_four_panels_with_titles_and_units(small, tmp_path, monkeypatch, subject, month):
    recorded = record_month(small, 1, month, whole_run(small, 1))
    row, story, shown = told(recorded, subject)
    figures = []
    monkeypatch.setattr(picture.Figure, "savefig", lambda figure, path, metadata: figures.append(figure))
    picture.draw(recorded, row, story.headline, shown, tmp_path / "picture.png")
    (figure,) = figures
    assert len(figure.axes) == 4
    for axis in figure.axes:
        assert axis.get_title(loc="left") or axis.texts
        if axis.lines or axis.patches:
            assert "H100e" in axis.get_ylabel()
    figure.canvas.draw()


def test_every_story_has_its_four_panels():
    assert {len(panels.LAB), len(panels.SUPPLIER), len(panels.PRICE)} == {4}


def test_a_lab_that_asks_nobody_is_drawn(tmp_path):
    scenario = load_scenario("small", {"labs.mistral.strategy": "integrated"})
    recorded = record_month(scenario, 1, 4, whole_run(scenario, 1))
    recorded.views["respond"].pairs["asked_rank"][3] = 0
    row, story, shown = told(recorded, Subject("lab", "mistral"))
    picture.draw(recorded, row, story.headline, shown, tmp_path / "mistral.png")
    assert (tmp_path / "mistral.png").stat().st_size > 0
