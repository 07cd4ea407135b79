"""The notary's Unix socket: frames in, frames out, strangers turned away (wire.md §6)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
from pathlib import Path

import structlog

from custodes.ledger.client import MAX_FRAME_BYTES

from .peers import Peers, Role, peer_uid
from .protocol import Refused, error_answer
from .service import Service

MAX_CONNECTIONS = 512
TURN_AWAY_SECONDS = 2.0
MAX_STRANGERS = 64
"""Turned away with an answer at once; more are cut off without one."""

_log = structlog.get_logger("notary")


class ServerError(Exception):
    """The socket can't be opened; the message says why."""


class Server:
    """Listens, and serves one request at a time on each connection."""

    def __init__(self, path: Path, service: Service, peers: Peers) -> None:
        self._path = path
        self._service = service
        self._peers = peers
        self._connections: dict[asyncio.Task[None], bool] = {}
        self._known = 0
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
        return self._known

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
                _log.warning("peer.refused", uid=uid)
                if len(self._connections) - self._known > MAX_STRANGERS:
                    return
                await self._turn_away(reader, writer, Refused("forbidden", "this user may not speak to the notary"))
            elif self._known >= MAX_CONNECTIONS:  # strangers don't count: they must not keep web and node out
                _log.warning("peer.too_many", connections=len(self._connections))
                await self._turn_away(reader, writer, Refused("unavailable", "too many connections"))
            else:
                self._known += 1
                try:
                    await self._exchange(task, roles, reader, writer)
                finally:
                    self._known -= 1
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
            length = int.from_bytes(await reader.readexactly(4))
            if length > MAX_FRAME_BYTES:
                await self._send(writer, error_answer(Refused("bad_request", "the request is too large")))
                return
            body = await reader.readexactly(length)
            self._connections[task] = True
            await self._send(writer, await self._service.answer(roles, body))
            self._connections[task] = False

    async def _turn_away(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refused: Refused) -> None:
        """Answer once, and listen no longer than it takes the peer to hear it (a close at once would lose the answer)."""
        await self._send(writer, error_answer(refused))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TURN_AWAY_SECONDS):
                while await reader.read(65_536):
                    pass

    @staticmethod
    async def _send(writer: asyncio.StreamWriter, body: bytes) -> None:
        writer.write(len(body).to_bytes(4) + body)
        await writer.drain()
