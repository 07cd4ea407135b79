"""What workers answer to the web, as far as no other room says it (wire.md §3)."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class ProbeResult(BaseModel):
    """What a probe found: the stream, or what failed (`failure` as in wire.md §3)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ok: bool
    codec: str = ""
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bitrate: int = 0
    failure: str = ""
    detail: str = ""
    certificate: str = ""


class Timeline(BaseModel):
    """What is recorded of one camera between two times, all in microseconds UTC."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    runs: list[tuple[int, int]]
    gaps: list[tuple[int, int, str]]
    held: list[tuple[int, int]]
    filled: list[tuple[int, int]] = []
    now_us: int


class NodePicture(BaseModel):
    """One picture of a view check: ``declared``, ``then`` or ``now``, when it was taken (µs), and its JPEG in base64.

    Attributes:
        place: the preset that it shows, empty for the declared direction, None where the camera stood at neither or that is not known.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Literal["declared", "then", "now"]
    at_us: int
    place: str | None = ""
    jpeg: str = Field(pattern=r"^/9[0-9A-Za-z+/]+=*$", repr=False)


class Pictures(BaseModel):
    """The pictures of a view check that could be had."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pictures: list[NodePicture]


class NodeView(BaseModel):
    """A declared view that a node holds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    label: str
    preset: str = Field(default="", max_length=60)
    by: str
    reason: str
    at_us: int
    picture_us: int


class NodeViews(BaseModel):
    """The declared views of a camera that a node holds in force.

    Attributes:
        place: at which preset the camera stands now, empty for its declared direction, None for neither.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    references: list[NodeView]
    place: str | None = ""
