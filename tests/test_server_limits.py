"""Limits: size and time of bodies, requests of a client, places at the desk."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import BusyError, ConfigError
from qa.server.app import create_app
from qa.server.desk import Desk
from qa.server.holder import Holder
from qa.server.limits import BodyLimit, client_key

ASK = {"question": "nurse pay"}


def client(assistant: Assistant, peer: str = "10.0.0.1", **changed: Any) -> TestClient:
    app = create_app(Holder(assistant), assistant.settings.model_copy(update=changed))
    return TestClient(app, client=(peer, 5000))


def test_too_much_gets_429(small: Assistant) -> None:
    web = client(small, rate_limit="3/minute")
    assert [web.post("/api/v1/ask", json=ASK).status_code for _ in range(5)] == [200] * 3 + [429] * 2
    refused = web.get("/api/v1/documents")
    assert refused.json()["code"] == "rate-limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    # What costs nothing goes on, and other clients do too.
    assert web.get("/healthz").status_code == 200
    assert web.get("/widget.js").status_code == 200


def test_the_chat_counts_too(small: Assistant) -> None:
    web = client(small, rate_limit="1/minute")
    assert web.get("/source/health/nurse").status_code == 200
    assert web.post("/gradio_api/queue/join", json={}).status_code == 429


def test_no_limit(small: Assistant) -> None:
    web = client(small, rate_limit="")
    assert all(web.get("/api/v1/documents").status_code == 200 for _ in range(150))


@pytest.mark.parametrize("changed", [{"rate_limit": "many"}, {"trusted_proxies": ("proxy.example",)}])
def test_settings_that_cant_be_used(small: Assistant, changed: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(changed))):
        client(small, **changed)


def statuses(web: TestClient, *forwarded: str) -> list[int]:
    return [web.get("/api/v1/documents", headers={"X-Forwarded-For": f}).status_code for f in forwarded]


def test_the_forwarded_address_of_a_trusted_proxy_counts(small: Assistant) -> None:
    web = client(small, rate_limit="1/minute", trusted_proxies=("10.0.0.0/24",))
    assert statuses(web, "1.1.1.1", "2.2.2.2", "1.1.1.1") == [200, 200, 429]
    # What a client put before the proxy's own entry isn't believed.
    assert statuses(web, "9.9.9.9, 1.1.1.1", "8.8.8.8, 2.2.2.2") == [429, 429]


@pytest.mark.parametrize("trusted", [(), ("10.0.1.0/24",)])
def test_nobody_else_is_believed(small: Assistant, trusted: tuple[str, ...]) -> None:
    web = client(small, rate_limit="1/minute", trusted_proxies=trusted)
    assert statuses(web, "1.1.1.1", "2.2.2.2") == [200, 429]


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("testclient", "testclient"),
    ],
)
def test_who_a_client_is(host: str, key: str) -> None:
    assert client_key({"type": "http", "client": (host, 1)}) == key


def test_large_bodies_are_refused(small: Assistant) -> None:
    web = client(small, max_body=2000)
    assert web.post("/api/v1/ask", json=ASK).status_code == 200
    declared = web.post("/api/v1/ask", content=b"x" * 2001)
    assert (declared.status_code, declared.json()["code"]) == (413, "too-large")
    chunked = web.post("/api/v1/ask", content=iter([b"x" * 1500, b"x" * 1500]))
    assert chunked.status_code == 413


def test_slow_bodies_are_refused() -> None:
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(*_: Any) -> None:
        raise AssertionError("the application was reached")

    scope = {"type": "http", "method": "POST", "headers": []}
    asyncio.run(BodyLimit(app, 100, 0.05)(scope, never, send))
    assert sent[0]["status"] == 408


def test_a_full_desk_refuses_at_once() -> None:
    async def scene() -> tuple[list[str], int]:
        desk, go = Desk(workers=1, waiting=1), threading.Event()
        first = asyncio.create_task(desk.run(lambda: go.wait(10) and "first"))
        second = asyncio.create_task(desk.run(lambda: "second"))
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await desk.run(lambda: "third")
        go.set()
        answers = [str(await first), str(await second)]
        assert await desk.run(lambda: "fourth") == "fourth"
        desk.close()
        with pytest.raises(BusyError):
            await desk.run(lambda: "fifth")
        return answers, desk.taken

    assert asyncio.run(scene()) == (["first", "second"], 0)


def test_a_place_is_free_again_when_work_fails_or_is_given_up() -> None:
    async def scene() -> int:
        desk, go = Desk(workers=1, waiting=2), threading.Event()
        running = asyncio.create_task(desk.run(go.wait, 10))
        waiting = asyncio.create_task(desk.run(go.wait, 10))
        failing = asyncio.create_task(desk.run(int, "x"))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.sleep(0)
        assert desk.taken == 2
        running.cancel()  # whoever asked has gone, but the work goes on
        await asyncio.sleep(0)
        assert desk.taken == 2
        go.set()
        with pytest.raises(ValueError, match="invalid literal"):
            await failing
        await asyncio.sleep(0.05)
        return desk.taken

    assert asyncio.run(scene()) == 0


def test_when_full_the_api_says_503_and_health_goes_on(small: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun = threading.Event(), threading.Event()

    def waits(*_: Any) -> Any:
        begun.set()
        go.wait(20)
        return real("nurse pay")

    real = small.ask
    web = client(small, workers=1, max_waiting=0)
    monkeypatch.setattr(small, "ask", waits)
    with web:
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(web.post("/api/v1/ask", json=ASK).status_code))
        asking.start()
        assert begun.wait(10)
        refused = web.post("/api/v1/ask", json=ASK)
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["retry-after"]
        assert web.get("/healthz").status_code == 200
        go.set()
        asking.join(10)
        assert answers == [200]


@pytest.mark.model
def test_threads_get_the_answers_that_one_gets(seed: Settings) -> None:
    assistant = Assistant.open(settings=seed)
    questions = [f"What does a {n} do?" for n in ("data engineer", "governance consultant", "ML engineer")] * 4
    alone = [assistant.ask(q).to_dict() | {"elapsed_ms": 0} for q in questions]

    async def together() -> list[Any]:
        desk = Desk(workers=4, waiting=100)
        return list(await asyncio.gather(*(desk.run(assistant.ask, q) for q in questions)))

    assert [a.to_dict() | {"elapsed_ms": 0} for a in asyncio.run(together())] == alone
