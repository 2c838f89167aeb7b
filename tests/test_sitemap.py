from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.reading.corpus import read_corpus
from qa.reading.readers import Skipped
from qa.reading.sitemap import Sitemap, is_sitemap
from qa.types import Document
from tests.conftest import write_guides


def sitemap(*addresses: str) -> str:
    entries = "".join(f"<url><loc>{a}</loc><lastmod>2024-05-01</lastmod></url>" for a in addresses)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


ADDRESSES = (
    "https://x.org/",
    "https://x.org/careers/nurse.htm",
    "https://x.org/careers/actuary/",
    "https://x.org/a/baker",
    "https://x.org/b/baker",
    "https://x.org/files/guide%20one.pdf",
)


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("careers/nurse.html", "https://x.org/careers/nurse.htm"),
        ("x.org/careers/nurse.htm.html", "https://x.org/careers/nurse.htm"),
        ("nurse.html", "https://x.org/careers/nurse.htm"),
        ("careers/actuary/index.html", "https://x.org/careers/actuary/"),
        ("index.html", "https://x.org/"),
        ("baker.html", ""),
        ("a/baker.html", "https://x.org/a/baker"),
        ("files/guide one.pdf", "https://x.org/files/guide%20one.pdf"),
        ("other.html", ""),
    ],
)
def test_files_get_the_address_whose_path_ends_as_theirs(tmp_path: Path, file: str, address: str) -> None:
    (tmp_path / "sitemap.xml").write_text(sitemap(*ADDRESSES))
    assert Sitemap([tmp_path / "sitemap.xml"]).url(tmp_path / file) == address


def test_pages_get_their_address(tmp_path: Path) -> None:
    write_guides(
        tmp_path,
        {
            "site/sitemap.xml": sitemap(*ADDRESSES),
            "site/nurse.html": "<h1>Nurse</h1><h2>Pay</h2><p>Much.</p>",
            "site/actuary.html": '<link rel="canonical" href="https://y.org/z"><h1>Actuary</h1><p>Risks.</p>',
            "elsewhere/nurse.html": "<h1>Nurse</h1><p>Care.</p>",
        },
    )
    found = {d.id: d for d in read_corpus(tmp_path) if isinstance(d, Document)}
    nurse = found["site/nurse"]
    assert nurse.section_url(nurse.sections[0]) == "https://x.org/careers/nurse.htm#pay"
    assert found["site/actuary"].url == "https://y.org/z"
    assert found["elsewhere/nurse"].url == ""


@pytest.mark.parametrize("text", ["<html/>", "nothing", '<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>'])
def test_a_sitemap_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    write_guides(tmp_path, {"sitemap.xml": text, "a.md": "# A\n\nText."})
    skipped = [s for s in read_corpus(tmp_path) if isinstance(s, Skipped)]
    assert [s.path for s in skipped] == ["sitemap.xml"]


def test_names() -> None:
    assert is_sitemap(Path("sitemap.xml"))
    assert is_sitemap(Path("sitemap-posts-1.xml"))
    assert not is_sitemap(Path("sitemap.xml.gz"))


def test_the_handbooks_saved_pages_get_their_own_addresses(data: Path, tmp_path: Path) -> None:
    sources = {
        p.stem: line.partition("Source: ")[2].strip()
        for p in (data / "ooh" / "markdown").glob("*.md")
        for line in p.read_text(encoding="utf-8").splitlines()[:5]
        if line.startswith("Source: ")
    }
    (tmp_path / "sitemap.xml").write_text(sitemap(*sources.values()))
    saved = sorted((data / "ooh" / "html").glob("*.html"))
    for path in saved:
        page = re.sub(r"<link[^>]*canonical[^>]*>", "", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(page, encoding="utf-8")
    found = {d.id: d.url for d in read_corpus(tmp_path) if isinstance(d, Document)}
    assert found == {p.stem: sources[p.stem] for p in saved}
