from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.reading.blocks import assemble
from qa.reading.html import read_html
from qa.types import Document

PAGE = """<!doctype html><html><head><title>Nurse - Portal</title>
<link rel="canonical" href="https://portal.example/nurse"><script>track()</script></head><body>
<header><a href="/">Home</a></header><nav><ul><li><a href="/a">A</a></ul></nav>
<main><p><a href="/">Portal</a> &gt; <a href="/g">Guides</a></p><h1>Nurse</h1>
<ul><li><a href="#pay">Pay</a><li><a href="#tasks">Tasks</a><li><a href="#x">X</a></ul>
<p>Nurses <b>care</b> for people.<br>They work in teams.</p>
<h2 id="pay">Pay <a href="#help">About this section</a></h2>
<table><tr><th>Place</th><th>Pay</th></tr><tr><td>City</td><td>$1</td></tr></table>
<h2>Tasks</h2><ol><li>Listen<ul><li>to people</li></ul></li><li>Act</li></ol>
<div style="display:none">A help text.</div>
<form><button>Send</button></form></main><footer>Imprint</footer></body></html>"""


def read(text: str) -> Document:
    return assemble("page", read_html(text))


def test_the_site_around_stays_out() -> None:
    document = read(PAGE)
    assert document.title == "Nurse"
    assert document.url == "https://portal.example/nurse"
    assert document.text == (
        "Nurse\n\nNurses care for people.\n\nThey work in teams.\n\nPay\n\nPlace | Pay\nCity | $1\n\n"
        "Tasks\n\n1. Listen\n  - to people\n2. Act"
    )
    assert [(s.anchor, s.headings) for s in document.sections] == [
        ("nurse", ()),
        ("pay", ("Pay",)),
        ("tasks", ("Tasks",)),
    ]


def test_boxes_around_the_article_stay_out() -> None:
    document = read(
        '<main class="sidebar-page"><article><h1>Actuary</h1><p class="share">Share on Facebook</p>'
        "<aside><h2>Key facts</h2><p>Starting pay: £31,000</p></aside>"
        '<div class="social-work"><p>It is social.</p></div>'
        '<h2>Promotion</h2><div class="promotion"><p>You can lead a team.</p></div>'
        '<section class="related-jobs"><h3>Statistician</h3><p>Salary and skills</p></section>'
        '<div class="weekly-newsletter box"><p>Get salaries in your inbox.</p></div></article>'
        "<aside><h2>Featured</h2><p>Apply now.</p></aside></main>"
    )
    assert document.text == (
        "Actuary\n\nKey facts\n\nStarting pay: £31,000\n\nIt is social.\n\nPromotion\n\nYou can lead a team."
    )


@pytest.mark.parametrize(
    ("page", "pieces"),
    [
        ("<dl><dt>Junior</dt> <dd>£27,000</dd><dt>Senior</dt><dd>£50,000</dd></dl>",
         [("row", "Junior | £27,000"), ("row", "Senior | £50,000")]),
        ("<dl><dt>Why?</dt><dd><p>So.</p><p>And so.</p></dd></dl>",
         [("paragraph", "Why?"), ("paragraph", "So."), ("paragraph", "And so.")]),
        ("<dl><dt>A<dt>B<dd>1<dd>2</dl>", [("paragraph", "A"), ("row", "B | 1"), ("paragraph", "2")]),
        ("<dl><dt>A</dl><p>x", [("paragraph", "A"), ("paragraph", "x")]),
    ],
)  # fmt: skip
def test_terms_and_what_is_said_of_them(page: str, pieces: list[tuple[str, str]]) -> None:
    assert [(p.kind, p.text) for p in read_html(page).pieces] == pieces


def test_hidden_panes_of_tabs_stay_in() -> None:
    document = read(
        '<div id="tab-1"><h2>One</h2><p>first</p></div><div id="tab-2" style="display: none"><h2>Two</h2><p>second</p>'
        '</div><div id="help" style="display:none">help</div>'
    )
    assert "second" in document.text
    assert "help" not in document.text


@pytest.mark.parametrize("text", ["", "<", "<html>", "\ufeff<p>", "<table><tr></table>", "<li>a<li>", "<div>" * 3000])
def test_odd_pages_give_documents(text: str) -> None:
    read(text)


@pytest.mark.data
def test_the_handbooks_pages_say_what_its_markdown_says(data: Path) -> None:
    pages = sorted((data / "ooh" / "html").glob("*.html"))
    assert len(pages) == 38
    for page in pages:
        document = read(page.read_text(encoding="utf-8"))
        markdown = (data / "ooh" / "markdown" / f"{page.stem}.md").read_text(encoding="utf-8")
        words = re.findall(r"\w+", markdown)
        here = set(re.findall(r"\w+", document.text))
        assert sum(w in here for w in words) >= 0.99 * len(words), page.name
        assert document.url.startswith("https://www.bls.gov/ooh/")
        assert not re.search(r"Skip to Content|cookie|function\(|About this section", document.text), page.name
        headings = {s.headings[0] for s in document.sections if s.headings}
        assert "Pay" in headings or page.stem == "military-careers", page.name


def test_a_table_within_a_table_is_read_once() -> None:
    page = read_html(
        "<table><tr><td><p>Around.</p><table><tr><td>City</td><td>$1</td></tr></table></td></tr></table>"
        "<table><tr><td>Town</td><td><table><tr><td>$2</td></tr></table></td></tr></table>"
    )
    assert [p.text for p in page.pieces] == ["Around.", "City | $1", "Town | $2"]


def test_links_to_other_pages_stay_out() -> None:
    document = read(
        "<main><h1>Nurse</h1><p>Nurses care.</p>"
        '<div class="app-related-items"><h3>Related careers</h3><p><a href="/a">Porter</a></p></div>'
        "<h2>Related jobs</h2><ul><li><a href='/b'>Midwife</a></li><li><a href='/c'>Surgeon</a></li></ul>"
        "<h2>Similar occupations</h2><p>Midwives earn more.</p>"
        "<h2>Useful links</h2><ul><li><a href='/d'>The register</a></li></ul>"
        '<aside class="rail"><h3>More</h3><p><a href="/e">Baker</a></p></aside></main>'
    )
    assert document.text == (
        "Nurse\n\nNurses care.\n\nSimilar occupations\n\nMidwives earn more.\n\nUseful links\n\n- The register"
    )


def test_what_a_page_asks_of_its_readers_stays_out() -> None:
    document = read(
        "<main><h1>Nurse</h1><p>Is this page useful to nurses? Yes, it is.</p>"
        '<div><p>Is this page useful?</p><a href="#">Yes this page is useful</a> <a href="#">No this page is not '
        'useful</a></div><p>Last updated: 27 June 2026</p><p><a href="#top">Back to top</a></p></main>'
    )
    assert document.text == "Nurse\n\nIs this page useful to nurses? Yes, it is."


@pytest.mark.parametrize(
    "frame", ['div class="footer"', 'div id="footer"', 'div class="site-footer"', 'div class="page-footer-inner"',
              'div class="site-header"', 'section class="cta"', 'div class="acknowledgement-of-country"']
)  # fmt: skip
def test_what_stands_round_all_pages_stays_out(frame: str) -> None:
    box = f"<{frame}><h2>Ready?</h2><p>Sign up.</p></{frame.split(maxsplit=1)[0]}>"
    assert read(f"<body>{box}<h1>Nurse</h1><p>They care.</p>{box}</body>").text == "Nurse\n\nThey care."


@pytest.mark.parametrize("part", ['p class="footer-note"', 'div class="contact-header"', 'p class="acting"'])
def test_other_parts_stay_in(part: str) -> None:
    page = read(f"<h1>Nurse</h1><{part}>They care.</{part.split(maxsplit=1)[0]}>")
    assert page.text == "Nurse\n\nThey care."


@pytest.mark.parametrize(
    "page",
    [
        '<body class="cookies-not-set"><h1>Nurse</h1><p>They care.</p></body>',
        '<html class="no-cookie"><body><h1>Nurse</h1><p>They care.</p></body></html>',
        '<form id="aspnetForm"><input><h1>Nurse</h1><p>They care.</p><button>Go</button></form>',
        '<div class="has-breadcrumbs"><main><h1>Nurse</h1><p>They care.</p></main></div>',
    ],
)
def test_a_page_isnt_taken_for_its_banner(page: str) -> None:
    assert read(page).text == "Nurse\n\nThey care."


def test_a_page_may_say_often_when_it_changed() -> None:
    said = "Last updated 3 May 2024 " * 30
    assert read(f"<h1>Nurse</h1><div>{said}</div><p>They care.</p>").text == "Nurse\n\nThey care."
    assert (
        said.strip()
        in read(f"<h1>Nurse</h1><div>{said} by the office that keeps the books of births and of marriages.</div>").text
    )


def test_a_quotation_says_whose_it_is() -> None:
    page = read(
        "<h1>Nurse</h1><blockquote><p>I care.</p><footer>Ann, a nurse</footer></blockquote><footer>Imprint</footer>"
    )
    assert page.text == "Nurse\n\nI care.\n\nAnn, a nurse"


def test_words_for_screen_readers_alone_stay_out_of_all_but_headings() -> None:
    document = read(
        '<main><h1>Nurse</h1><h2><span class="govuk-visually-hidden">Also called </span>Carer</h2>'
        '<p>£20,000 <span class="sr-only">to</span></p><p class="visually-hidden">Table</p></main>'
    )
    assert document.text == "Nurse\n\nAlso called Carer\n\n£20,000"


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ('<h2 id="pay">Money</h2>', "pay"),
        ('<h2><a name="pay"></a>Money</h2>', "pay"),
        ('<h2><span id="pay">Money</span></h2>', "pay"),
        ('<a id="pay"></a>\n<h2>Money</h2>', "pay"),
        ('<section id="pay"><div><h2>Money</h2></div></section>', "pay"),
        ('<section id="all"><h2>First</h2><p>x</p><h2>Money</h2></section>', "money"),
        ('<p id="before">x</p><h2>Money</h2>', "money"),
        ('<h2 id="a b">Money</h2>', "money"),
    ],
)
def test_a_section_is_named_as_the_page_names_it(heading: str, anchor: str) -> None:
    document = read(f'<main id="content"><h1>Nurse</h1>{heading}<p>$1</p></main>')
    assert document.sections[-1].anchor == anchor
