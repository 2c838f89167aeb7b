"""A Milvus server that is gone, slow, or holds something else: one clear error, in bounded time."""

from __future__ import annotations

import socket
import sys
import time
import uuid
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa import engines
from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.errors import StoreError
from qa.server.app import create_app
from qa.server.holder import Holder
from qa.stores.milvus_files import Files
from qa.stores.milvus_layout import FILES, FORMAT
from qa.stores.milvus_store import Milvus
from tests.fakes import open_fake, prepare_fake
from tests.milvus_server import Server


def opened(settings: Settings) -> Assistant:
    return Assistant.open(settings=settings, open_encoder=open_fake)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def in_milvus(settings: Settings, milvus_uri: str) -> Settings:
    alias = f"t_{uuid.uuid4().hex[:8]}"
    return settings.model_copy(update={"store": "milvus", "milvus_uri": milvus_uri, "milvus_collection": alias})


def test_no_server_is_one_sentence(in_milvus: Settings) -> None:
    gone = in_milvus.model_copy(update={"milvus_uri": f"http://127.0.0.1:{free_port()}", "milvus_timeout": 1})
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"can't be reached: start it, or mend the setting milvus_uri\.$"):
        opened(gone)
    assert time.monotonic() - started < 60  # it gives up


def test_a_server_that_does_not_answer_is_one_sentence(in_milvus: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        slow = in_milvus.model_copy(update={"milvus_uri": uri, "milvus_timeout": 1})
        with pytest.raises(StoreError, match=r"can't be reached|didn't answer within 1 seconds"):
            opened(slow)


def test_an_address_that_is_none(in_milvus: Settings) -> None:
    with pytest.raises(StoreError, match="isn't a server's address"):
        opened(in_milvus.model_copy(update={"milvus_uri": "./milvus.db"}))


def test_without_the_extra_it_says_what_to_type(in_milvus: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(StoreError, match=r'type pip install "careers-qa\[milvus\]"'):
        Milvus(in_milvus)


def test_an_alias_of_something_else(in_milvus: Settings) -> None:
    milvus, name = engines.connected(in_milvus), f"other_{uuid.uuid4().hex[:8]}"
    milvus.create(name, FILES, 2)
    milvus.lead(in_milvus.milvus_collection, name)
    with pytest.raises(StoreError, match=f"leads to {name}, which isn't an index of careers-qa"):
        opened(in_milvus)


def test_another_schema_and_another_layout(in_milvus: Settings) -> None:
    build(in_milvus, progress=False, prepare=prepare_fake)
    milvus = engines.connected(in_milvus)
    files = Files(milvus, milvus.target(in_milvus.milvus_collection).removesuffix("_files"))
    manifest = files.get(["manifest.json"])["manifest.json"]
    files.put({"manifest.json": manifest.replace(b'"milvus_layout": %d' % FORMAT, b'"milvus_layout": 7')})
    with pytest.raises(StoreError, match=f"is of layout 7, this program reads {FORMAT}: build it again"):
        opened(in_milvus)
    milvus.drop(files.collection)
    client = milvus._client
    client.create_collection(files.collection, dimension=3)
    milvus.lead(in_milvus.milvus_collection, files.collection)
    with pytest.raises(StoreError, match="hasn't the fields of an index: build it again"):
        opened(in_milvus)


def test_a_server_that_goes_and_comes_back(settings: Settings, tmp_path: Path) -> None:
    pytest.importorskip("milvus_lite")
    server = Server(tmp_path / "milvus")
    server.start()
    try:
        changes = {"store": "milvus", "milvus_uri": server.uri, "milvus_timeout": 2, "feedback": None}
        own = settings.model_copy(update=changes)
        build(own.model_copy(update={"milvus_timeout": 60}), progress=False, prepare=prepare_fake)
        with TestClient(create_app(Holder(opened(own)), own)) as client:
            asked = {"question": "How much does a nurse earn?"}
            assert client.get("/readyz").json() == {"status": "ready", "documents": 3}
            assert client.post("/api/v1/ask", json=asked).json()["answered"]
            server.stop()
            for found in (client.get("/readyz"), client.post("/api/v1/ask", json={"question": "data scientist pay"})):
                assert found.status_code == 503
                assert found.headers["retry-after"]
                assert found.json()["code"] == "store"
                assert found.json()["detail"] == "The guides can't be read just now: try again later."
            assert client.get("/healthz").status_code == 200
            server.start()
            until = time.monotonic() + 60
            while (ready := client.get("/readyz")).status_code != 200 and time.monotonic() < until:
                time.sleep(0.5)
            assert ready.status_code == 200
    finally:
        server.stop()
