"""A large body under ``/internal/`` is admitted by its header before it is read, and held against that once it is there."""

from __future__ import annotations

import asyncio
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from custodes.places.internal import admit
from custodes.video.wire.control import sign_request
from custodes.web.body_limit import UNSIGNED_BYTES, BodyLimit

LARGE = b"[" + b" " * UNSIGNED_BYTES + b"]"


@pytest.fixture(autouse=True)
def _one_connection():
    """As Django's own test client: the test's connection outlives a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Request:
    """One request to Django behind the limit: what came of it, and whether its body was asked for."""

    def __init__(self, header: str, body: bytes = LARGE) -> None:
        self.body, self.read, self.status = body, False, 0
        headers = [(b"host", b"testserver"), (b"authorization", header.encode())]
        self.scope = {
            "type": "http", "method": "POST", "path": "/internal/status", "query_string": b"",
            "headers": [*headers, (b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")],
        }  # fmt: skip

    async def receive(self):
        if self.read:  # Django listens for the end of the connection
            await asyncio.get_running_loop().create_future()
        self.read = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message):
        self.status = self.status or message.get("status", 0)

    @async_to_sync
    async def ask(self):
        await BodyLimit(get_asgi_application(), sync_to_async(admit))(self.scope, self.receive, self.send)
        return self.status, self.read


def header(stage, body: bytes = LARGE, key=None, issuer: str = "node-1") -> str:
    return sign_request(key or stage.node_key, issuer, "web", "POST", "/internal/status", body, time.time())


def test_what_the_node_signed_reaches_its_view_once(stage):
    ours = header(stage)
    assert Request(ours).ask() == (400, True)  # the view says what is wrong with the shape
    assert Request(ours).ask() == (401, False)


@pytest.mark.parametrize("said", ["", "Bearer x.y.z", "another key", "nobody"])
def test_what_it_did_not_sign_is_not_read(stage, said):
    if said == "another key":
        said = header(stage, key=Ed25519PrivateKey.generate())
    elif said == "nobody":
        said = header(stage, issuer="nobody")
    assert Request(said).ask() == (401, False)


def test_another_body_than_was_signed_is_read_and_refused(stage):
    assert Request(header(stage, b"{}")).ask() == (401, True)
