"""A camera's floor: one person's speech through its loudspeaker, from the call to the device to its end on record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

import structlog

from custodes.node.gb28181.speaking.desk import NotSpoken
from custodes.node.speaking.book import SpeechBook
from custodes.node.standing.tenure import Tenure
from custodes.video.wire.speaking import Form
from custodes.video.wire.speech import Speaker, SpeechBegin

log = structlog.get_logger(__name__)

OCTETS_PER_SECOND = 8_000
"""G.711 at 8 kHz."""

FILLS_PER_SECOND = OCTETS_PER_SECOND * 1.1
"""A browser's clock may run a little fast."""

OCTETS_AT_ONCE = 2 * OCTETS_PER_SECOND
MOST_DROPPED = 2 * OCTETS_PER_SECOND
"""Whoever sends so much more than time has passed is no microphone: the speech ends."""

HANG_UP_SECONDS = 5.0
US_PER_OCTET = 1_000_000 // OCTETS_PER_SECOND


class Speech(Protocol):
    """A device that listens."""

    ended: str | None

    @property
    def form(self) -> Form:
        """Who called whom."""
        ...

    @property
    def octets(self) -> int:
        """That were sent: what waits to be is not among them."""
        ...

    def feed(self, alaw: bytes) -> None:
        """Send sound on. Returns at once."""
        ...

    async def end(self) -> None:
        """Hang up."""
        ...


class Devices(Protocol):
    """Calls devices, so that they sound what they are fed."""

    async def begin(self, camera: UUID, grant: UUID, ended: Callable[[str], None]) -> Speech:
        """Call the camera's device; it takes seconds. `ended` is told once when the device or the gateway ends it.

        Raises:
            NotSpoken.
        """
        ...


_OURS = {"silent": "idle", "closed": "restart"}
"""Ends of a speech that are no doing of the device's."""


@dataclass
class Floor(Tenure[SpeechBegin]):
    """One speech.

    Attributes:
        state: ``asking`` while the device is called, ``speaking`` while it takes sound.
        form: in which the device was called, or was tried last.
    """

    verb = "speech"

    devices: Devices
    book: SpeechBook
    state: Literal["asking", "speaking"] = "asking"
    form: Form = ""
    _device: Speech | None = None
    _left: float = OCTETS_AT_ONCE
    _dropped: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._filled = self.since
        self._targets = self.camera.assignment.speaker

    def feed(self, alaw: bytes) -> None:
        """Sound of whoever speaks. What comes before the device listens, or faster than it is spoken, is dropped. Returns at once."""
        if self._device is None or self.state != "speaking" or self.over:
            return
        now = self.clock.monotonic()
        self._left = min(OCTETS_AT_ONCE, self._left + (now - self._filled) * FILLS_PER_SECOND)
        self._filled = now
        if len(alaw) > self._left:
            self._dropped += len(alaw)
            if self._dropped > MOST_DROPPED:
                self.let_go("flood")
            return
        self._left -= len(alaw)
        self.last = now
        self._device.feed(alaw)

    @property
    def outdated(self) -> bool:
        """Whether the register says otherwise by now of where its sound goes."""
        return self.camera.assignment.speaker != self._targets

    @property
    def spoken_us(self) -> int:
        """How much sound went to the device: what still waited to be sent when it was hung up on is none."""
        return self._device.octets * US_PER_OCTET if self._device is not None else 0

    def tenant(self) -> Speaker:
        """As others are told."""
        begun = self.begun
        return Speaker(person=begun.person, person_name=begun.person_name, unit=begun.unit, since_us=self.since_us)

    async def _live(self) -> None:
        try:
            self._device = await self._call()
            if self._device is not None:
                self.form = self._device.form
                await self._hold()
        except NotSpoken as error:
            log.info("speech.failed", camera=str(self.camera.id), step=error.step, detail=error.detail)
            self.form = error.form
            self.let_go("failed", str(error.step))
        except Exception as error:
            log.error("speech.error", camera=str(self.camera.id), why=type(error).__name__)
            self.let_go("error")

    async def _call(self) -> Speech | None:
        """A device that listens; None where the speech was over before, if only while it was written down: then nobody is rung."""
        if self.over:
            return None
        calling = asyncio.ensure_future(self.devices.begin(self.camera.id, self.begun.grant, self._hung_up))
        over = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait({calling, over}, return_when=asyncio.FIRST_COMPLETED)
            if calling.done():
                return calling.result()
            calling.cancel()
            [late] = await asyncio.gather(calling, return_exceptions=True)
            return None if isinstance(late, BaseException) else late
        finally:
            over.cancel()
            calling.cancel()

    async def _hold(self) -> None:
        if self.over:
            return
        await self.disk.surely(self.book.take, self.begun.speech, self.clock.wall_us(), self.form)
        if self.over:
            return
        self.state = "speaking"
        self.last = self._filled = self.clock.monotonic()
        log.info("speech.begun", camera=str(self.camera.id), speech=str(self.begun.speech), index=self.begun.index)
        self.tell()
        await self._changed.wait()

    async def _end(self) -> None:
        if self._device is not None:
            try:
                async with asyncio.timeout(HANG_UP_SECONDS):
                    await self._device.end()
            except Exception as error:
                log.error("speech.not_hung_up", camera=str(self.camera.id), why=type(error).__name__)
        about = (self.begun.speech, self.over, self.step)
        await self.disk.surely(self.book.end, *about, spoken_us=self.spoken_us, form=self.form)

    def _hung_up(self, why: str) -> None:
        """As `node.gb28181.speaking.speech.Speech.ended` says it: the device's own end needs no more words."""
        if why in _OURS:
            self.let_go(_OURS[why])
        else:
            self.let_go("device", "" if why == "device" else why)
