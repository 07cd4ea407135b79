"""The socket alone, with a service that says yes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from custodes.notary import server as module
from custodes.notary.peers import Peers
from custodes.notary.server import Server

WEB, STRANGER = 1001, 1003


class Yes:
    """Answers everything."""

    async def answer(self, roles: object, body: bytes) -> bytes:
        return b"yes"


async def connect(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write((2).to_bytes(4) + b"{}")
    await writer.drain()
    return reader, writer


async def first_answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        return await reader.readexactly(int.from_bytes(await reader.readexactly(4)))


async def test_strangers_can_not_keep_the_web_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = iter([STRANGER] * 5 + [WEB])
    monkeypatch.setattr(module, "peer_uid", lambda _: next(users))
    monkeypatch.setattr(module, "MAX_CONNECTIONS", 2)
    monkeypatch.setattr(module, "MAX_STRANGERS", 3)
    server = Server(tmp_path / "s", cast(Any, Yes()), Peers(1000, WEB, 1002))
    await server.start()
    strangers = [await connect(tmp_path / "s") for _ in range(5)]
    try:
        assert b"forbidden" in await first_answer(strangers[0][0])
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await first_answer(strangers[4][0])
        reader, writer = await connect(tmp_path / "s")
        assert await first_answer(reader) == b"yes"
        writer.close()
    finally:
        for _, writer in strangers:
            writer.close()
        await server.stop()
