"""The tables in the pages of the model: what a marker becomes, and what the declarations say."""

import pytest

from experiments import docs_model
from experiments.docs import DOCS
from model.parameters import PARAMETERS
from model.state import World

PAGE = """# A page

`demand_growth_half_life_months` (months) and `spot_rule` (no unit), and in a block

```
training_share
```

<!-- table: parameters -->
what stood here before
<!-- end of table -->

After.
"""


def test_a_marker_becomes_the_table_of_the_parameters_that_the_text_names(tmp_path):
    (tmp_path / "page.md").write_text(PAGE)
    lines = docs_model.model_page("page.md", tmp_path).splitlines()
    assert [line for line in lines if line.startswith("| `")] == [
        "| `demand_growth_half_life_months` | 24 | months | 1 to 600 | 12 to 48 | J |",
        "| `spot_rule` | `auction` | - | a choice |  | J |",
    ]
    assert lines[-1] == "After."
    assert "what stood here before" not in lines


def test_filling_a_page_twice_changes_nothing(tmp_path):
    (tmp_path / "page.md").write_text(PAGE)
    once = docs_model.model_page("page.md", tmp_path)
    (tmp_path / "page.md").write_text(once)
    assert docs_model.model_page("page.md", tmp_path) == once


def test_every_table_of_the_state_has_a_row():
    assert list(docs_model.ROWS) == list(World._fields)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("market", "1"),
        ("labs", "labs"),
        ("offers", "suppliers, 4"),
        ("pairs", "labs, suppliers"),
        ("bids", "2 x labs"),
        ("forwards", "3, firms of a side, 12"),
        ("lab_regions", "labs, regions"),
    ],
)
def test_the_shape_of_a_table_is_told_in_words(name, rows):
    assert docs_model.shape(name) == rows


def test_every_selectable_rule_links_to_the_section_that_tells_of_it():
    table = docs_model.rules_table(DOCS)
    names = [parameter.name for parameter in PARAMETERS if parameter.choices]
    assert [line.split("`")[1] for line in table[2:-1]] == names
    (spot,) = (line for line in table if line.startswith("| `spot_rule`"))
    assert "| `auction` | `double_auction`, `posted`, `smoothed` |" in spot
    assert "(model/spot.md#clearing-modelspotpy)" in spot


def test_a_rule_of_which_no_page_tells_is_refused():
    with pytest.raises(ValueError, match="no page of the model tells of unheard_of"):
        docs_model.told_under("unheard_of", DOCS)
