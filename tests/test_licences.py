"""Every dependency's licence is known, and goes with Apache-2.0."""

from __future__ import annotations

import re

import pytest

from benchmarks.licences import PAGE, dependencies, is_compatible, licence_of


def test_all_are_compatible() -> None:
    found = {str(d.metadata["Name"]): licence_of(d) for d in dependencies()}
    assert {"numpy", "gradio", "torch", "faiss-cpu"} <= found.keys()
    assert {name: licence for name, licence in found.items() if not is_compatible(licence)} == {}


def test_the_page_lists_what_is_needed_directly() -> None:
    listed = set(re.findall(r"^\| ([\w.-]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {"numpy", "gradio", "torch", "faiss-cpu", "openvino", "filelock", "uvicorn", "click"} <= listed


@pytest.mark.parametrize(
    ("licence", "good"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0", True),
        ("(MIT OR Apache-2.0) AND BSD-3-Clause", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("", False),
    ],
)
def test_what_is_compatible(licence: str, good: bool) -> None:
    assert is_compatible(licence) is good
