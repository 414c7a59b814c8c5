"""The generated pages say what the declarations say."""

import pytest

from experiments import docs, markdown, verification

pytestmark = pytest.mark.all


def test_the_pages_of_docs_are_up_to_date():
    assert docs.stale_pages() == [], "write them with `make docs`"


def test_a_missing_or_changed_page_is_stale(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "DOCS", tmp_path)
    monkeypatch.setattr(docs.stale_pages, "__defaults__", (tmp_path,))
    assert docs.main(["--check"]) == 1
    assert ", ".join([*docs.PAGES, *verification.PICTURES]) in capsys.readouterr().err
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0
    (tmp_path / "results.md").write_text("something else")
    (tmp_path / "verification" / "faratin.png").unlink()
    assert docs.stale_pages(tmp_path) == ["results.md", "verification/faratin.png"]


def test_results_page_describes_exactly_the_columns_of_the_results(small_results):
    import polars as pl

    for name, _, columns in docs.result_tables():
        described = [column[0] for column in columns]
        assert sorted(described) == sorted(pl.read_parquet_schema(small_results / f"{name}.parquet")), name


def test_a_bar_in_a_text_does_not_break_the_table():
    assert markdown.row("a|b", 1) == "| a\\|b | 1 |"


def test_the_page_of_verification_shows_every_picture():
    page = verification.verification_page()
    assert all(f"]({name})" in page for name in verification.PICTURES)
    assert "| outside |\n" not in page
