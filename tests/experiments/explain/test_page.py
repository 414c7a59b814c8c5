"""The page tells the story that the command tells."""

import pytest

from experiments.explain.page import explain_page, section_lines
from experiments.explain.words import Section, calendar_month, capacity, listed, per_year, signed, usd

pytestmark = pytest.mark.all


def test_the_page_has_the_sections_of_the_command(bazaar, tmp_path):
    page = explain_page()
    told = " ".join(bazaar("explain", f"results={tmp_path}").out.split())
    example = page.partition("## An example: ")[2]
    assert told.startswith(example.partition("\n")[0])
    sentences = [line for line in example.splitlines()[6:] if line and line[0] not in "#|*`"]
    assert len(sentences) > 10
    for sentence in sentences:
        assert sentence in told, sentence


def test_a_section_is_a_heading_sentences_and_a_table():
    lines = section_lines(
        Section("Why", ["Because.", "And so."], [{"who": "A", "USD": 0.1234}, {"who": "B", "USD": 1e-12}])
    )
    assert lines == [
        "### Why",
        "",
        "Because.\n",
        "And so.\n",
        "| who | USD |",
        "| --- | --- |",
        "| A | 0.123 |",
        "| B | 0 |",
        "",
    ]


def test_numbers_in_words():
    assert [capacity(1_234_567), capacity(-45_678), capacity(12.34)] == ["1.23 M H100e", "-45.7 k H100e", "12.3 H100e"]
    assert (usd(2.346), usd(float("nan"))) == ("2.35 USD", "no price")
    assert per_year(0.0) == "1x a year"
    assert [signed(0.124), signed(-0.001), signed(-1.0)] == ["+0.12", "+0.00", "-1.00"]
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b and c"]
    assert calendar_month("2025-12", 14) == "month 14 (2027-02)"
