"""Web API and worker in one small server, as docs/design/wire.md §4 and §5 say, for the components' browser tests.

It shows the clip of `footage.py` as if it had been recorded for two hours, with one gap, and goes on live. Tests turn its
switches: refuse, revoke, drop connections, lack a codec.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.frontend.footage import FRAME_US, Clip

HOUR_US = 3_600_000_000
BACK_SECONDS = 1800


def now_us() -> int:
    """The server's time."""
    return time.time_ns() // 1000


def iso_us(text: str) -> int:
    """µs UTC of an ISO time."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


@dataclass
class FakeWorker:
    """State, switches and record of what the browser asked."""

    clip: Clip
    origin: str
    refuse: dict[str, Any] | None = None
    vote: str = ""
    """A camera before which a vote is held: renewals leave it out."""
    mime: str | None = None
    stands: dict[str, Any] | None = None
    """How the camera stands; while it is set there is no live picture."""
    dries: bool = False
    """Live pictures stop coming, as on a link that hangs."""
    holds_stills: bool = False
    """Wishes for single pictures wait until it is off."""
    token_seconds: float = 60
    asked: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    renewals: int = 0
    sockets: list[WebSocket] = field(default_factory=list)
    channels: dict[int, FakeChannel | FakeStills] = field(default_factory=dict)
    """Of the last socket."""

    def __post_init__(self) -> None:
        start = now_us() - 2 * HOUR_US
        self.start = start - start % FRAME_US
        self.gap = (self.start + HOUR_US + 42 * 60_000_000, self.start + HOUR_US + 45 * 60_000_000)

    def routes(self) -> list[Route | WebSocketRoute]:
        """What the server answers."""
        return [
            Route("/api/views", self.create, methods=["POST"]),
            Route("/api/views/{grant}/renew", self.renew, methods=["POST"]),
            Route("/api/views/{grant}/end", self.end, methods=["POST"]),
            Route("/api/cameras/{camera}/timeline", self.timeline),
            WebSocketRoute("/view", self.view),
        ]

    def _sockets(self, cameras: list[str]) -> dict[str, Any]:
        url = self.origin.replace("http", "ws") + "/view"
        expires = datetime.fromtimestamp(time.time() + self.token_seconds).astimezone().isoformat()
        shown = [camera for camera in cameras if camera != self.vote]
        why = [{"clause": "S10(3)", "reason": "所选点位正在投票、选举", "remedy": "投票结束后自动恢复"}]
        return {
            "sockets": [{"url": url, "token": f"token-{self.renewals}", "cameras": shown}],
            "withheld": [{"cameras": [self.vote], "refusal": why}] if self.vote else [],
            "expires": expires,
        }

    async def create(self, request: Request) -> Response:
        """`POST /api/views`."""
        wish = await request.json()
        self.asked.append(wish)
        if request.headers.get("x-csrftoken") != "test-token":
            return Response(status_code=403)
        if self.refuse:
            return JSONResponse(self.refuse, status_code=403)
        span = wish["span"]
        return JSONResponse(
            {
                "grant": f"grant-{len(self.asked)}",
                "index": 4711,
                "watermark": "德吉 · 城关区视频中心",
                "live": wish["live"],
                "back_seconds": BACK_SECONDS,
                "span": span,
                **self._sockets(wish["cameras"]),
            },
            status_code=201,
        )

    async def renew(self, request: Request) -> Response:
        """`POST /api/views/GRANT/renew`."""
        self.renewals += 1
        if self.refuse:
            return JSONResponse(self.refuse, status_code=403)
        return JSONResponse(self._sockets(self.asked[-1]["cameras"]))

    async def end(self, request: Request) -> Response:
        """`POST /api/views/GRANT/end`."""
        self.ended.append(request.path_params["grant"])
        return Response(status_code=204)

    async def timeline(self, request: Request) -> Response:
        """`GET /api/cameras/ID/timeline`."""
        return JSONResponse(
            {
                "runs": [[self.start, self.gap[0]], [self.gap[1], now_us()]],
                "gaps": [[*self.gap, "network"]],
                "held": [[self.start + HOUR_US, self.start + HOUR_US + 600_000_000]],
                "now_us": now_us(),
            }
        )

    def reaches(self, at: int) -> bool:
        """Whether the grant of the last wish opens this time."""
        span = self.asked[-1]["span"]
        return at >= now_us() - BACK_SECONDS * 1_000_000 or (
            span is not None and iso_us(span["from"]) <= at < iso_us(span["to"])
        )

    async def revoke(self) -> None:
        """Withdraw every grant: say why, then close."""
        for socket in list(self.sockets):
            detail = "值守岗位已由管理员结束。"
            await socket.send_json({"type": "stopped", "reason": "revoked", "clause": "S34(1)", "detail": detail})
            await socket.close(4410)

    async def withhold(self, camera: str) -> None:
        """Stop one camera: the worker says so on its channel, the web with the next renewal."""
        self.vote = camera
        [socket] = self.sockets
        *_, channel = [said["channel"] for said in self.said if said["type"] == "open" and said["camera"] == camera]
        self.channels[channel].task.cancel()
        end = {"type": "end", "channel": channel, "reason": "revoked", "clause": "S10(3)", "detail": "正在投票"}
        await socket.send_json(end)

    async def drop(self) -> None:
        """Lose every connection."""
        for socket in list(self.sockets):
            await socket.close(1011)

    async def view(self, socket: WebSocket) -> None:
        """The worker's WebSocket."""
        await socket.accept(subprotocol="custodes.view.v1")
        first = json.loads(await socket.receive_text())
        if first.get("type") != "token":
            await socket.close(4401)
            return
        self.sockets.append(socket)
        channels = self.channels = {}
        await self._grant(socket)
        try:
            while True:
                message = json.loads(await socket.receive_text())
                self.said.append(message)
                await self._follow(socket, channels, message)
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self.sockets.remove(socket)
            for channel in channels.values():
                channel.task.cancel()

    async def _grant(self, socket: WebSocket) -> None:
        await socket.send_json(
            {"type": "granted", "grant": "g", "index": 4711, "watermark": "德吉 · 城关区视频中心", "now_us": now_us()}
        )

    async def _follow(
        self, socket: WebSocket, channels: dict[int, FakeChannel | FakeStills], message: dict[str, Any]
    ) -> None:
        kind = message["type"]
        if kind == "token":
            await self._grant(socket)
        elif kind == "open":
            channels[message["channel"]] = FakeChannel(self, socket, message)
        elif kind == "still":
            stills = channels.setdefault(message["channel"], FakeStills(self, socket, message["channel"]))
            stills.turn(message)
        elif kind == "close":
            channels.pop(message["channel"]).task.cancel()
        elif kind in ("seek", "rate", "pause", "resume"):
            channels[message["channel"]].turn(message)


class FakeSender:
    """What a channel sends, with its epochs and its media time."""

    def __init__(self, worker: FakeWorker, socket: WebSocket, number: int) -> None:
        self.worker = worker
        self.socket = socket
        self.number = number
        self.epoch = 0
        self.sequence = 0
        self.media = 0

    async def _say(self, kind: str, **fields: Any) -> None:
        await self.socket.send_json({"type": kind, "channel": self.number, **fields})

    async def _begin(self, wall_us: int, live: bool) -> None:
        clip = self.worker.clip
        self.epoch += 1
        base = wall_us - self.media * 1_000_000 // clip.timescale
        await self._say(
            "init", epoch=self.epoch, mime=clip.mime, width=320, height=192, base_us=base, live=live, sub=True
        )
        await self._binary(0, wall_us, clip.init)

    async def _binary(self, kind: int, wall_us: int, data: bytes) -> None:
        self.sequence += 1
        head = struct.pack(">BBHIq", kind, self.epoch & 0xFF, self.number, self.sequence, wall_us)
        await self.socket.send_bytes(head + data)

    async def _picture(self, number: int) -> None:
        clip = self.worker.clip
        await self._binary(1, self.worker.start + number * FRAME_US, clip.fragment(number, self.media))
        self.media += clip.duration

    def _number(self, wall_us: int) -> int:
        return (wall_us - self.worker.start) // FRAME_US

    def _key(self, wall_us: int) -> int:
        """The key frame at or before."""
        gop = self.worker.clip.gop
        return self._number(wall_us) // gop * gop


class FakeStills(FakeSender):
    """Single pictures, each for a wish."""

    def __init__(self, worker: FakeWorker, socket: WebSocket, number: int) -> None:
        super().__init__(worker, socket, number)
        self.task: asyncio.Task[None] = asyncio.create_task(asyncio.sleep(0))

    def turn(self, message: dict[str, Any]) -> None:
        """The newest wish alone is answered."""
        self.task.cancel()
        self.task = asyncio.create_task(self._answer(message["at"]))

    async def _answer(self, at: int) -> None:
        worker = self.worker
        while worker.holds_stills:
            await asyncio.sleep(0.01)
        if not worker.reaches(at):
            await self._say("still", at=at, wall_us=None, reason="span")
        elif worker.gap[0] <= at < worker.gap[1]:
            await self._say("still", at=at, wall_us=None, reason="network")
        else:
            number = self._key(at)
            wall_us = worker.start + number * FRAME_US
            await self._begin(wall_us, False)
            await self._picture(number)
            await self._say("still", at=at, wall_us=wall_us, reason="")


class FakeChannel(FakeSender):
    """One picture: live, or played back ten seconds ahead."""

    def __init__(self, worker: FakeWorker, socket: WebSocket, opened: dict[str, Any]) -> None:
        super().__init__(worker, socket, opened["channel"])
        self.at: int | None = opened["at"]
        self.paused = False
        self.task = asyncio.create_task(self._run())

    def turn(self, message: dict[str, Any]) -> None:
        """Seek, pause and resume."""
        if message["type"] == "seek":
            self.task.cancel()
            self.at = message["at"]
            self.paused = False
            self.task = asyncio.create_task(self._run())
        elif message["type"] in ("pause", "resume"):
            self.paused = message["type"] == "pause"

    async def _run(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            if self.worker.mime:
                await self._say("codec", mime=self.worker.mime, sub=True)
            elif self.at is None and self.worker.stands:
                await self._say("state", **self.worker.stands)
            elif self.at is None:
                await self._live()
            elif not self.worker.reaches(self.at):
                await self._say("end", reason="span", detail="the grant does not open this time")
            else:
                await self._playback(self.at)

    async def _live(self) -> None:
        number = self._key(now_us())
        await self._begin(self.worker.start + number * FRAME_US, True)
        while True:
            if self._number(now_us()) >= number and not self.paused and not self.worker.dries:
                await self._picture(number)
                number += 1
            else:
                await asyncio.sleep(0.01)

    async def _playback(self, at: int) -> None:
        worker = self.worker
        number = self._key(at)
        await self._begin(worker.start + number * FRAME_US, False)
        began, first = time.monotonic(), self.media
        while (wall := worker.start + number * FRAME_US) < now_us():
            if worker.gap[0] <= wall < worker.gap[1]:
                await self._say("gap", **{"from": worker.gap[0], "to": worker.gap[1], "reason": "network"})
                number = self._key(worker.gap[1]) + worker.clip.gop
                await self._begin(worker.start + number * FRAME_US, False)
                continue
            if (self.media - first) / worker.clip.timescale > time.monotonic() - began + 10:
                await asyncio.sleep(0.02)
                continue
            await self._picture(number)
            number += 1
        await self._say("edge")
        await self._live()


def application(worker: FakeWorker, pages: list[Route]) -> Starlette:
    """The worker's answers and the test's pages."""
    return Starlette(routes=[*worker.routes(), *pages])
