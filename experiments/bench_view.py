"""`bazaar bench part=view`: how long a visitor of the page waits, and how much memory a long visit takes."""

import re
import statistics
import subprocess
import sys
import time
from typing import Any
from urllib.request import urlopen

import psutil

from experiments.view.browser import browser

STEPS = 20
LONG_MONTHS = 1000
LONG_PACE = 10
FIGURE = "#market_prices img"
CHANGED = f"old => document.querySelector('{FIGURE}')?.src !== old"
SHOWN = f"() => document.querySelector('{FIGURE}')?.complete"


def view_figures() -> dict[str, Any]:
    """Return first paint and repaint of the visible tab, ms, and the server's memory before and after a long visit, MB.

    First paint is from the request to the first picture in a browser that was never there; the repaint of four panels
    is from a click on Step to the first of them changed, all of them being sent together. The long visit steps through
    a thousand months, ten at a time.

    Raises
    ------
    BadRequest
        Where no browser is here.
    """
    command = [sys.executable, "-m", "experiments.cli", "view", "port=0"]
    with browser() as opened, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            return _measured(opened, server)
        finally:
            server.terminate()


def _measured(opened: Any, server: "subprocess.Popen[str]") -> dict[str, Any]:
    found = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
    if found is None:
        raise OSError("the page could not be served")
    with urlopen(found[0]) as answer:
        answer.read()  # what the first visit of all compiles and loads is no part of what a visitor waits for
    page = opened.new_page()
    begin = time.perf_counter()
    page.goto(f"{found[0]}?month=12")
    page.wait_for_function(SHOWN)
    paint = time.perf_counter() - begin
    time.sleep(3.0)  # until the band of the ensemble is there
    repaints = [_step_seconds(page) for _ in range(STEPS)]
    before = _memory_mb(server.pid)
    _long_visit(page)
    return {
        "first_paint_ms": paint * 1e3,
        "repaint_median_ms": statistics.median(repaints) * 1e3,
        "repaint_worst_ms": max(repaints) * 1e3,
        "memory_mb": before,
        f"memory_mb_after_{LONG_MONTHS}_months": _memory_mb(server.pid),
    }


def _step_seconds(page: Any) -> float:
    old = page.locator(FIGURE).get_attribute("src")
    begin = time.perf_counter()
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function(CHANGED, arg=old)
    return time.perf_counter() - begin


def _long_visit(page: Any) -> None:
    pace = page.get_by_role("slider").first
    pace.focus()
    for _ in range(LONG_PACE - 1):
        pace.press("ArrowRight")
    page.get_by_text(f"Months per frame: {LONG_PACE}").wait_for()
    for _ in range(LONG_MONTHS // LONG_PACE):
        _step_seconds(page)


def _memory_mb(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6
