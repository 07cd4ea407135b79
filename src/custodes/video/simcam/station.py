"""All simulated cameras behind one RTSP port; and a small HTTP page on loopback that tells when each frame number was last sent, for measuring latency."""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from custodes.video.clock import HostClock
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.mount import Mount, MountFrame, frames_of, loop
from custodes.video.rtsp.server import LINK_PACE, RtspServer
from custodes.video.simcam.cast import cast
from custodes.video.simcam.dome import VIEWS, Dome, View, steered
from custodes.video.simcam.film import FilmOrder, FilmShape, load_film
from custodes.video.simcam.scene import Harm, later
from custodes.video.unit import Codec


class SentTimes:
    """Last send time of every frame number of every stream."""

    def __init__(self) -> None:
        self._times: dict[str, dict[int, int]] = {}

    def recorder(self, stream: str) -> Callable[[int, int], None]:
        """What a mount calls with (number, wall time in microseconds) for `stream`, ``cam-01/main``."""
        times = self._times.setdefault(stream, {})
        return times.__setitem__

    def of(self, stream: str) -> dict[int, int] | None:
        """Microseconds UTC by frame number, None for an unknown stream."""
        times = self._times.get(stream)
        return dict(times) if times is not None else None


class SentPage:
    """Answers on ``http://127.0.0.1:port``:

    - ``GET /cameras``: the list given as `cameras`.
    - ``GET /sent?camera=cam-01&stream=main``: ``{"camera", "stream", "sent": {number: µs}}``.
    - ``GET /sent?camera=cam-01&stream=main&n=17``: ``{"camera", "stream", "n", "sent_us"}``, null before it was sent.
    """

    def __init__(self, times: SentTimes, cameras: list[dict[str, object]], port: int) -> None:
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = page.answer(self.path)
                data = json.dumps(body, ensure_ascii=False).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._times = times
        self._cameras = cameras
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="sent-page", daemon=True)

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, target: str) -> tuple[int, object]:
        """Status and JSON body for a request target."""
        try:
            parts = urlsplit(target)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        except ValueError:
            return 400, {"error": "bad address"}
        if parts.path == "/cameras":
            return 200, {"cameras": self._cameras}
        if parts.path != "/sent":
            return 404, {"error": "not found"}
        camera, stream = query.get("camera", ""), query.get("stream", "main")
        times = self._times.of(f"{camera}/{stream}")
        if times is None:
            return 404, {"error": "no such camera or stream"}
        number = query.get("n")
        if number is None:
            return 200, {"camera": camera, "stream": stream, "sent": {str(n): at for n, at in times.items()}}
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return 400, {"error": "n is no number"}
        return 200, {"camera": camera, "stream": stream, "n": int(number), "sent_us": times.get(int(number))}


MAIN = (1920, 1080)
SUB = (640, 360)
MAIN_BITRATE = 500_000
SUB_BITRATE = 150_000


def orders(
    cameras: int, h265: int = 1, bitrate: int = MAIN_BITRATE, sub_bitrate: int = SUB_BITRATE, gop_seconds: int = 1
) -> list[FilmOrder]:
    """What to film: `cameras` cameras of which the last `h265` send H.265; rates in bit/s."""
    return [
        FilmOrder(
            camera,
            Codec.H265 if camera.number > cameras - h265 else Codec.H264,
            FilmShape(*MAIN, bitrate),
            FilmShape(*SUB, min(sub_bitrate, bitrate)),
            gop=25 * gop_seconds,
        )
        for camera in cast(cameras)
    ]


def ill_orders(films: Sequence[FilmOrder], harms: Mapping[int, Harm]) -> dict[int, FilmOrder]:
    """What to film besides, for cameras (by number) with which something goes wrong after a while."""
    return {
        order.camera.number: replace(order, harm=harms[order.camera.number])
        for order in films
        if order.camera.number in harms
    }


@dataclass
class Turning:
    """A camera of the station that turns.

    Attributes:
        number: of the camera.
        views: films of its other views, by stream and view; `fill` brings them.
    """

    number: int
    dome: Dome
    views: dict[str, dict[View, list[MountFrame]]] = field(default_factory=lambda: {"main": {}, "sub": {}})

    def orders(self, films: Sequence[FilmOrder]) -> list[FilmOrder]:
        """What to film for its other views."""
        return [replace(order, view=view) for order in films if order.camera.number == self.number for view in VIEWS]

    def fill(self, order: FilmOrder, cache: Path) -> None:
        """The film of one of its views is there: from now on it is shown."""
        assert order.view is not None
        for stream, codec, path in zip(self.views, (order.codec, Codec.H264), order.files(cache), strict=True):
            film = load_film(path, codec)
            self.views[stream][order.view] = frames_of(film.params, film.pictures, order.rate)


def mounts(
    films: Sequence[FilmOrder],
    cache: Path,
    times: SentTimes | None,
    paced: bool,
    ill: Mapping[int, FilmOrder] | None = None,
    ill_after: int = 0,
    turning: Turning | None = None,
) -> list[Mount]:
    """A mount for each stream of the filmed cameras, under ``cam-01/main`` and ``cam-01/sub``.

    Args:
        times: may note sends.
        ill: what cameras (by number) show once `ill_after` seconds of a stream have been sent.
        turning: the one that turns.
    """
    out = []
    for order in films:
        files = order.files(cache)
        for stream, codec, path in (("main", order.codec, files[0]), ("sub", Codec.H264, files[1])):
            film = load_film(path, codec)
            frames = loop(film.params, film.pictures, order.rate)
            if turning is not None and turning.number == order.camera.number:
                straight = frames_of(film.params, film.pictures, order.rate)
                frames = steered(straight, turning.views[stream], lambda: turning.dome.view)
            wrong = (ill or {}).get(order.camera.number)
            if wrong is not None:
                other = load_film(wrong.files(cache)[stream == "sub"], codec)
                frames = later(frames, loop(other.params, other.pictures, order.rate), ill_after * order.rate)
            name = f"{order.camera.path}/{stream}"
            out.append(
                Mount(
                    name,
                    film.params,
                    frames,
                    LINK_PACE if paced else 0.0,
                    times.recorder(name) if times is not None else None,
                    ssrc=secrets.randbits(32),
                    sequence=secrets.randbits(16),
                    timestamp=secrets.randbits(32),
                )
            )
    return out


def guard_of(users: dict[str, str], clock: HostClock) -> Guard:
    """Who may come in; an empty `users` asks for no login."""
    return Guard(users, clock, secrets.token_bytes(32))


def serve(
    streams: Sequence[Mount], users: dict[str, str], clock: HostClock, port: int, tls: ssl.SSLContext | None = None
) -> RtspServer:
    """A server for `streams` on loopback, with TLS when `tls` is given; an empty `users` asks for no login."""
    return RtspServer(streams, guard_of(users, clock), clock, port=port, tls=tls)


def listing(films: Sequence[FilmOrder], port: int) -> list[dict[str, object]]:
    """What a program wants to know of the cameras: number, names, URLs, codec."""
    return [
        {
            "number": order.camera.number,
            "path": order.camera.path,
            "name": order.camera.name,
            "latin": order.camera.latin,
            "codec": str(order.codec),
            "main": f"rtsp://127.0.0.1:{port}/{order.camera.path}/main",
            "sub": f"rtsp://127.0.0.1:{port}/{order.camera.path}/sub",
        }
        for order in films
    ]
