"""What web and worker say of every standing leave: to steer a camera, to speak through one (docs/design/wire.md §3)."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Shape

Words = Annotated[str, Field(max_length=200)]
Failure = Literal["", "held", "not_open", "unsteerable", "no_speaker"]
"""Why leave is of no use: somebody has the camera; the look shows it not, or not any more; it can't be steered, or spoken through."""


class LeaveBegin(Shape):
    """Somebody was given leave, and that is on record.

    Attributes:
        index: of its record in the log.
        grant: of the look that shows the camera; the leave ends with it.
    """

    index: Annotated[int, Field(ge=0)]
    grant: UUID
    camera: UUID
    person: Words
    person_name: Words
    unit: Words = ""

    @property
    @abstractmethod
    def leave(self) -> UUID:
        """Its id."""


class Tenant(Shape):
    """Who has a camera under such leave, since when."""

    person: Words
    person_name: Words
    unit: Words = ""
    since_us: int


Has = TypeVar("Has", bound=Tenant)


class LeaveAnswer(Shape, Generic[Has]):
    """What became of it, or who has the camera."""

    ok: bool
    failure: Failure = ""

    @property
    @abstractmethod
    def tenant(self) -> Has | None:
        """Who has the camera."""
