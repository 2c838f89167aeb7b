"""What of a web page is the site around its content: found and taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SKIPPED = (
    "script, style, noscript, template, svg, canvas, iframe, object, video, audio, nav, footer, form, button, "
    "select, dialog, input, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], "
    "[class*=breadcrumb], [class*=cookie], [class*=skiplink], [aria-hidden=true]"
)
# What sites name the boxes around an article by; "social-work" and "promotion" are content.
_CLUTTER = re.compile(
    r"(?:^|\s)(?:[\w-]*newsletter|promo|related|adverts?|advertisement|subscribe|share|sharing|sidebar|toc|"
    r"feedback[-_]\w+|cta|call-to-action|acknowledge?ment|"
    r"social[-_](?:media|share|sharing|links|icons|buttons))(?:[-_][\w-]*)?(?:\s|$)",
    re.IGNORECASE,
)
# ... and, by a class or an id, what stands over and under all of a site's pages.
_SITE = re.compile(
    r"(?:^|\s)(?:(?:(?:site|page|global|main)[-_]?)?footer|(?:site|global)[-_]?(?:header|banner)|masthead)"
    r"(?:[-_](?:wrap\w*|container|inner|content|area|section|nav\w*))?(?:\s|$)",
    re.IGNORECASE,
)
# Words for readers of the screen alone: nobody finds them on the page.
_UNSEEN = re.compile(r"(?:^|[\s_-])(?:visually-?hidden|sr-only|sr-hidden|screen-reader(?:-text|-only)?)(?:\s|$)")
_MAIN = "main, [role=main]"
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
ANY_HEADING = ", ".join(HEADINGS)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
# A box of links, most of whose text is links, leads elsewhere; so does what stands under such a heading, if it is
# links alone.
_LINK_SHARE, _LEAST_LINKS = 0.8, 3
_ELSEWHERE = re.compile(
    r"(?:related|similar|other|more|popular|recommended|explore|you (?:may|might) also)\b", re.IGNORECASE
)
# What sites ask of a page's readers, or say of the page.
_OF_PAGE = re.compile(
    # Each part is taken as it is found: else a page that says so twenty times would be tried in all ways.
    r"(?>(?:(?:is|was|did) (?:this|the) (?:page|article|information|content)\b.{0,60}?\?|"
    r"(?:yes|no)\b,?.{0,30}?\b(?:this|the) page (?:is|was) (?:not )?(?:useful|helpful)|"
    r"(?:(?:this )?page )?(?:was )?last (?:updated|modified|changed)\b"
    r"(?:(?!\b(?:is|was|did|last|page|this|back|print)\b).){0,40}|"
    r"back to (?:the )?top|print this page)\W*)++",
    re.IGNORECASE,
)


def skip(page: LexborHTMLParser) -> None:
    """Take out what is never content: scripts, forms, navigation, banners."""
    for node in page.css(_SKIPPED):
        quoting = node.tag == "footer" and _is_within(node, "blockquote")  # it says whose words these are
        # Some sites put all of a page into a form, or say of the whole that it may show a banner.
        whole = node.tag in ("html", "body", "main") or (
            node.attributes.get("role") is None and node.css_first("h1, main") is not None
        )
        if not quoting and not whole:
            node.decompose()


def main_part(page: LexborHTMLParser) -> LexborNode | None:
    """The main part of a page where it marks one, else its body."""
    return page.css_first(_MAIN) or _only_article(page) or page.body


def without_frame(root: LexborNode) -> None:
    """Take the boxes around what a page is about out of its main part."""
    article = _only_article(root)
    for node in root.css("[class], [id], header, aside, [role=complementary]"):
        if node.css_first("h1") is None and _is_around(node, root, article):
            node.decompose()
    drop_hidden(root)
    for node in root.css("h1 a, h2 a, h3 a, h4 a, h5 a, h6 a"):
        if _is_heading_tool(node):
            node.decompose()
    before_title = True
    for node in root.css("div, p, ul, ol, h1"):
        if node.tag == "h1":
            before_title = False
        elif _is_link_box(node, 1 if before_title and root.css_first("h1") is not None else _LEAST_LINKS) or (
            node.tag in ("p", "div") and node.css_first(ANY_HEADING) is None and _OF_PAGE.fullmatch(line(node.text()))
        ):
            node.decompose()
    for heading in root.css("h2, h3, h4, h5, h6"):
        if _ELSEWHERE.match(line(heading.text())) and (links := _links_under(heading)):
            for node in (heading, *links):
                node.decompose()


def drop_hidden(root: LexborNode) -> None:
    """Take out what a page doesn't show; of several panes that are shown in turn all stay."""
    for node in root.css("[style], [hidden]"):
        if _is_hidden(node):
            node.decompose()
    for node in root.css("[class]"):  # in a heading they may be what tells what it is
        in_heading = node.tag in HEADINGS or (node.parent is not None and node.parent.tag in HEADINGS)
        if not in_heading and _UNSEEN.search(node.attributes.get("class") or ""):
            node.decompose()


def line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _is_within(node: LexborNode, tag: str) -> bool:
    while node.parent is not None and node.tag != tag:
        node = node.parent
    return node.tag == tag


def _is_around(node: LexborNode, root: LexborNode, article: LexborNode | None) -> bool:
    """Whether an element of ``root`` is a box around what the page is about."""
    name = node.attributes.get("class") or ""
    if _CLUTTER.search(name) or _SITE.search(name) or _SITE.search(node.attributes.get("id") or ""):
        return True
    aside = node.tag == "aside" or node.attributes.get("role") == "complementary"
    if (aside or "related" in name) and _link_share(node) >= _LINK_SHARE:
        return True
    if not aside:
        return node.tag == "header" and root.tag == "body"
    if article is None or article.css_first("h1") is None:
        return root.tag == "body"
    while node.parent is not None and node != article:
        node = node.parent
    return node != article


def _only_article(page: LexborHTMLParser | LexborNode) -> LexborNode | None:
    articles = page.css("article")
    return articles[0] if len(articles) == 1 else None


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not ("hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")):
        return False
    return not _is_pane(node)


def _is_pane(node: LexborNode) -> bool:
    """Whether a hidden element is one of several panes shown in turn."""
    if node.attributes.get("role") == "tabpanel":
        return True
    parent = node.parent
    name = re.sub(r"\d+", "", node.attributes.get("id") or "")
    classes = set((node.attributes.get("class") or "").split())
    if parent is None or not (name or classes):
        return False
    for other in parent.iter():
        if other.tag != node.tag or _HIDDEN.search(other.attributes.get("style") or ""):
            continue
        if "hidden" in other.attributes:
            continue
        if name and re.sub(r"\d+", "", other.attributes.get("id") or "") == name:
            return True
        if classes & set((other.attributes.get("class") or "").split()):
            return True
    return False


def _is_heading_tool(link: LexborNode) -> bool:
    """Whether a link in a heading is a help or anchor sign beside its name."""
    heading = link.parent
    inside = (link.attributes.get("href") or "").startswith("#")
    return inside and heading is not None and line(heading.text()) != line(link.text())


def _is_link_box(node: LexborNode, least_links: int) -> bool:
    links = node.css("a[href]")
    if len(links) < least_links:
        return False
    inside = all((a.attributes.get("href") or "").startswith("#") for a in links)
    if node.tag in ("ul", "ol") and not inside and least_links > 1:
        return False  # a list of links is a list; one of places in the page is its contents
    if node.tag == "div" and node.css_first("p, li, table, h1, h2, h3") is not None:
        return False
    return _link_share(node) >= _LINK_SHARE


def _link_share(node: LexborNode) -> float:
    """The share of links in an element's text, apart from its headings."""
    titles = node.css(ANY_HEADING)
    linked, named = (sum(len(line(a.text())) for of in nodes for a in of.css("a[href]")) for nodes in ([node], titles))
    whole = len(re.sub(r"[\s|·•/>-]+", " ", node.text()).strip()) - sum(len(line(h.text())) for h in titles)
    return (linked - named) / whole if whole > 0 else 0.0


def _links_under(heading: LexborNode) -> list[LexborNode]:
    """What stands under a heading up to the next one, if it is links alone."""
    under = list(_until_heading(heading))
    said = [node for node in under if line(node.text())]
    return under if said and all(_link_share(node) >= _LINK_SHARE for node in said) else []


def _until_heading(heading: LexborNode) -> Iterator[LexborNode]:
    node = heading.next
    while (
        node is not None and node.tag not in HEADINGS and (node.tag == "-text" or node.css_first(ANY_HEADING) is None)
    ):
        yield node
        node = node.next
