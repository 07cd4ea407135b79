"""A key frame is asked for when somebody comes to look and the last is old: once in a while, and not of who refuses."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from custodes.node.key_frames import APART_SECONDS, REFUSED_SECONDS, KeyFrames
from custodes.node.steering.driver import Drivers
from custodes.video.clock import FakeClock
from custodes.video.source.address import AddressPolicy
from custodes.video.steering import SteerFailure
from custodes.video.wire.assignment import CameraAssignment, OnvifAssignment, SourceAssignment
from tests.node.steering.support import assignment


class Asked:
    """A camera with a long group of pictures, and who asks it."""

    def __init__(self, age_s: float | None = 3.0, refuses: bool = False, **changes: Any) -> None:
        self.clock = FakeClock()
        self.count = 0
        self.refuses = refuses
        key = None if age_s is None else SimpleNamespace(wall_us=self.clock.wall_us() - round(age_s * 1e6))
        self.camera = SimpleNamespace(
            id=assignment().id,
            assignment=assignment().model_copy(update=changes),
            hub=lambda stream: SimpleNamespace(key_frame=key),
            stream_of=lambda stream: stream,
        )
        self.keys = KeyFrames(self._ask, self.clock)

    async def _ask(self, camera: CameraAssignment) -> None:
        self.count += 1
        if self.refuses:
            raise SteerFailure("protocol", "it does not know the command")

    async def join(self, stream: str = "main") -> bool:
        asked = self.keys.joined(self.camera, stream)  # type: ignore[arg-type]
        await asyncio.gather(*self.keys._tasks)
        return asked


@pytest.mark.parametrize(("age", "asked"), [(None, True), (3.0, True), (1.0, False)])
async def test_only_when_the_last_key_frame_is_old(age: float | None, asked: bool) -> None:
    assert await Asked(age).join() is asked


async def test_who_looks_and_wants_one_has_it_asked_for_however_new_the_last_is_and_seldom() -> None:
    asked = Asked(0.5)
    assert asked.keys.wanted(asked.camera)  # type: ignore[arg-type]
    assert not asked.keys.wanted(asked.camera)  # type: ignore[arg-type]
    await asyncio.gather(*asked.keys._tasks)
    assert asked.count == 1
    blind = Asked(onvif=None)
    assert not blind.keys.wanted(blind.camera)  # type: ignore[arg-type]


async def test_a_crowd_that_comes_at_once_asks_once() -> None:
    asked = Asked()
    for _ in range(20):
        await asked.join()
    assert asked.count == 1
    asked.clock.advance(APART_SECONDS + 0.1)
    await asked.join()
    assert asked.count == 2


async def test_a_camera_that_refuses_is_left_alone_for_a_while() -> None:
    asked = Asked(refuses=True)
    await asked.join()
    asked.clock.advance(REFUSED_SECONDS - 1)
    assert not await asked.join()
    asked.clock.advance(2)
    assert await asked.join()


async def test_a_channel_of_a_gb28181_device_is_asked_through_its_call() -> None:
    main = SourceAssignment(url="gb28181://34020000001180000001/34020000001320000001", transport="udp")
    asked = Asked(onvif=None, main=main)
    assert await asked.join()
    assert not await asked.join()
    assert asked.count == 1
    called: list[UUID] = []

    def key_of(camera: UUID) -> bool:
        called.append(camera)
        return True

    await Drivers(AddressPolicy(), str, key_of=key_of).key_frame(asked.camera.assignment)
    assert called == [asked.camera.id]


async def test_a_camera_without_a_known_profile_and_a_sub_stream_are_not_asked() -> None:
    assert not await Asked(onvif=None).join()
    assert not await Asked(onvif=OnvifAssignment(port=80)).join()
    assert not await Asked().join("sub")
