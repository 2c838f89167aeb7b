"""Fuzzing the readers of the formats that portals have: PDF, Word, Excel, sitemaps.

Office files are zip packages, whose checksums would refuse nearly all that is
changed in them; so an input is the XML of one of their parts, or, where it
begins as a package does, the package itself.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from qa.errors import ReadError
from qa.reading.sitemap import Sitemap

_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{}</Types>'  # fmt: skip
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PARTS = {
    ".docx": {
        "[Content_Types].xml": _TYPES.format(
            f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}wordprocessingml.document.main+xml"/>'
        ),
        "_rels/.rels": _RELATIONS.format("officeDocument", "word/document.xml"),
    },
    ".xlsx": {
        "[Content_Types].xml": _TYPES.format(
            f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}spreadsheetml.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_OFFICE}spreadsheetml.worksheet+xml"/>'
        ),
        "_rels/.rels": _RELATIONS.format("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _RELATIONS.format("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Guides" sheetId="1" r:id="r1"/></sheets></workbook>',
    },
}
_FUZZED = {".docx": "word/document.xml", ".xlsx": "xl/worksheets/sheet1.xml"}


def package(ending: str, part: bytes) -> bytes:
    """An office file with this main part."""
    if part.startswith(b"PK"):
        return part
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in _PARTS[ending].items():
            file.writestr(name, text)
        file.writestr(_FUZZED[ending], part)
    return out.getvalue()


def sitemap(path: Path) -> bool:
    """Whether a sitemap was read; what it says of a file beside it is an address or nothing."""
    found = Sitemap([path])
    if found.problems:
        raise ReadError(found.problems[0][1])
    address = found.url(path.parent / "guides" / "nurse.html")
    assert not address or address.startswith(("http://", "https://"))
    return True
