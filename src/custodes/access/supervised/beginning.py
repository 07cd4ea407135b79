"""Beginning a session: the ground asked as it will be asked at the first picture, then the row, its step and its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.models import SessionKind, SupervisedSession
from custodes.access.supervised.rooms import Case, locked, room_of
from custodes.access.supervised.stepping import Taken, move
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused


@dataclass(frozen=True, slots=True)
class AtTheScreen:
    """Who is at the screen beside the officer.

    Attributes:
        kind: nobody else (first look, police alone), or the viewer.
        name, document, number, identified: of the viewer, and how the officer knows who it is.
        read_aloud: in which language the words were read aloud; empty while they were not.
        accepted: how the undertaking was given; empty while it was not.
    """

    kind: SessionKind
    name: str = ""
    document: str = ""
    number: str = ""
    identified: str = ""
    read_aloud: str = ""
    accepted: str = ""


def begin(row: Case, officer: Person, screen: AtTheScreen, at: datetime) -> SupervisedSession:
    """Begin a session of this case in the officer's account.

    Raises:
        StepRefused: something is unmet, each with its clause; or somebody looks already.
    """
    with transaction.atomic():
        case, room = locked(row), room_of(row)
        if case.sessions.filter(ended_at__isnull=True).exists():
            raise StepRefused(_("该件正在查看。请先结束正在进行的查看。"))
        alone = screen.kind != SessionKind.WITH_VIEWER
        if case.span_from is None or case.span_to is None:
            raise StepRefused(_("还不能查看。"), (NO_SCOPE,))
        session = SupervisedSession(
            **{room.field: case},
            kind=screen.kind,
            officer=officer,
            unit=case.unit,
            span_from=case.span_from,
            span_to=case.span_to,
            viewer_name=officer.name if alone else screen.name.strip(),
            viewer_document="" if alone else screen.document,
            viewer_number="" if alone else screen.number.strip(),
            identified="" if alone else screen.identified.strip(),
            read_aloud="" if alone else screen.read_aloud,
            accepted="" if alone else screen.accepted,
            begun_at=at,
        )
        unmet = (*room.unmet(session, at, False), *_who(session))
        if unmet:
            raise StepRefused(_("还不能查看。"), unmet)
        session.save()
        session.cameras.set(case.cameras.all())
        # The log says no names of a case: who looks is on the session, and in the record of each look of it.
        words = str(session.title)
        move(case, "session", Taken(officer, at, words, session=session.pk), room.clauses)
    return session


def _who(session: SupervisedSession) -> tuple[Unmet, ...]:
    """That whoever is beside the officer is named, and known by a document or otherwise."""
    if session.alone:
        return ()
    named = says_something(session.viewer_name)
    known = says_something(session.viewer_number) or says_something(session.identified)
    return () if named and known else (NOT_NAMED,)


NO_SCOPE = Unmet("S33.1", "尚未选定点位和时段", "no places and times are chosen", "请先选定", "choose them first")
NOT_NAMED = Unmet(
    "S33.1",
    "未登记查看人的姓名和身份",
    "who looks is not named and known",
    "请登记姓名和证件号码；未带证件的，写明如何核实身份",
    "enter name and document; without one say how you know who it is",
)
