"""The work list: what is late, what is due, what waits for me, what comes next, and what those I supervise have let pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.duties.terms import Terms
from custodes.people.applying.reach import applications_for
from custodes.people.models import ApplicationState, Person, Program, ProgramState
from custodes.people.permissions import Permission, allowed
from custodes.people.scope import scope_of
from custodes.places.changes.waiting import waiting_changes
from custodes.places.doubts import settleable
from custodes.places.lifecycle.worklist import removals_ahead, returned, to_take
from custodes.places.sound import awaiting as sound_awaiting
from custodes.places.upgrades.waiting import waiting_upgrades
from custodes.upkeep.dates.dated import Dated, Kind
from custodes.upkeep.dates.reach import Part, dates_of, standing_of
from custodes.upkeep.plans import awaiting as plans_awaiting

SOON = timedelta(days=30)
"""What has to be done within these days is due; later it is expected."""
AHEAD = timedelta(days=366)
MOST_WAITING = 200
MOST = 50
"""Lines of a group on the page; it says how many more there are, and the calendar has them all."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Something without a last day that waits for this person."""

    what: str
    name: str
    note: str
    href: str


@dataclass(frozen=True)
class Worklist:
    """One person's work, each group the most pressing first."""

    late: Sequence[Dated] = ()
    due: Sequence[Dated] = ()
    waiting: Sequence[Waits] = ()
    expected: Sequence[Dated] = ()
    supervised: Sequence[Dated] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all."""
        return not (self.late or self.due or self.waiting or self.expected or self.supervised)


def worklist_of(person: Person, at: datetime, terms: Terms, *, classified: bool = True) -> Worklist:
    """Gather it; every row within the person's own scopes at this moment. `classified` as in `dates_of`."""
    today, standing = timezone.localdate(at), standing_of(person, at)
    parts = [(standing.part(one), one) for one in dates_of(person, at, terms, classified=classified)]
    mine = [one for part, one in parts if part is Part.ACTS]
    return Worklist(
        late=[one for one in mine if one.late(today)],
        due=[one for one in mine if _due(one, today)],
        waiting=list(islice(_waiting(person, at, today, terms), MOST_WAITING)),
        expected=[one for one in mine if not one.late(today) and not _due(one, today) and _ahead(one, today)],
        supervised=[one for part, one in parts if part is Part.SUPERVISES and one.late(today)],
    )


def _due(one: Dated, today: date) -> bool:
    return one.binding and today <= one.day <= today + SOON


def _ahead(one: Dated, today: date) -> bool:
    passed = one.last < today and one.kind is not Kind.FIRST
    return not passed and one.day <= today + AHEAD


def _waiting(person: Person, at: datetime, today: date, terms: Terms) -> Iterator[Waits]:
    may = allowed(frozenset(person.posts.valid(at).values_list("kind", flat=True)))
    if Permission.HANDLE_FILINGS in may:
        yield from (Waits("take", one.label, one.hint, one.href) for one in to_take(person, at, MOST))
    if Permission.MANAGE_PLACES in may or Permission.HANDLE_FILINGS in may:
        yield from (Waits("returned", one.label, one.hint, one.href) for one in returned(person, at, MOST))
    if Permission.MANAGE_PLACES in may:
        gone = (one for one in removals_ahead(person, at, today, terms) if one.due is None)
        yield from (Waits("removed", one.label, one.hint, one.href) for one in gone)
    cases = [
        *waiting_changes(person, at, today, terms, MOST),
        *waiting_upgrades(person, at, today, terms, MOST),
    ]
    yield from (Waits("case", one.label, one.hint, one.href) for one in cases if one.due is None)
    yield from _decisions(person, at, may)


def _decisions(person: Person, at: datetime, may: frozenset[Any]) -> Iterator[Waits]:
    if Permission.APPROVE_PLANS in may:
        for plan in plans_awaiting(person, at):
            yield Waits("plan", _("待批准的计划"), plan.words, plan.get_absolute_url())
    if Permission.APPROVE_SOUND in may:
        for order in sound_awaiting(person, at):
            yield Waits("sound", _("待批准的采集声音申请"), order.camera.name, order.get_absolute_url())
    if Permission.SETTLE_DOUBTS in may:
        for doubt in settleable(person, at).select_related("camera")[:MOST]:
            yield Waits("doubt", _("待核对是否禁止安装"), doubt.camera.name, doubt.get_absolute_url())
    if Permission.CONFIRM_UNITS in may:
        rows = applications_for(person, at).filter(state=ApplicationState.WAITING, lapses_at__gt=at)[:MOST]
        for row in rows:
            href = reverse("people:application_detail", args=[row.uuid])
            yield Waits("application", _("待核实的单位登记申请"), row.name, href)
    if Permission.APPROVE_PROGRAMS in may:
        paths = scope_of(person, at).division_paths
        for program in Program.objects.filter(state=ProgramState.WAITING).select_related("division")[:MOST]:
            if any(program.division.path.startswith(path) for path in paths):
                yield Waits("program", _("待批准的接入程序"), program.name, program.get_absolute_url())
