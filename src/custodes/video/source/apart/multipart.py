"""JPEG pictures out of ``multipart/x-mixed-replace`` (RFC 2046 §5.1), as cameras send them over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from custodes.video.source.apart.failing import Ended

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
        raise Ended("codec", f"there is no stream of JPEG pictures there ({kind[:60] or 'no content type'})")
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
            raise Ended("network", "the stream ended")
        if skipped > LARGEST_PICTURE:
            raise Ended("protocol", "the stream does not hold the pictures that it announces")


def _length(body: Body) -> int | None:
    """Content-Length of a part's headers, None when they state none."""
    length = None
    for _ in range(_MOST_LINES):
        line = body.readline(_LINE)
        if not line:
            raise Ended("network", "the stream ended")
        if line in (b"\r\n", b"\n"):
            return length
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            text = value.strip()
            if not text.isdigit() or len(text) > 9 or int(text) > LARGEST_PICTURE:
                raise Ended("protocol", "a picture in the stream is too long")
            length = int(text)
    raise Ended("protocol", "a picture in the stream has too many header lines")


def _until(body: Body, boundary: bytes) -> bytes | None:
    """Everything before the next boundary; None when the stream ends before."""
    data = bytearray()
    while line := body.readline(65_536):
        if line.startswith(boundary):
            return bytes(data)
        data += line
        if len(data) > LARGEST_PICTURE:
            raise Ended("protocol", "a picture in the stream is too long")
    return None
