"""Sockets at which a simulated device is spoken to: datagrams, connections that it makes, connections that it awaits."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterable

from custodes.gb28181.device.speech import ReceivedSpeech

CONNECT_SECONDS = 10.0
_LONGEST = 2048
_AT_ONCE = 64


class SpeechSockets:
    """The sockets of one device.

    Args:
        host: address of ours that they are bound to; platform: the only one that is heard.
    """

    def __init__(self, host: str, platform: str) -> None:
        self._host = host
        self._platform = platform
        self._open: dict[ReceivedSpeech, _Datagrams | _Connection] = {}

    def __len__(self) -> int:
        return len(self._open)

    def match(self, ears: Iterable[ReceivedSpeech]) -> None:
        """Have a socket for each and for no other. One that can't be had hears nothing."""
        wanted = list(ears)
        for gone in self._open.keys() - set(wanted):
            self._open.pop(gone).close()
        for ear in wanted:
            held = self._open.get(ear)
            if held is None:
                kind = _Connection if ear.tcp else _Datagrams
                try:
                    held = self._open[ear] = kind(self._host, self._platform, ear)
                except OSError:
                    continue
            if isinstance(held, _Connection) and ear.connects and ear.host:
                held.connect()

    def close(self) -> None:
        """Close all of them."""
        self.match(())


class _Datagrams:
    def __init__(self, host: str, platform: str, ear: ReceivedSpeech) -> None:
        self._ear = ear
        self._platform = platform
        self._loop = asyncio.get_running_loop()
        self._sock = _bound(host, ear.own, socket.SOCK_DGRAM)
        self._loop.add_reader(self._sock, self._read)

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                octets, there = self._sock.recvfrom(_LONGEST)
            except OSError:
                return
            if there[0] == self._platform:
                self._ear.take(octets)
                if self._ear.back:
                    with contextlib.suppress(OSError):
                        self._sock.sendto(octets, there)

    def close(self) -> None:
        self._loop.remove_reader(self._sock)
        self._sock.close()


class _Connection:
    """One: the first that the platform makes, or ours to it. Packets stand behind their length (RFC 4571)."""

    def __init__(self, host: str, platform: str, ear: ReceivedSpeech) -> None:
        self._ear = ear
        self._task: asyncio.Task[None] | None = None
        self._listener: socket.socket | None = None
        self._platform = platform
        if not ear.connects:
            self._listener = _bound(host, ear.own, socket.SOCK_STREAM)
            self._listener.listen(4)
            self._task = asyncio.get_running_loop().create_task(self._accept(self._listener))

    def connect(self) -> None:
        """Make it, once."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._make())

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            sock, there = await loop.sock_accept(listener)
            if there[0] == self._platform:
                await self._read(*await asyncio.open_connection(sock=sock))
            else:
                sock.close()

    async def _make(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(self._ear.host, self._ear.port)
        except OSError:
            return
        await self._read(reader, writer)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                size = await reader.readexactly(2)
                packet = await reader.readexactly(int.from_bytes(size, "big"))
                self._ear.take(packet)
                if self._ear.back:
                    writer.write(size + packet)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.transport.abort()

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._listener is not None:
            self._listener.close()


def _bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    try:
        sock.setblocking(False)
        if kind is socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock
