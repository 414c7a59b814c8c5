"""Parts of the page without a browser: words and tables that they make."""

import pytest

from experiments.view.desk import Desk
from experiments.view.game import struck
from experiments.view.moment import NO_BAND, Firm, Moment
from experiments.view.parts.hand import coming
from experiments.view.parts.head import facts_of
from experiments.view.parts.lab import trouble_of
from experiments.view.parts.tables import table_html
from model import ComputeMarket

pytestmark = pytest.mark.all


def test_columns_of_sentences_are_wide_and_numbers_stand_right():
    table = table_html(
        ("who", "what", "n"), [("Meta", "leases from a supplier until it is built", "3"), ("<b>", "", "4")]
    )
    assert '<td class="words">Meta</td><td class="words many">leases' in table
    assert "<td>3</td>" in table
    assert "&lt;b&gt;" in table


@pytest.mark.parametrize(
    ("months", "said"),
    [(0, "0 of 60 months run: press Step, or the right arrow"), (2, "2 of 60 months run"), (61, "61 months run")],
)
def test_the_head_counts_the_months_run(months, said):
    moment = Moment(ComputeMarket("small").run(months), NO_BAND, Firm("lab", "openai"))
    facts = facts_of(moment)
    assert next(iter(facts)) == said
    assert facts[said] == {0: "2025-12", 2: "2026-01", 61: "2030-12"}[months]


def test_what_is_done_by_hand_takes_effect_in_the_next_month():
    desk = Desk("scenario=small&month=2")
    assert coming(desk) == "Feb 2026 (month 2)"
    desk.act(lambda game: struck(game, "price_war", months=2))
    assert dict(desk.game.value.events[0].fields)["first_month"] == 2
    desk.go(-2)
    assert coming(desk) == "Jan 2026 (month 1)"


@pytest.mark.parametrize(
    ("text", "said"), [("3e5", ""), ("-1", "is below its lower bound 0"), ("many", "is not a number")]
)
def test_an_order_that_cannot_be_is_known_before_it_is_given(text, said):
    trouble = trouble_of("lease_h100e", text)
    assert said in trouble
    assert bool(trouble) == bool(said)
