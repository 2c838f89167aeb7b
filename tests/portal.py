"""A portal of mixed formats, written from the pages of real guides."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from qa.reading.blocks import slug
from qa.reading.corpus import read_corpus
from qa.types import Document
from tests.conftest import DATA, ROOT
from tests.files import Part, page_html, parts_of, write_docx, write_pdf, write_xlsx

SINGLE = ("md", "html", "pdf", "docx")
SEVERAL = ("csv", "xlsx", "json", "jsonl")
ADDRESS = "https://careers.example/guides"
_FILES, _ROWS, _SECTIONS = 60, 3, 4


@dataclass(frozen=True, slots=True)
class Page:
    """A guide to write: its title, and its sections, each a name and its parts."""

    title: str
    sections: tuple[tuple[str, tuple[Part, ...]], ...]

    @property
    def name(self) -> str:
        return "".join(c if c.isalnum() else "-" for c in self.title.lower())

    @property
    def parts(self) -> list[Part]:
        out: list[Part] = [("heading", self.title, 1)]
        for name, parts in self.sections:
            out += [("heading", name, 2), *parts]
        return out


@dataclass(frozen=True, slots=True)
class Portal:
    """A corpus folder; ``guides`` gives the pages by document id, ``left_out`` the files that can't be read."""

    folder: Path
    guides: dict[str, Page]
    left_out: frozenset[str]

    @property
    def questions(self) -> Path:
        return self.folder / "questions.jsonl"


def pages() -> list[Page]:
    """Pages of the handbook where it is there, else of the bundled guides, one a section."""
    handbook = DATA / "ooh" / "markdown"
    source = handbook if handbook.is_dir() else ROOT / "corpus"
    documents = [d for d in read_corpus(source) if isinstance(d, Document)]
    wanted = _FILES + len(SEVERAL) * _ROWS
    found = [p for d in documents if (p := _page(d)).sections]
    if len(found) < wanted:
        found = [Page(f"{p.title} {name}", ((name, parts),)) for p in found for name, parts in p.sections]
    step = len(found) / wanted
    unique = {page.name: page for page in (found[int(n * step)] for n in range(wanted))}
    return list(unique.values())


def _page(document: Document) -> Page:
    sections: dict[str, list[Part]] = {}
    name = ""
    for kind, content, level in parts_of(document):
        if kind == "heading":
            name = content if level == 2 else name if level > 2 else ""
        elif name and kind != "code":
            sections.setdefault(name, []).append((kind, content, level))
    # Pay comes first of what is kept, to be asked about.
    order = sorted(sections, key=lambda n: (n != "Pay", len(str(sections[n]))))[:_SECTIONS]
    return Page(document.title, tuple((n, tuple(sections[n])) for n in order))


def write_portal(folder: Path) -> Portal:
    """Write a portal of at least 60 files in all formats, its question set, and files that can't be read."""
    folder.mkdir(parents=True)
    made = pages()
    guides: dict[str, Page] = {}
    tables = len(SEVERAL) * _ROWS
    for n, page in enumerate(made[:-tables]):
        kind = SINGLE[n % len(SINGLE)]
        _single(folder / kind / f"{page.name}.{kind}", page, n)
        guides[f"{kind}/{page.name}"] = page
    addresses = [f"{ADDRESS}/{i.partition('/')[2]}" for i in guides if i.startswith("html/")]
    (folder / "html" / "sitemap.xml").write_text(_sitemap(addresses))
    (folder / "pdf" / "sitemap.xml").write_text(_sitemap([f"{ADDRESS}/{p.name}" for p in (folder / "pdf").iterdir()]))
    for n, kind in enumerate(SEVERAL):
        rows = made[len(made) - tables + n * _ROWS :][:_ROWS]
        _several(folder / "exports" / f"{kind}-guides.{kind}", rows)
        guides |= {f"exports/{kind}-guides/{p.name}": p for p in rows}
    left_out = frozenset(_unreadable(folder))
    with (folder / "questions.jsonl").open("w") as file:
        for identifier, page in guides.items():
            name, _ = page.sections[0]
            anchor = slug(name)
            question = {"id": identifier, "question": f"{page.title}: {name}?", "relevant": [f"{identifier}#{anchor}"]}
            file.write(json.dumps({**question, "category": identifier.split("/")[-2].split("-")[0]}) + "\n")
    return Portal(folder, guides, left_out)


def _single(path: Path, page: Page, number: int) -> None:
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".pdf":
        write_pdf(path, page.parts, page.title, outline=number % 8 < 4, header="Careers portal")
    elif path.suffix == ".docx":
        write_docx(path, page.parts, title_style=number % 8 < 4)
    elif path.suffix == ".html":
        path.write_text(page_html(page.parts), encoding="utf-8")
    else:
        path.write_text(_markdown(page.parts), encoding="utf-8")


def _several(path: Path, rows: Sequence[Page]) -> None:
    path.parent.mkdir(exist_ok=True)
    names = list(dict.fromkeys(name for page in rows for name, _ in page.sections))
    records = [
        {"Title": page.title, "Slug": page.name, **{name: _markdown(parts) for name, parts in page.sections}}
        for page in rows
    ]
    table = [["Title", "Slug", *names], *([r.get(k, "") for k in ("Title", "Slug", *names)] for r in records)]
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
    elif path.suffix == ".xlsx":
        write_xlsx(path, {"Guides": table})
    elif path.suffix == ".json":
        path.write_text(json.dumps({"status": "ok", "items": records}), encoding="utf-8")
    else:
        path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")


def _markdown(parts: Sequence[Part]) -> str:
    blocks: list[str] = []
    for kind, content, level in parts:
        if kind == "table":
            blocks.append("\n".join(" | ".join(cells) for cells in content))
        else:
            blocks.append({"heading": "#" * level + " ", "item": "- "}.get(kind, "") + content)
    return "\n\n".join(blocks) + "\n"


def _sitemap(addresses: Sequence[str]) -> str:
    entries = "".join(f"<url><loc>{a}</loc></url>" for a in addresses)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def _unreadable(folder: Path) -> Iterator[str]:
    picture = folder / ".scan.png"
    Image.new("RGB", (30, 40), "white").save(picture)
    canvas = Canvas(str(folder / "scan.pdf"))
    canvas.drawImage(str(picture), 0, 0, 300, 400)
    canvas.save()
    yield "scan.pdf"
    with zipfile.ZipFile(folder / "more.zip", "w") as package:
        package.writestr("guide.md", "# Guide\n\nText.")
    yield "more.zip"
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    yield "old.doc"
