"""What an error planted in a rule is."""

from typing import Any, NamedTuple


class Mutation(NamedTuple):
    """In `module`, `old` (which occurs once) becomes `new`; at these values the row must notice.

    Rules run uncompiled here, a thousand times slower: choose values that need few months or draws.
    """

    benchmark: str
    row: str
    module: str
    old: str
    new: str
    values: dict[str, Any] = {}  # noqa: RUF012
