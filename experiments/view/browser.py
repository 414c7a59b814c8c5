"""A browser without a window, for measuring the page and for its tests."""

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

from model.settings import BadRequest

NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It opens pages of this machine alone, and asks nobody else for anything."""


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Give a browser of Playwright's.

    Raises
    ------
    BadRequest
        Where Playwright or a browser is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise BadRequest("a browser is driven by the package playwright; install it with uv sync") from None
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise BadRequest(f"no browser is here: install chromium; looked for {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        try:
            yield opened
        finally:
            opened.close()
