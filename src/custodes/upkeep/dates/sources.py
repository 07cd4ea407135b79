"""Where dates come from: each function takes the rows that may be seen and gives their dates. Lists of many rows, few queries.

Of cameras and public releases the work list has one line a system and one a release (`waits/`); here each day is a date, for the
calendar, the feed and reminders (decision 0194; `release_step_days` is the house's own number).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.release.reach import WORKS, awaiting, name_of
from custodes.cases.kind import CaseClock, CaseKind, TermPlace
from custodes.cases.models import CaseStep
from custodes.cases.registry import registry
from custodes.law.duties.finding import LegalTerms
from custodes.people.credentials import last_day
from custodes.people.lawful import finding_text
from custodes.people.models import Credential, Person, Post
from custodes.people.models.account import held_posts
from custodes.people.models.credential import TRAININGS
from custodes.people.permissions import allowed
from custodes.places.changes.clock import finding_of as change_finding
from custodes.places.changes.clock import removal_finding, removed_unfiled, to_file
from custodes.places.changes.gate import GUARDED
from custodes.places.filing.clocks import FilingClock, ending, first_clock, running
from custodes.places.lifecycle.gathering import OwedOfCamera, lacking, may_lack, owed_of
from custodes.places.models import (
    Camera,
    CameraState,
    ChangeCase,
    ChangeState,
    Decision,
    Plan,
    Product,
    Removal,
    RemovalState,
    System,
    SystemState,
)
from custodes.places.models.cases import AHEAD
from custodes.places.removal.rules import first_day, latest_report
from custodes.upkeep.dates.dated import Dated, lead_days
from custodes.upkeep.dates.sorts import What

Span = tuple[date, date]
Row = TypeVar("Row", bound=Model)


def filings(systems: QuerySet[System], today: date, terms: LegalTerms, span: Span | None = None) -> Iterator[Dated]:
    """When systems that nobody has filed have to be (S16.2, N14): the earlier of their clocks; with `span`, in these days alone."""
    rows = running(systems) if span is None else ending(systems, span[1], terms, after=span[0] - timedelta(days=1))
    for row in rows.select_related("unit", "site__division").order_by("pk"):
        clock = first_clock(row, today, terms)
        if clock is not None:
            yield filing(row, clock)


def filing(row: System, clock: FilingClock) -> Dated:
    """The date of one system's filing by this clock."""
    due = clock.finding.due
    assert due is not None
    return Dated(
        What.FILING, str(row.pk), due, due, row.name, finding_text(clock.finding), reverse("places:life", args=[row.pk]),
        clock.clause, row.unit.path, row.site.division.path, provisional=clock.finding.provisional,
        reminders=clock.reminders, system=row.pk,
    )  # fmt: skip


def _with_system(rows: QuerySet[Row], *own: str) -> QuerySet[Row]:
    """With those columns that a line is made of, and no others: a system, its unit and its place have sixty."""
    place = ("system__site__division__path", "system__site__basis")
    return (
        rows.select_related("system__unit", "system__site__division")
        .only(*own, "system__name", "system__unit__path", *place)
        .order_by("pk")
    )


def _day_of(event: str) -> QuerySet[CaseStep]:
    steps = CaseStep.objects.filter(case_id=OuterRef("pk"), event=event)
    return steps.order_by("-at").values("on")[:1]  # type: ignore[return-value]


def removals(rows: QuerySet[Removal], today: date, terms: LegalTerms) -> Iterator[Dated]:
    """By when a removal has to be reported, or from when on it may be carried out, when it is planned (S18), and by when the change
    has to be filed that the removal of some cameras was (N14)."""
    ahead = Q(state__in=[one.value for one in AHEAD])
    gone = removed_unfiled() & Q(system__state__in=GUARDED)
    found = list(_with_system(rows.filter(ahead | gone), "state", "planned", "why", "reported_on", "removed_on"))
    removed = [row for row in found if row.state == RemovalState.REMOVED]
    if removed:
        yield from _removed(removed, today, terms)
    for row in found:
        if row.state == RemovalState.REMOVED:
            continue
        system, href = row.system, row.get_absolute_url()
        unit, division = system.unit.path, system.site.division.path
        first = first_day(row, terms)
        planned = _("拟于 %(day)s 拆除") % {"day": row.planned}
        if first is None:
            latest = latest_report(row, terms)
            days = tuple(day for day in (latest.warn_from, latest.advised) if day <= latest.latest)
            yield Dated(
                What.REMOVAL_REPORT, str(row.pk), latest.latest, latest.latest, system.name, planned, href, "S18b",
                unit, division, provisional=latest.provisional, reminders=days, system=row.system_id,
            )  # fmt: skip
        else:
            note = _("报告于 %(day)s") % {"day": row.reported_on}
            yield Dated(
                What.REMOVAL_FROM, str(row.pk), first, first, system.name, note, href, "S18b", unit, division,
                system=row.system_id,
            )  # fmt: skip
        yield Dated(
            What.REMOVAL_PLANNED, str(row.pk), row.planned, row.planned, system.name, row.why, href, "S18a",
            unit, division, system=row.system_id,
        )  # fmt: skip


def _removed(rows: Iterable[Removal], today: date, terms: LegalTerms) -> Iterator[Dated]:
    counted = Removal.objects.filter(pk__in=[row.pk for row in rows]).order_by().values_list("pk")
    spots = dict(counted.annotate(Count("cameras", distinct=True)))
    for row in rows:
        finding = removal_finding(row, today, terms)
        assert finding.due is not None
        note = _("已拆除点位 %(number)d 个") % {"number": spots[row.pk]}
        yield Dated(
            What.CHANGE_FILING, str(row.pk), finding.due, finding.due, row.system.name, note,
            row.get_absolute_url(), "N14", row.system.unit.path, row.system.site.division.path,
            provisional=finding.provisional, reminders=lead_days(finding.due, terms.assumed.short_reminder_days),
            system=row.system_id,
        )  # fmt: skip


def changes(rows: QuerySet[ChangeCase], today: date, terms: LegalTerms) -> Iterator[Dated]:
    """By when a change that was made has to be filed (N14), and when one that was approved is to be made (S34(7))."""
    ahead = rows.filter(to_file() | Q(state=ChangeState.APPROVED, planned__isnull=False), system__state__in=GUARDED)
    for row in _with_system(ahead, "kind", "planned", "state", "done_on", "filed_on"):
        system, href, kind = row.system, row.get_absolute_url(), str(row.get_kind_display())
        unit, division = system.unit.path, system.site.division.path
        if row.planned is not None and row.state == ChangeState.APPROVED:
            yield Dated(
                What.CHANGE_PLANNED, str(row.pk), row.planned, row.planned, system.name, kind, href, "S34(7)", unit,
                division, system=row.system_id,
            )  # fmt: skip
            continue
        finding = change_finding(row, today, terms)
        if finding is not None and finding.due is not None:
            yield Dated(
                What.CHANGE_FILING, str(row.pk), finding.due, finding.due, system.name, kind, href, "N14", unit,
                division, provisional=finding.provisional,
                reminders=lead_days(finding.due, terms.assumed.short_reminder_days), system=row.system_id,
            )  # fmt: skip


def trials(systems: QuerySet[System], terms: LegalTerms) -> Iterator[Dated]:
    """From when on a trial has lasted long enough to be accepted (GB 55029)."""
    rows = systems.filter(state=SystemState.TRIAL).annotate(begun=Subquery(_day_of("begin_trial")))
    length = timedelta(days=terms.assumed.trial_days)
    for row in rows.filter(begun__isnull=False).select_related("unit", "site__division").order_by("pk"):
        day = row.begun + length
        note = _("试运行自 %(day)s 起") % {"day": row.begun}
        yield Dated(
            What.TRIAL, str(row.pk), day, day, row.name, note, reverse("places:life", args=[row.pk]), "S16.1",
            row.unit.path, row.site.division.path, system=row.pk,
        )  # fmt: skip


def credentials(rows: QuerySet[Credential], terms: LegalTerms) -> Iterator[Dated]:
    """Until when trainings (S34(5)) and qualifications (S13.1) hold; of each kind the one that holds longest."""
    latest: dict[tuple[int | None, int | None, str], tuple[date, Credential]] = {}
    dated = rows.standing().filter(Q(valid_until__isnull=False) | Q(kind__in=TRAININGS))  # type: ignore[attr-defined]
    for row in dated.select_related("person__unit__division", "unit__division"):
        until, key = last_day(row), (row.person_id, row.unit_id, row.kind)
        if until is not None and (key not in latest or latest[key][0] < until):
            latest[key] = (until, row)
    for until, row in latest.values():
        unit = row.person.unit if row.person is not None else row.unit
        assert unit is not None
        what = What.TRAINING if row.kind in TRAININGS else What.CREDENTIAL
        page = (
            ("people:person_detail", row.person.uuid) if row.person is not None else ("people:unit_detail", unit.uuid)
        )
        yield Dated(
            what, str(row.uuid), until, until, str(row.holder), str(row.get_kind_display()),
            reverse(page[0], args=[page[1]]), row.clause, unit.path, unit.division.path, row.person_id,
            reminders=lead_days(until, (terms.assumed.expiry_warn_days, *terms.assumed.short_reminder_days)),
        )  # fmt: skip


def certificates(rows: Iterable[Product], terms: LegalTerms) -> Iterator[Dated]:
    """Until when products are certified (S13.1); of each model the certificate that holds longest."""
    latest: dict[tuple[str, str], Product] = {}
    for row in rows:
        key = (row.maker.lower(), row.model.lower())
        if key not in latest or latest[key].valid_until < row.valid_until:
            latest[key] = row
    for row in latest.values():
        yield Dated(
            What.CERTIFICATE, str(row.uuid), row.valid_until, row.valid_until, str(row), row.certificate,
            reverse("places:product_list"), "S13.1",
            reminders=lead_days(row.valid_until, (terms.assumed.expiry_warn_days,)),
        )  # fmt: skip


def interruptions(rows: QuerySet[Plan]) -> Iterator[Dated]:
    """Planned interruptions and maintenance windows that are approved (S34(6))."""
    for row in rows.filter(state=Decision.APPROVED).order_by("begins"):
        begins, ends = timezone.localdate(row.begins), timezone.localdate(row.ends - timedelta(microseconds=1))
        yield Dated(
            What.INTERRUPTION, str(row.pk), begins, max(begins, ends), str(row.get_cause_display()),
            f"{_clock(row.begins)}–{_clock(row.ends)} {row.words}", row.get_absolute_url(), "S34(6)",
        )  # fmt: skip


def posts(rows: QuerySet[Post], terms: LegalTerms) -> Iterator[Dated]:
    """When a post ends that has an end."""
    for row in rows.filter(valid_until__isnull=False, ended_at__isnull=True).select_related("unit__division"):
        assert row.valid_until is not None
        day = timezone.localdate(row.valid_until - timedelta(microseconds=1))  # it ends with that day, at midnight
        yield Dated(
            What.POST, str(row.uuid), day, day, str(row), "", reverse("people:profile"), "", row.unit.path,
            row.unit.division.path, row.person_id, reminders=lead_days(day, (terms.assumed.expiry_warn_days, 7)),
        )  # fmt: skip


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")


RowsOf = Callable[[CaseKind], QuerySet[Any]]
"""Cases of a kind that are asked about."""


def _all(kind: CaseKind) -> QuerySet[Any]:
    return kind.model._default_manager.all()


def cases(terms: LegalTerms, rows_of: RowsOf = _all) -> Iterator[Dated]:
    """The last days of terms that run, of kinds about systems."""
    for kind, clock in _clocks():
        if clock.place is None:
            for row in _running(rows_of(kind), kind, clock):
                system = row.system
                place = TermPlace(system.name, system.unit.path, system.site.division.path)
                yield _term(row, clock, place, terms, system.pk)


def cases_apart(terms: LegalTerms, rows_of: RowsOf = _all) -> Iterator[Dated]:
    """The same, of kinds that are about no system."""
    for kind, clock in _clocks():
        if clock.place is not None:
            for row in _running(rows_of(kind), kind, clock):
                yield _term(row, clock, clock.place(row), terms)


def _clocks() -> Iterator[tuple[CaseKind, CaseClock]]:
    return ((kind, kind.clock) for kind in registry if kind.clock is not None)


def _running(rows: QuerySet[Any], kind: CaseKind, clock: CaseClock) -> QuerySet[Any]:
    return rows.filter(state__in=clock.running).select_related(*kind.related).order_by("pk")


def _term(row: Any, clock: CaseClock, place: TermPlace, terms: LegalTerms, system: UUID | None = None) -> Dated:
    due = getattr(row, clock.column)
    return Dated(
        clock.what, str(row.pk), due, due, place.name, f"{row.get_state_display()} · {clock.note(row)}",
        row.get_absolute_url(), clock.clause, place.unit, place.division, place.person,
        reminders=lead_days(due, clock.reminders(terms)), system=system, doing=clock.doing(row),
    )  # fmt: skip


CHUNK = 500
"""Systems that are looked at in one go."""
CAMERAS_NAMED = 3
_LONGEST_WORKING_DAY = 4
"""So many natural days at most lie in a working day of a term, holidays and the weekends beside them included."""
_HOLIDAYS = timedelta(days=30)


def cameras(
    systems: QuerySet[System], today: date, terms: LegalTerms, span: tuple[date, date] | None = None
) -> Iterator[Dated]:
    """Each day of each system by which cameras have to have what they lack; with `span`, of these days alone."""
    rows = lacking(systems, terms).exclude(state=SystemState.LEGACY)  # what was there before has no day
    if span is not None:
        rows = rows.filter(Exists(_connected_for(span, terms)))
    rows = rows.select_related("site__division", "unit")
    for chunk in _chunks(rows.order_by("pk").iterator(chunk_size=CHUNK)):
        owed = owed_of(chunk, today, terms)
        for system in chunk:
            for one in _of_cameras(system, owed.get(system.pk, []), terms):
                if span is None or span[0] <= one.day <= span[1]:
                    yield one


def _connected_for(span: tuple[date, date], terms: LegalTerms) -> QuerySet[Camera]:
    """Cameras that were connected so long before these days that their own day may be one of them: wider than the days alone."""
    earliest = span[0] - timedelta(days=terms.assumed.change_working_days * _LONGEST_WORKING_DAY) - _HOLIDAYS
    return Camera.objects.filter(
        may_lack(terms), system=OuterRef("pk"), state=CameraState.CONNECTED,
        connected_at__date__gte=earliest, connected_at__date__lte=span[1],
    )  # fmt: skip


def _of_cameras(system: System, owed: Iterable[OwedOfCamera], terms: LegalTerms) -> Iterator[Dated]:
    dated = sorted((one for one in owed if one.due is not None), key=attrgetter("due"))
    for due, of_day in groupby(dated, key=attrgetter("due")):
        held = list(of_day)
        names = _("、").join(one.camera.name for one in held[:CAMERAS_NAMED])
        note = _("%(count)d 个点位：%(names)s") % {"count": len(held), "names": names}
        yield Dated(
            What.CAMERA, str(system.pk), due, due, system.name, note, f"{system.get_absolute_url()}#owed", "S15",
            system.unit.path, system.site.division.path,
            reminders=lead_days(due, terms.assumed.short_reminder_days), system=system.pk,
        )  # fmt: skip


def _chunks(rows: Iterator[System]) -> Iterator[list[System]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


BEFORE_RELEASE = (1,)


def releases(person: Person, at: datetime, span: tuple[date, date] | None = None) -> Iterator[Dated]:
    """Each that waits for this person; with `span`, of these days alone."""
    may = allowed(frozenset(post.kind for post in held_posts(person, at)))
    if not may & {*WORKS}:
        return
    rows = awaiting(person, at, may).filter(due__isnull=False)
    if span is not None:
        rows = rows.filter(due__range=span)
    for row in rows.select_related("unit__division").only(
        "title", "number", "state", "due", "own_image", "approved_by", "output", "unit__path", "unit__division__path"
    ):
        assert row.due is not None
        yield Dated(
            What.RELEASE, str(row.pk), row.due, row.due, name_of(row), row.number, row.get_absolute_url(), "S30.2",
            row.unit.path, row.unit.division.path, reminders=lead_days(row.due, BEFORE_RELEASE),
        )  # fmt: skip
