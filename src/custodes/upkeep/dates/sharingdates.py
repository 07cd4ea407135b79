"""Days of joining systems and platforms: the day of a link's test (S22, S23), the last day for an answer to a cooperation request (S24).

The work list has them among what waits (`waits/sharing.py`); here each is a date, for the calendar, the feed and reminders.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.people.models.account import held_kinds
from custodes.people.permissions import Permission
from custodes.places.scope import kinds_with
from custodes.sharing.models import Cooperation, CooperationState, Link
from custodes.sharing.models.link import TRIED
from custodes.upkeep.dates.dated import Dated, lead_days
from custodes.upkeep.dates.sorts import What

Span = tuple[date, date]


def of_person(person: Person, at: datetime, terms: LegalTerms, span: Span | None = None) -> Iterator[Dated]:
    """Those in which the person has a part: for who has none they are not there."""
    kinds = held_kinds(person, at)
    if kinds & kinds_with(Permission.ANSWER_SHARING):
        yield from cooperations(_on(Cooperation.answerable_by(person, at), "due", span), terms)
        yield from link_tests(_on(Link.visible_to(person, at), "test_on", span), terms)
    elif kinds & kinds_with(Permission.MANAGE_SHARING):
        yield from link_tests(_on(Link.handled_by(person, at), "test_on", span), terms)


def everything(terms: LegalTerms) -> Iterator[Dated]:
    """All of them, whosever they are."""
    yield from cooperations(Cooperation.objects.all(), terms)
    yield from link_tests(Link.objects.all(), terms)


def cooperations(rows: QuerySet[Cooperation], terms: LegalTerms) -> Iterator[Dated]:
    """By when a unit answers."""
    asked = rows.filter(state=CooperationState.ASKED).select_related("unit__division", "office").order_by("due", "pk")
    for row in asked:
        yield Dated(
            What.COOPERATION, str(row.pk), row.due, row.due, row.number, row.office.name, row.get_absolute_url(),
            "S24", row.unit.path, row.unit.division.path, reminders=_before(row.due, terms),
        )  # fmt: skip


def link_tests(rows: QuerySet[Link], terms: LegalTerms) -> Iterator[Dated]:
    """On which day a link is tested; the office does it."""
    waiting = rows.filter(test_on__isnull=False, state__in=[one.value for one in TRIED])
    found = waiting.select_related("office__division", "platform", "system", "unit__division").order_by("test_on", "pk")
    for row in found:
        assert row.test_on is not None
        yield Dated(
            What.LINK_TEST, str(row.pk), row.test_on, row.test_on, row.other, row.number, row.get_absolute_url(),
            row.clauses[0] if row.clauses else "", row.office.path, row.office.division.path,
            reminders=_before(row.test_on, terms),
        )  # fmt: skip


def _before(last: date, terms: LegalTerms) -> tuple[date, ...]:
    return lead_days(last, terms.assumed.short_reminder_days)


def _on(rows: QuerySet, day: str, span: Span | None) -> QuerySet:  # type: ignore[type-arg]
    return rows if span is None else rows.filter(**{f"{day}__gte": span[0], f"{day}__lte": span[1]})
