"""The widget in a portal's page, which has a strict policy, on another origin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Watch
from tests.browser.site import Site

Visit = Callable[..., Page]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 760}, "has_touch": True, "is_mobile": True}
PAY = "How much do software developers earn?"
INLINE = '<careers-qa data-title="Ask us" {}></careers-qa>'


def ask(page: Page, question: str = PAY) -> None:
    page.locator("careers-qa textarea").fill(question)
    page.locator("careers-qa .send").click()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


def wire(request: Request) -> int:
    """The bytes of a response on the wire, its headers included."""
    sizes = request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


def focused(page: Page) -> str:
    """What has the focus: the class or tag inside the widget, or the page's tag."""
    return str(
        page.evaluate(
            "() => { let a = document.activeElement;"
            " while (a.shadowRoot?.activeElement) a = a.shadowRoot.activeElement;"
            " return a.className || a.tagName.toLowerCase(); }"
        )
    )


def test_the_closed_bubble_costs_next_to_nothing(portal: Site, visit: Visit, watch: Watch) -> None:
    page = visit("about:blank")
    sizes: list[int] = []
    page.on("requestfinished", lambda r: sizes.append(wire(r)) if r.url.startswith(portal.assistant) else None)
    page.goto(portal.page("weight.html", portal.tag()))
    expect(page.locator("careers-qa .bubble")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [r for r in watch.requests if r.startswith(portal.assistant)] == [f"{portal.assistant}/widget.js"]
    assert 0 < sum(sizes) <= 11_000  # its headers take 1 kB
    assert page.context.cookies() == []


def test_ask_cite_and_open_at_the_sentence(portal: Site, visit: Visit) -> None:
    page = visit(f"{portal.address}/data-scientist.html")
    page.locator("careers-qa .bubble").click()
    ask(page)
    cite = page.locator("careers-qa .cite").first
    expect(cite.locator("blockquote")).to_have_text(
        "Software developers earned a median of $133,080 a year in the United States in May 2024."
    )
    link = cite.locator("a")
    assert "#pay:~:text=Software%20developers%20earned%20a,States%20in%20May%202024." in (
        link.get_attribute("href") or ""
    )
    with page.expect_popup() as opened:
        link.click()
    guide = opened.value
    guide.wait_for_load_state()
    assert guide.url.split(":~:")[0] == f"{portal.address}/software-developer.html#pay"
    # The browser found the quote on the page: the directive scrolled to it.
    expect(guide.locator("#pay + p")).to_be_in_viewport()


def test_without_a_page_of_its_own_a_guide_opens_on_the_source_page(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("source.html", portal.tag()))
    page.locator("careers-qa .bubble").click()
    ask(page, "How much do nurses earn?")
    with page.expect_popup() as opened:
        page.locator("careers-qa .cite a").first.click()
    source = opened.value
    expect(source.locator("mark")).to_have_text("Nurses earned a median wage of $93,600 a year.")
    assert re.match(re.escape(portal.assistant) + r"/source/nurse\?mark=\d+-\d+#pay", source.url)
    assert violations(source) == []


def test_a_page_that_a_guide_is_drawn_from_is_a_second_link(portal: Site, visit: Visit, watch: Watch) -> None:
    page = visit(portal.page("drawn.html", portal.tag()))
    page.locator("careers-qa .bubble").click()
    ask(page, "What do welders join?")
    links = page.locator("careers-qa .cite").first.locator("a")
    expect(links).to_have_count(2)
    own, source = (link.get_attribute("href") or "" for link in links.all())
    assert re.match(re.escape(portal.assistant) + r"/source/welder\?mark=\d+-\d+#place:~:text=", own)
    assert source == "https://drawn.example/welders"
    near = page.locator("careers-qa .list a", has_text="Welder").first.get_attribute("href") or ""
    assert near.startswith(f"{portal.assistant}/source/")
    page.goto(portal.assistant)
    page.get_by_label("Your question").fill("What do welders join?")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".passages a", has_text="source").first).to_have_attribute("href", source)


def test_what_one_guide_lacks_is_asked_of_all(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("one.html", portal.tag('data-document="plumber"')))
    page.locator("careers-qa .bubble").click()
    ask(page, "Who won the football world cup in 1990?")
    answer = page.locator("careers-qa .a").last
    expect(answer).to_contain_text("The guide Plumber doesn’t cover this question.")
    answer.get_by_role("button", name="Ask all guides").click()
    expect(page.locator("careers-qa .a").last).to_contain_text("The guides don’t cover this question.")
    assert page.evaluate("document.querySelector('careers-qa').conversation.map((turn) => turn.request.document)") == [
        "plumber",
        None,
    ]
    ask(page, "What tools are used?")
    expect(page.locator("careers-qa .cite").first).to_contain_text("Plumbers use wrenches")


def test_what_is_asked_again_is_asked_of_the_same_guides(portal: Site, visit: Visit, watch: Watch) -> None:
    watch.expected = ("status of 503",)
    page = visit(portal.page("again.html", portal.tag('data-document="plumber"')))
    expect(page.locator("careers-qa .bubble")).to_be_visible()
    everywhere = "question => { document.querySelector('careers-qa').ask(question, ''); }"
    page.route("**/api/v1/ask", lambda r: r.fulfill(status=503, headers={"Access-Control-Allow-Origin": "*"}))
    page.evaluate(everywhere, "How much do nurses earn?")
    again = page.locator("careers-qa .a").get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute("**/api/v1/ask")
    again.click()
    expect(page.locator("careers-qa .cite").first).to_contain_text("$93,600")
    page.evaluate(everywhere, "What do they do?")
    page.locator("careers-qa .chip").click()
    expect(page.locator("careers-qa .log > div")).to_have_count(3)
    expect(page.locator("careers-qa .wait, careers-qa .a:empty")).to_have_count(0)
    asked = page.evaluate("document.querySelector('careers-qa').conversation.map((turn) => turn.request)")
    assert [(len(request["history"]), "document" in request) for request in asked] == [
        (0, False),
        (1, False),
        (0, False),
    ]


def test_a_long_question_is_refused_and_kept(portal: Site, visit: Visit, watch: Watch) -> None:
    watch.expected = ("422",)
    page = visit(portal.page("long.html", portal.tag()))
    page.locator("careers-qa .bubble").click()
    ask(page, "pay " * 300)
    expect(page.locator("careers-qa .a").last).to_contain_text("more than the 1000 allowed: shorten it.")
    expect(page.locator("careers-qa textarea")).to_have_value(("pay " * 300).strip())


def test_follow_up_and_not_covered(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("follow.html", portal.tag()))
    page.locator("careers-qa .bubble").click()
    ask(page, "How much do nurses earn?")
    expect(page.locator("careers-qa .cite").first).to_contain_text("$93,600")
    ask(page, "What do they do?")
    second = page.locator("careers-qa .log > div").last
    expect(second.locator("blockquote").first).to_contain_text("Nurses care for people.")
    ask(page, "Who won the football world cup in 1990?")
    last = page.locator("careers-qa .log > div").last
    expect(last).to_contain_text("The guides don’t cover this question.")
    expect(last.locator(".list a").first).to_be_visible()
    assert last.locator("blockquote").count() == 0


def test_keyboard_alone(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("keys.html", portal.tag(), '<a href="#x">A link</a>'))
    expect(page.locator("careers-qa .bubble")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "bubble"
    page.keyboard.press("Enter")
    assert focused(page) == "textarea"
    page.keyboard.type(PAY)
    page.keyboard.press("Enter")
    expect(page.locator("careers-qa .cite").first).to_be_visible()
    assert focused(page) == "textarea"
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(focused(page))
    assert {"send", "tool", "log", "a", "textarea"} <= set(seen)
    assert not {"body", "bubble"} & set(seen)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    expect(page.locator("careers-qa .panel")).to_be_hidden()
    assert focused(page) == "bubble"


def test_the_focus_returns_to_what_opened_it(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("return.html", portal.tag(), '<button id="own">Help</button>'))
    expect(page.locator("careers-qa .bubble")).to_be_visible()
    page.evaluate("own.addEventListener('click', () => document.querySelector('careers-qa').open())")
    page.locator("#own").click()
    assert focused(page) == "textarea"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "own"


def test_an_answer_is_announced_once(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("live.html", portal.tag()))
    page.locator("careers-qa .bubble").click()
    page.evaluate(
        """() => { const live = document.querySelector('careers-qa').shadowRoot.querySelector('[role=status]');
        window.said = []; new MutationObserver(() => live.textContent && said.push(live.textContent))
          .observe(live, { childList: true, characterData: true, subtree: true }); }"""
    )
    ask(page)
    expect(page.locator("careers-qa .cite").first).to_be_visible()
    said = page.evaluate("said")
    assert len(said) == 1
    assert said[0].startswith("Answer, sources: ")
    assert "$133,080" in said[0]
    assert page.locator("careers-qa [aria-live], careers-qa [role=status], careers-qa [role=log]").count() == 1


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
def test_axe_finds_nothing(portal: Site, visit: Visit, options: dict[str, Any]) -> None:
    page = visit(f"{portal.address}/software-developer.html", **options)
    expect(page.locator("careers-qa .bubble")).to_be_visible()
    assert violations(page) == []
    page.locator("careers-qa .bubble").click()
    ask(page)
    expect(page.locator("careers-qa .cite").first).to_be_visible()
    page.locator("careers-qa summary").first.click()
    page.wait_for_timeout(200)  # the panel's entry
    assert violations(page) == []
    ask(page, "Who won the football world cup in 1990?")
    expect(page.locator("careers-qa .list a").last).to_be_visible()
    assert violations(page) == []


def test_dark_follows_the_page(portal: Site, visit: Visit) -> None:
    light_only = portal.page("light.html", portal.tag())
    ground = "getComputedStyle(document.querySelector('careers-qa').shadowRoot.querySelector('.panel')).backgroundColor"
    for address, colour in (
        (light_only, "rgb(255, 255, 255)"),
        (f"{portal.address}/data-scientist.html", "rgb(22, 27, 35)"),
    ):
        page = visit(address, color_scheme="dark")
        page.locator("careers-qa .bubble").click()
        assert page.evaluate(ground) == colour


def test_a_phones_screen_is_filled(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("phone.html", portal.tag()), **PHONE)
    page.locator("careers-qa .bubble").tap()
    page.wait_for_timeout(200)
    box = page.locator("careers-qa .panel").bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 760)
    # The keyboard stays down until the visitor wants it, and the input above it then.
    assert focused(page) == "panel"
    page.evaluate(
        """() => { Object.defineProperty(visualViewport, 'height', { value: 400 });
        visualViewport.dispatchEvent(new Event('resize')); }"""
    )
    field = page.locator("careers-qa textarea").bounding_box()
    assert field
    assert field["y"] + field["height"] <= 400


def test_a_slow_network_shows_and_can_be_cancelled(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("slow.html", portal.tag()))
    held: list[Route] = []
    page.route("**/api/v1/ask", lambda route: held.append(route))  # noqa: PLW0108
    page.locator("careers-qa .bubble").click()
    ask(page)
    wait = page.locator("careers-qa .wait")
    page.wait_for_timeout(100)
    expect(wait).to_be_hidden()
    expect(wait).to_contain_text("Looking in the guides …")
    wait.get_by_role("button", name="Cancel").click()
    turn = page.locator("careers-qa .log > div").last
    expect(turn).to_contain_text("Cancelled.")
    page.unroute("**/api/v1/ask")
    turn.get_by_role("button", name="Try again").click()
    expect(page.locator("careers-qa .cite").first).to_be_visible()


def test_a_server_that_is_down(portal: Site, visit: Visit, watch: Watch) -> None:
    watch.expected = ("ERR_CONNECTION_REFUSED", "ERR_UNSAFE_PORT")
    page = visit(
        portal.page("down.html", portal.tag('data-auto="off"'), INLINE.format('data-server="http://127.0.0.1:9"'))
    )
    ask(page)
    expect(page.locator("careers-qa .a")).to_contain_text("The assistant can’t answer just now.")
    page.evaluate("address => { document.querySelector('careers-qa').dataset.server = address; }", portal.assistant)
    ask(page)
    expect(page.locator("careers-qa .cite").first).to_be_visible()


@pytest.mark.parametrize(
    ("status", "headers", "text"),
    [
        (503, {}, "can’t answer just now"),
        (429, {"Retry-After": "7"}, "in 7 seconds"),
        (502, {}, "can’t answer just now"),
    ],
)
def test_a_server_that_refuses(
    portal: Site, visit: Visit, watch: Watch, status: int, headers: dict[str, str], text: str
) -> None:
    watch.expected = (f"status of {status}",)
    page = visit(portal.page("busy.html", portal.tag()))
    allowed = {"Access-Control-Allow-Origin": portal.address, "Access-Control-Expose-Headers": "Retry-After"}
    page.route(
        "**/api/v1/ask",
        lambda r: (
            r.fulfill(status=status, headers={**allowed, **headers}, body="<html>no JSON</html>")
            if r.request.method == "POST"
            else r.continue_()
        ),
    )
    page.locator("careers-qa .bubble").click()
    ask(page)
    expect(page.locator("careers-qa .a")).to_contain_text(text)
    page.unroute("**/api/v1/ask")
    page.locator("careers-qa .a").get_by_role("button", name="Try again").click()
    expect(page.locator("careers-qa .cite").first).to_be_visible()


def test_an_origin_that_isnt_allowed(stranger: Site, visit: Visit, watch: Watch) -> None:
    watch.expected = ("blocked by CORS policy", "ERR_FAILED", "doesn't allow pages of", "status of 403")
    page = visit(stranger.page("index.html", stranger.tag()))
    page.locator("careers-qa .bubble").click()
    ask(page)
    expect(page.locator("careers-qa .a")).to_contain_text("The assistant isn’t available on this site.")
    assert any(f"--allow-origin {stranger.address}" in c for c in watch.complaints)


def test_api_and_events(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("api.html", portal.tag('data-starters="One?|Two?" data-greeting="Hello."')))
    expect(page.locator("careers-qa .bubble")).to_be_visible()
    page.evaluate(
        """() => { window.heard = []; for (const name of ['open', 'close', 'ask', 'answer', 'error', 'citation'])
        addEventListener('careers-qa:' + name, (e) => { heard.push([name, e.detail]);
          if (name === 'citation') e.preventDefault(); }); }"""
    )
    answer = page.evaluate(f"document.querySelector('careers-qa').ask({PAY!r})")
    assert answer["citations"][0]["document_id"] == "software-developer"
    expect(page.locator("careers-qa .panel")).to_be_visible()
    page.locator("careers-qa .cite a").first.click()
    assert len(page.context.pages) == 1
    assert page.evaluate("document.querySelector('careers-qa').conversation.length") == 1
    page.evaluate("document.querySelector('careers-qa').close()")
    heard = page.evaluate("heard")
    assert [name for name, _ in heard] == ["open", "ask", "answer", "citation", "close"]
    assert heard[1][1] == {"question": PAY}
    assert heard[3][1]["href"].startswith(f"{portal.address}/software-developer.html#pay")
    page.evaluate("document.querySelector('careers-qa').clear()")
    page.evaluate("document.querySelector('careers-qa').toggle()")
    expect(page.locator("careers-qa .starters button")).to_have_count(2)
    expect(page.locator("careers-qa .cite")).to_have_count(0)
    assert page.evaluate("document.querySelector('careers-qa').ask('  ')") is None


def test_a_conversation_is_kept_only_if_asked_for(portal: Site, visit: Visit) -> None:
    for attributes, kept in (("", 0), ("data-keep", 1)):
        page = visit(portal.page("keep.html", portal.tag(attributes)))
        page.locator("careers-qa .bubble").click()
        ask(page)
        expect(page.locator("careers-qa .cite").first).to_be_visible()
        assert page.evaluate("[sessionStorage.length, localStorage.length]") == [kept, 0]
        page.reload()
        page.locator("careers-qa .bubble").click()
        assert (page.locator("careers-qa .cite").count() > 0) is bool(kept)


def test_languages(portal: Site, visit: Visit) -> None:
    for attributes, label in (
        ('data-lang="de"', "Fragen"),
        ('data-lang="es-MX"', "Preguntar"),
        ('data-lang="fr"', "Demander"),
        ('data-lang="xx"', "Ask"),
        ('data-lang="it" data-texts=\'{{"send": "Chiedi"}}\'', "Chiedi"),
    ):
        page = visit(
            portal.page(
                "lang.html",
                portal.tag('data-auto="off"'),
                INLINE.format(attributes.replace("{{", "{").replace("}}", "}")),
            )
        )
        expect(page.locator("careers-qa .send")).to_have_text(label)
        page.context.close()


def test_a_page_from_right_to_left(portal: Site, visit: Visit) -> None:
    address = portal.page("rtl.html", portal.tag())
    file = portal.folder / "rtl.html"
    file.write_text(
        file.read_text(encoding="utf-8").replace('<html lang="en">', '<html lang="ar" dir="rtl">'), encoding="utf-8"
    )
    page = visit(address)
    box = page.locator("careers-qa .bubble").bounding_box()
    assert box
    assert box["x"] < 100
    page.locator("careers-qa .bubble").click()
    ask(page)
    expect(page.locator("careers-qa .cite").first).to_be_visible()
    assert page.locator("careers-qa blockquote").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert violations(page) == []


def test_hostile_css(portal: Site, visit: Visit) -> None:
    (portal.folder / "hostile.css").write_text(
        "* { color: red !important; font-size: 60px !important; background: lime !important;"
        " text-transform: uppercase !important;"
        " letter-spacing: 9px !important }"
        " careers-qa { display: none !important; opacity: 0 !important }"
        " button, textarea, a { display: none !important; visibility: hidden !important }"
    )
    page = visit(portal.page("hostile.html", '<link rel="stylesheet" href="hostile.css">' + portal.tag()))
    page.locator("careers-qa .bubble").click()
    ask(page)
    quote = page.locator("careers-qa blockquote").first
    expect(quote).to_be_visible()
    style = quote.evaluate(
        "e => { const s = getComputedStyle(e); return [s.color, s.fontSize, s.textTransform, s.letterSpacing] }"
    )
    assert style == ["rgb(28, 36, 48)", "16px", "none", "normal"]
    assert page.locator("careers-qa").evaluate("e => getComputedStyle(e).opacity") == "1"


def test_twice_in_a_page(portal: Site, visit: Visit) -> None:
    body = INLINE.format('id="nurse" data-document="nurse"') + INLINE.format('id="all"').replace("Ask us", "Ask all")
    page = visit(portal.page("twice.html", portal.tag() + portal.tag(), body))
    expect(page.locator("careers-qa .bubble:visible")).to_have_count(1)  # the same tag twice
    for name, question, text in (("nurse", "How much do they earn?", "$93,600"), ("all", PAY, "$133,080")):
        own = page.locator(f"#{name}")
        own.locator("textarea").fill(question)
        own.locator("textarea").press("Enter")
        expect(own.locator("blockquote").first).to_contain_text(text)
    assert violations(page) == []


def test_integrity_and_module(portal: Site, visit: Visit, watch: Watch) -> None:
    from click.testing import CliRunner

    from qa.cli import main

    tag = CliRunner().invoke(main, ["widget-tag", portal.assistant]).output
    page = visit(portal.page("sri.html", tag))
    expect(page.locator("careers-qa .bubble")).to_be_visible()
    watch.expected = ("integrity",)
    page = visit(portal.page("broken.html", tag.replace("sha384-", "sha384-A")))
    page.wait_for_load_state("networkidle")
    assert page.locator("careers-qa").count() == 0
    (portal.folder / "main.js").write_text(f'import "{portal.assistant}/widget.js";\n')
    inline = INLINE.format(f'data-server="{portal.assistant}"')
    page = visit(portal.page("module.html", '<script type="module" src="main.js"></script>', inline))
    ask(page)
    expect(page.locator("careers-qa .cite").first).to_be_visible()


def test_hostile_guides_show_as_text(portal: Site, visit: Visit) -> None:
    page = visit(portal.page("evil.html", portal.tag()))
    page.locator("careers-qa .bubble").click()
    ask(page, "How much do beekeepers earn?")
    quote = page.locator("careers-qa blockquote").first
    expect(quote).to_contain_text("<b>$40,000</b> a year <script>alert(1)</script>")
    expect(quote).to_contain_text("{{7+7}} ${7+7}")
    assert page.locator("careers-qa .log :is(script, img, b, strong, code)").count() == 0
    hrefs = page.locator("careers-qa .log a").evaluate_all("links => links.map((l) => l.href)")
    assert all(h.startswith(("http://127.0.0.1:",)) for h in hrefs)
