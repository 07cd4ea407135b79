"""Log files are turned over while processes write to them, and kept as long as the law asks."""

from __future__ import annotations

import datetime
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from custodes.commands.up import LogFiles
from custodes.settings import Settings

START = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


class Clock:
    """The moment, and the monotonic clock with it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime.datetime:
        return self.at

    def forward(self, **span: float) -> float:
        self.at += datetime.timedelta(**span)
        return (self.at - START).total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def files(tmp_path: Path, clock: Clock, said: list[str]) -> LogFiles:
    return LogFiles(tmp_path, max_bytes=1000, days=190, now=clock, say=said.append)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], int]:
    """Writes as a child does: appends through a descriptor that it was given."""
    given = os.open(tmp_path / "web.log", os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    return lambda line: os.write(given, line)


def _turned(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.log.gz"))


def test_a_large_file_is_turned_over_and_its_writer_goes_on(
    tmp_path: Path, files: LogFiles, clock: Clock, write: Callable[[bytes], int]
) -> None:
    write(b"a" * 999 + b"\n")
    files.look(clock.forward(seconds=10))
    assert _turned(tmp_path) == []
    write(b"b\n")
    files.look(clock.forward(seconds=5))
    assert _turned(tmp_path) == [], "looked again too soon"
    files.look(clock.forward(seconds=5))
    (turned,) = _turned(tmp_path)
    assert turned.name == "web-20260101T120020Z.log.gz"
    assert gzip.decompress(turned.read_bytes()) == b"a" * 999 + b"\nb\n"
    write(b"c\n")
    assert (tmp_path / "web.log").read_bytes() == b"c\n"


def test_at_a_new_day_whatever_is_there_is_turned_over(
    tmp_path: Path, files: LogFiles, clock: Clock, write: Callable[[bytes], int]
) -> None:
    write(b"a\n")
    (tmp_path / "node.log").touch()
    files.look(clock.forward(seconds=10))
    files.look(clock.forward(hours=11, minutes=59))
    assert len(_turned(tmp_path)) == 0
    files.look(clock.forward(minutes=2))
    assert [path.name[:4] for path in _turned(tmp_path)] == ["web-"]


def test_what_is_older_than_asked_is_deleted_and_nothing_else(tmp_path: Path, files: LogFiles, clock: Clock) -> None:
    old, young = "web-20250601T000000Z.log.gz", "web-20250801T000000Z.log.gz"
    for name in (old, young, "web.log", "notes.txt", "web-20250601T000000Z.log"):
        (tmp_path / name).touch()
    files.look(clock.forward(seconds=10))
    assert {path.name for path in tmp_path.iterdir()} == {young, "web.log", "notes.txt", "web-20250601T000000Z.log"}


def test_a_link_is_not_followed_and_a_full_disk_stops_nothing(
    tmp_path: Path, files: LogFiles, clock: Clock, said: list[str]
) -> None:
    target = tmp_path.parent / f"{tmp_path.name}-precious"
    target.write_bytes(b"x" * 5000)
    (tmp_path / "evil.log").symlink_to(target)
    files._day = START.date() - datetime.timedelta(days=1)
    files.look(clock.forward(seconds=10))
    assert target.read_bytes() == b"x" * 5000
    assert len(said) == 1


def test_less_than_six_months_is_refused() -> None:
    with pytest.raises(ValueError, match="183"):
        Settings(log_days=100)
