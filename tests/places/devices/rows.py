"""A gateway on the stage, with the school's recorder; reports as the gateway signs them."""

from __future__ import annotations

import datetime
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.test import Client
from django.utils import timezone

from custodes.places.devices.entering import enter_device
from custodes.places.devices.gateways import register_own_gateway
from custodes.places.models import Gateway, GbChannel, GbDevice, System, UnknownDevice
from custodes.video.wire.control import RequestChecker, sign_request
from tests.places.stage import Stage, public

NAME = "gateway-1"
RECORDER = "54010200021188000001"
SERVER = "54010200002000000001"
CHANNELS = tuple(f"5401020002131800000{number}" for number in range(1, 5))


@dataclass
class Gate:
    """The gateway's keys, and what the web asked of it."""

    row: Gateway
    key: Ed25519PrivateKey
    seal_key: X25519PrivateKey
    web_key: Any = None
    asked: list[Any] = field(default_factory=list)
    status: int = 204
    taken: Any = None
    answers: dict[str, Any] = field(default_factory=dict)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Stands in for the gateway's own server."""
        if self.status == 0:
            raise httpx.ConnectError("down", request=request)
        checker = RequestChecker(self.web_key, "web", NAME)
        path = request.url.raw_path.decode()
        checker.check(request.headers["Authorization"], request.method, path, request.content, time.time())
        self.asked.append((request.url.path, json.loads(request.content)))
        if self.status == 204 and (answer := self.answers.get(request.url.path)) is not None:
            return httpx.Response(200, json=answer)
        if self.taken is not None:
            return httpx.Response(200, json=self.taken)
        return httpx.Response(self.status)

    def send(self, method: str, path: str, body: Any = None, *, key: Any = None, issuer: str = NAME) -> Any:
        """One signed request to the web."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        header = sign_request(key or self.key, issuer, "web", method, path, content, time.time())
        return Client().generic(
            method, path, content, content_type="application/json", headers={"Authorization": header}
        )

    def report(self, *devices: dict[str, Any], **more: Any) -> Any:
        """States."""
        return self.send("POST", "/internal/gateway/states", {"gateway": NAME, "devices": list(devices), **more})

    def list_channels(self, items: list[dict[str, Any]], **more: Any) -> Any:
        """A catalogue in one part."""
        return self.send("POST", "/internal/gateway/catalogue", part(items, **more))


def part(items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """One part of a catalogue."""
    return {
        "gateway": NAME, "device": RECORDER, "taking": str(uuid.uuid4()), "part": 0, "parts": 1, "complete": True,
        "said": len(items), "at_us": us(timezone.now()), "items": items,
    } | more  # fmt: skip


def us(at: datetime.datetime) -> int:
    """Microseconds."""
    return round(at.timestamp() * 1_000_000)


def item(number: int, **more: Any) -> dict[str, Any]:
    """An entry of the catalogue."""
    return {"id": CHANNELS[number], "parent": RECORDER, "name": f"通道 {number}", "address": f"北楼 {number} 层"} | more


def open_gate() -> Gate:
    """A gateway in the register."""
    key, seal_key = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    row = register_own_gateway(
        NAME, "http://127.0.0.1:26060", public(key), public(seal_key), sip_id=SERVER, sip_host="192.0.2.1"
    )
    return Gate(row, key, seal_key)


def recorder(stage: Stage, **more: Any) -> tuple[GbDevice, str]:
    """The school's recorder, entered by its caretaker; and its password."""
    told = {"gb_id": RECORDER, "name": "北楼录像机", "system": stage.school} | more
    device = GbDevice(**told)
    return device, enter_device(device, stage.cast.caretaker.person, timezone.now())


def with_channels(device: GbDevice, count: int = 4) -> None:
    """Its catalogue as it was taken."""
    GbChannel.objects.bulk_create(
        GbChannel(
            device=device, channel_id=CHANNELS[number], name=f"通道 {number}", address=f"北楼 {number} 层",
            parent=device.gb_id, order=number,
        )
        for number in range(count)
    )  # fmt: skip


def make(stage: Stage) -> None:
    """What lies behind the addresses of this room (`tests/places/furnishings.py`)."""
    gate = open_gate()
    device, _password = recorder(stage)
    with_channels(device)
    now = timezone.now()
    device.findings.create(sort="came", channel_id=CHANNELS[3], after="通道 3", found_at=now)
    UnknownDevice.objects.create(
        gateway=gate.row, address="192.0.2.77:5060", said_id="34020000001320000001", why="unknown", counted=9,
        counting_since=now, first_at=now, last_at=now,
    )  # fmt: skip


def system_of(device: GbDevice) -> System:
    """Its system, as it is now."""
    return System.objects.get(pk=device.system_id)
