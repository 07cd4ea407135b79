"""The notary's Unix socket: frames in, frames out, strangers turned away (wire.md §6)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
from collections import Counter
from pathlib import Path

import structlog

from custodes.ledger.client import MAX_FRAME_BYTES

from .peers import Peers, Role, peer_uid
from .protocol import NotaryRefused, error_answer
from .service import NotaryService

MAX_CONNECTIONS = 512
MAX_OF_USER = 256
"""Of one OS user: what has broken into the web must not keep the nodes out, nor the other way round."""
FRAME_SECONDS = 10.0
"""For a frame, from its first octet, and for taking an answer; between two requests a connection may rest."""
TURN_AWAY_SECONDS = 2.0
MAX_STRANGERS = 64
"""Turned away with an answer at once; more are cut off without one."""

_log = structlog.get_logger("notary")


class ServerError(Exception):
    """The socket can't be opened; the message says why."""


class NotaryServer:
    """Listens, and serves one request at a time on each connection.

    Attributes:
        refused: connections that were turned away or cut off, by reason.
    """

    def __init__(self, path: Path, service: NotaryService, peers: Peers) -> None:
        self._path = path
        self._service = service
        self._peers = peers
        self._connections: dict[asyncio.Task[None], bool] = {}
        self._known: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the socket. The caller holds the ledger's lock, so that a socket file found here is a dead one.

        Raises:
            ServerError: the path is too long, or its folder can't be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and stat.S_ISSOCK(self._path.stat().st_mode):
                self._path.unlink()
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.setblocking(False)
            listener.bind(str(self._path))
        except OSError as error:
            raise ServerError(f"the socket {self._path} can't be opened: {error}") from error
        # Who may speak is decided by the kernel's word on the peer; the file mode only lets other users knock.
        mode = 0o600 if {self._peers.web, self._peers.node} == {self._peers.own} else 0o666
        os.chmod(self._path, mode)
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=1 << 20, backlog=256)

    @property
    def connections(self) -> int:
        """Connections of web and nodes."""
        return self._known.total()

    async def stop(self) -> None:
        """Take no more; let requests under way be answered, then close every connection."""
        if self._server is not None:
            self._server.close()
        for task, busy in list(self._connections.items()):
            if not busy:
                task.cancel()
        if self._connections:
            await asyncio.wait(list(self._connections), timeout=10)
        for task in list(self._connections):
            task.cancel()
        with contextlib.suppress(OSError):
            self._path.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = False
        try:
            uid = peer_uid(writer.get_extra_info("socket"))
            roles = self._peers.roles(uid)
            if not roles:
                self._count("stranger", uid)
                if len(self._connections) - self.connections > MAX_STRANGERS:
                    return
                await self._turn_away(
                    reader, writer, NotaryRefused("forbidden", "this user may not speak to the notary")
                )
            elif (
                self.connections >= MAX_CONNECTIONS or self._known[uid] >= MAX_OF_USER
            ):  # strangers don't count: they must not keep web and node out
                self._count("too_many", uid)
                await self._turn_away(reader, writer, NotaryRefused("unavailable", "too many connections"))
            else:
                self._known[uid] += 1
                try:
                    await self._exchange(task, roles, reader, writer)
                finally:
                    self._known[uid] -= 1
        except TimeoutError:
            self._count("too_slow", uid)
            writer.transport.abort()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.pop(task, None)
            writer.close()

    async def _exchange(
        self,
        task: asyncio.Task[None],
        roles: frozenset[Role],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        while self._server is not None and self._server.is_serving():
            first = await reader.readexactly(1)
            async with asyncio.timeout(FRAME_SECONDS):
                length = int.from_bytes(first + await reader.readexactly(3))
                if length > MAX_FRAME_BYTES:
                    await self._send(writer, error_answer(NotaryRefused("bad_request", "the request is too large")))
                    return
                body = await reader.readexactly(length)
            self._connections[task] = True
            await self._send(writer, await self._service.answer(roles, body))
            self._connections[task] = False

    async def _turn_away(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refused: NotaryRefused
    ) -> None:
        """Answer once, and listen no longer than it takes the peer to hear it (a close at once would lose the answer)."""
        await self._send(writer, error_answer(refused))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TURN_AWAY_SECONDS):
                while await reader.read(65_536):
                    pass

    @staticmethod
    async def _send(writer: asyncio.StreamWriter, body: bytes) -> None:
        """
        Raises:
            TimeoutError: the peer does not take it.
        """
        writer.write(len(body).to_bytes(4) + body)
        async with asyncio.timeout(FRAME_SECONDS):
            await writer.drain()

    def _count(self, reason: str, uid: int) -> None:
        self.refused[reason] += 1
        _log.warning("peer.refused", reason=reason, uid=uid, connections=len(self._connections))
