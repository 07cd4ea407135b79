"""When each frame number was last sent, and a small HTTP page on loopback that tells it: for measuring latency."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


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
