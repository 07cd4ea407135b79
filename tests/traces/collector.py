"""A collector on loopback: takes OTLP over HTTP and reads it with the standard's own protobuf package."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from custodes import traces
from tests.patience import PATIENCE


class Collector:
    """What came: spans by name, each with its attributes, and the resources' attributes."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    @property
    def spans(self) -> list[Any]:
        return [span for scope in self._scopes() for span in scope.spans]

    def of(self, name: str) -> list[Any]:
        """Spans of this name."""
        return [span for span in self.spans if span.name == name]

    def resources(self) -> list[dict[str, str]]:
        return [
            {each.key: each.value.string_value for each in resource.resource.attributes}
            for resource in self._resources()
        ]

    def _resources(self) -> list[Any]:
        return [each for body in self.bodies for each in ExportTraceServiceRequest.FromString(body).resource_spans]

    def _scopes(self) -> list[Any]:
        return [scope for resource in self._resources() for scope in resource.scope_spans]


def attributes(span: Any) -> dict[str, object]:
    """A span's attributes as plain values."""
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


@contextmanager
def collecting(process: str = "web", share: float = 1.0) -> Iterator[Collector]:
    """Traces of this process go to a collector; `traces.end()` inside sends what waits."""
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever, daemon=True)
    thread.start()
    traces.begin(process, collector.url, share)
    try:
        yield collector
    finally:
        traces.end()
        collector.server.shutdown()
        collector.server.server_close()
        thread.join(PATIENCE)
