"""The cases that have supervised sessions: how each is called, what its ground says of a session, the record ``case.step`` of each step, and
sittings that begin and end in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from custodes.access.individual import facts as individual_facts
from custodes.access.missing import facts as missing_facts
from custodes.access.models import IndividualRequest, MissingCase, OwnImageRequest, SupervisedSession
from custodes.access.ownimage import facts as own_image_facts
from custodes.access.ownimage.facts import given
from custodes.cases import records
from custodes.cases.kind import NOBODY, Event
from custodes.cases.models import CaseStep
from custodes.cases.registry import registry
from custodes.cases.step import StepInput
from custodes.cases.taking import inside
from custodes.law.grounds import individual, missing_person, own_image
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.registry import GROUNDS
from custodes.people.lawful import terms
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
        gather: the facts that its ground asks of a session at a moment, with whether a live picture is asked for, and what is unmet besides.
        post: of an officer at a moment, in which they supervise.
    """

    kind: str
    field: str
    model: type[Any]
    clauses: tuple[str, ...]
    gather: Callable[[SupervisedSession, datetime, bool], tuple[Any, tuple[Unmet, ...]]]
    post: Callable[[Person, Case, datetime], Post | None]

    def unmet(self, session: SupervisedSession, at: datetime) -> tuple[Unmet, ...]:
        """What stands against beginning this session, none of whose pictures is asked for yet."""
        facts, besides = self.gather(session, at, False)
        return (*GROUNDS[self.kind].unmet(facts, at), *besides)


ROOMS = {
    room.kind: room
    for room in (
        Room(
            missing_person.NAME,
            "missing",
            MissingCase,
            missing_person.CLAUSES,
            missing_facts.of_session,
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
}
"""By kind."""


def room_of(row: Case) -> Room:
    """The room of this row.

    Raises:
        LookupError: it is no case.
    """
    for room in ROOMS.values():
        if isinstance(row, room.model):
            return room
    raise LookupError(type(row).__name__)


def locked(row: Case) -> Case:
    """The row as it stands, held until the transaction ends."""
    return type(row).objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)


UNSAID = ("id", "state", "revision")
"""Fields of a case that no record's hash covers."""


def _named(row: Case, step: CaseStep, taken: StepInput) -> dict[str, Any]:
    """Whose step it is; and of an answer with unmet conditions, or of a term that ran out, which."""
    named = {"kind": room_of(row).kind, "case": row.pk, "number": row.number, "unit": row.unit.uuid}
    copies = [one.output for one in given(row)] if isinstance(row, OwnImageRequest) else []
    unmet = [{"clause": one.clause, "reason": one.reason_zh} for one in taken.data.get("unmet", ())]
    if step.event == "answer":
        unmet = [{"clause": one["clause"], "reason": one["zh"]} for one in row.unmet]
    return named | ({"copies": copies} if copies else {}) | ({"unmet": unmet} if unmet else {})


def _content(row: Case, taken: StepInput) -> dict[str, Any]:
    papers = getattr(row, "papers", None)
    copies = [[str(one.pk), one.output] for one in given(row)] if isinstance(row, OwnImageRequest) else []
    return {
        "cameras": sorted(str(pk) for pk in row.cameras.values_list("pk", flat=True)),
        "papers": sorted(papers.values_list("paper__sha256", flat=True)) if papers is not None else [],
        **({"copies": copies} if copies else {}),
    }


RECORDER = records.hashed("case.step", _named, _content)


def sittings(
    story: tuple[Any, Any],
    clauses: tuple[str, ...],
    sources: tuple[str, ...],
    states: tuple[str, ...],
    target: str = "",
) -> tuple[Event, Event]:
    """The steps of a case in which somebody looks: `beginning` and `ending` take them.

    Args:
        story: how both are told.
        clauses: on which a look rests.
        sources: states in which one may begin; `states` are all that there are: one ends in whichever.
        target: state in which it is then; empty where it stays.
    """
    begins = Event(
        name="session", verb="", story=story[0], said="", sources=sources, target=target or None, stays=not target,
        actor=NOBODY, clauses=clauses,
    )  # fmt: skip
    return begins, replace(begins, name="session_end", story=story[1], sources=states, target=None, stays=True)


def sit(row: Case, step: StepInput) -> None:
    """A sitting begins in the case, which the caller has locked."""
    inside(registry.of(row), row, "session", step, terms())


def rise(row: Case, step: StepInput, clause: str) -> None:
    """One is over, by this clause."""
    inside(registry.of(row), row, "session_end", step, terms(), clauses=(clause,))
