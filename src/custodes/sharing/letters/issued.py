"""Letters that were issued, read back from the record of the step that issued each, which is in the log; and the steps that stand behind letters
of a request to cooperate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from custodes.cases.models import CaseStep
from custodes.people.models import Person, Unit
from custodes.people.scope import within
from custodes.sharing.models import Cooperation, Directory
from custodes.sharing.models.directory import OF_DIRECTORY
from custodes.sharing.offices import answering, read_offices

NOTICE, URGE = "notice", "urge"
EVENTS = (NOTICE, URGE)


@dataclass(frozen=True, slots=True)
class IssuedLetter:
    """One letter.

    Attributes:
        step: that issued it, of the version of the directory that listed the systems.
        to: uuid of the unit.
        due: the last day that it sets.
        systems: ids of those that it names.
    """

    step: CaseStep
    number: str
    to: UUID
    due: date
    systems: tuple[UUID, ...]

    @property
    def directory(self) -> Directory:
        """The version that listed the systems."""
        return Directory.objects.select_related("unit").get(pk=self.step.case_id)

    @property
    def urges(self) -> bool:
        """It is a 催告书."""
        return self.step.event == URGE

    def days_late(self, on: date) -> int:
        """Days since its last day; 0 in time."""
        return max(0, (on - self.due).days)


def issuing_steps() -> QuerySet[CaseStep]:
    """All steps that issued one."""
    return CaseStep.objects.filter(kind=OF_DIRECTORY, event__in=EVENTS)


def letters(rows: QuerySet[CaseStep]) -> list[IssuedLetter]:
    """Those that these steps issued, the oldest first."""
    return [letter_of(one) for one in rows.select_related("record", "by").order_by("at", "seq")]


def of_office(office: Unit) -> list[IssuedLetter]:
    """All that a police unit has issued."""
    return letters(issued_by(office))


def issued_by(office: Unit) -> QuerySet[CaseStep]:
    """Steps by which it issued them."""
    return issuing_steps().filter(case_id__in=Directory.objects.filter(unit=office).values("pk"))


def letter_of(step: CaseStep) -> IssuedLetter:
    """What a step's record says of its letter."""
    assert step.record is not None
    told: dict[str, Any] = step.record.record["letter"]
    systems = tuple(UUID(one) for one in told["systems"])
    return IssuedLetter(step, told["number"], UUID(told["to"]), date.fromisoformat(told["due"]), systems)


def addressed_to(units: QuerySet[Unit]) -> Q:
    """Steps that issued a letter to one of these units."""
    return Q(record__record__letter__to__in=[str(one) for one in units.values_list("uuid", flat=True)])


def read_letters(person: Person, at: datetime) -> QuerySet[CaseStep]:
    """Steps that issued letters: of the own police unit and of those below it, and those to the own units."""
    own = addressed_to(Unit.objects.filter(within(answering(person, at), "")))
    theirs = Directory.objects.filter(unit__in=read_offices(person, at))
    return issuing_steps().filter(Q(case_id__in=theirs.values("pk")) | own)


ASKED = ("ask", "ask_again")


def asked_step(row: Cooperation) -> CaseStep:
    """By which it was asked, or asked again."""
    return row.steps.filter(event__in=ASKED).select_related("record").latest("seq")


def urging_step(row: Cooperation) -> CaseStep | None:
    """The last reminder of what is asked now, where it came after the last day for an answer; None where there was none."""
    late = row.steps.filter(event="remind", seq__gt=asked_step(row).seq, on__gt=row.due)
    return late.select_related("record").last()
