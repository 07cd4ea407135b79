"""What waits for a person in the lives of systems: to take, to mend, to file, to report, each with its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.duties.terms import Terms
from custodes.people.lawful import words
from custodes.people.models import Person, Post, Unit
from custodes.places.changes.gate import GUARDED
from custodes.places.changes.waiting import waiting_changes
from custodes.places.drafts.keeping import lapses_at
from custodes.places.drafts.reach import editable_drafts
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.due import unfiled
from custodes.places.lifecycle.added import LACKING, owed_by
from custodes.places.lifecycle.waiting import MOST, Waiting
from custodes.places.models import (
    WATCHED,
    Camera,
    CameraState,
    Draft,
    DraftKind,
    Filing,
    FilingState,
    Removal,
    RemovalState,
)
from custodes.places.models.removal import AHEAD
from custodes.places.removal.workflow import first_day, latest_report
from custodes.places.scope import built_systems, handled_systems, tended_systems
from custodes.places.upgrades.waiting import waiting_upgrades

SOON = timedelta(days=7)
"""So long before a draft lapses its line has the day on which it does."""
BEGINS = {DraftKind.FILING: "places:filing_begin", DraftKind.REMOVAL: "places:removal_add"}
ASKED = 200
"""Systems of a unit whose terms are counted."""


def waiting_for(person: Person, at: datetime, terms: Terms, most: int = MOST) -> list[Waiting]:
    """What waits, the most pressing first; up to `most` of a kind."""
    today = timezone.localdate(at)
    drafts = _drafts(person, at)
    found = [
        *to_take(person, at, most),
        *returned(person, at, most, drafts),
        *_to_file(person, at, today, terms, drafts, most),
        *_begun(drafts, today, most),
        *_lapsed(person, most),
        *removals_ahead(person, at, today, terms, most),
        *waiting_changes(person, at, today, terms, most),
        *waiting_upgrades(person, at, today, terms, most),
        *_to_complete(person, at, today, terms, most),
    ]
    return sorted(found, key=lambda one: (not one.late, one.due or date.max))


def to_take(person: Person, at: datetime, most: int = MOST) -> Iterator[Waiting]:
    """For the county's police: filings and reports that nobody has taken."""
    handled = handled_systems(person, at).values("pk")
    filings = Filing.objects.filter(state=FilingState.SUBMITTED, system__in=handled).order_by("submitted_on")
    for filing in filings.select_related("system__unit")[:most]:
        label = _("待接收的备案：%(system)s") % {"system": filing.system}
        yield Waiting(label, f"{filing.system.unit.name} · {filing.get_kind_display()}", filing.get_absolute_url())
    removals = Removal.objects.filter(state=RemovalState.REPORTED, system__in=handled).order_by("planned")
    for removal in removals.select_related("system__unit")[:most]:
        label = _("待收悉的拆除报告：%(system)s") % {"system": removal.system}
        hint = _("拟于 %(day)s 拆除") % {"day": removal.planned}
        yield Waiting(label, hint, removal.get_absolute_url())


def returned(
    person: Person, at: datetime, most: int = MOST, drafts: dict[tuple[str, UUID], Draft] | None = None
) -> Iterator[Waiting]:
    """For the unit: filings that came back. Where one is being mended, its draft is taken out of `drafts` and opened by this line."""
    drafts = {} if drafts is None else drafts
    own = built_systems(person, at).filter(state__in=GUARDED)
    rows = Filing.objects.filter(state=FilingState.RETURNED, system__in=own.values("pk"))
    for filing in rows.select_related("system")[:most]:
        label = _("备案退回补正：%(system)s") % {"system": filing.system}
        draft = drafts.pop((DraftKind.FILING, filing.system_id), None)
        yield Waiting(label, filing.returned_words, (draft or filing).get_absolute_url())


def _drafts(person: Person, at: datetime) -> dict[tuple[str, UUID], Draft]:
    """Drafts of one's own and one's unit, by kind and system."""
    own = Q(by=person) | Q(system__unit__in=own_units(person, at))
    rows = editable_drafts(person, at).filter(own).select_related("system__site", "changed_by")
    return {(row.kind, row.system_id): row for row in rows.order_by("changed_at")[:ASKED]}


def _to_file(
    person: Person, at: datetime, today: date, terms: Terms, drafts: dict[tuple[str, UUID], Draft], most: int
) -> Iterator[Waiting]:
    """Systems that are not filed; for units, not for whoever oversees a city's. One that is begun is taken out of `drafts`."""
    rows = unfiled(built_systems(person, at)).filter(unit__in=own_units(person, at))
    found: list[Waiting] = []
    for system in rows.select_related("site", "unit").order_by("name")[: max(ASKED, most)]:
        clocks = [clock for clock in clocks_of(system, today, terms) if clock.open]
        if clocks:
            first = min(clocks, key=lambda clock: clock.finding.due or date.max)
            due = first.finding.due
            late = due is not None and due < today
            draft = drafts.pop((DraftKind.FILING, system.pk), None)
            label = _("办理备案：%(system)s") % {"system": system} if draft is None else _draft_label(draft)
            href = reverse("places:life", args=[system.pk]) if draft is None else draft.get_absolute_url()
            found.append(Waiting(label, words(first.finding), href, due, late))
    yield from sorted(found, key=lambda one: (not one.late, one.due or date.max))[:most]


def _begun(drafts: dict[tuple[str, UUID], Draft], today: date, most: int) -> Iterator[Waiting]:
    """Drafts that lie, the one that lapses first at the head."""
    for draft in list(drafts.values())[:most]:
        until = timezone.localdate(lapses_at(draft))
        hint = _("%(name)s 保存于 %(day)s；草稿保留至 %(until)s") % {
            "name": draft.changed_by.name, "day": timezone.localdate(draft.changed_at), "until": until,
        }  # fmt: skip
        yield Waiting(_draft_label(draft), hint, draft.get_absolute_url(), until if until - today <= SOON else None)


def _lapsed(person: Person, most: int) -> Iterator[Waiting]:
    rows = Draft.objects.filter(by=person, lapsed_at__isnull=False, system__state__in=GUARDED)
    for draft in rows.select_related("system")[:most]:
        label = _("草稿已失效：%(kind)s，%(system)s") % {"kind": draft.get_kind_display(), "system": draft.system}
        hint = _("长期没有继续填写，所填内容已经删除。仍需办理的，请重新填写。")
        yield Waiting(label, hint, reverse(BEGINS[DraftKind(draft.kind)], args=[draft.system_id]))


def _draft_label(draft: Draft) -> str:
    return _("继续填写%(kind)s：%(system)s") % {"kind": draft.get_kind_display(), "system": draft.system}


def removals_ahead(person: Person, at: datetime, today: date, terms: Terms, most: int = MOST) -> Iterator[Waiting]:
    """For the unit: removals to report, and those whose day has come."""
    built = built_systems(person, at).values("pk")
    rows = Removal.objects.filter(state__in=[one.value for one in AHEAD], system__in=built).order_by("planned")
    for removal in rows.select_related("system")[:most]:
        first = first_day(removal, terms)
        if first is None:
            latest = latest_report(removal, terms).latest
            label = _("报告拆除：%(system)s") % {"system": removal.system}
            hint = _("拟于 %(day)s 拆除") % {"day": removal.planned}
            yield Waiting(label, hint, removal.get_absolute_url(), latest, latest < today)
        elif removal.planned <= today:
            label = _("登记已拆除：%(system)s") % {"system": removal.system}
            hint = _("最早可以在 %(day)s 拆除") % {"day": first}
            yield Waiting(label, hint, removal.get_absolute_url())


def _to_complete(person: Person, at: datetime, today: date, terms: Terms, most: int) -> Iterator[Waiting]:
    """Systems in use of which cameras lack sign, field, mask or the reason of an overlap; a line a system."""
    lacking = Camera.objects.filter(LACKING, system=OuterRef("pk"), state=CameraState.CONNECTED)
    rows = tended_systems(person, at).filter(Exists(lacking), state__in=WATCHED, unit__in=own_units(person, at))
    found: list[Waiting] = []
    # Each is looked at camera by camera: those whose cameras have a day go first, those from before the regulation after them.
    for system in rows.select_related("site").order_by("state", "name")[: 3 * MOST]:
        owed = owed_by(system, today, terms)
        if owed:
            names = "、".join(one.camera.name for one in owed[:3])
            hint = _("%(count)d 个点位：%(names)s") % {"count": len(owed), "names": names}
            label = _("补齐点位的标志和采集范围：%(system)s") % {"system": system}
            found.append(Waiting(label, hint, f"{system.get_absolute_url()}#owed", owed[0].due, owed[0].late))
    yield from sorted(found, key=lambda one: (not one.late, one.due or date.max))[:most]


def own_units(person: Person, at: datetime) -> Any:
    """Units at which the person has a post, and their sub-units: what is theirs to do, not only to oversee."""
    paths = Post.objects.valid(at).filter(person=person).values_list("unit__path", flat=True)
    units = Unit.objects.none()
    for path in paths:
        units = units | Unit.objects.filter(path__startswith=path)
    return units.values("pk")
