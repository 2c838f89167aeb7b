from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from tests.fakes import open_fake, prepare_fake
from tests.milvus_server import Server

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("CAREERS_QA_DATA", ROOT.parent / "shared" / "data"))

GUIDES = {
    "data-scientist.md": """---
title: Data Scientist
aliases: [Analytics scientist]
source_url: https://example.org/data-scientist
figures_date: "2024"
---

# Data Scientist

Data scientists find answers in data.

## Pay

Data scientists earned a median of $112,590 a year in 2024. The top tenth earned more than $194,410.

## Skills

- Python and other tools
- Statistics
- Clear writing
""",
    "health/nurse.md": """# Nurse

Nurses care for people.

## Pay

Nurses earned a median wage of $93,600 a year.

## Education

Nurses need a degree in nursing.
""",
    "developer.txt": """Software Developer

Software developers write programs.

Duties

- They do tasks such as design
- They test software

Outlook

Demand for software developers grows by 15 percent.
""",
}


def write_guides(folder: Path, guides: dict[str, str]) -> Path:
    for name, text in guides.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _logs_reach_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that a test ran in this process keeps its log to itself from then on."""
    monkeypatch.setattr(logging.getLogger("careers_qa"), "propagate", True)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_guides(tmp_path / "guides", GUIDES)


@pytest.fixture
def settings(corpus: Path, tmp_path: Path) -> Settings:
    return Settings(corpus=corpus, index=tmp_path / "index", min_confidence=0.05, file_seconds=0)


@pytest.fixture
def assistant(settings: Settings) -> Assistant:
    """An assistant over three small guides, with the fake encoder."""
    build(settings, progress=False, prepare=prepare_fake)
    return Assistant.open(settings=settings, open_encoder=open_fake)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The same for tests that change nothing, opened once."""
    folder = tmp_path_factory.mktemp("small")
    settings = Settings(corpus=write_guides(folder / "guides", GUIDES), index=folder / "index", min_confidence=0.05)
    build(settings, progress=False, prepare=prepare_fake)
    return Assistant.open(settings=settings, open_encoder=open_fake)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real documents and collections, or a skip that says so."""
    if not DATA.is_dir():
        pytest.skip(f"no test collections in {DATA}: set CAREERS_QA_DATA to their folder")
    return DATA


def _built(corpus: Path, index: Path) -> Settings:
    settings = Settings(corpus=corpus, index=index)
    build(settings, progress=False)
    return settings


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The bundled guides, indexed with the real model."""
    return _built(ROOT / "corpus", tmp_path_factory.mktemp("bundled"))


@pytest.fixture(scope="session")
def handbook(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The handbook's 342 pages, indexed with the real model."""
    return _built(data / "ooh" / "markdown", tmp_path_factory.mktemp("handbook"))


@pytest.fixture(scope="session")
def seed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The seed page, indexed with the real model."""
    return _built(data / "seed", tmp_path_factory.mktemp("seed"))


@pytest.fixture(scope="session")
def milvus_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Milvus server that runs as long as the tests."""
    pytest.importorskip("milvus_lite", reason="Milvus Lite isn't installed: pip install milvus-lite")
    pytest.importorskip("pymilvus", reason="pymilvus isn't installed: pip install careers-qa[milvus]")
    server = Server(tmp_path_factory.mktemp("milvus"))
    server.start()
    yield server.uri
    server.stop()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests never write into, or read settings from, the folder they run in."""
    monkeypatch.chdir(tmp_path)
    yield
