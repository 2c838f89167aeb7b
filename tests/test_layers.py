"""Imports run one way, downwards; heavy libraries stand in one module each."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "qa"
LAYERS = (
    ("types", "errors", "invalid", "config", "digest"),
    ("reading",),
    ("stores",),
    ("retrieval",),
    ("answering",),
    ("assistant", "builder", "milvus_builder", "engines", "starters", "feedback"),
    ("evaluation",),
    ("cli", "server"),
)
HOMES = {
    "gradio": "server/chat.py",
    "faiss": "stores/faiss_store.py",
    "openvino": "reading/openvino_encoder.py",
    "nncf": "reading/int8.py",
    "sentence_transformers": "reading/sentence_transformers.py",
    "bm25s": "stores/words.py",
    "selectolax": "reading/html",  # the pages, and the frame around them
    "markdown_it": "reading/markdown.py",
    "pdfplumber": "reading/pdf_lines.py",
    "mammoth": "reading/docx.py",
    "openpyxl": "reading/spreadsheet.py",
    "click": "cli/",
    "rapidfuzz": "retrieval/spelling.py",
    "sqlite3": "feedback.py",
    "limits": "server/limits.py",
    "prometheus_client": "server/metrics.py",
    "pymilvus": "stores/milvus_store.py",
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"{path} has a relative import, which this test doesn't follow")
    return found


def layer(name: str) -> int:
    return next(n for n, names in enumerate(LAYERS) if name in names)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_run_downwards(path: Path) -> None:
    here = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if here == "__init__":
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "qa" and len(parts) > 1 and parts[1] not in ("__version__",):
            assert layer(parts[1]) <= layer(here), f"{path.name} imports {name}"


@pytest.mark.parametrize("library", HOMES)
def test_libraries_have_one_home(library: str) -> None:
    users = {p.relative_to(PACKAGE).as_posix() for p in MODULES if library in {i.split(".")[0] for i in imports(p)}}
    home = HOMES[library]  # a module, or what the names of several begin with
    assert users
    assert all(user == home or (not home.endswith(".py") and user.startswith(home)) for user in users), users


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, qa; print(*(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"gradio", "faiss", "openvino", "sentence_transformers", "torch", "transformers", "pymilvus"}
    assert not heavy & set(loaded)


def test_modules_are_short() -> None:
    lengths = {p.name: len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert max(lengths.values()) <= 400, lengths
