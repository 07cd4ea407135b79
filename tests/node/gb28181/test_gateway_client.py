"""What the node says to the gateway: signed for it alone, and one kind of failure whatever went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.node.gb28181.gateway_client import MOST_BYTES, GatewayClient, GatewayUnavailable
from custodes.video.clock import SystemClock
from custodes.video.wire.assignment import GatewayAddress
from custodes.video.wire.calls import CallAsk, CallStep, RecordingsAsk
from custodes.video.wire.commands import GatewaySteer, PresetsAsk
from custodes.video.wire.control import InvalidRequest, RequestChecker

CAMERA, CALL = uuid4(), uuid4()
DEVICE, CHANNEL = "34020000001180000001", "34020000001320000001"
KEY = Ed25519PrivateKey.generate()


def client(answer: Callable[[httpx.Request], httpx.Response]) -> GatewayClient:
    address = GatewayAddress(name="gateway-1", url="http://gateway.test:8900")
    return GatewayClient(address, "node-1", KEY, SystemClock(), transport=httpx.MockTransport(answer))


async def all_of(asked: GatewayClient) -> None:
    await asked.call(CallAsk(camera=CAMERA, device=DEVICE, channel=CHANNEL, address="192.0.2.1", port=30_000))
    await asked.keep("node-1/0", [CALL])
    await asked.end(CALL)
    await asked.key(CALL)
    await asked.steer(GatewaySteer(camera=CAMERA, device=DEVICE, channel=CHANNEL, command="stop"))
    await asked.presets(PresetsAsk(camera=CAMERA, device=DEVICE, channel=CHANNEL))
    await asked.records(RecordingsAsk(camera=CAMERA, device=DEVICE, channel=CHANNEL, start=1, end=2))
    await asked.step(CallStep(call=uuid4(), step="pause"))


def test_every_request_is_signed_for_this_gateway_and_its_own_body() -> None:
    checker = RequestChecker(KEY.public_key(), "node-1", "gateway-1")
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        path, now = request.url.raw_path.decode(), SystemClock().wall_us() / 1_000_000
        signature = checker.admit(request.headers["Authorization"], now)
        with pytest.raises(InvalidRequest):
            signature.hold("POST", path, request.content + b" ")
        signature.hold("POST", path, request.content)
        paths.append(path)
        return httpx.Response(204) if path.endswith(("/end", "/key")) else httpx.Response(200, json={})

    asyncio.run(all_of(client(answer)))
    calls = ["/internal/call", "/internal/call/keep", "/internal/call/end", "/internal/call/key"]
    assert paths == [*calls, "/internal/steer", "/internal/presets", "/internal/records", "/internal/call/steps"]


def refused(request: httpx.Request) -> httpx.Response:
    return httpx.Response(403)


def nonsense(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b'{"step": 7}')


def endless(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b" " * (MOST_BYTES + 1))


def gone(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route")


@pytest.mark.parametrize("answer", [refused, nonsense, endless, gone])
def test_whatever_goes_wrong_is_one_failure(answer: Callable[[httpx.Request], httpx.Response]) -> None:
    ask = CallAsk(camera=CAMERA, device=DEVICE, channel=CHANNEL, address="192.0.2.1", port=30_000)
    with pytest.raises(GatewayUnavailable):
        asyncio.run(client(answer).call(ask))
