"""A recording of a platform below on its way to one above: called there as it is sent, steered there, and kept nowhere here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import structlog

from custodes.node.camera import NodeCamera
from custodes.node.channel import WorkerServices
from custodes.node.gate import Admission
from custodes.node.gb28181.filling.room import channel_of
from custodes.node.gb28181.sending.below import Below, asked_at
from custodes.node.gb28181.sending.reading import ArchivedPicture
from custodes.node.gb28181.sending.recorded import READ_SECONDS, UNABLE, RecordedSending
from custodes.node.gb28181.sending.sending import NoPicture, Sending
from custodes.node.gb28181.sending.ways import SendTransport
from custodes.node.gb28181.viewing.desk import DeviceDesk, NotPlayed
from custodes.node.gb28181.viewing.opened import KEY_US
from custodes.video.wire.sending import SendAsk, SendStep, SendStepped

log = structlog.get_logger(__name__)

DOWNLOAD_SPEED = 2
"""Of a download that names none: from four times on many devices send key pictures alone, and it would be no copy."""
STANDS_SECONDS = 300.0
"""What stands still for so long gives the stream below back, and the seat; it is called again when it goes on."""
_BEFORE_US = KEY_US + 2_000_000
"""The margin that is kept behind the beginning of what a person may see is not kept here: a platform below sends nothing from before what was
asked for, and is asked for nothing before the beginning. With the doubt of its clock."""
_NO_SESSION, _UNKNOWN = 454, 503


class PassedOnSending(RecordedSending):
    """By the rules for a person who looks here (`viewing`): placed by what was asked for, one at a time of a camera.

    Speed and standing still are steps in the call below. Going elsewhere is another call there, for which the officer of the platform above is
    stated anew. What came and was not sent yet waits here: 4 MiB over a connection, which is not read beyond that; of datagrams it is
    asked to stand still then, and is hung up on at 24 MiB.

    Attributes:
        busy: somebody else has what there is one of at a time.
        platform: ID of the one below.
    """

    source: Literal["", "device"] = "device"
    picture_seconds = 6.0

    def __init__(
        self,
        ask: SendAsk,
        span: tuple[int, int],
        camera: NodeCamera,
        admission: Admission,
        way: SendTransport,
        studio: WorkerServices,
        on_over: Callable[[Sending], None],
        desk: DeviceDesk,
    ) -> None:
        self.busy = False
        self.platform = platform_of(camera)
        self._stepping = asyncio.Lock()
        if ask.session == "Download":
            ask = ask.model_copy(update={"speed": asked_at(ask.speed or DOWNLOAD_SPEED)})
        super().__init__(ask, span, camera, admission, way, studio, on_over)
        # Begun behind the margin the first picture would be another's than the second that the platform above places it at.
        asked = replace(self._bounds, span=(span[0] - _BEFORE_US, span[1]))
        self._below = Below(
            *(desk, camera, admission.claims, asked, self._opens, span, studio.clock),
            download=self.download,
            hears=lambda: self._hears,
        )

    async def step(self, step: SendStep) -> SendStepped:
        """Follow a step, as far as it is followed below; one that is not changes nothing."""
        async with self._stepping:
            status = self._against(step) or await self._at_scale(step.scale)
            if not status and self.over:
                status = _NO_SESSION
            stepped = self._stepped(status) if status else self._follow(step)
        self._below.came.set()
        return stepped

    async def _at_scale(self, scale: float | None) -> int:
        """Have it go at this speed below; RTSP's status where it does not."""
        if scale is None or scale == self._below.scale or not self._below.plays:
            return 0
        why = await self._below.rescale(scale)
        if why in ("", "unknown"):  # it is over there: what follows is called for, and asked then
            return 0
        log.info("send.not_rescaled", camera=str(self.camera.id), why=why)
        return UNABLE if why.startswith("refused") else _UNKNOWN

    def _all_again(self) -> None:
        """From the next key picture on: of what comes none is there twice."""

    async def _send(self) -> None:
        try:
            await self._below.sit()
            await super()._send()
        except NotPlayed as error:
            raise self._none(error.step) from error
        finally:
            await self._below.leave()

    async def _go_on(self) -> bool:
        if not self._paused and self._target_us is None and not self._stepping.locked():
            await self._below.flow()
            if self._below.plays and self._below.scale != self._beat.speed:
                await self._keep_scale(self._beat.speed)
        return await super()._go_on()

    async def _keep_scale(self, speed: float) -> None:
        """Another call goes on as the one before; where it does not, it plays at its own speed."""
        why = await self._below.rescale(speed)
        if why and self._beat.speed == speed:
            log.info("send.not_rescaled", camera=str(self.camera.id), why=why)
            self._beat.anew(self._below.scale)

    def _turn(self, to_us: int) -> None:
        self._target_us = None
        self._below.turn(to_us, self._pictures[0].due if self._pictures else None)
        self._pictures.clear()

    async def _show(self, picture: ArchivedPicture) -> None:
        self._below.check()  # it may have waited for long: for the start, or for its time
        await super()._show(picture)

    async def _stand(self) -> None:
        """Still below too, and hung up on where that takes too long."""
        since = self._studio.clock.monotonic()
        while self._paused and self._target_us is None:
            await self._below.stand()
            await self._wait_for_step(1.0)
            self._below.check()
            if self._studio.clock.monotonic() - since > STANDS_SECONDS:
                await self._below.leave()

    async def _waits_at_the_edge(self) -> bool:
        """Never: what is recorded below meanwhile is asked for anew by whoever wants it."""
        return False

    async def _read(self) -> bool:
        try:
            async with asyncio.timeout(READ_SECONDS):
                picture = await self._below.picture(
                    self._beat.speed, keys_alone=self._keys_alone, until=lambda: self._target_us is not None
                )
        except TimeoutError as error:
            raise self._none("silent") from error
        if picture is None:
            await asyncio.sleep(0)
            return self._target_us is not None
        self._pictures.append(picture)
        return True

    def _none(self, step: str) -> NoPicture:
        log.info("send.not_passed_on", camera=str(self.camera.id), step=step)
        self.busy = step == "busy"
        return NoPicture()


def platform_of(camera: NodeCamera) -> str:
    """ID of the platform below whose channel a camera is; empty where it is none's."""
    url = channel_of(camera)
    return url.device if url is not None else ""
