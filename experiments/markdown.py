"""Tables in Markdown, for the generated pages."""

from collections.abc import Iterable, Sequence


def row(*cells: object) -> str:
    """Return one line of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a table in Markdown."""
    return [row(*head), row(*("---" for _ in head)), *(row(*cells) for cells in rows), ""]
