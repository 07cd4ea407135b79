"""Speaking through a camera's loudspeaker: the account of each speech, on disk before its device is called; one speaker on each camera (speaking.md)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

import structlog

from custodes.ledger.records import SpeechEnded, at_text
from custodes.node.camera import NodeCamera
from custodes.node.gb28181.speaking.desk import NotSpoken
from custodes.node.leases.desk import LeaseBook, LeaseDesk, Tenure
from custodes.video.clock import HostClock
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.control_leases import Failure, Form, Speaker, SpeechAnswer, SpeechBegin

_TABLES = """
CREATE TABLE speeches (speech TEXT PRIMARY KEY, log_index INTEGER NOT NULL, person TEXT NOT NULL, camera TEXT NOT NULL,
    begun_us INTEGER, spoken_us INTEGER NOT NULL DEFAULT 0, noted_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

_LATER = ("ALTER TABLE speeches ADD COLUMN form TEXT NOT NULL DEFAULT '';",)
FORMAT = 1 + len(_LATER)


class SpeechBook(LeaseBook):
    """Speeches, and their ends until the notary has them. Blocks; any thread may call."""

    def __init__(self, path: Path, worker: str, clock: HostClock) -> None:
        """Open or make the book. Raises as `LeaseBook`."""
        super().__init__(path, _TABLES, worker, clock, _LATER)

    def begin(self, speech: UUID, index: int, person: str, camera: UUID) -> None:
        """As the base's: the device is about to be called."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO speeches (speech, log_index, person, camera, noted_us) VALUES (?, ?, ?, ?, ?)",
                (str(speech), index, person, str(camera), self._clock.wall_us()),
            )

    def take(self, speech: UUID, begun_us: int, form: Form) -> None:
        """The call to the device stands, in this form: sound may go from now on."""
        with self._writing() as db:
            db.execute(
                "UPDATE speeches SET begun_us = ?, noted_us = ?, form = ? WHERE speech = ?",
                (begun_us, begun_us, form, str(speech)),
            )

    def note(self, speech: UUID, spoken_us: int) -> None:
        """So much sound went to the device until now."""
        with self._writing() as db:
            db.execute(
                "UPDATE speeches SET spoken_us = ?, noted_us = ? WHERE speech = ?",
                (spoken_us, self._clock.wall_us(), str(speech)),
            )

    def end(
        self,
        speech: UUID,
        reason: str,
        step: str = "",
        *,
        spoken_us: int = 0,
        ended_us: int | None = None,
        form: Form = "",
    ) -> None:
        """The speech is over: that goes to the notary. Twice is once."""
        with self._writing() as db:
            found = db.execute(
                "SELECT log_index, person, camera, begun_us FROM speeches WHERE speech = ?", (str(speech),)
            ).fetchone()
            if found is None:
                return
            index, person, camera, begun_us = found
            now = self._clock.wall_us()
            record = SpeechEnded(
                id=uuid.uuid5(speech, "ended"),
                at=at_text(now),
                speech=speech,
                index=index,
                person=person,
                camera=UUID(camera),
                begun_us=begun_us,
                ended_us=now if ended_us is None else ended_us,
                spoken_us=spoken_us,
                reason=reason,
                step=step,
                worker=self._worker,
                form=form,
            )
            self._put(db, record)
            db.execute("DELETE FROM speeches WHERE speech = ?", (str(speech),))

    def _end_left_open(self) -> None:
        left = self._db.execute("SELECT speech, spoken_us, noted_us, form FROM speeches").fetchall()
        for speech, spoken, noted, form in left:
            self.end(UUID(speech), "crash", spoken_us=spoken, ended_us=noted, form=form)


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


class ListeningDevice(Protocol):
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

    async def begin(self, camera: UUID, grant: UUID, ended: Callable[[str], None]) -> ListeningDevice:
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
    _device: ListeningDevice | None = None
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

    async def _call(self) -> ListeningDevice | None:
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


NOTE_SECONDS = 5.0
"""A crash loses so much of how long was spoken."""


@dataclass
class Floors(LeaseDesk[SpeechBegin, Floor, SpeechAnswer]):
    """The floors of one worker's cameras, each with at most one speaker.

    Attributes:
        shows: whether a look of this grant is open here and shows this camera live.
        idle_seconds: whoever says nothing for this long has done.
        longest_seconds: no speech lasts longer.
    """

    verb = "speech"
    unable = "no_speaker"

    book: SpeechBook
    devices: Devices
    shows: Callable[[UUID, UUID], bool]
    idle_seconds: float
    longest_seconds: float
    _noted: float = 0.0

    def able(self, assignment: CameraAssignment) -> bool:
        """Whether something sounds at the camera."""
        return bool(assignment.speaker)

    def floor(self, camera: UUID) -> Floor | None:
        """The camera's floor, whoever has it."""
        return self._tenures.get(camera)

    def feed(self, camera: UUID, grant: UUID, alaw: bytes) -> None:
        """Sound of whoever looks under this grant; of anybody else it goes nowhere. Returns at once."""
        floor = self._of(camera, grant)
        if floor is not None:
            floor.feed(alaw)

    async def look_after(self) -> None:
        """One look at the speeches that go on."""
        now = self.clock.monotonic()
        for floor in list(self._tenures.values()):
            reason = self._reason(floor, now)
            if reason:
                floor.let_go(reason)
        if now - self._noted >= NOTE_SECONDS:
            self._noted = now
            for floor in list(self._tenures.values()):
                if floor.state == "speaking" and not floor.over:
                    await self.disk.run(self.book.note, floor.begun.speech, floor.spoken_us)

    def _reason(self, floor: Floor, now: float) -> str:
        """Why it has to end; empty where it may go on."""
        if self._is_gone(floor):
            return "camera"
        if not self.shows(floor.begun.grant, floor.camera.id):
            return "not_open"
        if floor.state == "speaking" and now - floor.last > self.idle_seconds:
            return "idle"
        return "longest" if now - floor.since > self.longest_seconds else ""

    def _read(self, body: bytes) -> SpeechBegin:
        return SpeechBegin.model_validate_json(body)

    def _answer(self, failure: Failure, held: Floor | None) -> SpeechAnswer:
        return SpeechAnswer(ok=not failure, failure=failure, speaker=None if held is None else held.tenant())

    async def _make_room(self, begun: SpeechBegin) -> Failure:
        """Nobody is displaced but by themselves."""
        there = self._tenures.get(begun.camera)
        if there is not None and there.begun.person == begun.person:
            await there.leave("again")
        camera = self.cameras.get(begun.camera)
        # What the register had when leave was given is where the sound goes; where another came meanwhile it is asked anew.
        if camera is None or begun.output not in camera.assignment.speaker:
            return "no_speaker"
        if not self.shows(begun.grant, begun.camera):
            return "not_open"
        return "held" if begun.camera in self._tenures else ""

    def _make(self, camera: NodeCamera, begun: SpeechBegin) -> Floor:
        """The call to the device takes seconds: how it goes is told on the socket."""
        return Floor(camera, begun, self.disk, self.clock, self.devices, self.book)
