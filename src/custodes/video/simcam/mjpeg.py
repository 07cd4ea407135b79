"""Simulated cameras that send Motion JPEG over HTTP: ``/cam-01.mjpg``, the sub-stream's pictures, ten a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av

from custodes.video.rtsp.digest import Guard

RATE = 10
_EVERY = 25 // RATE
_TICK = Fraction(1, 25)
_BOUNDARY = "picture"
_SECONDS = 30.0


class MjpegServer:
    """Serves on ``http://127.0.0.1:port``.

    Args:
        films: the Annex B file of each path, ``cam-01``.
        guard: who may come in.
        port: 0 takes a free one; see `port`.
    """

    def __init__(self, films: Mapping[str, Path], guard: Guard, port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            timeout = _SECONDS

            def do_GET(self) -> None:
                film = films.get(self.path.strip("/").removesuffix(".mjpg"))
                if guard.check("GET", self.headers.get_all("Authorization") or []) != "in":
                    self.send_response(401)
                    for text in guard.challenges():
                        self.send_header("WWW-Authenticate", text)
                    self.end_headers()
                elif film is None:
                    self.send_error(404)
                else:
                    self._show(film)

            def _show(self, film: Path) -> None:
                self.send_response(200)
                self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
                self.end_headers()
                pictures = _jpegs(film)
                begun, number = time.monotonic(), 0
                try:
                    while True:
                        data = pictures[number % len(pictures)]
                        head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                        self.wfile.write(head.encode() + data + b"\r\n")
                        number += 1
                        time.sleep(max(begun + number / RATE - time.monotonic(), 0.0))
                except OSError:  # gone
                    return

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="mjpeg", daemon=True)

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@lru_cache(maxsize=8)
def _jpegs(film: Path) -> tuple[bytes, ...]:
    """The film's pictures as JPEG, made at the first wish."""
    encoder: Any = None
    out = []
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % _EVERY:
                continue
            if encoder is None:
                encoder = av.CodecContext.create("mjpeg", "w")
                encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
                encoder.time_base = _TICK
            made = frame.reformat(format="yuvj420p")
            made.pts, made.time_base = number, _TICK
            out += [bytes(packet) for packet in encoder.encode(made)]
    return tuple(out)
