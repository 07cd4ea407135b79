"""Records of `custodes.access`: leave to look and to steer, refused, given and taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from .base import Count, Interval, Name, Record, Text


class Grant(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="grant"):
    """Leave to look, recorded before any token is signed. `span` None: none beyond live and `back_seconds`.

    `sound` names those of the cameras that may be heard as well; it is left out where there are none. `burnt` is the viewer's name
    where nothing is shown but pictures that bear it and were coded anew (S29, N21); `session` is the supervised session that it is of.
    """

    grant: UUID
    person: Name
    person_name: Name
    unit: Text
    post: Text
    ground: Name
    clauses: tuple[Name, ...]
    cameras: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    live: bool
    back_seconds: Count
    span: Interval | None
    still: bool
    purpose: Text | None
    content: Text | None
    watermark: Name
    sound: tuple[UUID, ...] = ()
    burnt: Text = ""
    session: UUID | None = None


class Unmet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One condition that was not met, with its clause."""

    clause: Text
    reason: Text


class Refusal(Record, frozen=True, kw_only=True, gc=False, tag="refusal"):
    """A wish to look that was refused, and why."""

    person: Name
    person_name: Name
    unit: Text
    ground: Name
    cameras: tuple[UUID, ...]
    live: bool
    span: Interval | None
    unmet: tuple[Unmet, ...]


class Revocation(Record, frozen=True, kw_only=True, gc=False, tag="revocation"):
    """Grants taken back; none of them is renewed from here on."""

    grants: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    by: Name
    reason: Text
    clause: Text


class ControlBegun(Record, frozen=True, kw_only=True, gc=False, tag="control.begun"):
    """Leave to steer a camera, recorded before the first command. `over` names whom it is taken over from, `reason` why."""

    steering: UUID
    grant: UUID
    person: Name
    person_name: Name
    unit: Text
    post: Text
    ground: Name
    clauses: tuple[Name, ...]
    camera: UUID
    over: Text
    reason: Text
