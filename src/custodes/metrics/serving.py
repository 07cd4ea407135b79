"""`/metrics`, in the text format of Prometheus, on a port of its own that listens on loopback alone.

Never on the ports that browsers reach: figures tell an outsider when nobody watches. What is counted anyway is read when it
is asked for; nothing is done for it while frames pass.
"""

from __future__ import annotations

import asyncio

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

from custodes.tls.seats import REFUSED

log = structlog.get_logger(__name__)

HOST = "127.0.0.1"
REQUEST_SECONDS = 5.0
MAX_HEAD_BYTES = 8192
MAX_CONNECTIONS = 8
"""Whoever asks is a program of this machine, once every few seconds."""
LAG_SECONDS = 1.0

#: A machine's processes one behind the other, from `CUSTODES_METRICS_PORT` on.
OFFSETS = {"web": 0, "notary": 1, "node": 2}
FIRST_WORKER = 3


def port_of(base: int, process: str, worker: int | None = None) -> int:
    """The port of one process; 0, none, when `base` is 0."""
    if not base:
        return 0
    return base + (OFFSETS[process] if worker is None else FIRST_WORKER + worker)


def registry_of(*collectors: Collector) -> CollectorRegistry:
    """A registry with these collectors and the process's own: CPU, memory, descriptors, start."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(REFUSED)
    for collector in collectors:
        registry.register(collector)
    return registry


class Lateness:
    """How late the event loop is: a call that should come each second, and how much later it came.

    Attributes:
        worst: seconds, the largest since it was last asked for.
    """

    def __init__(self) -> None:
        self.worst = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_SECONDS
            await asyncio.sleep(LAG_SECONDS)
            self.worst = max(self.worst, loop.time() - due)

    def take(self) -> float:
        """The largest so far, which is forgotten then."""
        worst, self.worst = self.worst, 0.0
        return worst


async def serve_metrics(port: int, registry: CollectorRegistry) -> None:
    """Answer ``GET /metrics`` until cancelled; returns at once when `port` is 0, and after saying so when it is taken."""
    if not port:
        return
    answering = _Answering(registry)
    try:
        server = await asyncio.start_server(answering.connected, HOST, port, limit=MAX_HEAD_BYTES)
    except OSError as error:
        log.error("metrics.port_taken", port=port, why=error.strerror)
        return
    async with server:
        await server.serve_forever()


class _Answering:
    """Answers a few at once; whoever comes besides, asks too slowly or does not take the answer is cut off."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._open = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which is gone when this returns."""
        if self._open >= MAX_CONNECTIONS:
            self._cut_off(writer, "full")
            return
        self._open += 1
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._answer(head, writer)
            writer.close()
            async with asyncio.timeout(REQUEST_SECONDS):
                await writer.wait_closed()
        except TimeoutError:
            self._cut_off(writer, "late")
        except asyncio.LimitOverrunError:
            self._cut_off(writer, "head_too_large")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open -= 1
            writer.transport.abort()

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        line = head.split(b"\r\n", 1)[0].split(b" ")
        if line[:2] != [b"GET", b"/metrics"]:
            _send(writer, "404 Not Found", "text/plain", b"only /metrics is here\n")
            return
        try:
            # In a thread: collectors look at disks and databases, and the loop has pictures to send.
            figures = await asyncio.to_thread(generate_latest, self._registry)
        except Exception:
            log.exception("metrics.failed")
            _send(writer, "500 Internal Server Error", "text/plain", b"the figures could not be read\n")
        else:
            _send(writer, "200 OK", CONTENT_TYPE_LATEST, figures)

    def _cut_off(self, writer: asyncio.StreamWriter, reason: str) -> None:
        REFUSED.labels("metrics", reason).inc()
        log.warning("metrics.refused", reason=reason)
        writer.transport.abort()


def _send(writer: asyncio.StreamWriter, status: str, media_type: str, body: bytes) -> None:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
