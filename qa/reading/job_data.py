"""What a page says in JSON-LD of an occupation or a job: schema.org's Occupation and JobPosting.

Each property that the page itself doesn't show becomes a section: salary,
skills, qualifications and so on, the values as they are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qa.reading.blocks import Piece
from qa.reading.levels import below
from qa.reading.tables import row
from qa.reading.text import bare, body_pieces

_TYPES = frozenset({"Occupation", "JobPosting"})
_PROPERTIES = {
    "description": "Description",
    "estimatedSalary": "Salary",
    "baseSalary": "Salary",
    "skills": "Skills",
    "qualifications": "Qualifications",
    "educationRequirements": "Education",
    "experienceRequirements": "Experience",
    "responsibilities": "Responsibilities",
    "jobBenefits": "Benefits",
    "workHours": "Working hours",
    "employmentType": "Type of employment",
    "occupationLocation": "Location",
    "jobLocation": "Location",
    "hiringOrganization": "Employer",
    "datePosted": "Date posted",
    "validThrough": "Open until",
}
_FIGURES = {
    "percentile10": "10th percentile",
    "percentile25": "25th percentile",
    "median": "Median",
    "percentile75": "75th percentile",
    "percentile90": "90th percentile",
    "minValue": "Least",
    "maxValue": "Most",
    "value": "Amount",
}
_PERIODS = {"P1Y": "year", "P1M": "month", "P1W": "week", "P1D": "day", "PT1H": "hour"}
_HTML = re.compile(r"<[a-z]+\b[^>]*>|&(#\d+|[a-z]+);", re.IGNORECASE)
_BULLETS = re.compile(r"\s*[•●▪]\s*")
_DEEPEST = 20
_NAMES = ("name", "title", "credentialCategory", "description", "addressLocality", "addressRegion", "addressCountry")
ReadHtml = Callable[[str], list[Piece]]


def job_pieces(scripts: Sequence[str], title: str, shown: Sequence[Piece], read_html: ReadHtml) -> list[Piece]:
    """The sections of a page's JSON-LD, without what its ``shown`` pieces say already.

    Scripts that aren't JSON are passed over, as search engines do. ``read_html``
    reads values that are HTML.
    """
    found = [node for script in scripts for node in _nodes(_parsed(script))]
    page = bare(" ".join(p.text for p in shown))
    pieces: list[Piece] = []
    for node in found:
        name = _text(node.get("name") or node.get("title"))
        own: list[Piece] = []
        for key, heading in _PROPERTIES.items():
            body = _value_pieces(key, node.get(key), read_html)
            if body and bare(" ".join(p.text for p in body)) not in page:
                own += [Piece("heading", heading, 2), *below(body, 2)]
        several = len(found) > 1 or (shown and bare(name) != bare(title))
        if own and name and several:
            own = [Piece("heading", name, 2), *below(own, 2)]
        pieces += own
    return pieces


def _parsed(script: str) -> Any:
    try:
        return json.loads(script)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The occupations and jobs in a value, outermost first, wherever they stand."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        named = {str(k).rpartition("/")[2] for k in (kinds if isinstance(kinds, list) else [kinds])}
        if named & _TYPES:
            yield value
        for item in value.values():
            yield from _nodes(item, depth + 1)


def _value_pieces(key: str, value: Any, read_html: ReadHtml) -> list[Piece]:
    values = [v for v in (value if isinstance(value, list) else [value]) if v not in (None, "", {}, [])]
    if not values:
        return []
    if key in ("estimatedSalary", "baseSalary"):
        return [p for v in values for p in _salary(v)]
    texts = [t for v in values if (t := _text(v))]
    if len(texts) == 1 and _HTML.search(texts[0]):
        return read_html(texts[0])
    plain = [" ".join(p.text for p in read_html(t)) if _HTML.search(t) else t for t in texts]
    if len(plain) == 1:
        bullets = [part for part in _BULLETS.split(plain[0]) if part]
        if len(bullets) < 3:
            return body_pieces(plain[0])
        plain = bullets
    return [Piece("item", " ".join(t.split()), 0, "- ") for t in plain]


def _salary(value: Any) -> list[Piece]:
    """Rows of a MonetaryAmount or its distribution: "Median | 112590 USD per year"."""
    if not isinstance(value, dict):
        return body_pieces(_text(value))
    inner = value.get("value")
    amounts = {**value, **inner} if isinstance(inner, dict) else value
    currency = _text(amounts.get("currency") or amounts.get("unitCode"))
    period = _text(amounts.get("duration") or amounts.get("unitText"))
    period = _PERIODS.get(period, period.lower())
    unit = " ".join(x for x in (currency, f"per {period}" if period else "") if x)
    pieces = [
        row([name, f"{_text(amounts[key])} {unit}".strip()])
        for key, name in _FIGURES.items()
        if key in amounts and _text(amounts[key])
    ]
    caption = _text(value.get("name"))
    return [Piece("paragraph", caption), *pieces] if caption and caption != "base" and pieces else pieces


def _text(value: Any) -> str:
    """A value as text: itself, or what an object is called."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, (str, int, float)):
        return str(value).strip()
    if isinstance(value, list):
        return ", ".join(t for v in value if (t := _text(v)))
    if isinstance(value, dict):
        months = value.get("monthsOfExperience")
        if months is not None:
            return f"{_text(months)} months of experience"
        inner = value.get("address") if isinstance(value.get("address"), (dict, str)) else None
        parts = [t for name in _NAMES if (t := _text(value.get(name)))]
        return ", ".join(parts) or _text(inner)
    return ""
