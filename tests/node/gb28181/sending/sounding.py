"""Rooms in which there is sound beside the pictures, and what of it an upper hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from custodes.gb28181.media.frame import Frame
from custodes.video.unit import AccessUnit, SoundCodec, SoundFrame, SoundParameters, aac_parameters, g711_parameters
from tests.node.gb28181.sending.footage import ArchiveRoom, archive_room
from tests.node.gb28181.sending.room import CAMERA, Room, Upper, room

PCMA, AAC = g711_parameters(SoundCodec.PCMA), aac_parameters(bytes.fromhex("1408"))
HEARS: dict[str, Any] = {"sound": (CAMERA,)}
"""Claims of who may hear the camera."""


def lets_hear(here: Room, *, audio: bool = True) -> None:
    """What the register says of the camera."""
    here.camera.assignment = SimpleNamespace(audio=audio)


def beside(unit: AccessUnit, params: SoundParameters) -> SoundFrame:
    """The sound of one picture; of AAC a frame is as long by the clock of 25.6 kHz that nobody has, which does not matter here."""
    data = unit.media_time.to_bytes(8, "big") * 40
    return SoundFrame(data, unit.media_time, 320 if params is PCMA else 1024, unit.wall_us, params)


async def played(here: Room, count: int, params: SoundParameters) -> None:
    for _ in range(count):
        here.play(1)
        here.hub.on_sound(beside(here.played[-1], params))
        await asyncio.sleep(0)


def sounds(upper: Upper) -> list[Frame]:
    return [frame for frame in upper.frames if not frame.coding.video]


def pictures(upper: Upper) -> list[Frame]:
    return [frame for frame in upper.frames if frame.coding.video]


def unheard(upper: Upper, here: Room) -> None:
    """Nothing but pictures came, as where there is no sound at all."""
    assert len(pictures(upper)) > 5
    assert not sounds(upper)
    assert upper.receiver.tally.sounds == 0
    assert not here.records("view.heard")


def recorded(here: ArchiveRoom, seconds: int, params: SoundParameters) -> None:
    """Pictures with sound beside each."""
    taken = here.recorder.take

    def take(unit: AccessUnit) -> None:
        here.recorder.take_sound(beside(unit, params))
        taken(unit)

    here.recorder.take = take  # type: ignore[method-assign]
    here.record(seconds)
    here.recorder.take = taken  # type: ignore[method-assign]


@asynccontextmanager
async def sounding_room(folder: Path, params: SoundParameters = PCMA) -> AsyncIterator[Room]:
    """A room whose camera may be heard, and is."""
    async with room(folder) as here:
        lets_hear(here)
        await played(here, 1, params)
        yield here


@asynccontextmanager
async def sounding_archive(folder: Path, seconds: int, params: SoundParameters = PCMA) -> AsyncIterator[ArchiveRoom]:
    """A room whose camera may be heard, and was, for so long."""
    async with archive_room(folder) as here:
        lets_hear(here)
        recorded(here, seconds, params)
        here.done()
        yield here
