"""What web and worker say about speaking through a camera's loudspeaker (docs/design/wire.md §3, speaking.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Failure = Literal["", "held", "not_open", "no_speaker"]
Words = Annotated[str, Field(max_length=200)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SpeechBegin(_Shape):
    """``POST /internal/speech/begin``: somebody was given leave, and that is on record.

    Attributes:
        speech: id of this leave; index: of its record in the log.
        grant: of the look that shows the camera; the speech ends with it.
        output: the code that the register has; a worker that was told another does not begin.
    """

    speech: UUID
    index: Annotated[int, Field(ge=0)]
    grant: UUID
    camera: UUID
    person: Words
    person_name: Words
    unit: Words = ""
    output: Words


class Speaker(_Shape):
    """Who speaks through a camera's loudspeaker, or whose call to the device is under way."""

    person: Words
    person_name: Words
    unit: Words = ""
    since_us: int


class SpeechAnswer(_Shape):
    """What became of a wish to speak, or who speaks.

    Attributes:
        failure: empty; ``held`` (by `speaker`), ``not_open`` (the look shows it not, or not any more), ``no_speaker``.
    """

    ok: bool
    failure: Failure = ""
    speaker: Speaker | None = None
