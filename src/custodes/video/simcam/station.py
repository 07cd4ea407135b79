"""All simulated cameras behind one RTSP port."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from custodes.video.clock import Clock
from custodes.video.rtsp.guard import Guard
from custodes.video.rtsp.mount import Frame, Mount, frames_of, loop
from custodes.video.rtsp.server import LINK_PACE, Server
from custodes.video.simcam.cast import cast
from custodes.video.simcam.dome import VIEWS, Dome, View, steered
from custodes.video.simcam.film import FilmOrder, Shape, load_film
from custodes.video.simcam.harm import Harm, later
from custodes.video.simcam.sent import SentTimes
from custodes.video.unit import Codec

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
            Shape(*MAIN, bitrate),
            Shape(*SUB, min(sub_bitrate, bitrate)),
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
    views: dict[str, dict[View, list[Frame]]] = field(default_factory=lambda: {"main": {}, "sub": {}})

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


def guard_of(users: dict[str, str], clock: Clock) -> Guard:
    """Who may come in; an empty `users` asks for no login."""
    return Guard(users, clock, secrets.token_bytes(32))


def serve(
    streams: Sequence[Mount], users: dict[str, str], clock: Clock, port: int, tls: ssl.SSLContext | None = None
) -> Server:
    """A server for `streams` on loopback, with TLS when `tls` is given; an empty `users` asks for no login."""
    return Server(streams, guard_of(users, clock), clock, port=port, tls=tls)


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
