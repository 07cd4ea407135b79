"""Motion JPEG over HTTP, encoded as H.264 where the camera's record says so (decision 0025).

Pictures come in ``multipart/x-mixed-replace`` (RFC 2046 §5.1). The size that a JPEG states (ITU-T T.81 §B.2.2) is looked at before anything
is decoded.
"""

from __future__ import annotations

import http.client
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Protocol

import av

from custodes.video.rtsp.digest import Login, choose, parse_fields
from custodes.video.source.foreign import wire
from custodes.video.source.foreign.pictures import PictureReporter
from custodes.video.source.foreign.wire import SourceEnded, SourceOrder
from custodes.video.unit import CLOCK_RATE, Codec

LARGEST_PICTURE = 8 << 20
_LINE = 4096
_MOST_LINES = 64
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;,]{1,200}))', re.IGNORECASE)


class Body(Protocol):
    """The body of a response."""

    def readline(self, limit: int = -1, /) -> bytes:
        """The next line with its end, at most `limit` octets; empty at the end."""
        ...

    def read(self, amount: int = -1, /) -> bytes:
        """`amount` octets, fewer at the end."""
        ...


def boundary_of(content_type: str) -> bytes:
    """The boundary line that a Content-Type announces, with its dashes.

    Raises:
        Ended: it is no stream of pictures.
    """
    kind = content_type.partition(";")[0].strip().lower()
    found = _BOUNDARY.search(content_type)
    if not kind.startswith("multipart/") or found is None:
        raise SourceEnded("codec", f"there is no stream of JPEG pictures there ({kind[:60] or 'no content type'})")
    # Some cameras write the two dashes into the field as well.
    return b"--" + (found[1] or found[2]).encode("latin-1", "replace").removeprefix(b"--")


def pictures(body: Body, boundary: bytes) -> Iterator[bytes]:
    """The parts' bodies, one behind the other, until the stream ends.

    Raises:
        Ended: it is not what was announced.
    """
    _skip_to(body, boundary)
    while True:
        length = _length(body)
        if length is None:
            data = _until(body, boundary)
            if data is None:
                return
            yield data
            continue
        data = body.read(length)
        if len(data) < length:
            return
        yield data
        _skip_to(body, boundary)


def _skip_to(body: Body, boundary: bytes) -> None:
    skipped = 0
    while not (line := body.readline(_LINE)).startswith(boundary):
        skipped += len(line)
        if not line:
            raise SourceEnded("network", "the stream ended")
        if skipped > LARGEST_PICTURE:
            raise SourceEnded("protocol", "the stream does not hold the pictures that it announces")


def _length(body: Body) -> int | None:
    """Content-Length of a part's headers, None when they state none."""
    length = None
    for _ in range(_MOST_LINES):
        line = body.readline(_LINE)
        if not line:
            raise SourceEnded("network", "the stream ended")
        if line in (b"\r\n", b"\n"):
            return length
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            text = value.strip()
            if not text.isdigit() or len(text) > 9 or int(text) > LARGEST_PICTURE:
                raise SourceEnded("protocol", "a picture in the stream is too long")
            length = int(text)
    raise SourceEnded("protocol", "a picture in the stream has too many header lines")


def _until(body: Body, boundary: bytes) -> bytes | None:
    """Everything before the next boundary; None when the stream ends before."""
    data = bytearray()
    while line := body.readline(65_536):
        if line.startswith(boundary):
            return bytes(data)
        data += line
        if len(data) > LARGEST_PICTURE:
            raise SourceEnded("protocol", "a picture in the stream is too long")
    return None


LARGEST_PIXELS = 4096 * 2304
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None when it is no JPEG that is decoded here."""
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # fill
            at += 1
        elif kind in _ALONE:
            at += 2
        elif kind in _FRAMES:
            if at + 9 > len(data) or data[at + 4] != 8:
                return None
            height, width = int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big")
            sound = min(width, height) >= 16 and width * height <= LARGEST_PIXELS
            return (width, height) if sound else None
        elif kind in (0xD9, 0xDA):
            return None
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


SECONDS = 10.0
"""Longest wait for a connection and for each read."""
LEAST_SECONDS = 1 / 31
"""Pictures that come faster are left out."""
KEY_SECONDS = 1.0
_MOST_BROKEN = 100
_MOST_BITRATE = 8_000  # kbit/s


def take_mjpeg(order: SourceOrder, send: Callable[[bytes], None]) -> None:
    """Read pictures and send each encoded.

    Raises:
        Ended: always.
    """
    response = _ask(order)
    boundary = boundary_of(response.headers.get("Content-Type", ""))
    send(wire.message(wire.OPENED))
    if not order.reencode:
        raise SourceEnded(
            "codec", "the camera sends Motion JPEG, and its record does not allow to encode that as H.264"
        )
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
                raise SourceEnded("codec", "what comes are no JPEG pictures, or too large ones") from error


def _ask(order: SourceOrder) -> http.client.HTTPResponse:
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
            raise SourceEnded("refused", "nothing listens on that port") from error
        except TimeoutError as error:
            raise SourceEnded("network", "nothing came in time") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SourceEnded("protocol", "what answers does not speak HTTP") from error
        if response.status == 401 and not asked and order.username:
            authorization = _login(order, response)
            continue
        _judge(response, order)
        return response
    raise AssertionError


def _login(order: SourceOrder, response: http.client.HTTPResponse) -> str:
    challenge = choose(parse_fields(response.headers.get_all("WWW-Authenticate") or []))
    if challenge is None:
        raise SourceEnded("protocol", "the camera asks for a login of an unknown kind")
    login = Login(challenge, order.username, order.password, lambda: secrets.token_hex(8))
    return login.authorization("GET", order.path)


def _judge(response: http.client.HTTPResponse, order: SourceOrder) -> None:
    status = response.status
    if status == 401:
        said = "does not accept the" if order.username else "asks for a"
        raise SourceEnded("password", f"the camera {said} user name and password")
    if status in (404, 410):
        raise SourceEnded("path", f"the camera answered {status}: there is no such path")
    if 300 <= status < 400:
        raise SourceEnded("refused", f"the camera answered {status}: it redirects, which is not followed over HTTP")
    if status != 200:
        raise SourceEnded("refused", f"the camera answered {status}")


class _Newest:
    """One place for the newest picture: who encodes slower than the camera sends leaves pictures out, and does not lag."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._picture: tuple[bytes, float] | None = None
        self._end: SourceEnded | None = None

    def put(self, data: bytes, at: float) -> None:
        """A picture has come at `at` (monotonic seconds)."""
        with self._ready:
            self._picture = (data, at)
            self._ready.notify()

    def end(self, why: SourceEnded) -> None:
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
        newest.end(SourceEnded("network", "the stream ended"))
    except SourceEnded as ended:
        newest.end(ended)
    except TimeoutError:
        newest.end(SourceEnded("network", "nothing came in time"))
    except (OSError, http.client.HTTPException, ValueError):
        newest.end(SourceEnded("network", "the connection was lost"))


class _Encoder:
    """JPEG pictures as H.264 without B-frames, a key picture each second; anew when the size changes."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._pictures = PictureReporter(Codec.H264, send)
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
