"""What web and worker say about speaking through a camera's loudspeaker (docs/design/wire.md §3, speaking.md)."""

from __future__ import annotations

from uuid import UUID

from custodes.video.wire.standing import LeaveAnswer, LeaveBegin, Tenant, Words


class SpeechBegin(LeaveBegin):
    """``POST /internal/speech/begin``: somebody was given leave, and that is on record.

    Attributes:
        speech: id of this leave.
        output: the code that the register has; a worker that was told another does not begin.
    """

    speech: UUID
    output: Words

    @property
    def leave(self) -> UUID:
        """Its id."""
        return self.speech


class Speaker(Tenant):
    """Who speaks through a camera's loudspeaker, or whose call to the device is under way."""


class SpeechAnswer(LeaveAnswer[Speaker]):
    """What became of a wish to speak, or who speaks."""

    speaker: Speaker | None = None

    @property
    def tenant(self) -> Speaker | None:
        """Who speaks."""
        return self.speaker
