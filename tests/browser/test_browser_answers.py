"""What an answer carries, in chat and widget, at a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from qa.feedback import Feedback
from qa.server.render import band
from tests.browser.site import Site
from tests.browser.test_browser_widget import PHONE, Visit, violations

SIZES = pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
NURSE_PAY = "How much do nurses earn?"
COMPARE = "Compare the pay of nurses, beekeepers and plumbers"
MARK_UP = ":is(script, img, b, i, u, em, code)"


class Chat:
    """The chat page, as a visitor uses it."""

    def __init__(self, visit: Visit, portal: Site, options: dict[str, Any]) -> None:
        self.page: Page = visit(portal.assistant, **options)
        self.answers = self.page.locator(".bot-row")
        self.asked = self.page.locator(".user-row")
        expect(self.page.locator("button.example").first).to_be_visible(timeout=60_000)

    def ask(self, question: str) -> Locator:
        count = self.answers.count()
        self.page.get_by_label("Your question").fill(question)
        self.page.get_by_label("Your question").press("Enter")
        expect(self.answers).to_have_count(count + 1)
        return self.answers.last

    chip = ".chip"
    suggestion = ".option"
    table = "table"


class Widget:
    """The widget in a portal's page."""

    def __init__(self, visit: Visit, portal: Site, options: dict[str, Any]) -> None:
        self.page: Page = visit(portal.page("answers.html", portal.tag('data-theme="auto"')), **options)
        self.answers = self.page.locator("careers-qa .a > :first-child:not(.wait)")
        self.asked = self.page.locator("careers-qa .q")
        self.page.locator("careers-qa .bubble").click()

    def ask(self, question: str) -> Locator:
        count = self.answers.count()
        self.page.locator("careers-qa textarea").fill(question)
        self.page.locator("careers-qa .send").click()
        expect(self.answers).to_have_count(count + 1)
        return self.page.locator("careers-qa .a").last

    chip = "careers-qa .chip"
    suggestion = "careers-qa .next button"
    table = "careers-qa table"


@pytest.fixture(params=[Chat, Widget])
def face(request: pytest.FixtureRequest, visit: Visit, portal: Site, options: dict[str, Any]) -> Chat | Widget:
    made: Chat | Widget = request.param(visit, portal, options)
    return made


@SIZES
def test_the_chip_is_taken_off(face: Chat | Widget) -> None:
    face.ask(NURSE_PAY)
    expect(face.page.locator(face.chip)).to_be_hidden()
    face.ask("What do they do?")
    chip = face.page.locator(face.chip)
    expect(chip).to_contain_text("about: Nurse")
    face.page.wait_for_timeout(500)
    assert violations(face.page) == []
    chip.click()
    # The chat puts the new answer in place of the old one, the widget below it.
    expect(face.answers).to_have_count(2 if isinstance(face, Chat) else 3)
    expect(face.asked.last).to_contain_text("What do they do?")
    last = face.answers.last if isinstance(face, Chat) else face.page.locator("careers-qa .a").last
    expect(last).not_to_contain_text("about:")
    # What comes next draws on the question that stood alone, which named no career.
    expect(face.ask("And the pay?")).not_to_contain_text("about: Nurse")


@SIZES
def test_a_comparison_is_readable(face: Chat | Widget) -> None:
    answer = face.ask(COMPARE)
    table = face.page.locator(face.table).last
    cells = table.locator("td")
    expect(cells).to_have_count(3)
    expect(cells.filter(has_text="Nurses earned a median wage of $93,600 a year.").locator("a")).to_contain_text("[")
    expect(cells.filter(has_text="not stated in this guide")).to_have_count(1)
    for cell in cells.all():
        box = cell.bounding_box()
        assert box
        assert box["width"] >= 100
    assert face.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(answer.locator(MARK_UP)).to_have_count(0)
    face.page.wait_for_timeout(500)
    assert violations(face.page) == []


@SIZES
def test_a_suggestion_is_asked(face: Chat | Widget) -> None:
    face.ask(NURSE_PAY)
    suggestion = face.page.locator(face.suggestion).first
    question = suggestion.text_content() or ""
    assert question == "What education does a nurse need?"
    suggestion.focus()
    face.page.keyboard.press("Enter")
    expect(face.answers).to_have_count(2)
    expect(face.asked.last).to_contain_text(question)
    expect(face.page.get_by_text("Nurses need a degree in nursing of three years.").first).to_be_visible()
    assert question not in face.page.locator(face.suggestion).all_text_contents()


@SIZES
def test_small_talk(face: Chat | Widget) -> None:
    replies = {"hello": "Hello. There are", "thanks!": "You're welcome.", "what can you do?": "I answer"}
    for said, reply in replies.items():
        expect(face.ask(said)).to_contain_text(reply)


@pytest.mark.parametrize("options", [{}])
def test_band_figures_note_and_lead(face: Chat | Widget) -> None:
    answer = face.ask("How much do beekeepers earn?")
    expect(answer).to_contain_text("2019 <b>x</b>, <i>Hive</i>, USD ${7+7}")
    expect(answer).to_contain_text("This guide was last reviewed on 2020-01-01")
    expect(answer).to_contain_text(band(0.9))
    assert "%" not in (answer.text_content() or "")
    answer = face.ask("Which skill do beekeepers need for bees?")
    lead = answer.locator(".lead").first
    expect(lead).to_have_text("Beekeepers need <em>these</em> skills:")
    assert lead.evaluate("e => getComputedStyle(e).fontStyle") == "italic"
    expect(answer).to_contain_text("Patience with <b>bees</b>")


@pytest.mark.parametrize("options", [{}])
def test_hostile_guides_show_as_text(face: Chat | Widget) -> None:
    title = "<img src=x onerror=alert(1)> Beekeeper"
    face.ask("How much do beekeepers earn?")
    expect(face.page.locator(face.suggestion).first).to_contain_text(f"{title}: Skills <u>needed</u>")
    answer = face.ask("And the skills?")
    expect(face.page.locator(face.chip)).to_contain_text(f"about: {title}")
    expect(answer).to_contain_text(title)
    face.ask(COMPARE)
    table = face.page.locator(face.table).last
    expect(table.locator("th").filter(has_text=title)).to_have_count(1)
    expect(table).to_contain_text("<b>$40,000</b> a year <script>alert(1)</script>")
    shown = face.page.locator("careers-qa .log" if isinstance(face, Widget) else "main")
    expect(shown.locator(":is(script, img, b, u, i, em, form, iframe, .katex)")).to_have_count(0)


@SIZES
def test_thumbs_and_a_reason(face: Chat | Widget, portal: Site, request: pytest.FixtureRequest) -> None:
    # One of its own for each face and size, that means the same.
    question = "How much do nurses earn" + ("?" if isinstance(face, Chat) else "!") * len(request.node.name)
    face.ask(question)
    scope = face.page.locator("body")
    up, down = ("Like", "Dislike") if isinstance(face, Chat) else ("Helpful", "Not helpful")
    scope.get_by_role("button", name=up, exact=True).last.click()
    reason = scope.locator(".reason textarea" if isinstance(face, Chat) else "careers-qa .vote input")
    expect(reason).to_be_visible()
    down_button = scope.get_by_role("button", name=down, exact=True).last
    down_button.click()
    face.page.wait_for_timeout(500)
    assert violations(face.page) == []
    reason.fill("Too <b>old</b>")
    reason.press("Enter")
    expect(reason).to_be_hidden()
    assert portal.votes
    row = [r for r in Feedback(portal.votes).question_set() if r["question"] == question][-1]
    assert row["reasons"] == ["Too <b>old</b>"]
    assert row["shown"][0] == "nurse#pay"
    assert (row["up"], row["down"]) == (0, 1)  # the second click changed the vote


@SIZES
def test_the_picker_asks_within_a_guide(visit: Visit, portal: Site, options: dict[str, Any]) -> None:
    chat = Chat(visit, portal, options)
    picker = chat.page.get_by_label("Ask within")
    picker.click()
    expect(chat.page.get_by_role("option", name="<img src=x onerror=alert(1)> Beekeeper")).to_be_visible()
    chat.page.get_by_role("option", name="Plumber").click()
    answer = chat.ask("What tools are used?")
    expect(answer).to_contain_text("Plumbers use wrenches")
    picker.click()
    chat.page.get_by_role("option", name="All ").click()
    expect(chat.ask(NURSE_PAY)).to_contain_text("$93,600")


@pytest.mark.parametrize("options", [{}])
def test_what_one_guide_lacks_is_asked_of_all(visit: Visit, portal: Site, options: dict[str, Any]) -> None:
    chat = Chat(visit, portal, options)
    picker = chat.page.get_by_label("Ask within")
    picker.click()
    chat.page.keyboard.type("Plumb")  # in place of "All 5 guides"
    chat.page.get_by_role("option", name="Plumber").click()
    expect(picker).to_have_value("Plumber")
    question = "Who won the football world cup in 1990?"
    expect(chat.ask(question)).to_contain_text("The guide Plumber doesn't cover this question.")
    chat.page.get_by_role("button", name="Ask all guides").click()
    expect(chat.answers.last).to_contain_text("The guides don't cover this question.")
    expect(chat.asked).to_have_count(1)
    expect(picker).not_to_have_value("Plumber")
    picker.click()
    chat.page.get_by_role("option", name="Plumber").click()
    expect(chat.ask("What tools are used?")).to_contain_text("Plumbers use wrenches")
    chat.page.get_by_role("button", name="Clear").click()
    expect(chat.answers).to_have_count(0)
    expect(picker).not_to_have_value("Plumber")
    expect(chat.ask(NURSE_PAY)).to_contain_text("$93,600")


@pytest.mark.parametrize("options", [{}])
def test_starters_open_the_chat_and_clear_empties_it(visit: Visit, portal: Site, options: dict[str, Any]) -> None:
    chat = Chat(visit, portal, options)
    starter = chat.page.locator("button.example").first
    question = (starter.text_content() or "").strip()
    assert violations(chat.page) == []
    starter.click()
    expect(chat.answers).to_have_count(1)
    expect(chat.asked.first).to_contain_text(question)
    expect(chat.answers.first).not_to_contain_text("don't cover")
    expect(chat.page.locator("[data-testid=bot][aria-label]")).to_have_count(0)  # Gradio's holds escaped text
    chat.page.get_by_role("button", name="Clear").click()
    expect(chat.answers).to_have_count(0)
    expect(chat.page.locator(".passages").last).to_contain_text("are shown here")


def test_widget_without_thumbs_where_feedback_is_off(visit: Visit, portal: Site) -> None:
    page = visit(portal.page("off.html", portal.tag()))
    page.route(
        "**/api/v1/ask",
        lambda route: (
            route.fulfill(response=(r := route.fetch()), headers={k: v for k, v in r.headers.items() if k != "link"})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.locator("careers-qa .bubble").click()
    page.locator("careers-qa textarea").fill(NURSE_PAY)
    page.locator("careers-qa .send").click()
    expect(page.locator("careers-qa .cite").first).to_be_visible()
    expect(page.locator("careers-qa .vote")).to_have_count(0)


def test_the_widget_keeps_what_goes_on_when_an_attribute_changes(visit: Visit, portal: Site) -> None:
    page = visit(portal.page("changes.html", portal.tag()))
    held: list[Route] = []
    page.route("**/api/v1/ask", lambda route: held.append(route))  # noqa: PLW0108
    page.locator("careers-qa .bubble").click()
    question = "How much do nurses earn, while the page changes?"
    page.locator("careers-qa textarea").fill(question)
    page.locator("careers-qa .send").click()
    send = page.locator("careers-qa .send")
    expect(send).to_have_attribute("aria-disabled", "true")
    change = "title => { document.querySelector('careers-qa').dataset.title = title; }"
    page.evaluate(change, "Once")
    expect(page.locator("careers-qa h2")).to_have_text("Once")
    expect(page.locator("careers-qa .q")).to_contain_text(question)
    expect(send).to_have_attribute("aria-disabled", "true")
    for route in held:
        route.continue_()
    expect(page.locator("careers-qa .cite").first).to_be_visible()
    expect(send).to_have_attribute("aria-disabled", "false")
    helpful = page.get_by_role("button", name="Helpful", exact=True)
    helpful.click()
    expect(helpful).to_have_attribute("aria-pressed", "true")
    page.evaluate(change, "Twice")
    expect(page.locator("careers-qa h2")).to_have_text("Twice")
    expect(helpful).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Not helpful").click()
    expect(helpful).to_have_attribute("aria-pressed", "false")
    assert portal.votes
    row = next(r for r in Feedback(portal.votes).question_set() if r["question"] == question)
    assert (row["up"], row["down"]) == (0, 1)  # one vote, changed
