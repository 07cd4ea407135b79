"""A real browser, and a page with the components that speaks to the fake worker."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.frontend.fake_worker import FakeWorker, application
from tests.frontend.footage import Clip, make_clip
from tests.patience import PATIENCE

BUILT = Path(__file__).parents[2] / "src/custodes/web/static/built"
CAMERA = "11111111-1111-4111-8111-111111111111"
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; media-src 'self' blob:; "
    "connect-src 'self' ws://localhost:*; object-src 'none'; base-uri 'none'"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE * 1000)

Patient = TypeVar("Patient", BrowserContext, Page)


def patient(waiting: Patient) -> Patient:
    """A context, or a page of its own, of any test with a browser, that waits as long as all tests do."""
    waiting.set_default_timeout(PATIENCE * 1000)
    return waiting


@pytest.fixture(scope="session")
def clip() -> Clip:
    """The clip, made once."""
    return make_clip()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from the system. For one module at a time: playwright keeps an event loop in this thread, which other
    rooms' tests must not find there.
    """
    path = os.environ.get("CUSTODES_TEST_BROWSER") or shutil.which("chromium")
    if path is None:
        pytest.fail("no chromium: install it (apt install chromium) or set CUSTODES_TEST_BROWSER")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


def built(entry: str) -> str:
    """Tags of one entry of the front end's build."""
    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    styles: dict[str, None] = {}

    def collect(name: str) -> None:
        chunk = manifest[name]
        for imported in chunk.get("imports", []):
            collect(imported)
        styles.update(dict.fromkeys(chunk.get("css", [])))

    collect(entry)
    links = "".join(f'<link rel="stylesheet" href="/static/{style}">' for style in styles)
    return f'{links}<script type="module" src="/static/{manifest[entry]["file"]}"></script>'


def _page(request: Request, body: str, entry: str) -> Response:
    language = "en" if request.query_params.get("lang") == "en" else "zh-Hans"
    html = (
        f'<!doctype html><html lang="{language}" data-mood="control"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>测试</title>'
        f'<meta name="csrf-token" content="test-token">{built("src/main.ts")}{built(entry)}</head>'
        f'<body><main id="main" class="main"><h1>东门</h1>{body}</main></body></html>'
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": CSP})


def player_page(request: Request) -> Response:
    """One camera with its timeline."""
    named = ("at", "request", "span-from", "span-to")
    at = "".join(f' {name}="{request.query_params[name]}"' for name in named if name in request.query_params)
    body = (
        f'<custodes-player id="player" camera="{CAMERA}" camera-name="东门" camera-state="recording"{at}></custodes-player>'
        '<custodes-timeline id="timeline" for="player"></custodes-timeline>'
    )
    return _page(request, body, "src/player.ts")


def wall_page(request: Request) -> Response:
    """Six cameras."""
    cameras = [
        {
            "id": f"{i}" * 8 + "-1111-4111-8111-111111111111",
            "name": f"点位 {i}",
            "state": "recording",
            "href": f"/c/{i}",
        }
        for i in range(1, 7)
    ]
    data = f'<script type="application/json" id="cameras">{json.dumps(cameras)}</script>'
    return _page(request, f'{data}<custodes-wall source="cameras"></custodes-wall>', "src/wall.ts")


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true. (`wait_for_function` evals, which the pages' policy forbids.)"""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(f"() => Boolean({condition})"):
        assert time.monotonic() < deadline, (
            f"waited {PATIENCE:g} s in vain for {condition}; last seen: {page.evaluate(f'() => String({condition})')}"
        )
        page.wait_for_timeout(40)


@dataclass
class Stand:
    """The server under test, and a way to do things in its loop."""

    worker: FakeWorker
    server: uvicorn.Server
    url: str

    def call(self, make: Callable[[], object]) -> None:
        """Run a coroutine function of the worker in the server's loop, to its end."""
        import asyncio

        loop = self.server.custodes_loop  # type: ignore[attr-defined]
        asyncio.run_coroutine_threadsafe(make(), loop).result(PATIENCE)  # type: ignore[arg-type]


@pytest.fixture
def stand(clip: Clip) -> Iterator[Stand]:
    """A fake worker of its own for each test."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    worker = FakeWorker(clip, url)
    pages = [
        Route("/", player_page),
        Route("/wall", wall_page),
        Route("/c/{n}", lambda request: HTMLResponse("<h1>点位</h1>")),
        Mount("/static", StaticFiles(directory=BUILT)),
    ]
    server = uvicorn.Server(
        uvicorn.Config(application(worker, pages), log_level="critical", lifespan="off", ws="websockets-sansio")
    )
    ready = threading.Event()

    async def serve() -> None:
        import asyncio

        server.custodes_loop = asyncio.get_running_loop()  # type: ignore[attr-defined]
        ready.set()
        await server.serve(sockets=[listener])

    def run() -> None:
        import asyncio

        asyncio.run(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    yield Stand(worker, server, url)
    server.should_exit = True
    server.force_exit = True
    thread.join(PATIENCE)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that fails the test when its policy or its scripts are broken."""
    context = patient(browser.new_context(viewport={"width": 1280, "height": 900}))
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    context.close()
    assert problems == []
