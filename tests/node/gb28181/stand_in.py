"""A gateway that stands in for the real one: signed HTTP in front, and behind it streams of the simulated device on real sockets."""

from __future__ import annotations

import base64
import itertools
import json
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.stream import Outlet, SimulatedStream
from custodes.gb28181.media.frame import Coding, Frame
from custodes.video.wire.assignment import GatewayAddress
from custodes.video.wire.calls import (
    CallAnswer,
    CallAsk,
    CallEnd,
    CallsKept,
    CallsStanding,
    ReachableAsk,
    ReachableDevices,
)
from custodes.video.wire.control import InvalidRequest, RequestChecker
from tests.gb28181.media.films import STEP, film, mixed
from tests.patience import PATIENCE

DEVICE = "34020000001180000001"
NAME = "gateway-1"
_PERIOD = 0.01
Packets = Callable[[], list[bytes]]


def reel(coding: Coding = Coding.H264, *, sound: bool = False) -> LoopedFilm:
    """Ten pictures over and over, a key frame at every fifth."""
    return LoopedFilm(mixed(coding) if sound else film(coding))


def long_group(coding: Coding = Coding.H264, pictures: int = 500) -> LoopedFilm:
    """One key frame, and for 20 s none."""
    short = film(coding)
    rest = itertools.islice(itertools.cycle(short[1:5]), pictures)
    frames = [
        Frame(coding, each.data, False, short[0].time + (number + 1) * STEP, 0, each.sets)
        for number, each in enumerate(rest)
    ]
    return LoopedFilm([short[0], *frames])


@dataclass
class Channel:
    """What a channel of the device does when it is called.

    Attributes:
        answer: that the gateway gives instead of a call.
        first: answers given once each, before that.
        packets: sent each 40 ms in place of the film's.
        lost: of so many datagrams one is lost; 0 for none.
        begins: at which picture of the film a call begins.
        sends: whether anything is sent at all.
        hosts: from which its media may come, as the answer says.
    """

    reel: LoopedFilm = field(default_factory=reel)
    quirks: frozenset[Quirk] = frozenset()
    answer: CallAnswer | None = None
    first: list[CallAnswer] = field(default_factory=list)
    packets: Packets | None = None
    lost: int = 0
    begins: int = 0
    sends: bool = True
    scale: float = 1.0
    hosts: tuple[str, ...] = ("127.0.0.1",)


@dataclass
class _Running:
    ask: CallAsk
    stop: threading.Event
    stream: SimulatedStream


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        # A node that gave up waiting, or was killed, hangs up on its answer: no news.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class StandIn:
    """The gateway and the device behind it; a context.

    Attributes:
        channels: what is behind each; an unknown one is not assigned.
        asks, keys, ended: what was asked of it.
        came: devices that came back, by `say_came`; epoch: of this start.
        over: calls that it will call over at the next `keep`, and why.
        told: how many of those that came a node knows of.
        answers: cleared, calls wait for their answer.
        away: it answers nothing.
    """

    def __init__(self, node_key: Ed25519PublicKey, node: str = "node-1") -> None:
        self.channels: dict[str, Channel] = {}
        self.asks: list[CallAsk] = []
        self.keys: list[UUID] = []
        self.ended: list[UUID] = []
        self.kept: list[CallsKept] = []
        self.over: dict[UUID, str] = {}
        self.came: list[str] = []
        self.told = 0
        self.epoch = uuid.uuid4().hex
        self.answers = threading.Event()
        self.answers.set()
        self._news = threading.Condition()
        self._closed = False
        self.away = False
        self.at_once = self.most_at_once = 0
        self.answering_seconds = 0.0
        self._running: dict[UUID, _Running] = {}
        self._checker = RequestChecker(node_key, node, NAME)
        self._ssrc = itertools.count(200_000_001)
        self._lock = threading.Lock()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if stand_in.away:
                    self.send_error(503)
                    return
                try:
                    with stand_in._lock:
                        stand_in._checker.check(
                            self.headers.get("Authorization", ""), "POST", self.path, body, time.time()
                        )
                except InvalidRequest:
                    self.send_error(401)
                    return
                said = stand_in.asked(self.path, body)
                self.send_response(200 if said else 204)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = GatewayAddress(name=NAME, url=f"http://127.0.0.1:{self._server.server_port}")

    def __enter__(self) -> StandIn:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answers.set()
        for one in list(self._running.values()):
            one.stop.set()
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._server.shutdown()
        self._server.server_close()

    @property
    def calls(self) -> dict[UUID, CallAsk]:
        """Those that stand."""
        return {id: one.ask for id, one in list(self._running.items())}

    def hang_up(self, id: UUID, why: str = "device") -> None:
        """The device ends a call: it sends nothing any more, and the gateway tells when it is asked."""
        self._running.pop(id).stop.set()
        self.over[id] = why

    def say_came(self, device: str = DEVICE) -> None:
        """A device came back."""
        with self._news:
            self.came.append(device)
            self._news.notify_all()

    def begin_anew(self) -> None:
        """The gateway was started anew: it knows of nothing that was before."""
        with self._news:
            self.came, self.epoch = [], uuid.uuid4().hex
            self._news.notify_all()

    def _reachable(self, ask: ReachableAsk) -> ReachableDevices:
        with self._news:
            known = ask.epoch == self.epoch
            self.told = ask.after if known else 0
            if known:
                self._news.wait_for(lambda: self._closed or self.epoch != ask.epoch or len(self.came) > ask.after, 25.0)
            known = ask.epoch == self.epoch
            news = tuple(dict.fromkeys(self.came[ask.after :])) if known else ()
            return ReachableDevices(epoch=self.epoch, upto=len(self.came), whole=not known, devices=news)

    def asked(self, path: str, body: bytes) -> bytes:
        """One request's answer, empty for none."""
        document = json.loads(body)
        match path:
            case "/internal/call":
                return self._call(CallAsk.model_validate(document)).model_dump_json().encode()
            case "/internal/call/keep":
                kept = CallsKept.model_validate(document)
                self.kept.append(kept)
                ended = {id: self.over.get(id, "unknown") for id in kept.calls if id not in self._running}
                return CallsStanding(ended=ended).model_dump_json().encode()
            case "/internal/call/reachable":
                return self._reachable(ReachableAsk.model_validate(document)).model_dump_json().encode()
            case "/internal/call/key":
                id = CallEnd.model_validate(document).call
                self.keys.append(id)
                if id in self._running:
                    self._running[id].stream.key(time.monotonic())
            case "/internal/call/end":
                id = CallEnd.model_validate(document).call
                self.ended.append(id)
                if (one := self._running.pop(id, None)) is not None:
                    one.stop.set()
        return b""

    def _call(self, ask: CallAsk) -> CallAnswer:
        with self._lock:
            self.asks.append(ask)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.answering_seconds)
        self.answers.wait(PATIENCE)
        with self._lock:
            self.at_once -= 1
        channel = self.channels.get(ask.channel)
        if channel is None:
            return CallAnswer(step="not_assigned")
        if channel.first:
            return channel.first.pop(0)
        if channel.answer is not None:
            return channel.answer
        ssrc, id = next(self._ssrc), uuid.uuid4()
        listening = socket.create_server(("127.0.0.1", 0)) if ask.setup == "tcp-active" else None
        port = listening.getsockname()[1] if listening is not None else 0
        outlet = Outlet(ask.address, ask.port, port, tcp=ask.setup != "udp", connects=ask.setup == "tcp-passive")
        stream = SimulatedStream(channel.reel, outlet, ssrc, quirks=channel.quirks, scale=channel.scale)
        stream._number, stream._place = channel.begins, float(channel.reel.at(channel.begins)[0])
        running = _Running(ask, threading.Event(), stream)
        self._running[id] = running
        if channel.sends:
            threading.Thread(target=_send, args=(channel, running, listening), daemon=True).start()
        return CallAnswer(call=id, ssrc=ssrc, address="127.0.0.1", port=port or 15_000, hosts=channel.hosts)


def _send(channel: Channel, running: _Running, listening: socket.socket | None) -> None:
    try:
        with _connected(running, listening) as sock:
            stream = running.stream
            stream.called = stream.connected = True
            sent = 0
            while not running.stop.is_set():
                made = stream.packets(time.monotonic()) if channel.packets is None else channel.packets()
                for octets in made:
                    sent += 1
                    if not channel.lost or sent % channel.lost:
                        sock.send(octets) if not stream.outlet.tcp else sock.sendall(octets)
                running.stop.wait(_PERIOD if channel.packets is None else 0.04)
    except OSError:
        pass


def _connected(running: _Running, listening: socket.socket | None) -> socket.socket:
    outlet = running.stream.outlet
    if listening is not None:
        with listening:
            listening.settimeout(_PERIOD)
            while not running.stop.is_set():
                with suppress(TimeoutError):
                    return listening.accept()[0]
            raise ConnectionAbortedError("the call is over and nobody connected")
    if outlet.tcp:
        return socket.create_connection((outlet.host, outlet.port), PATIENCE)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((outlet.host, outlet.port))
    return sock


def public_key(text: str) -> Ed25519PublicKey:
    """The key of a line of ``keys/public``."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


def numbers() -> Iterator[str]:
    """Channel IDs."""
    return (f"340200000013200000{number:02d}" for number in itertools.count(1))
