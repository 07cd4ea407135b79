"""What goes wrong with a sending, live or recorded: the journal, the way, a receiver without room."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from custodes.node.gb28181.sending import ways
from custodes.node.journal import Journal, Viewing
from tests.patience import PATIENCE


@dataclass
class SlowJournal:
    """Whose beginnings are not durable before `go` is set; `asked`: one waits."""

    asked: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def slow_journal(monkeypatch: pytest.MonkeyPatch) -> SlowJournal:
    made, begin = SlowJournal(), Journal.begin

    def slow(self: Journal, record: object) -> Viewing:
        made.asked.set()
        assert made.go.wait(PATIENCE)
        return begin(self, record)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "begin", slow)
    return made


@pytest.fixture
def full_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """In which nothing more can be written down."""

    def full(*_: object) -> Viewing:
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(Journal, "begin", full)


@pytest.fixture
def third_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third picture that is sent as datagrams does not go whole."""
    send, given = ways.UdpSendTransport.send, 0

    async def cut_short(self: ways.UdpSendTransport, packets: Sequence[bytes]) -> bool:
        nonlocal given
        given += 1
        return await send(self, packets) and given != 3

    monkeypatch.setattr(ways.UdpSendTransport, "send", cut_short)


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel keeps little for a receiver."""
    monkeypatch.setattr(ways, "_BUFFER", 4096)
