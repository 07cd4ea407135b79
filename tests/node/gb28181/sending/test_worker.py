"""A whole worker: only the gateway of the assignment is believed, and what it asks for is sent and is on record."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.node.assignment import NodeTrust, Pins
from custodes.video.wire.assignment import GatewayAddress
from custodes.video.wire.control import InvalidRequest, sign_request
from custodes.video.wire.sending import SendReady, SendsStanding
from tests.node.gb28181.sending.room import Upper
from tests.node.support import FakeNotary, Installation, RunningWorker, _public, camera, camera_server, good_mounts
from tests.patience import PATIENCE, until, until_async
from tests.ports import free_port

CAMERA = UUID(int=1)
KEY = Ed25519PrivateKey.generate()
GATEWAY = GatewayAddress(name="gateway-1", url="http://127.0.0.1:9", key=_public(KEY))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    first = free_port()
    return Installation(tmp_path_factory.mktemp("node"), {"node_media_ports": f"{first}-{first + 9}"})


@pytest.fixture(scope="module")
def notary(installation: Installation) -> Iterator[FakeNotary]:
    fake = FakeNotary(installation.settings.notary_socket_path)
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary) -> Iterator[RunningWorker]:
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)], gateway=GATEWAY)
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            yield running


def ask(installation: Installation, path: str, body: dict[str, Any], **signing: Any) -> httpx.Response:
    """A request of the gateway, signed unless `signing` says otherwise."""
    content = json.dumps(body).encode()
    key, issuer = signing.get("key", KEY), signing.get("issuer", "gateway-1")
    signature = sign_request(
        key, issuer, signing.get("audience", installation.worker), "POST", path, content, time.time()
    )
    headers = {"Authorization": signing.get("signature", signature)}
    url = f"http://127.0.0.1:{installation.port}{path}"
    return httpx.post(url, content=content, headers=headers, timeout=PATIENCE, trust_env=False)


def wish(upper: Upper, token: str) -> dict[str, Any]:
    found: dict[str, Any] = upper.ask(token).model_dump(mode="json")
    return found


async def test_what_the_gateway_asks_for_is_sent_and_on_record(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    with Upper("tcp-passive") as upper:
        grant, call = uuid4(), {"call": str(upper.call)}
        token = installation.token(CAMERA, grant=grant, upper="live", back_seconds=0, span=None)
        answer = ask(installation, "/internal/send", wish(upper, token))
        ready = SendReady.model_validate_json(answer.content)
        assert (answer.status_code, ready.step) == (200, "")
        first, last = installation.settings.node_media_ports
        assert first <= ready.port <= last, "it is sent from the worker's own ports"
        await upper.connect(ready)
        assert ask(installation, "/internal/send/start", call).status_code == 204
        await upper.until_frames(30)
        kept = ask(installation, "/internal/send/keep", {"calls": [str(upper.call)]})
        assert SendsStanding.model_validate_json(kept.content).ended == {}
        assert ask(installation, "/internal/send/end", call).status_code == 204
        assert ask(installation, "/internal/send/end", call).status_code == 404
        assert ask(installation, "/internal/send/start", call).status_code == 404
    [end] = await until_async(lambda: [one for one in notary.of_type("view.ended") if one["grant"] == str(grant)])
    [begin] = [one for one in notary.of_type("view.begun") if one["grant"] == str(grant)]
    assert (begin["person"], begin["camera"], end["reason"]) == ("person-1", str(CAMERA), "closed")
    assert sum(until_us - from_us for from_us, until_us in end["shown"]) > 1_000_000
    assert "heard" not in end


async def test_the_web_s_revocation_ends_it(worker: RunningWorker, installation: Installation) -> None:
    with Upper("udp") as upper:
        grant = uuid4()
        assert not ask(
            installation,
            "/internal/send",
            wish(upper, installation.token(CAMERA, grant=grant, upper="live", back_seconds=0, span=None)),
        ).json()["step"]
        ask(installation, "/internal/send/start", {"call": str(upper.call)})
        await upper.until_frames(2)
        installation.request("POST", "/internal/revoke", {"grants": [str(grant)], "reason": "over"})
        kept = ask(installation, "/internal/send/keep", {"calls": [str(upper.call)]})
        assert kept.json()["ended"] == {str(upper.call): "revoked"}


PATHS = ("", "/start", "/end", "/keep", "/steps", "/records", "/steer", "/presets", "/position", "/key")


@pytest.mark.parametrize("path", [f"/internal/send{rest}" for rest in PATHS])
def test_nobody_else_is_believed(worker: RunningWorker, installation: Installation, path: str) -> None:
    body = {"call": str(uuid4()), "calls": []}
    for signing in (
        {"key": installation.web_key, "issuer": "web"},
        {"key": installation.web_key},
        {"issuer": "gateway-2"},
        {"audience": "node-1/1"},
        {"signature": ""},
    ):
        assert ask(installation, path, body, **signing).status_code == 401, signing
    content = json.dumps(body).encode()
    once = sign_request(KEY, "gateway-1", installation.worker, "POST", path, content, time.time())
    first = ask(installation, path, body, signature=once)
    assert first.status_code in (200, 204, 404, 422)
    assert ask(installation, path, body, signature=once).status_code == 401, "a signature counts once"
    late = sign_request(KEY, "gateway-1", installation.worker, "POST", path, content, time.time() - 40)
    assert ask(installation, path, body, signature=late).status_code == 401


def test_the_gateway_may_ask_for_nothing_that_is_the_web_s(worker: RunningWorker, installation: Installation) -> None:
    assert ask(installation, "/internal/revoke", {"grants": []}).status_code == 401


def test_a_gateway_without_a_key_or_with_another_than_was_pinned_is_not_believed(tmp_path: Path) -> None:
    def admitted(pins: Pins, gateway: GatewayAddress | None) -> bool:
        trust = NodeTrust("node-1/0")
        trust.take_gateway(gateway, pins)
        now = time.time()
        try:
            trust.admit_gateway(sign_request(KEY, "gateway-1", "node-1/0", "POST", "/", b"", now), now)
        except InvalidRequest:
            return False
        return True

    nothing, mine, other = (Pins(None, None, key) for key in (None, GATEWAY.key, "other"))
    assert admitted(nothing, GATEWAY)
    assert admitted(mine, GATEWAY)
    assert not admitted(other, GATEWAY)
    assert not admitted(nothing, None)
    assert not admitted(nothing, GATEWAY.model_copy(update={"key": ""}))
    assert not admitted(nothing, GATEWAY.model_copy(update={"key": "no key"}))
    (tmp_path / "gateway.pub").write_text(GATEWAY.key + "\n")
    assert Pins.read(tmp_path).gateway == GATEWAY.key


def test_what_was_seen_of_a_gateway_is_kept_while_it_is_the_same() -> None:
    trust, pins, now = NodeTrust("node-1/0"), Pins(None, None), time.time()
    trust.take_gateway(GATEWAY, pins)
    signature = sign_request(KEY, "gateway-1", "node-1/0", "POST", "/", b"", now)
    trust.admit_gateway(signature, now)
    trust.take_gateway(GATEWAY.model_copy(update={"url": "http://127.0.0.1:10"}), pins)
    with pytest.raises(InvalidRequest, match="seen before"):
        trust.admit_gateway(signature, now)
    trust.take_gateway(None, pins)
    with pytest.raises(InvalidRequest, match="believes no gateway"):
        trust.admit_gateway(signature, now)
