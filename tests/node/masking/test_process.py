"""The process that works on a stage tells how far it is far more often than the disk is asked for its room."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from custodes.node.masking import process
from custodes.node.masking.process import Failed, WorkOrder
from custodes.video.wire.masking import MaskRefusalReason

TALKS = (
    sys.executable, "-c",
    "import sys; sys.stdin.readline(); [print('{\"say\": \"told\", \"done\": %d, \"total\": 300}' % n) for n in range(300)];"
    "print('{\"say\": \"failed\", \"why\": \"gone\"}', flush=True); sys.stdin.read()",
)  # fmt: skip


def order(folder: Path) -> WorkOrder:
    return WorkOrder(do="reading", folder=str(folder), camera=uuid4(), segments=[], room=1, memory=1, most_pixels=1)


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, has_room: bool) -> tuple[object, int, int]:
    """What came of it, how often it told, how often the disk was asked."""
    monkeypatch.setattr(process, "COMMAND", TALKS)
    told, asked = [0], [0]

    def tell(_done: int, _total: int) -> None:
        told[0] += 1

    async def room() -> bool:
        asked[0] += 1
        await asyncio.sleep(0)  # it may wait: the loop goes on
        return has_room

    began = time.monotonic()
    said = asyncio.run(process.MaskProcess(order(folder), tell, room).run(60))
    asked[0] -= int((time.monotonic() - began) / process.ROOM_SECONDS)  # a slow machine asks once more a second
    return said, told[0], asked[0]


def test_the_disk_is_asked_once_a_second_and_not_for_each_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said, told, asked = run(monkeypatch, tmp_path, has_room=True)
    assert said == Failed(why=MaskRefusalReason.GONE)
    assert told == 300
    assert asked <= 1


def test_a_disk_that_gets_short_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said, _told, _asked = run(monkeypatch, tmp_path, has_room=False)
    assert isinstance(said, Failed)
    assert said.why is MaskRefusalReason.DISK
