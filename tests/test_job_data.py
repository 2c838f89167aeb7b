from __future__ import annotations

import json
from typing import Any

from qa.reading.blocks import assemble
from qa.reading.html import read_html
from qa.types import Document

OCCUPATION = {
    "@context": "https://schema.org/",
    "@type": "Occupation",
    "name": "Nurse",
    "estimatedSalary": [
        {
            "@type": "MonetaryAmountDistribution", "name": "base", "currency": "USD", "duration": "P1Y",
            "percentile10": "66030", "median": 93600, "percentile90": "135320",
        }
    ],
    "skills": ["Patience", {"@type": "DefinedTerm", "name": "Clear writing"}],
    "qualifications": "A degree in nursing.",
}  # fmt: skip
POSTING = {
    "@type": ["JobPosting"],
    "title": "Ward nurse",
    "description": "<p>You care for patients.</p><ul><li>Day shifts</li></ul>",
    "baseSalary": {
        "@type": "MonetaryAmount", "currency": "EUR",
        "value": {"@type": "QuantitativeValue", "minValue": 3000, "maxValue": 3500, "unitText": "MONTH"},
    },
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Bonn", "addressCountry": "DE"}},
    "experienceRequirements": {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": 24},
}  # fmt: skip


def page(*data: Any, body: str = "<h1>Nurse</h1><p>Nurses care for people.</p>") -> Document:
    scripts = "".join(
        f'<script type="application/ld+json">{d if isinstance(d, str) else json.dumps(d)}</script>' for d in data
    )
    return assemble("nurse", read_html(f"<html><head>{scripts}</head><body><main>{body}</main></body></html>"))


def test_an_occupation_becomes_sections() -> None:
    guide = page(OCCUPATION)
    assert guide.text == (
        "Nurse\n\nNurses care for people.\n\n"
        "Salary\n\n10th percentile | 66030 USD per year\nMedian | 93600 USD per year\n"
        "90th percentile | 135320 USD per year\n\n"
        "Skills\n\n- Patience\n- Clear writing\n\nQualifications\n\nA degree in nursing."
    )
    assert [s.headings for s in guide.sections] == [(), ("Salary",), ("Skills",), ("Qualifications",)]


def test_what_the_page_shows_isnt_said_twice() -> None:
    guide = page(
        OCCUPATION, body="<h1>Nurse</h1><h2>Skills needed</h2><ul><li>Patience</li><li>Clear writing</li></ul>"
    )
    assert "Skills" not in [s.headings[-1] for s in guide.sections if s.headings]


def test_a_job_posting_in_a_graph_stands_under_its_name() -> None:
    guide = page({"@graph": [{"@type": "WebPage"}, POSTING]})
    assert [s.headings for s in guide.sections][1:] == [
        ("Ward nurse", name) for name in ("Description", "Salary", "Experience", "Location")
    ]
    assert "Least | 3000 EUR per month\nMost | 3500 EUR per month" in guide.text
    assert "You care for patients.\n\n- Day shifts" in guide.text
    assert "24 months of experience" in guide.text
    assert guide.text.endswith("Bonn, DE")


def test_data_of_other_kinds_or_broken_is_passed_over() -> None:
    assert (
        page({"@type": "Organization", "name": "x"}, "{broken", "[" * 50_000, "3").text
        == "Nurse\n\nNurses care for people."
    )


def test_a_page_that_says_all_in_its_data() -> None:
    guide = page(OCCUPATION, body="")
    assert [s.headings for s in guide.sections] == [("Salary",), ("Skills",), ("Qualifications",)]
