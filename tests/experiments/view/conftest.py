"""What the tests of the page share: the server as a process of its own, and a real browser that watches for errors."""

import contextlib
import re
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from experiments.view.browser import browser

PATIENCE_MS = 60_000
"""How long anything may take on a machine that does other things too."""


@contextlib.contextmanager
def served(*words, cwd=None):
    """Serve the page as a user would; give the process and its address, and stop it by Ctrl-C."""
    command = [sys.executable, "-m", "experiments.cli", "view", "port=0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd) as process:
        said = process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, said + process.stderr.read()
        try:
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE_MS / 1000)


@pytest.fixture(scope="module")
def server(warm):
    with served() as (_, address):
        yield address


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


class Visit:
    """A visit to the page: `page` is Playwright's, `errors` what the browser complained of, `hosts` whom it asked."""

    def __init__(self, page):
        self.page, self.errors, self.hosts = page, [], set()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        page.on("response", lambda response: self.errors.append(response.url) if response.status >= 400 else None)

    def open(self, address):
        self.page.goto(address)
        self.button("Step").wait_for()
        self.page.locator("figure img").first.wait_for()
        return self

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def at_month(self, month):
        """Wait until the page shows a month."""
        self.page.get_by_text(re.compile(rf"^{month} (of \d+ )?months run")).first.wait_for()

    def past(self, month):
        """Wait until a game that plays has come to a month, or past it."""
        told = "document.querySelector('.bazaar-head')?.innerText.match(/(\\d+) (of \\d+ )?months run/)?.[1]"
        self.page.wait_for_function(f"month => Number({told}) >= month", arg=month)

    def month(self):
        return int(re.search(r"(\d+) (of \d+ )?months run", self.page.locator(".bazaar-head").inner_text())[1])

    def step(self, to):
        self.button("Step").click()
        self.at_month(to)

    def tab(self, name):
        """Choose a tab by the name on it."""
        self.page.get_by_role("tab", name=name, exact=True).click()

    def picture(self, panel):
        """Return the picture of a panel, once it is there."""
        return self.page.locator(f"#{panel} img").get_attribute("src")

    def new_picture(self, panel, old):
        """Wait for another picture of a panel and return it."""
        changed = "([panel, old]) => document.querySelector(`#${panel} img`)?.src !== old"
        self.page.wait_for_function(changed, arg=[panel, old])
        return self.picture(panel)

    def unfold(self, title):
        self.page.get_by_text(title, exact=True).click()

    def choose(self, label, value):
        """Choose a value from the list under a label."""
        self.page.get_by_role("button", name=re.compile(re.escape(label))).first.click()
        self.page.get_by_role("option", name=value, exact=True).click()

    def fill(self, label, text):
        field = self.page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Enter")


@pytest.fixture
def visit(chromium):
    """Return a visitor who must see no error and ask nobody but this machine."""
    context = chromium.new_context(viewport={"width": 1366, "height": 900}, accept_downloads=True)
    visitor = Visit(context.new_page())
    yield visitor
    context.close()
    assert visitor.errors == []
    assert visitor.hosts <= {"127.0.0.1", None}, "the page asked another host"
