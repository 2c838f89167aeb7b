"""The report: escaped, self-contained, and working in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.evaluation.comparison import compare
from qa.evaluation.evaluation import Evaluation, evaluate
from qa.evaluation.report import page
from tests.conftest import GUIDES, write_guides
from tests.fakes import open_fake, prepare_fake
from tests.test_evaluation import QUESTIONS, ask

CHROMIUM = Path("/usr/bin/chromium")
IMAGE = "<img src=//evil.example/x>"
SCRIPT = "</script><script>document.title='owned'</script>"
HOSTILE = f"{SCRIPT}{IMAGE} {{{{ 7 * 7 }}}} \"'&"


@pytest.fixture
def hostile(tmp_path: Path) -> Evaluation:
    """An evaluation in which guides and questions try to be mark-up."""
    guides = {**GUIDES, "evil.md": f"# Evil `{IMAGE}`\n\n## Pay `{IMAGE}`\n\nThey earn `{SCRIPT}`.\n"}
    corpus = write_guides(tmp_path / "guides", guides)
    settings = Settings(corpus=corpus, index=tmp_path / "index", min_confidence=0.05)
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)
    section = next(h.section_id for h in assistant.search("evil pay", 9) if h.document.id == "evil")
    evil = ask("evil" + HOSTILE, f"Pay? {HOSTILE}", section, category=HOSTILE, history=(HOSTILE,), answers=(HOSTILE,))
    return evaluate(assistant, [*QUESTIONS, evil], f"q{HOSTILE}.jsonl")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "action", "onerror")]


def test_texts_are_escaped_and_nothing_is_loaded(hostile: Evaluation) -> None:
    text = page(hostile, compare(hostile, {r["id"]: r for r in hostile.to_dict()["rows"]}, HOSTILE))
    parsed = _Tags()
    parsed.feed(text)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert parsed.addresses == ["data:,"]
    assert "{{ 7 * 7 }}" in text
    assert not re.search(r"(https?:)?//(?!evil\.example)", text.replace("https://example.org/data-scientist", ""))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield launched
        launched.close()


def opened(browser: Browser, text: str, **options: object) -> tuple[Page, list[str], list[str]]:
    """The page of a file, what it asked for besides itself, and its complaints."""
    Path("report.html").write_text(text, encoding="utf-8")
    shown = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    asked: list[str] = []
    complaints: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.goto(Path("report.html").resolve().as_uri())
    return shown, [url for url in asked[1:] if url != "data:,"], complaints


@pytest.mark.browser
def test_in_a_browser(browser: Browser, hostile: Evaluation) -> None:
    shown, asked, complaints = opened(browser, page(hostile))
    assert shown.title() != "owned"
    assert shown.locator("#shown").inner_text() == "8 of 8 questions"
    assert shown.locator("svg").count() == 5
    assert "reranker" not in shown.locator("p.soft").first.inner_text()  # it is empty
    kind = shown.locator("td", has_text=re.compile("^guide$")).first
    assert kind.evaluate("cell => cell.scrollHeight") < 40  # a line, at 1280 pixels
    first = shown.locator("#questions tbody:visible .open").first

    shown.get_by_role("button", name="Rank").click()
    assert first.inner_text() == "nurse pay on the moon"
    shown.get_by_role("button", name="Rank").click()
    assert first.inner_text() == "What do nurses earn?"
    assert shown.locator('th[aria-sort="descending"]').inner_text().startswith("Rank")

    shown.get_by_label("failed only").check()
    assert shown.locator("#questions tbody:visible").count() == len(hostile.failures)
    shown.get_by_label("Search").fill("MOON nurse")
    assert shown.locator("#questions tbody:visible").count() == 1

    shown.get_by_label("Search").fill("")
    shown.get_by_label("failed only").uncheck()
    details = shown.locator("#questions tbody", has_text="What do nurses earn?")
    details.get_by_role("button").click()
    assert "Nurses earned a median wage of $93,600 a year." in details.locator(".passage.right").first.inner_text()
    assert "They test software" in details.locator(".passage.wrong").first.inner_text()
    sides = [details.locator(".sides > div").nth(n).bounding_box() for n in range(2)]
    assert sides[0] and sides[1]
    assert sides[0]["y"] == sides[1]["y"]
    assert sides[0]["x"] + sides[0]["width"] <= sides[1]["x"]
    assert asked == []
    assert complaints == []


@pytest.mark.browser
def test_a_narrow_dark_page_does_not_scroll_sideways(browser: Browser, hostile: Evaluation) -> None:
    options = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}
    shown, _, complaints = opened(browser, page(hostile), **options)
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 30)"
    assert complaints == []
