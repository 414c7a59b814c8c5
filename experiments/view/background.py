"""Work beside the page, in a thread that is told when nobody wants it any more."""

import threading
from collections.abc import Callable
from typing import Any

import solara


def use_background(work: Callable[[threading.Event], None], dependencies: list[Any]) -> None:
    """Let `work` run in a thread of its own, again whenever a dependency changes; its event is set when it should stop.

    Solara's own tasks raise an error in the thread that ends them. A thread that sets a value draws the page itself, so
    one that plays may end itself half-way through drawing, and the page would stand still.
    """

    def begin() -> Callable[[], None]:
        stop = threading.Event()
        threading.Thread(target=work, args=(stop,), daemon=True).start()
        return stop.set

    solara.use_effect(begin, dependencies)
