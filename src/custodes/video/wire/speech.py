"""What web and worker say about speaking through a camera's loudspeaker (docs/design/wire.md §3, speaking.md)."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from custodes.video.wire.standing import LeaveAnswer, LeaveBegin, Tenant, Words

Failure = Literal["", "held", "not_open", "no_speaker"]


class SpeechBegin(LeaveBegin):
    """``POST /internal/speech/begin``: somebody was given leave, and that is on record.

    Attributes:
        speech: id of this leave.
        output: the code that the register has; a worker that was told another does not begin.
    """

    speech: UUID
    output: Words


class Speaker(Tenant):
    """Who speaks through a camera's loudspeaker, or whose call to the device is under way."""


class SpeechAnswer(LeaveAnswer[Speaker]):
    """What became of a wish to speak, or who speaks.

    Attributes:
        failure: empty; ``held`` (by `speaker`), ``not_open`` (the look shows it not, or not any more), ``no_speaker``.
    """

    failure: Failure = ""
    speaker: Speaker | None = None

    @property
    def tenant(self) -> Speaker | None:
        """Who speaks."""
        return self.speaker
