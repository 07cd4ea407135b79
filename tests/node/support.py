"""A whole worker for tests: keys, cameras, a notary that can be away, and a browser's side of the socket."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect

from custodes.node.assignment import NAME, save_assignment
from custodes.node.keys import make_keys
from custodes.node.worker import Worker
from custodes.settings import Settings
from custodes.video.clock import SystemClock
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.mount import Mount, MountFrame
from custodes.video.rtsp.mount import loop as film_loop
from custodes.video.rtsp.server import RtspServer
from custodes.video.unit import Codec
from custodes.video.wire.archive import VolumeOrder
from custodes.video.wire.assignment import Assignment, CameraAssignment, GatewayAddress, SourceAssignment, Thinning
from custodes.video.wire.control import sign_request
from custodes.video.wire.token import GrantClaims, sign_token
from custodes.video.wire.view import SUBPROTOCOL, parse_binary
from tests.patience import PATIENCE, until
from tests.ports import free_port
from tests.video.footage import loop

ORIGIN = "http://localhost:8000"


def frames(codec: Codec = Codec.H264, gop: int = 25) -> tuple[Any, Iterator[MountFrame]]:
    """Parameters and an endless loop of a small film."""
    params, coded = loop(codec, gop=gop)
    pictures = [(nals(data), key) for data, key, _ in coded]
    return params, film_loop(params, pictures, 25.0)


def nals(data: bytes) -> list[bytes]:
    """The NAL units of a picture."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


@contextmanager
def camera_server(mounts: list[Mount], port: int = 0) -> Iterator[RtspServer]:
    """Simulated cameras on loopback without a login."""
    clock = SystemClock()
    with RtspServer(mounts, Guard({}, clock, secrets.token_bytes(32)), clock, port=port) as server:
        yield server


def good_mounts(count: int, gop: int = 25) -> list[Mount]:
    """`count` good cameras, `c0` …"""
    mounts = []
    for number in range(count):
        params, film = frames(gop=gop)
        mounts.append(Mount(f"c{number}", params, film))
    return mounts


class FakeNotary:
    """A notary that takes every record, and can be away."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: list[dict[str, Any]] = []
        self.requests = 0
        self._ids: set[str] = set()
        self._server: socket.socket | None = None
        self._open: list[socket.socket] = []

    def start(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self.path))
        self._server.listen()
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown(socket.SHUT_RDWR)  # closing it does not wake who waits for a connection
            self._server.close()
            self.path.unlink(missing_ok=True)
            self._server = None
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["type"] == kind]

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        file = connection.makefile("rb")
        while True:
            try:
                head = file.read(4)
                request = json.loads(file.read(int.from_bytes(head, "big"))) if len(head) == 4 else None
            except (OSError, ValueError):
                return
            if request is None:
                return
            self.requests += 1
            for record in request["records"]:
                if record["id"] not in self._ids:
                    self._ids.add(record["id"])
                    self.records.append(record)
            answer = json.dumps({"indices": list(range(len(request["records"])))}).encode()
            try:
                connection.sendall(len(answer).to_bytes(4, "big") + answer)
            except OSError:
                return


@dataclass
class Installation:
    """Keys, settings and an assignment in a folder."""

    folder: Path
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.settings = Settings(
            data=self.folder,
            training=True,
            node_port=self.port,
            node_workers=1,
            web_internal_url="http://127.0.0.1:9",
            segment_seconds=10,
            sync_seconds=0.2,
            volume_reserve_bytes=0,
            silent_seconds=2,
            notary_socket=self.folder / "n.sock",
            **self.changes,
        )
        self.keys = make_keys(self.settings.keys_folder / "node", self.settings.keys_folder / "public")
        self.web_key = Ed25519PrivateKey.generate()
        self.grant_key = Ed25519PrivateKey.generate()
        self.settings.node_folder.mkdir(parents=True, exist_ok=True)
        self.worker = f"{self.settings.node_name}/0"
        self.generation = 0

    def assign(
        self,
        cameras: list[CameraAssignment],
        thinning: Thinning | None = None,
        volume_orders: tuple[VolumeOrder, ...] = (),
        gateway: GatewayAddress | None = None,
    ) -> None:
        """Write the assignment to disk, as the supervisor does."""
        self.generation += 1
        save_assignment(
            self.settings.node_folder / NAME,
            Assignment(
                generation=self.generation,
                node=self.settings.node_name,
                cameras=tuple(cameras),
                origins=(ORIGIN,),
                web_key=_public(self.web_key),
                grant_key=_public(self.grant_key),
                thinning=thinning,
                volume_orders=volume_orders,
                gateway=gateway,
            ),
        )

    def claims(self, *cameras: UUID, **changes: Any) -> GrantClaims:
        """Claims that open `cameras` live and an hour back."""
        now = int(time.time())
        plain: dict[str, Any] = {
            "aud": self.worker,
            "jti": uuid.uuid4(),
            "grant": uuid.uuid4(),
            "sub": "person-1",
            "index": 42,
            "cameras": cameras,
            "live": True,
            "back_seconds": 3600,
            "watermark": "卓玛 · 城关分局",
            "iat": now,
            "exp": now + 60,
        }
        return GrantClaims(**{**plain, **changes})

    def token(self, *cameras: UUID, **changes: Any) -> str:
        """A signed token."""
        return sign_token(self.claims(*cameras, **changes), self.grant_key)

    def request(self, method: str, path: str, body: dict[str, Any] | None = None, **signing: Any) -> httpx.Response:
        """A request of the web, signed unless `signing` says otherwise."""
        content = json.dumps(body).encode() if body is not None else b""
        headers = signing.pop("headers", None)
        if headers is None:
            key = signing.get("key", self.web_key)
            audience = signing.get("audience", self.worker)
            headers = {"Authorization": sign_request(key, "web", audience, method, path, content, time.time())}
        return httpx.request(
            method,
            f"http://127.0.0.1:{self.port}{path}",
            content=content,
            headers=headers,
            timeout=PATIENCE,
            trust_env=False,
        )


def camera(number: int, server: RtspServer | None, path: str | None = None, **changes: Any) -> CameraAssignment:
    """Camera `number` at `server`."""
    port = server.port if server is not None else 1
    return CameraAssignment(
        id=UUID(int=number + 1),
        name=f"camera {number}",
        main=SourceAssignment(url=f"rtsp://127.0.0.1:{port}/{path or f'c{number}'}"),
        **changes,
    )


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


class RunningWorker:
    """A real worker in a thread with an event loop of its own."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.worker = Worker(installation.settings, 0, 1, SystemClock())
        # A token of the second in which the worker started counts as older than it.
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()

    def __enter__(self) -> RunningWorker:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        url = f"http://127.0.0.1:{self.installation.port}/healthz"
        until(lambda: _answers(url))
        until(lambda: int(time.time()) > self.worker.gate.started)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self._done.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def order(self) -> None:
        """Tell it that the assignment changed."""
        self.loop.call_soon_threadsafe(self._orders.feed_data, b"assignment\n")

    def call(self, function: Callable[[], Any]) -> Any:
        """Run `function` on the worker's loop."""

        async def run() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(PATIENCE)

    def recording(self, number: int) -> bool:
        """Whether something durable is there of camera `number`."""
        return bool(self.worker.archive.runs(UUID(int=number + 1), 0, 1 << 62))

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._orders, self._done = asyncio.StreamReader(), asyncio.Event()
        self._ready.set()
        try:
            await self.worker.run(self._orders, self._done)
        finally:
            self.worker.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


class Browser:
    """The browser's side of one socket; sorts what comes."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.texts: list[dict[str, Any]] = []
        self.fragments: list[tuple[int, int, int, int, int, bytes]] = []

    async def say(self, kind: str, **fields: Any) -> None:
        """Send one message."""
        await self.connection.send(json.dumps({"type": kind, **fields}))

    async def step(self) -> dict[str, Any] | tuple[int, int, int, int, int, bytes]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            message = await self.connection.recv()
        if isinstance(message, str):
            parsed: dict[str, Any] = json.loads(message)
            self.texts.append(parsed)
            return parsed
        binary = parse_binary(message)
        self.fragments.append(binary)
        return binary

    async def text(self, kind: str) -> dict[str, Any]:
        """The next text message of `kind`."""
        while True:
            message = await self.step()
            if isinstance(message, dict) and message["type"] == kind:
                return message

    async def media(self, count: int) -> list[tuple[int, int, int, int, int, bytes]]:
        """The next `count` media fragments."""
        found: list[tuple[int, int, int, int, int, bytes]] = []
        while len(found) < count:
            message = await self.step()
            if isinstance(message, tuple) and message[0] == 1:
                found.append(message)
        return found

    async def closed(self) -> int:
        """Take what comes until the socket is closed; its code."""
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                await self.step()
        except ConnectionClosed:
            return self.connection.close_code or 0


def browse(installation: Installation, origin: str | None = ORIGIN) -> Any:
    """A socket to the worker, before its token."""
    return connect(
        f"ws://127.0.0.1:{installation.port}/view",
        origin=origin,  # type: ignore[arg-type]
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        max_size=None,
        proxy=None,
        close_timeout=0.5,
    )
