"""The socket alone, with a service that says yes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from custodes.notary import server as module
from custodes.notary.peers import Peers
from custodes.notary.server import NotaryServer
from tests.patience import PATIENCE, until_async

WEB, NODE, STRANGER = 1001, 1002, 1003


class Yes:
    """Answers everything."""

    def __init__(self, words: bytes = b"yes") -> None:
        self._words = words

    async def answer(self, roles: object, body: bytes) -> bytes:
        return self._words


async def connect(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write((2).to_bytes(4) + b"{}")
    await writer.drain()
    return reader, writer


async def first_answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        return await reader.readexactly(int.from_bytes(await reader.readexactly(4)))


async def test_strangers_can_not_keep_the_web_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = iter([STRANGER] * 5 + [WEB])
    monkeypatch.setattr(module, "peer_uid", lambda _: next(users))
    monkeypatch.setattr(module, "MAX_CONNECTIONS", 2)
    monkeypatch.setattr(module, "MAX_STRANGERS", 3)
    server = NotaryServer(tmp_path / "s", cast(Any, Yes()), Peers(1000, WEB, 1002))
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


@pytest.mark.parametrize(
    "sent", [b"\0", b"\0\0\0\x64{", b"\0\0\0\x02{}" * 5000], ids=["half a length", "half a request", "reads nothing"]
)
async def test_a_peer_that_sends_half_a_frame_or_takes_no_answer_is_cut_off(
    sent: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "peer_uid", lambda _: WEB)
    monkeypatch.setattr(module, "FRAME_SECONDS", 0.1)
    server = NotaryServer(tmp_path / "s", cast(Any, Yes(b"yes" * 100_000)), Peers(1000, WEB, 1002))
    await server.start()
    _reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
    idle, kept = await connect(tmp_path / "s")
    assert await first_answer(idle) == b"yes" * 100_000
    writer.transport.pause_reading()
    writer.write(sent)
    await until_async(lambda: server.refused)
    assert server.refused == {"too_slow": 1}
    kept.write((2).to_bytes(4) + b"{}")
    assert await first_answer(idle) == b"yes" * 100_000, "who only rests between two requests is let be"
    for one in (writer, kept):
        one.close()
    await server.stop()


async def test_one_user_can_not_keep_the_other_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = iter([WEB] * 3 + [NODE])
    monkeypatch.setattr(module, "peer_uid", lambda _: next(users))
    monkeypatch.setattr(module, "MAX_OF_USER", 2)
    server = NotaryServer(tmp_path / "s", cast(Any, Yes()), Peers(1000, WEB, NODE))
    await server.start()
    lines = [await connect(tmp_path / "s") for _ in range(4)]
    answers = [await first_answer(reader) for reader, _ in lines]
    assert [b"too many" in one for one in answers] == [False, False, True, False]
    for _, writer in lines:
        writer.close()
    await server.stop()
