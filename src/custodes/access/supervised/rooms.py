"""The cases that have supervised sessions: how each is called, and where its facts come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from custodes.access.models import MissingCase

Case = Any
"""A row with `number`, `unit`, `state`, `revision`, `cameras`, `papers`, `span`: a `MissingCase`."""


@dataclass(frozen=True)
class Room:
    """One kind of case.

    Attributes:
        kind: in records, the ground's own name.
        field: the foreign key of sessions and steps that leads to it.
    """

    kind: str
    field: str
    model: type[Any]


ROOMS = (Room("missing_person", "missing", MissingCase),)


def room_of(row: Case) -> Room:
    """The room of this row.

    Raises:
        LookupError: it is no case.
    """
    for room in ROOMS:
        if isinstance(row, room.model):
            return room
    raise LookupError(type(row).__name__)


def locked(row: Case) -> Case:
    """The row as it stands, held until the transaction ends."""
    return type(row).objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
