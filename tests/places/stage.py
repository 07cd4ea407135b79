"""The places in which the cast plays: unit A's school with two cameras, unit B's hotel with one, and a node whose
worker is a small program inside the test that checks every signature.
"""

from __future__ import annotations

import base64
import datetime
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from custodes.people.models import DutySession
from custodes.places.models import (
    Camera,
    CameraState,
    Node,
    Site,
    System,
    SystemPost,
    SystemState,
)
from custodes.video.wire.control import RequestChecker
from custodes.web.keys import make_keys
from tests.cast import Cast
from tests.ledger.madelog import SIGNER

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


@dataclass
class FakeWorker:
    """Stands in for every worker of the node: checks signatures, remembers what was asked, answers as told."""

    web_key: Any
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    probe: dict[str, Any] = field(
        default_factory=lambda: {
            "ok": True,
            "codec": "H264",
            "width": 1920,
            "height": 1080,
            "frame_rate": 25.0,
            "bitrate": 4_000_000,
        }
    )
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Other answers to probes, by the main address."""
    onvif: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    turns: dict[str, Any] = field(
        default_factory=lambda: {
            "ok": True, "profile": "p1", "move": True, "zoom": True, "presets": 8, "home": True, "set_home": True,
        }
    )  # fmt: skip
    helm: dict[str, Any] = field(default_factory=lambda: {"ok": True})
    begun: dict[str, Any] = field(default_factory=lambda: {"ok": True})
    floor: dict[str, Any] = field(default_factory=lambda: {"ok": True})
    """Who speaks."""
    spoken: dict[str, Any] = field(default_factory=lambda: {"ok": True})
    """What becomes of who wants to."""
    clock: dict[str, Any] = field(default_factory=lambda: {"ok": True, "before_s": 62.5, "after_s": 0.4})
    timeline: dict[str, Any] = field(default_factory=lambda: {"runs": [], "gaps": [], "held": [], "now_us": 1})
    views: list[dict[str, Any]] = field(default_factory=list)
    """Declared views that it holds in force."""
    place: str | None = ""
    """At which preset the camera stands."""
    arrived: list[str] | None = None
    """Cameras of which pictures arrived a second ago; None for all."""
    arrived_at: dict[str, int] = field(default_factory=dict)
    """When those of others did, µs."""
    now_us: int = 1_790_000_000_000_000
    knows: dict[str, int] = field(default_factory=dict)
    """The version of a hold that it has already, by the hold's id."""
    silent: set[str] = field(default_factory=set)
    """Workers that do not answer."""
    retention: dict[str, Any] = field(
        default_factory=lambda: {
            "at": "2026-11-26T00:00:00Z", "volumes": [], "days": [], "brake_share": 0.2, "stopped": None,
        }
    )  # fmt: skip
    down: bool = False
    status: int = 0
    handing: Callable[[str, Any], httpx.Response] | None = None
    """Answers for footage that is handed out."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down", request=request)
        worker = f"node-1/{(request.url.port or 0) - 25900}"
        checker = RequestChecker(self.web_key, "web", worker)
        path = request.url.raw_path.decode()
        checker.check(request.headers["Authorization"], request.method, path, request.content, time.time())
        body = json.loads(request.content) if request.content else None
        self.calls.append((request.url.path, worker, body))
        if self.status:
            return httpx.Response(self.status)
        if worker in self.silent:
            raise httpx.ConnectError("silent", request=request)
        match request.url.path:
            case "/internal/probe":
                return httpx.Response(200, json=self.answers.get((body or {}).get("url", ""), self.probe))
            case "/internal/onvif/probe":
                return httpx.Response(200, json=self.onvif)
            case "/internal/onvif/clock":
                return httpx.Response(200, json=self.clock)
            case "/internal/onvif/steering":
                return httpx.Response(200, json=self.turns)
            case "/internal/steering":
                return httpx.Response(200, json=self.helm)
            case "/internal/steering/begin":
                return httpx.Response(200, json=self.begun)
            case "/internal/speech":
                return httpx.Response(200, json=self.floor)
            case "/internal/speech/begin":
                return httpx.Response(200, json=self.spoken)
            case "/internal/onvif/search":
                return httpx.Response(200, json=self.found)
            case "/internal/still":
                return httpx.Response(200, content=JPEG, headers={"Content-Type": "image/jpeg"})
            case "/internal/pictures":
                return httpx.Response(200, json={"pictures": self._pictures(body)})
            case "/internal/reference":
                return httpx.Response(201, json=self._declare(body))
            case "/internal/references":
                return httpx.Response(200, json={"references": self.views, "place": self.place})
            case "/internal/reference/withdraw":
                return httpx.Response(200, json={})
            case "/internal/arrivals":
                fresh = self.arrived if self.arrived is not None else body["cameras"]
                last = {camera: self.now_us - 1_000_000 for camera in body["cameras"] if camera in fresh}
                return httpx.Response(200, json={"last": last | self.arrived_at, "now_us": self.now_us})
            case "/internal/hold":
                return httpx.Response(200, json=self._hold(body))
            case "/internal/retention":
                return httpx.Response(200, json=self.retention)
            case "/internal/timeline":
                return httpx.Response(200, json=self.timeline)
            case "/internal/segments" | "/internal/segment" if self.handing is not None:
                return self.handing(request.url.path, body)
            case _:
                return httpx.Response(204)

    def _pictures(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """Those that were asked for, and that of now."""
        times = {"declared": body["reference"] and 1_780_000_000_000_000, "then": body["then_us"], "now": self.now_us}
        picture = base64.b64encode(JPEG).decode()
        places = {"declared": self.place, "then": None, "now": self.place}
        return [
            {"name": name, "at_us": at_us, "jpeg": picture, "place": places[name]}
            for name, at_us in times.items()
            if at_us
        ]

    def _declare(self, body: dict[str, Any]) -> dict[str, Any]:
        view = {"id": str(uuid.uuid4()), "at_us": self.now_us + 5, "preset": self.place, **body}
        same = ("label", "preset")
        self.views = [one for one in self.views if any(one[key] != view[key] for key in same)] + [view]
        return view

    def _hold(self, body: dict[str, Any]) -> dict[str, Any]:
        """Taken, unless a later one is known: half of the span is there, a quarter was deleted, a quarter never was."""
        version = self.knows[body["id"]] = max(self.knows.get(body["id"], 0), body["version"])
        quarter = (body["to_us"] - body["from_us"]) // 4
        cameras = [
            {"camera": camera, "known": True, "there_us": 2 * quarter, "deleted_us": quarter, "never_us": quarter}
            for camera in body["cameras"]
        ]
        released = body["released"] if version == body["version"] else True
        return {"id": body["id"], "version": version, "released": released, "cameras": cameras, "now_us": self.now_us}

    def asked(self, path: str) -> list[Any]:
        """Bodies of the calls of one path."""
        return [body for called, _worker, body in self.calls if called == path]


@dataclass
class Stage:
    """All that stands on the stage."""

    cast: Cast
    node: Node
    node_key: Ed25519PrivateKey
    seal_key: X25519PrivateKey
    worker: FakeWorker
    school: System
    hotel: System
    gate: Camera
    yard: Camera
    lobby: Camera

    def on_duty(self, member: str = "operator") -> DutySession:
        """Put a member on duty since an hour ago."""
        now = datetime.datetime.now(datetime.UTC)
        post = self.cast.members[member].post
        assert post is not None
        return DutySession.objects.create(
            post=post,
            person=post.person,
            begun_at=now - datetime.timedelta(hours=1),
            ends_at=now + datetime.timedelta(hours=11),
        )


def public(key: Any) -> str:
    """Raw public key in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def make_key_folders(folder: Path) -> None:
    """The web's keys and a grant key, as `custodes init` lays them."""
    make_keys(folder / "web", folder / "public")
    (folder / "public" / "grant.pub").write_text(public(Ed25519PrivateKey.generate()) + "\n")
    (folder / "public" / "log.vkey").write_text(f"{SIGNER.verifier}\n")


def build(cast: Cast, worker: FakeWorker) -> Stage:
    """Set the stage."""
    node_key, seal_key = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    node = Node.objects.create(
        name="node-1", public_key=public(node_key), seal_key=public(seal_key), workers=2, port=25900
    )
    school = _system("城关区第一小学", "校门和操场", cast.units["a"], 9)
    hotel = _system("堆龙宾馆", "大堂", cast.units["b"], 13)
    for member in ("operator", "lead"):
        SystemPost.objects.create(system=school, post=cast.members[member].post)
    SystemPost.objects.create(system=hotel, post=cast.members["outsider"].post)
    return Stage(
        cast=cast,
        node=node,
        node_key=node_key,
        seal_key=seal_key,
        worker=worker,
        school=school,
        hotel=hotel,
        gate=_camera(school, node, "0101", "校门", "gate"),
        yard=_camera(school, node, "0102", "操场", "yard"),
        lobby=_camera(hotel, node, "0201", "大堂", "lobby"),
    )


def _system(site: str, name: str, unit: Any, category: int) -> System:
    place = Site.objects.create(
        name=site, category=category, address="林廓北路 8 号", division=unit.division, unit=unit
    )
    return System.objects.create(site=place, name=name, unit=unit, state=SystemState.LEGACY)


def _camera(system: System, node: Node, number: str, name: str, path: str) -> Camera:
    return Camera.objects.create(
        system=system,
        number=number,
        name=name,
        place="入口东侧，距地 3 米",
        place_reason="正对入口，上下学时段须看清人车进出",
        main_url=f"rtsp://10.1.2.3:554/{path}",
        sub_url=f"rtsp://10.1.2.3:554/{path}/sub",
        username="viewer",
        sealed_password="c2VhbGVk",
        node=node,
        state=CameraState.CONNECTED,
        codec="H264",
        width=1920,
        height=1080,
        frame_rate=25,
    )
