"""Motion JPEG over HTTP, encoded as H.264 where the camera's record says so (decision 0026)."""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av

from custodes.video.rtsp.challenge import parse_fields
from custodes.video.rtsp.digest import Login, choose
from custodes.video.source.apart import wire
from custodes.video.source.apart.failing import Ended
from custodes.video.source.apart.jpeg import LARGEST_PIXELS, size_of
from custodes.video.source.apart.multipart import boundary_of, pictures
from custodes.video.source.apart.pictures import Pictures
from custodes.video.source.apart.wire import Order
from custodes.video.unit import CLOCK_RATE, Codec

SECONDS = 10.0
"""Longest wait for a connection and for each read."""
LEAST_SECONDS = 1 / 31
"""Pictures that come faster are left out."""
KEY_SECONDS = 1.0
_MOST_BROKEN = 100
_MOST_BITRATE = 8_000  # kbit/s


def take_mjpeg(order: Order, send: Callable[[bytes], None]) -> None:
    """Read pictures and send each encoded.

    Raises:
        Ended: always.
    """
    response = _ask(order)
    boundary = boundary_of(response.headers.get("Content-Type", ""))
    send(wire.message(wire.OPENED))
    if not order.reencode:
        raise Ended("codec", "the camera sends Motion JPEG, and its record does not allow to encode that as H.264")
    newest = _Newest()
    threading.Thread(target=_read, args=(response, boundary, newest), daemon=True).start()
    encoder, broken = _Encoder(send), 0
    while True:
        data, at = newest.take()
        size = size_of(data)
        try:
            if size is None:
                raise ValueError("no picture")
            encoder.add(data, size, at)
            broken = 0
        except (av.FFmpegError, ValueError) as error:
            broken += 1
            if broken >= _MOST_BROKEN:
                raise Ended("codec", "what comes are no JPEG pictures, or too large ones") from error


def _ask(order: Order) -> http.client.HTTPResponse:
    """GET with at most one answer to a challenge. Redirects are not followed: they were not checked."""
    authorization = ""
    for asked in range(2):
        connection = http.client.HTTPConnection(order.address, order.port, timeout=SECONDS)
        # `Host` is written by http.client from the address otherwise.
        headers = {
            "Host": f"{order.host}:{order.port}",
            "Accept": "multipart/x-mixed-replace",
            "User-Agent": "Custodes",
        }
        if authorization:
            headers["Authorization"] = authorization
        try:
            connection.request("GET", order.path, headers=headers)
            response = connection.getresponse()
        except ConnectionRefusedError as error:
            raise Ended("refused", "nothing listens on that port") from error
        except TimeoutError as error:
            raise Ended("network", "nothing came in time") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Ended("protocol", "what answers does not speak HTTP") from error
        if response.status == 401 and not asked and order.username:
            authorization = _login(order, response)
            continue
        _judge(response, order)
        return response
    raise AssertionError


def _login(order: Order, response: http.client.HTTPResponse) -> str:
    challenge = choose(parse_fields(response.headers.get_all("WWW-Authenticate") or []))
    if challenge is None:
        raise Ended("protocol", "the camera asks for a login of an unknown kind")
    login = Login(challenge, order.username, order.password, lambda: secrets.token_hex(8))
    return login.authorization("GET", order.path)


def _judge(response: http.client.HTTPResponse, order: Order) -> None:
    status = response.status
    if status == 401:
        said = "does not accept the" if order.username else "asks for a"
        raise Ended("password", f"the camera {said} user name and password")
    if status in (404, 410):
        raise Ended("path", f"the camera answered {status}: there is no such path")
    if 300 <= status < 400:
        raise Ended("refused", f"the camera answered {status}: it redirects, which is not followed over HTTP")
    if status != 200:
        raise Ended("refused", f"the camera answered {status}")


class _Newest:
    """One place for the newest picture: who encodes slower than the camera sends leaves pictures out, and does not lag."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._picture: tuple[bytes, float] | None = None
        self._end: Ended | None = None

    def put(self, data: bytes, at: float) -> None:
        """A picture has come at `at` (monotonic seconds)."""
        with self._ready:
            self._picture = (data, at)
            self._ready.notify()

    def end(self, why: Ended) -> None:
        """No more will come."""
        with self._ready:
            self._end = why
            self._ready.notify()

    def take(self) -> tuple[bytes, float]:
        """The newest picture and when it came.

        Raises:
            Ended: no more will come.
        """
        with self._ready:
            while self._picture is None:
                if self._end is not None:
                    raise self._end
                self._ready.wait()
            found, self._picture = self._picture, None
            return found


def _read(response: http.client.HTTPResponse, boundary: bytes, newest: _Newest) -> None:
    last = 0.0
    try:
        for data in pictures(response, boundary):
            now = time.monotonic()
            if now - last >= LEAST_SECONDS:
                last = now
                newest.put(data, now)
        newest.end(Ended("network", "the stream ended"))
    except Ended as ended:
        newest.end(ended)
    except TimeoutError:
        newest.end(Ended("network", "nothing came in time"))
    except (OSError, http.client.HTTPException, ValueError):
        newest.end(Ended("network", "the connection was lost"))


class _Encoder:
    """JPEG pictures as H.264 without B-frames, a key picture each second; anew when the size changes."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._pictures = Pictures(Codec.H264, send)
        self._decoder: Any = av.CodecContext.create("mjpeg", "r")
        self._decoder.thread_count = 1
        self._decoder.options = {"max_pixels": str(LARGEST_PIXELS)}
        self._encoder: Any = None
        self._size = (0, 0)
        self._key_at = 0.0
        self._last = -1

    def add(self, data: bytes, size: tuple[int, int], at: float) -> None:
        """One picture of `size` that came at `at` (monotonic seconds)."""
        for frame in self._decoder.decode(av.Packet(data)):
            even = (size[0] & ~1, size[1] & ~1)
            if even != self._size:
                self._size, self._encoder = even, _h264(*even)
                self._key_at = 0.0
            made = frame.reformat(*even, "yuv420p")
            made.pict_type = av.video.frame.PictureType.NONE
            if at - self._key_at >= KEY_SECONDS:
                self._key_at, made.pict_type = at, av.video.frame.PictureType.I
            self._last = max(round(at * CLOCK_RATE), self._last + 1)
            made.pts, made.time_base = self._last, Fraction(1, CLOCK_RATE)
            for packet in self._encoder.encode(made):
                self._pictures.add(bytes(packet), packet.pts)


def _h264(width: int, height: int) -> Any:
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, CLOCK_RATE)
    encoder.framerate = Fraction(25)
    encoder.options = {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": "main",
        "x264-params": f"threads=1:keyint=infinite:scenecut=0:repeat-headers=1:crf=23:vbv-maxrate={_MOST_BITRATE}"
        f":vbv-bufsize={_MOST_BITRATE}:force-cfr=0:forced-idr=1",
    }
    return encoder
