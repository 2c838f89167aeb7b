"""Guides in the formats that portals have, made with the writers of those formats."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document as new_docx
from docx.document import Document as Docx
from openpyxl import Workbook
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import (
    ListFlowable,
    ListItem,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Table,
    TableStyle,
)

from qa.types import Document

# A guide's content in order: (kind, text or cells, level).
Part = tuple[str, Any, int]


def parts_of(document: Document) -> list[Part]:
    """The content of a guide, to write it again in another format."""
    parts: list[Part] = []
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if block.kind == "row":
            if not parts or parts[-1][0] != "table":
                parts.append(("table", [], 0))
            parts[-1][1].append(text.split(" | "))
        else:
            parts.append((block.kind, text, block.level))
    return parts


def write_pdf(path: Path, parts: Sequence[Part], title: str = "", outline: bool = False, header: str = "") -> Path:
    """A PDF with or without an outline; ``header`` stands on every page, with its number below."""
    styles = getSampleStyleSheet()
    flow: list[Any] = []
    for kind, content, level in parts:
        if kind == "heading":
            style = styles["Title" if level == 1 else f"Heading{min(level, 4)}"]
            paragraph = Paragraph(html.escape(content), style)
            paragraph.outline = (level, content)
            flow.append(paragraph)
        elif kind == "item":
            item = ListItem(Paragraph(html.escape(content), styles["BodyText"]))
            flow.append(ListFlowable([item], bulletType="bullet", start="•"))
        elif kind == "table":
            width = max(len(cells) for cells in content)
            rows = [
                [Paragraph(html.escape(c), styles["BodyText"]) for c in [*x, *[""] * (width - len(x))]] for x in content
            ]
            flow.append(Table(rows, style=TableStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)])))
        elif kind == "page":
            flow.append(PageBreak())
        else:
            flow.append(Paragraph(html.escape(content), styles["BodyText"]))

    class Template(SimpleDocTemplate):  # type: ignore[misc]
        def afterFlowable(self, flowable: Any) -> None:
            if outline and hasattr(flowable, "outline"):
                level, name = flowable.outline
                key = f"{name}-{self.page}-{self.frame._y}"
                self.canv.bookmarkPage(key)
                self.canv.addOutlineEntry(name, key, level - 1)

    def decorate(canvas: Any, template: Any) -> None:
        if header:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(72, A4[1] - 40, header)
            canvas.drawCentredString(A4[0] / 2, 30, f"Page {canvas.getPageNumber()}")

    Template(str(path), pagesize=A4, title=title).build(flow, onFirstPage=decorate, onLaterPages=decorate)
    return path


def write_docx(path: Path, parts: Sequence[Part], title_style: bool = True) -> Path:
    """A Word file; with ``title_style`` the level-1 heading is in the style Title."""
    file: Docx = new_docx()
    for kind, content, level in parts:
        if kind == "heading":
            file.add_heading(content, level - 1 if title_style else level)
        elif kind == "item":
            file.add_paragraph(content, style="List Bullet")
        elif kind == "table":
            width = max(len(cells) for cells in content)
            table = file.add_table(rows=0, cols=width)
            for cells in content:
                row = table.add_row().cells
                for n, cell in enumerate(cells):
                    row[n].text = cell
        elif kind == "page":
            file.add_page_break()  # type: ignore[no-untyped-call]
        else:
            file.add_paragraph(content)
    file.save(str(path))
    return path


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook of sheets, each a list of rows."""
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def page_html(parts: Sequence[Part], canonical: str = "") -> str:
    """A saved web page with a site's header and footer around the guide."""
    body: list[str] = []
    for kind, content, level in parts:
        if kind == "heading":
            body.append(f"<h{level}>{html.escape(content)}</h{level}>")
        elif kind == "item":
            body.append(f"<ul><li>{html.escape(content)}</li></ul>")
        elif kind == "table":
            rows = ("".join(f"<td>{html.escape(c)}</td>" for c in cells) for cells in content)
            body.append(f"<table>{''.join(f'<tr>{cells}</tr>' for cells in rows)}</table>")
        else:
            body.append(f"<p>{html.escape(content)}</p>")
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f"<!doctype html><html><head>{link}</head><body><nav><a href='/'>Home</a></nav>"
        f"<main>{''.join(body)}</main><footer>Imprint</footer></body></html>"
    )
