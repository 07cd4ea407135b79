"""Records of `access.release`: what happened to footage that is to be published."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from .access import Unmet
from .base import Name, Record, Text, check_hex


class ReleaseStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="release.step"):
    """One step of a public release (S30.2, N22).

    `content` is the SHA-256 of what the release said at this step. `source`, `tracks` and `output` are those of the film that was read,
    of the file of tracks and of the masked copy, as far as they are there. `where` is where it was published. `device` is, at the steps
    that take in the tracks and review the copy, from when to when the footage is the device's own recording, taken later (µs UTC).
    """

    step: UUID
    by: Name
    release: UUID
    number: Text
    unit: Name
    camera: UUID
    event: Name
    before: Text
    after: Name
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[str, ...]
    content: str
    source: str = ""
    tracks: str = ""
    output: str = ""
    where: Text = ""
    device: Annotated[tuple[tuple[int, int], ...], Meta(max_length=1_000)] = ()
    unmet: tuple[Unmet, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content, *(one for one in (self.source, self.tracks, self.output) if one)):
            check_hex(digest)
