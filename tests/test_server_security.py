"""Who may embed and call the application, what its pages may do, and what isn't reached."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.config import load_settings
from qa.errors import ConfigError
from qa.server.app import create_app
from qa.server.holder import Holder
from qa.server.render import answer_markdown

PORTAL = "https://careers.example"


def opened(assistant: Assistant, peer: str = "10.0.0.9", **changed: object) -> TestClient:
    app = create_app(Holder(assistant), assistant.settings.model_copy(update={"rate_limit": "", **changed}))
    return TestClient(app, client=(peer, 1))


@pytest.fixture(scope="module")
def client(small: Assistant) -> TestClient:
    return opened(small, allowed_origins=(PORTAL,))


@pytest.fixture(scope="module")
def closed(small: Assistant) -> TestClient:
    return opened(small)


def test_the_page_runs_only_its_own_scripts(client: TestClient) -> None:
    first, second = client.get("/"), client.get("/")
    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]{20,})'", policy)
    assert nonce
    assert nonce[1] not in second.headers["content-security-policy"]
    scripts = re.findall(r"<script\b[^>]*>", first.text)
    assert len(scripts) >= 5
    assert all(f'nonce="{nonce[1]}"' in s for s in scripts)
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self' 'nonce-[\w-]+';", policy)
    assert f"frame-ancestors 'self' {PORTAL}" in policy
    assert "x-frame-options" not in first.headers
    assert first.headers["cache-control"] == "no-store"
    assert 'href="/manifest.json"' not in first.text
    assert "og:image" not in first.text


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/source/data-scientist", "/api/v1/documents", "/none", "/widget.js"]
)
def test_every_response_is_hardened(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src" in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://x.hf.space/"),
        ("POST", "/gradio_api/run/respond"),
        ("POST", "/gradio_api/api/respond"),
        ("POST", "/gradio_api/call/respond"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/deep_link?session_hash=x"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/app_id"),
        ("GET", "/gradio_api/queue/status"),
        ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/config"),
        ("GET", "/monitoring"),
        ("POST", "/login"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/assets/../../README.md"),
        ("GET", "/static/%2e%2e/%2e%2e/routes.py"),
        ("GET", "/gradio_api/custom_component/1/server/x/y"),
    ],
)
def test_what_the_chat_doesnt_need_isnt_there(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 404
    assert response.headers["content-type"] in ("application/problem+json", "application/json")


def test_the_assets_are_kept(client: TestClient) -> None:
    page = client.get("/").text
    asset = re.search(r'src="\./(assets/index-[\w-]+\.js)"', page)
    assert asset
    assert "immutable" in client.get("/" + asset[1]).headers["cache-control"]
    assert client.get("/manifest.json").status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}],
        [None, [{"role": "user", "content": [{"file": {"path": "http://10.0.0.1/x"}, "type": "file"}]}]],
    ],
)
def test_the_chat_takes_no_files(client: TestClient, data: Any) -> None:
    body = {"data": data, "fn_index": 0, "session_hash": "abc"}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 422


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 200_000, b"\xff\xfe", b"[]", b"null"])
def test_the_chat_survives_any_bytes(client: TestClient, body: bytes) -> None:
    response = client.post("/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


def ask(client: TestClient, origin: str | None, **headers: str) -> Any:
    sent = {**({"Origin": origin} if origin else {}), **headers}
    return client.post("/api/v1/ask", json={"question": "nurse pay"}, headers=sent)


def test_allowed_origins_by_exact_name(client: TestClient) -> None:
    allowed = ask(client, PORTAL)
    assert allowed.headers["access-control-allow-origin"] == PORTAL
    assert "access-control-allow-credentials" not in allowed.headers
    assert ask(client, None).status_code == 200
    assert ask(client, "http://testserver").status_code == 200  # its own pages
    for other in (
        "https://evil.example",
        "http://careers.example",
        f"{PORTAL}:8443",
        f"{PORTAL}.evil.example",
        "null",
        "http://[",
    ):
        refused = ask(client, other)
        assert refused.status_code == 403, other
        assert refused.json()["code"] == "origin"
        assert "access-control-allow-origin" not in refused.headers


def test_preflight(client: TestClient) -> None:
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = client.options("/api/v1/ask", headers={"Origin": PORTAL, **wanted})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, PORTAL)
    assert client.options("/api/v1/ask", headers={"Origin": "https://evil.example", **wanted}).status_code == 403


def test_no_origin_by_default(closed: TestClient) -> None:
    assert ask(closed, PORTAL).status_code == 403
    assert "frame-ancestors 'self'" in closed.get("/").headers["content-security-policy"]
    for path in ("/", "/gradio_api/startup-events", "/theme.css"):
        assert "access-control-allow-origin" not in closed.get(path, headers={"Origin": "http://testserver"}).headers


def test_errors_reach_an_allowed_portal(client: TestClient) -> None:
    response = client.post("/api/v1/ask", json={}, headers={"Origin": PORTAL})
    assert response.status_code == 422
    assert response.headers["access-control-allow-origin"] == PORTAL


def test_any_page_may_load_the_widget(client: TestClient) -> None:
    response = client.get("/widget.js", headers={"Origin": "https://new.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    "value", ["*", "careers.example", "https://careers.example/", "https://a.example/x", "https://*.example"]
)
def test_origins_must_be_exact(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREERS_QA_ALLOWED_ORIGINS", value)
    with pytest.raises(ConfigError, match="allowed_origins"):
        load_settings()


def test_lists_in_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREERS_QA_ALLOWED_ORIGINS", f"{PORTAL}, http://127.0.0.1:7870")
    monkeypatch.setenv("CAREERS_QA_TRUSTED_PROXIES", "10.0.0.1 10.1.0.0/16")
    settings = load_settings()
    assert settings.allowed_origins == (PORTAL, "http://127.0.0.1:7870")
    assert settings.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")


@pytest.fixture(scope="module")
def prefixed(small: Assistant) -> TestClient:
    return opened(small, root_path="/assistant", trusted_proxies=("10.0.0.9",))


class TestUnderAPrefix:
    @pytest.mark.parametrize("prefix", ["", "/assistant"])
    def test_whether_the_proxy_takes_it_off_or_not(self, prefixed: TestClient, prefix: str) -> None:
        page = prefixed.get(f"{prefix}/", headers={"X-Forwarded-Host": "x.example", "X-Forwarded-Proto": "https"})
        assert page.status_code == 200
        root = re.search(r'"root":\s*"([^"]+)"', page.text)
        assert root
        assert root[1] == "https://x.example/assistant"
        assert ask_at(prefixed, f"{prefix}/api/v1/ask").status_code == 200
        assert prefixed.get(f"{prefix}/source/health/nurse").status_code == 200
        assert prefixed.get(f"{prefix}/widget.js").status_code == 200
        assert prefixed.post(f"{prefix}/gradio_api/upload").status_code == 404
        servers = prefixed.get(f"{prefix}/api/v1/openapi.json").json()["servers"]
        assert servers == [{"url": "/assistant"}]

    def test_without_its_slash(self, prefixed: TestClient) -> None:
        response = prefixed.get("/assistant", follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (307, "/assistant/")

    def test_links_have_it(self, small: Assistant) -> None:
        shown = answer_markdown(small.ask("nurse pay"), "/assistant")
        assert "](/assistant/source/health/nurse?mark=" in shown

    def test_a_strangers_forwarded_headers_are_dropped(self, closed: TestClient) -> None:
        page = closed.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Gradio-Server": "http://evil.example"})
        assert "evil.example" not in page.text
        assert ask(closed, "http://evil.example", **{"X-Forwarded-Host": "evil.example"}).status_code == 403


def ask_at(client: TestClient, path: str) -> Any:
    return client.post(
        path, content=json.dumps({"question": "nurse pay"}), headers={"Content-Type": "application/json"}
    )
