"""The cases that have supervised sessions: how each is called, and what its ground says of a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from custodes.access.individual import facts as individual_facts
from custodes.access.missing import facts as missing_facts
from custodes.access.models import IndividualRequest, MissingCase, OwnImageRequest, SupervisedSession
from custodes.access.ownimage import facts as own_image_facts
from custodes.law.grounds import individual, missing_person, own_image
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person, Post

Case = Any
"""A row with `number`, `unit`, `state`, `revision`, `cameras`, `span`: a `MissingCase`, an `IndividualRequest` or an `OwnImageRequest`."""


@dataclass(frozen=True)
class Room:
    """One kind of case.

    Attributes:
        kind: in records, the ground's own name.
        field: the foreign key of sessions and steps that leads to it.
        clauses: on which a look rests.
        unmet: of a session at a moment, with whether a live picture is asked for.
        post: of an officer at a moment, in which they supervise.
    """

    kind: str
    field: str
    model: type[Any]
    clauses: tuple[str, ...]
    unmet: Callable[[SupervisedSession, datetime, bool], tuple[Unmet, ...]]
    post: Callable[[Person, Case, datetime], Post | None]


def _missing(session: SupervisedSession, at: datetime, live: bool) -> tuple[Unmet, ...]:
    facts = missing_facts.of_session(session, at, live=live)
    return (*missing_person.unmet(facts, at), *missing_facts.closed(session.case))


ROOMS = (
    Room(
        missing_person.NAME,
        "missing",
        MissingCase,
        missing_person.CLAUSES,
        _missing,
        lambda officer, _case, at: missing_facts.post_of(officer, at),
    ),
    Room(
        individual.NAME,
        "individual",
        IndividualRequest,
        individual.CLAUSES,
        individual_facts.of_session,
        individual_facts.post_of,
    ),
    Room(
        own_image.NAME,
        "own_image",
        OwnImageRequest,
        own_image.CLAUSES,
        own_image_facts.of_session,
        own_image_facts.post_of,
    ),
)


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
