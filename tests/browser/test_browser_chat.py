"""The chat page, alone and in a portal's frame."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.site import Site
from tests.browser.test_browser_widget import PAY, PHONE, Visit, violations, wire

MOST = 280_000  # bytes on the wire of the chat page, nothing cached


def ask(page: Page | FrameLocator, question: str = PAY) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def test_ask_follow_up_cite_and_open(portal: Site, visit: Visit) -> None:
    page = visit(portal.assistant)
    ask(page, "How much do nurses earn?")
    link = page.locator("[data-testid=bot] a").first
    expect(link).to_be_visible()
    expect(page.locator("[data-testid=bot]").first).to_contain_text("$93,600")
    expect(page.locator(".passages mark").first).to_have_text("Nurses earned a median wage of $93,600 a year.")
    ask(page, "What do they do?")
    expect(page.locator("[data-testid=bot]").nth(1)).to_contain_text("Nurses care for people.")
    ask(page, "Who won the football world cup in 1990?")
    expect(page.locator("[data-testid=bot]").nth(2)).to_contain_text("The guides don't cover this question.")
    with page.context.expect_page() as opened:
        link.click()
    source = opened.value
    expect(source.locator("mark")).to_have_text("Nurses earned a median wage of $93,600 a year.")
    assert violations(source) == []
    page.wait_for_timeout(500)  # what was pending fades in
    assert violations(page) == []


def test_its_weight(portal: Site, visit: Visit, watch: Watch) -> None:
    page = visit("about:blank")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(wire(request)))
    page.goto(portal.assistant)
    expect(page.get_by_label("Your question")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= MOST, f"{sum(sizes)} bytes in {len(sizes)} requests"
    assert len(sizes) <= 60


def test_on_a_phone(portal: Site, visit: Visit) -> None:
    page = visit(portal.assistant, **PHONE)
    ask(page)
    expect(page.locator("[data-testid=bot]").first).to_contain_text("$133,080")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.wait_for_timeout(500)
    assert violations(page) == []


def test_hostile_guides_show_as_text(portal: Site, visit: Visit) -> None:
    page = visit(portal.assistant)
    ask(page, "How much do beekeepers earn?")
    expect(page.locator("[data-testid=bot]").first).to_contain_text("<b>$40,000</b> a year <script>alert(1)</script>")
    expect(page.locator("[data-testid=bot]").first).to_contain_text("{{7+7}} ${7+7}")
    shown = page.locator(":is([data-testid=bot], .passages) :is(script, img, b, strong, code, form, iframe, .katex)")
    assert shown.count() == 0
    page.goto(f"{portal.assistant}/source/beekeeper")
    expect(page.locator("main")).to_contain_text("<script>alert(1)</script>")
    assert page.locator("main :is(script, img, b, strong, code)").count() == 0


def test_a_question_from_the_visitor_shows_as_text(portal: Site, visit: Visit) -> None:
    page = visit(portal.assistant)
    ask(page, "<img src=x onerror=alert(1)> **pay** of nurses ![x](http://evil.example/x.png)")
    expect(page.locator("[data-testid=user]").first).to_contain_text("<img src=x onerror=alert(1)> **pay**")
    assert page.locator("[data-testid=user] :is(img, strong)").count() == 0


class TestTheBox:
    def test_blanks_are_no_question(self, portal: Site, visit: Visit) -> None:
        page = visit(portal.assistant)
        for blank in ("", "  "):
            ask(page, blank)
            page.get_by_role("button", name="Ask", exact=True).click()
        ask(page)
        expect(page.locator(".bot-row").first).to_contain_text("$133,080")
        expect(page.locator(".user-row")).to_have_count(1)

    def test_what_is_typed_while_an_answer_is_awaited_stays(self, portal: Site, visit: Visit) -> None:
        page = visit(portal.assistant)
        ask(page, "How much do nurses earn?")
        expect(page.locator(".bot-row")).to_have_count(1)
        held: list[Route] = []
        page.route("**/queue/join*", lambda route, _: held.append(route))
        box = page.get_by_label("Your question")
        ask(page)
        expect(box).to_have_value("")
        box.press_sequentially("And the outlook?")
        expect(page.locator(".progress-text:visible").first).to_be_visible()
        box.press("Enter")  # not before the answer is there
        held[0].continue_()
        page.unroute("**/queue/join*")
        expect(page.locator(".bot-row")).to_have_count(2)
        page.wait_for_timeout(500)
        expect(box).to_have_value("And the outlook?")
        # The question is at the top, the answer below it.
        log, asked = (page.locator(place).last.bounding_box() for place in (".chat [role=log]", ".user-row"))
        assert log
        assert asked
        assert abs(asked["y"] - log["y"]) < 20
        box.press("Enter")
        expect(page.locator(".user-row").nth(2)).to_contain_text("And the outlook?")

    def test_a_refused_question_is_kept_and_said_so(self, portal: Site, visit: Visit, watch: Watch) -> None:
        watch.expected = ("429",)
        page = visit(portal.assistant)
        expect(page.locator("button.example").first).to_be_visible(timeout=60_000)
        detail = "You asked more than 1 per 1 minute allows: try again in 9 seconds."
        page.route("**/queue/join*", lambda route: route.fulfill(status=429, json={"detail": detail}))
        ask(page)
        expect(page.get_by_text(detail)).to_be_visible()
        expect(page.get_by_label("Your question")).to_have_value(PAY)
        page.wait_for_timeout(500)
        expect(page.locator("span.error:visible")).to_have_count(0)
        page.unroute("**/queue/join*")
        page.locator("button.example").first.click()
        expect(page.locator(".bot-row")).to_have_count(1)

    def test_a_text_that_is_cut_is_said_so(self, portal: Site, visit: Visit) -> None:
        page = visit(portal.assistant)
        box = page.get_by_label("Your question")
        box.focus()
        page.evaluate(
            "() => { const box = document.activeElement; box.value = 'x'.repeat(1000);"
            " box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' })); }"
        )
        expect(page.get_by_text("a question has at most 1000 characters")).to_be_visible()
        box.press("Backspace")
        expect(page.get_by_text("a question has at most 1000 characters")).to_be_hidden()


def test_the_focus_goes_to_the_box_when_a_starter_is_gone(portal: Site, visit: Visit) -> None:
    page = visit(portal.assistant)
    expect(page.locator("button.example").first).to_be_visible(timeout=60_000)
    page.locator("button.example").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".bot-row")).to_have_count(1)
    expect(page.get_by_label("Your question")).to_be_focused()


def test_nothing_covers_or_leaves_the_page(portal: Site, visit: Visit) -> None:
    for size in ({"viewport": {"width": 1280, "height": 800}}, PHONE):
        page = visit(portal.assistant, **size)
        expect(page.locator("button.example").first).to_be_visible(timeout=60_000)
        words, log = (page.locator(place).bounding_box() for place in (".placeholder p >> nth=0", ".chat [role=log]"))
        assert words
        assert log
        assert words["x"] >= log["x"] + 8
        for number, question in enumerate(("How much do nurses earn?", "What do they do?", PAY), 1):
            ask(page, question)
            expect(page.locator(".bot-row")).to_have_count(number)
        page.locator(".chat [role=log]").evaluate("log => { log.scrollTop = 0; }")
        page.wait_for_timeout(300)
        expect(page.locator(".scroll-down-button-container:visible")).to_have_count(0)
        up, down = (page.get_by_role("button", name=n, exact=True).first.bounding_box() for n in ("Like", "Dislike"))
        assert up
        assert down
        assert up["x"] < down["x"]  # as in the widget
    page = visit(portal.assistant)
    ask(page)
    page.get_by_role("button", name="Like", exact=True).click()
    expect(page.locator(".reason textarea")).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport(ratio=1)


class TestFrame:
    def test_it_opens_asks_and_closes(self, portal: Site, visit: Visit, watch: Watch) -> None:
        page = visit(portal.page("frame.html", portal.tag('data-mode="frame"')))
        expect(page.locator("careers-qa .bubble")).to_be_visible()
        assert not [r for r in watch.requests if r.rstrip("/") == portal.assistant]
        page.locator("careers-qa .bubble").click()
        frame = page.locator("careers-qa iframe")
        assert frame.get_attribute("sandbox") == (
            "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"
        )
        chat = page.frame_locator("careers-qa iframe")
        ask(chat)
        expect(chat.locator("[data-testid=bot]").first).to_contain_text("$133,080")
        expect(page.locator("careers-qa .notice")).to_be_hidden()
        # The portal's own call asks inside the frame.
        page.evaluate("document.querySelector('careers-qa').ask('How much do nurses earn?')")
        expect(chat.locator("[data-testid=bot]").nth(1)).to_contain_text("$93,600")
        chat.get_by_label("Your question").press("Escape")
        expect(page.locator("careers-qa .panel")).to_be_hidden()

    def test_axe_finds_nothing(self, portal: Site, visit: Visit, watch: Watch) -> None:
        watch.expected = ("postMessage",)  # axe's own, into a frame of another origin
        page = visit(portal.page("axe.html", portal.tag('data-mode="frame"')))
        page.locator("careers-qa .bubble").click()
        expect(page.frame_locator("careers-qa iframe").get_by_label("Your question")).to_be_visible()
        assert violations(page) == []

    def test_where_it_isnt_allowed(self, stranger: Site, visit: Visit, watch: Watch) -> None:
        watch.expected = ("frame-ancestors", "Framing")
        page = visit(stranger.page("frame.html", stranger.tag('data-mode="frame"')))
        with page.expect_console_message(lambda m: "frame-ancestors" in m.text or "Framing" in m.text):
            page.locator("careers-qa .bubble").click()
        assert page.frame_locator("careers-qa iframe").get_by_label("Your question").count() == 0


def test_a_long_chip_leaves_the_box_on_a_phones_page(portal: Site, visit: Visit) -> None:
    page = visit(portal.assistant, **PHONE)
    ask(page, "Compare software developers, data scientists and nurses")
    expect(page.locator(".bot-row")).to_have_count(1)
    ask(page, "And their education?")
    chip = page.locator(".chip")
    expect(chip).to_contain_text("Nurse")
    page.wait_for_timeout(300)
    box, send = chip.bounding_box(), page.locator("#question .submit-button").bounding_box()
    assert box
    assert box["height"] < 40
    assert send
    assert send["y"] + send["height"] <= PHONE["viewport"]["height"]
    chip.hover()
    expect(chip).to_have_attribute("title", (chip.text_content() or "").strip())
    assert violations(page) == []
