"""One camera's live picture on its way to one upper platform."""

from __future__ import annotations

import asyncio

from custodes.node.bounds import Bounds
from custodes.node.catch_up import CatchingUp
from custodes.node.gb28181.sending.sending import NoPicture, Sending
from custodes.node.gb28181.sending.sounding import Ears
from custodes.video.hub.viewer import ViewerQueue
from custodes.video.unit import AccessUnit

PICTURE_SECONDS = 4.0
"""Within which a camera that is taken in has a picture to send; one that is not recorded is connected to first."""


class LiveSending(Sending):
    """From the key picture of the moment at which it may begin, for as long as pictures come."""

    async def _send(self) -> None:
        self._want_key()
        hub = self.camera.hub("main")
        first = hub.watch()
        try:
            await self._have_picture(first)
            await self._go.wait()
            await self.way.reach()
            queue = hub.watch()  # from the key picture of now on, while the stream goes on for the first
        finally:
            hub.leave(first)
        try:
            await self._send_from(queue)
        finally:
            hub.leave(queue)

    def _want_key(self) -> None:
        """Whoever begins with an old key picture has a new one asked for; seldom, however often this is called."""
        if self._studio.key_frames is not None:
            self._studio.key_frames.joined(self.camera, "main")

    async def _have_picture(self, queue: ViewerQueue) -> None:
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                there = await queue.take()
        except TimeoutError as error:
            raise NoPicture from error
        if there is None:
            raise NoPicture
        self.codec = there[0].params.codec
        if self._hears:
            self.sound = self.camera.hub("main").sound
            self._cutter.expect(self.sound)
        self._is_ready()

    async def _send_from(self, queue: ViewerQueue) -> None:
        """Send what comes; a receiver that is too slow for it goes on at the next key picture."""
        studio, camera = self._studio, self.camera.id
        self._want_key()
        if queue.behind is not None and not self._opens(queue.behind.key):
            queue.give_up()
        pictures = CatchingUp(queue, lambda: studio.archive.being_written(camera), studio.disk, studio.clock)
        sending, ears = False, Ears(self.camera.hub("main"))
        try:
            while (item := await pictures.take()) is not None:
                unit, hole = item
                if not self._opens(unit) or not (unit.key or (sending and not hole)):
                    sending = False
                    continue
                packets = self._cutter.packets(unit)
                sending = await self._send_picture(packets, unit.wall_us, unit.wall_us + self._cutter.lasts)
                await self._hear(ears, unit)
        finally:
            ears.close()
        raise NoPicture  # the camera is no longer taken in here

    async def _hear(self, ears: Ears, unit: AccessUnit) -> None:
        """Send the sound that came beside a picture, where it goes with it."""
        if not self._hears:
            ears.close()
            return
        for piece in ears.take(unit):
            # A slow receiver takes its time for each, and the leave may end meanwhile.
            now_us = self._studio.clock.wall_us()
            if self._hears and Bounds.of(self.admission.claims).opens_live(piece.from_us, now_us):
                await self._send_sound(piece, live=True)

    def _opens(self, unit: AccessUnit) -> bool:
        return Bounds.of(self.admission.claims).opens_live(unit.wall_us, self._studio.clock.wall_us())
