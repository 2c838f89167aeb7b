"""schemathesis: what the OpenAPI document says is what the API does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from qa.assistant import Assistant
from qa.server.app import create_app
from qa.server.holder import Holder
from qa.types import Citation
from tests.conftest import ROOT
from tests.serving import free_port, served

OPERATIONS = [
    ("POST", "/api/v1/ask"),
    ("POST", "/api/v1/feedback"),
    ("GET", "/api/v1/search"),
    ("GET", "/api/v1/documents"),
    ("GET", "/api/v1/documents/{document_id}"),
]


@pytest.fixture(scope="module")
def described(small: Assistant) -> Iterator[schemathesis.BaseSchema]:
    app = create_app(Holder(small), small.settings.model_copy(update={"rate_limit": ""}))
    with served(app, free_port()) as address:
        yield schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")


def test_every_operation_is_tried(described: schemathesis.BaseSchema) -> None:
    paths = described.raw_schema["paths"]
    assert {(method.upper(), path) for path in paths for method in paths[path]} == set(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_it_does_what_it_says(described: schemathesis.BaseSchema, method: str, path: str, mode: GenerationMode) -> None:
    if "{" in path and mode is GenerationMode.NEGATIVE:
        return  # every text is a possible name of a guide

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    tried()


def test_the_page_names_every_code_and_every_part_of_a_citation() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "qa" / "server").glob("*.py"))
    codes = set(re.findall(r'Problem\(\s*\d{3},\s*"([\w-]+)"', sources))
    assert {"no-such-file", "unauthorized"} <= codes
    assert {code for code in codes if f"`{code}`" not in page} == set()
    # What says where a quote is goes by the words "number, place and quote".
    place = {"number", "quote", "document_id", "document_title", "headings", "anchor", "url", "start", "end", "score"}
    assert {f.name for f in fields(Citation) if f"`{f.name}`" not in page} <= place
