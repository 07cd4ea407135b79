"""Who speaks through which camera of this worker (docs/design/speaking.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from custodes.node.camera import Camera
from custodes.node.speaking.book import SpeechBook
from custodes.node.speaking.floor import Devices, Floor
from custodes.node.standing.desk import StandingDesk
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.speech import SpeechAnswer, SpeechBegin
from custodes.video.wire.standing import Failure

NOTE_SECONDS = 5.0
"""A crash loses so much of how long was spoken."""


@dataclass
class Floors(StandingDesk[SpeechBegin, Floor, SpeechAnswer]):
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

    def _make(self, camera: Camera, begun: SpeechBegin) -> Floor:
        """The call to the device takes seconds: how it goes is told on the socket."""
        return Floor(camera, begun, self.disk, self.clock, self.devices, self.book)
