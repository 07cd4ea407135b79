"""A camera that sends Motion JPEG over HTTP, in a thread; it can misbehave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import av

from custodes.video.clock import SystemClock
from custodes.video.rtsp.digest import Guard

Send = Callable[[bytes], object]
BOUNDARY = b"--frame"


@lru_cache(maxsize=32)
def jpeg(number: int = 0, width: int = 320, height: int = 192) -> bytes:
    """A picture with a pattern of its own."""
    encoder: Any = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "yuvj420p", 1
    frame = av.VideoFrame(width, height, "yuvj420p")
    pattern = bytes((number * 31 + at * 7) & 0xFF for at in range(256))
    for plane in frame.planes:
        plane.update((pattern * (plane.buffer_size // 256 + 1))[: plane.buffer_size])
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def part(data: bytes, length: bool = True) -> bytes:
    """A picture as a part of the stream."""
    stated = b"Content-Length: %d\r\n" % len(data) if length else b""
    return BOUNDARY + b"\r\nContent-Type: image/jpeg\r\n" + stated + b"\r\n" + data + b"\r\n"


def film(send: Send, width: int = 320, height: int = 192, length: bool = True, rate: float = 25.0) -> None:
    """Pictures without end."""
    number = 0
    while True:
        send(part(jpeg(number % 8, width, height), length))
        number += 1
        time.sleep(1 / rate)


@contextmanager
def http_camera(
    show: Callable[[Send], object] = film,
    users: dict[str, str] | None = None,
    content_type: str = "multipart/x-mixed-replace; boundary=frame",
    redirect: str = "",
) -> Iterator[int]:
    """Serves ``/cam`` on a port of loopback."""
    guard = Guard(users or {}, SystemClock(), b"k" * 32)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if redirect:
                self.send_response(302)
                self.send_header("Location", redirect)
                self.end_headers()
            elif guard.check("GET", self.headers.get_all("Authorization") or []) != "in":
                self.send_response(401)
                for text in guard.challenges():
                    self.send_header("WWW-Authenticate", text)
                self.end_headers()
            elif self.path != "/cam":
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.end_headers()
                try:
                    show(self.wfile.write)
                except OSError:
                    return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
