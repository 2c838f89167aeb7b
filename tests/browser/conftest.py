"""One browser, one assistant and two portals for all browser tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.server.app import create_app
from qa.server.holder import Holder
from tests.browser.site import Site, site
from tests.conftest import ROOT
from tests.serving import free_port, served

CHROMIUM = shutil.which("chromium")
expect.set_options(timeout=20_000)  # ms; a busy machine is slow, not broken
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever else a page asked for would be looked up nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# Its text shows mark-up, as an author writes that: a tag itself would be read as HTML.
HOSTILE = """---
title: <img src=x onerror=alert(1)> Beekeeper
aliases: [Beekeeper]
figures_date: 2019 <b>x</b>
region: <i>Hive</i>
currency: USD ${7+7}
reviewed: "2020-01-01"
---

# Beekeeper

## Pay &lt;script>alert(1)&lt;/script>

Beekeepers earn &lt;b>$40,000&lt;/b> a year &lt;script>alert(1)&lt;/script> {{7+7}} ${7+7}
![x](http://evil.example/x.png) [y](javascript:alert(1)) **stars** `code` $x^2$.

## Skills &lt;u>needed&lt;/u>

Beekeepers need &lt;em>these&lt;/em> skills:

- Patience with &lt;b>bees&lt;/b>
- Calm hands

## Training

Beekeepers learn at a college for two years.
"""
NURSE = """# Nurse

Nurses care for people.

## Pay

Nurses earned a median wage of $93,600 a year.

## Education

Nurses need a degree in nursing of three years.
"""
WELDER = (
    "---\nsource_url: https://drawn.example/welders\n---\n# Welder\n\nWelders work with heat.\n\n"
    "## Tasks\n\nWelders join pieces of metal.\n\n## Place\n\nWelders join metal in shipyards.\n"
)
PLUMBER = "# Plumber\n\nPlumbers mend pipes.\n\n## Tools\n\nPlumbers use wrenches and pipe cutters.\n"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium is installed: the browser tests need Debian's package of it")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="package")
def portals(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Site]]:
    """The portal that may embed the assistant, and one that may not. Its guides
    are the example portal's pages, one that has no page, and a hostile one."""
    folder = tmp_path_factory.mktemp("portal")
    assistant, portal, stranger = free_port(), free_port(), free_port()
    pages, guides = folder / "pages", folder / "guides"
    shutil.copytree(ROOT / "examples" / "portal" / "site", pages)
    for page in pages.glob("*.html"):
        text = page.read_text(encoding="utf-8").replace(":7860", f":{assistant}").replace(":7870", f":{portal}")
        page.write_text(text, encoding="utf-8")
    shutil.copytree(pages, guides, ignore=shutil.ignore_patterns("*.css"))
    (guides / "nurse.md").write_text(NURSE, encoding="utf-8")
    (guides / "beekeeper.md").write_text(HOSTILE, encoding="utf-8")
    (guides / "plumber.md").write_text(PLUMBER, encoding="utf-8")
    (guides / "welder.md").write_text(WELDER, encoding="utf-8")
    settings = Settings(
        corpus=guides,
        index=folder / "index",
        rate_limit="",
        min_confidence=0.1,
        feedback=folder / "votes.sqlite3",
        allowed_origins=(f"http://127.0.0.1:{portal}",),
    )
    build(settings, progress=False)
    app = create_app(Holder(Assistant.open(settings=settings)), settings)
    (folder / "other").mkdir()
    with (
        served(app, assistant) as address,
        site(pages, portal, address, settings.feedback) as own,
        site(folder / "other", stranger, address) as other,
    ):
        yield own, other


@pytest.fixture
def portal(portals: tuple[Site, Site]) -> Site:
    return portals[0]


@pytest.fixture
def stranger(portals: tuple[Site, Site]) -> Site:
    return portals[1]


class Watch:
    """What a test's pages asked for and complained of."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()

    def follow(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self.read)

    def read(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def check(self) -> None:
        outside = [
            r
            for r in self.requests
            if urlsplit(r).scheme in ("http", "https", "ws") and urlsplit(r).hostname != "127.0.0.1"
        ]
        assert not outside
        assert not [c for c in self.complaints if not any(e in c for e in self.expected)]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Every browser test ends with: nothing left the machine, no console error."""
    found = Watch()
    yield found
    found.check()


@pytest.fixture
def visit(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens an address in a context of its own; options are the context's."""
    contexts = []

    def opened(address: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.on("page", watch.follow)
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
