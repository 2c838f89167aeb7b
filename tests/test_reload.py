"""A new index is taken into use while requests go on."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa.builder import build
from qa.config import Settings, load_settings
from qa.errors import ConfigError, IndexFolderError, StoreError
from qa.server.app import create_app
from qa.server.holder import Holder
from qa.server.opening import Openings
from qa.server.reload import Reloader
from qa.server.service import Service
from qa.stores import folder
from tests.fakes import FakeEncoder, open_fake, prepare_fake
from tests.serving import free_port, served

TOKEN = "0123456789abcdef"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ASK = {"question": "What do nurses earn?"}


def rebuilt(settings: Settings, pay: str) -> None:
    (settings.corpus / "health" / "nurse.md").write_text(f"# Nurse\n\n## Pay\n\nNurses earned a wage of {pay} a year.")
    build(settings, progress=False, prepare=prepare_fake)


@pytest.fixture
def ours(settings: Settings) -> Settings:
    ours = settings.model_copy(
        update={"rate_limit": "", "keep_old": 0, "feedback": None, "reload_seconds": 0}
        | {"reload_token": Settings(reload_token=TOKEN).reload_token}  # type: ignore[arg-type]
    )
    build(ours, progress=False, prepare=prepare_fake)
    return ours


def reloader_of(settings: Settings) -> Reloader:
    reloader = Reloader(Holder(), settings, open_fake)
    reloader.load()
    return reloader


def app_of(reloader: Reloader) -> FastAPI:
    return create_app(reloader.holder, reloader.settings, reloader, [reloader.running()])


def test_a_token_reloads_and_nothing_else_does(ours: Settings) -> None:
    reloader = reloader_of(ours)
    with TestClient(app_of(reloader)) as web:
        assert "$93,600" in web.post("/api/v1/ask", json=ASK).text
        rebuilt(ours, "$1,000")
        for headers in ({}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": TOKEN}):
            refused = web.post("/api/v1/reload", headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
            assert refused.headers["www-authenticate"] == "Bearer"
        assert "$93,600" in web.post("/api/v1/ask", json=ASK).text
        done = web.post("/api/v1/reload", headers=BEARER).json()
        assert done == {"reloaded": True, "generation": folder.current_name(ours.index), "documents": 3}
        assert "$1,000" in web.post("/api/v1/ask", json=ASK).text
        assert web.post("/api/v1/reload", headers=BEARER).json()["reloaded"] is False
        assert web.get("/api/v1/reload").status_code == 405


def test_without_a_token_it_isnt_there(ours: Settings) -> None:
    off = ours.model_copy(update={"reload_token": Settings().reload_token})
    with TestClient(app_of(reloader_of(off))) as web:
        for headers in ({}, {"Authorization": "Bearer "}, BEARER):
            assert web.post("/api/v1/reload", headers=headers).status_code in (404, 405)
        assert "/api/v1/reload" not in web.get("/api/v1/openapi.json").json()["paths"]


def test_a_short_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREERS_QA_RELOAD_TOKEN", "secret")
    with pytest.raises(ConfigError, match="reload_token") as raised:
        load_settings()
    assert "secret" not in str(raised.value).replace("CAREERS_QA", "")


def test_a_damaged_index_leaves_the_one_in_use(ours: Settings) -> None:
    reloader = reloader_of(ours)
    with TestClient(app_of(reloader)) as web:
        rebuilt(ours, "$1,000")
        path = folder.current(ours.index)[0] / "vectors.faiss"
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        refused = web.post("/api/v1/reload", headers=BEARER)
        assert (refused.status_code, refused.json()["code"]) == (500, "index")
        assert "vectors.faiss was changed" in refused.json()["detail"]
        assert "$93,600" in web.post("/api/v1/ask", json=ASK).text
        path.write_bytes(data)  # mended: the next call tries it again
        assert web.post("/api/v1/reload", headers=BEARER).json()["reloaded"] is True


def test_a_new_generation_is_noticed(ours: Settings) -> None:
    reloader = reloader_of(ours.model_copy(update={"reload_seconds": 0.05}))
    with TestClient(app_of(reloader)) as web:
        rebuilt(ours, "$2,000")
        for _ in range(400):
            if "$2,000" in web.post("/api/v1/ask", json=ASK).text:
                return
            time.sleep(0.05)
    raise AssertionError("the new index wasn't taken into use")


def test_a_store_that_is_down_is_logged(
    ours: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reloader = reloader_of(ours)

    def down(_: Settings) -> str:
        raise StoreError("Milvus doesn't answer.")

    monkeypatch.setattr("qa.server.reload.name_in_use", down)
    with caplog.at_level(logging.INFO, logger="careers_qa"):
        asyncio.run(reloader._quietly())
    assert [(r.message, r.levelname) for r in caplog.records] == [("reload failed", "ERROR")]
    assert "$93,600" in reloader.holder.current.ask(ASK["question"]).answer


def test_the_encoder_stays_while_the_model_is_the_same(ours: Settings) -> None:
    opened: list[Path] = []

    def seen(place: Path) -> FakeEncoder:
        opened.append(place)
        return open_fake(place)

    reloader = Reloader(Holder(), ours, seen)
    reloader.load()
    rebuilt(ours, "$1,000")
    reloader.load()
    assert len(opened) == 1


def test_the_encoder_is_that_of_the_index_that_is_opened(ours: Settings) -> None:
    class Other(FakeEncoder):
        fingerprint = "fake-2"

    def prepare(model: str, place: Path, samples: Sequence[str]) -> FakeEncoder:
        prepare_fake(model, place, samples)
        return Other()

    opened: list[Path] = []
    reloader = Reloader(Holder(), ours, lambda place: opened.append(place) or open_fake(place))  # type: ignore[func-returns-value]
    reloader.load()
    first = folder.current(ours.index)[0] / folder.ENCODER
    build(ours.model_copy(update={"keep_old": 60}), progress=False, prepare=prepare)
    reloader._opened(first)  # the build came after the first index was found
    assert opened == [first]


def test_an_assistant_out_of_use_goes_at_once(ours: Settings) -> None:
    reloader = reloader_of(ours)
    openings = Openings(Service.of(reloader.holder, ours))

    async def scene() -> bool:
        await openings.current()
        reloader.holder.current.ask("What do nurses earn?")
        old = weakref.ref(reloader.holder.current), weakref.ref(reloader.holder.current.library)
        rebuilt(ours, "$1,000")
        await reloader.reload()
        return [found() for found in old] == [None, None]

    gc.disable()  # only what the reload itself collects counts
    try:
        assert asyncio.run(scene())
    finally:
        gc.enable()


def test_questions_may_be_short(ours: Settings) -> None:
    short = reloader_of(ours.model_copy(update={"max_question": 10}))
    assert short.holder.ready


def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError, match="careers-qa build"):
        Reloader(Holder(), Settings(index=tmp_path / "none"), open_fake).load()


def test_no_request_fails_across_reloads(ours: Settings) -> None:
    reloader = reloader_of(ours.model_copy(update={"reload_seconds": 0.05}))
    stop, statuses, answers = threading.Event(), [], set()
    with served(app_of(reloader), free_port()) as address:

        def client() -> None:
            with httpx.Client(base_url=address, timeout=60) as web:
                while not stop.is_set():
                    answer = web.post("/api/v1/ask", json=ASK)
                    statuses.append(answer.status_code)
                    answers.add(answer.json()["answer"])
                    statuses.append(web.get("/api/v1/documents/health/nurse").status_code)

        threads = [threading.Thread(target=client) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(5):
            rebuilt(ours, f"${number + 1},000")
            while reloader.generation != folder.current_name(ours.index):
                time.sleep(0.05)
            before = len(statuses)
            while len(statuses) < before + 10:
                time.sleep(0.05)
        stop.set()
        for thread in threads:
            thread.join(60)
    assert set(statuses) == {200}
    assert len(answers) == 6  # every index answered
