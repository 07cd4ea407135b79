"""Everything that must not open a picture, over a real socket."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.node import session
from custodes.video.wire.token import sign_token
from tests.node.support import Browser, Installation, RunningWorker, browse

CAMERA = UUID(int=1)


async def refused(installation: Installation, token: str, origin: str | None = "http://localhost:8000") -> int:
    """The close code that a token gets; nothing else may come."""
    async with browse(installation, origin) as connection:
        browser = Browser(connection)
        await browser.say("token", token=token)
        code = await browser.closed()
        assert browser.texts == []
        assert browser.fragments == []
        return code


def unsigned(installation: Installation, header: dict[str, Any], signature: bytes | None = None) -> str:
    """A token that no EdDSA key has signed."""

    def part(value: Any) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    body = part(header) + b"." + part(installation.claims(CAMERA).model_dump(mode="json"))
    if signature is None:
        mac = b""
    else:
        mac = base64.urlsafe_b64encode(hmac.new(signature, body, hashlib.sha256).digest()).rstrip(b"=")
    return (body + b"." + mac).decode()


@pytest.fixture(autouse=True)
def _running(worker: RunningWorker) -> None:
    """Every test here needs the worker."""


async def test_a_token_for_another_worker(installation: Installation) -> None:
    assert await refused(installation, installation.token(CAMERA, aud="node-1/1")) == 4401


async def test_an_expired_token(installation: Installation) -> None:
    past = int(time.time()) - 61
    assert await refused(installation, installation.token(CAMERA, iat=past, exp=past + 60)) == 4401


async def test_a_token_that_would_live_longer_than_a_minute(installation: Installation) -> None:
    now = int(time.time())
    assert await refused(installation, installation.token(CAMERA, iat=now, exp=now + 600)) == 4401


async def test_a_token_from_before_the_worker_started(installation: Installation, worker: RunningWorker) -> None:
    before = int(worker.worker.gate.started) - 1
    token = installation.token(CAMERA, iat=before, exp=int(time.time()) + 10)
    assert await refused(installation, token) == 4401


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
async def test_a_token_that_the_notary_did_not_sign(installation: Installation, algorithm: str) -> None:
    key = installation.grant_key.public_key().public_bytes_raw() if algorithm == "HS256" else None
    token = unsigned(installation, {"alg": algorithm, "typ": "custodes-grant+jwt"}, key)
    assert await refused(installation, token) == 4401


async def test_a_token_of_another_signer(installation: Installation) -> None:
    token = sign_token(installation.claims(CAMERA), Ed25519PrivateKey.generate())
    assert await refused(installation, token) == 4401


async def test_a_token_for_a_still(installation: Installation) -> None:
    assert await refused(installation, installation.token(CAMERA, still=True)) == 4401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_a_foreign_origin(installation: Installation, origin: str | None) -> None:
    async with browse(installation, origin) as connection:
        assert await Browser(connection).closed() == 4403


async def test_a_token_that_is_used_a_second_time(installation: Installation) -> None:
    token = installation.token(CAMERA)
    async with browse(installation) as connection:
        first = Browser(connection)
        await first.say("token", token=token)
        await first.text("granted")
        assert await refused(installation, token) == 4409
    assert await refused(installation, token) == 4409


async def test_a_socket_on_which_no_token_comes(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "TOKEN_WITHIN_SECONDS", 0.2)
    async with browse(installation) as connection:
        browser = Browser(connection)
        assert await browser.closed() == 4401
        assert browser.texts == []


async def test_a_first_message_that_is_no_token(installation: Installation) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("open", channel=0, camera=str(CAMERA))
        assert await browser.closed() == 4401


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"type":"token"}', '{"type":"token","token":7}', "\x00", "9" * 60_000]
)
async def test_a_first_message_that_is_nothing(installation: Installation, text: str) -> None:
    async with browse(installation) as connection:
        await connection.send(text)
        assert await Browser(connection).closed() == 4400


async def test_binary_messages(installation: Installation) -> None:
    async with browse(installation) as connection:
        await connection.send(b"\0\1\2")
        assert await Browser(connection).closed() == 4400


async def test_a_camera_that_the_grant_does_not_name_and_one_that_is_not_there_look_alike(
    installation: Installation,
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        nowhere = UUID(int=99)
        await browser.say("token", token=installation.token(CAMERA, nowhere))
        await browser.say("open", channel=0, camera=str(UUID(int=2)))
        other = await browser.text("error")
        await browser.say("open", channel=0, camera=str(nowhere))
        absent = await browser.text("error")
        assert other == absent
        assert browser.fragments == []


async def test_live_is_not_opened_by_a_grant_for_the_past(installation: Installation) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        await browser.say("open", channel=0, camera=str(CAMERA), at=None)
        end = await browser.text("end")
        assert end["reason"] == "span"
        assert browser.fragments == []


async def test_messages_that_can_not_be_followed_are_answered_and_too_many_end_the_view(
    installation: Installation,
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("rate", channel=0, rate=1000)
        error = await browser.text("error")
        assert "1000" not in error["detail"]
        for _ in range(session.MAX_MESSAGE_ERRORS):
            await connection.send('{"type":"dance"}')
        assert await browser.closed() == 4400


async def test_a_flood_of_messages_ends_the_view(installation: Installation) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))

        async def flood() -> None:
            for _ in range(2000):
                await browser.say("position", channel=0, at=1)

        flooding = asyncio.create_task(flood())
        assert await browser.closed() == 4429
        await asyncio.gather(flooding, return_exceptions=True)
