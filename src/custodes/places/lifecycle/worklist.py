"""What waits for a person in the lives of systems: to take, to mend, to file, to report, each with its last day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.duties.terms import Terms
from custodes.people.lawful import words
from custodes.people.models import Person, Post, Unit
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.workflow import FILEABLE
from custodes.places.lifecycle.added import LACKING, owed_by
from custodes.places.models import (
    WATCHED,
    Camera,
    CameraState,
    Filing,
    FilingKind,
    FilingState,
    Removal,
    RemovalState,
)
from custodes.places.models.removal import AHEAD
from custodes.places.removal.workflow import first_day, latest_report
from custodes.places.scope import built_systems, handled_systems, tended_systems

MOST = 8
"""Lines of a kind; the lists have the others."""
ASKED = 200
"""Systems of a unit whose terms are counted."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits.

    Attributes:
        due: the last day in time; None when the law gives none.
        late: that day has passed.
    """

    label: str
    hint: str
    href: str
    due: date | None = None
    late: bool = False


def waiting_for(person: Person, at: datetime, terms: Terms) -> list[Waiting]:
    """Everything, the most pressing first."""
    today = timezone.localdate(at)
    found = [
        *_to_take(person, at),
        *_returned(person, at),
        *_to_file(person, at, today, terms),
        *_removals(person, at, today, terms),
        *_to_complete(person, at, today, terms),
    ]
    return sorted(found, key=lambda one: (not one.late, one.due or date.max))


def _to_take(person: Person, at: datetime) -> Iterator[Waiting]:
    """For the county's police: filings and reports that nobody has taken."""
    handled = handled_systems(person, at).values("pk")
    filings = Filing.objects.filter(state=FilingState.SUBMITTED, system__in=handled).order_by("submitted_on")
    for filing in filings.select_related("system__unit")[:MOST]:
        label = _("待接收的备案：%(system)s") % {"system": filing.system}
        yield Waiting(label, f"{filing.system.unit.name} · {filing.get_kind_display()}", filing.get_absolute_url())
    removals = Removal.objects.filter(state=RemovalState.REPORTED, system__in=handled).order_by("planned")
    for removal in removals.select_related("system__unit")[:MOST]:
        label = _("待收悉的拆除报告：%(system)s") % {"system": removal.system}
        hint = _("拟于 %(day)s 拆除") % {"day": removal.planned}
        yield Waiting(label, hint, removal.get_absolute_url())


def _returned(person: Person, at: datetime) -> Iterator[Waiting]:
    rows = Filing.objects.filter(state=FilingState.RETURNED, system__in=built_systems(person, at).values("pk"))
    for filing in rows.select_related("system")[:MOST]:
        label = _("备案退回补正：%(system)s") % {"system": filing.system}
        yield Waiting(label, filing.returned_words, reverse("places:filing_edit", args=[filing.pk]))


def _to_file(person: Person, at: datetime, today: date, terms: Terms) -> Iterator[Waiting]:
    """Systems that are not filed; for units, not for whoever oversees a city's."""
    handed_in = Filing.objects.exclude(kind=FilingKind.CHANGE).filter(
        system=OuterRef("pk"), submitted_on__isnull=False
    ).exclude(state=FilingState.WITHDRAWN)  # fmt: skip
    rows = built_systems(person, at).filter(~Exists(handed_in), state__in=FILEABLE, unit__in=_own_units(person, at))
    found: list[Waiting] = []
    for system in rows.select_related("site", "unit").order_by("name")[:ASKED]:
        clocks = [clock for clock in clocks_of(system, today, terms) if clock.open]
        if clocks:
            first = min(clocks, key=lambda clock: clock.finding.due or date.max)
            due = first.finding.due
            label = _("办理备案：%(system)s") % {"system": system}
            late = due is not None and due < today
            found.append(Waiting(label, words(first.finding), reverse("places:life", args=[system.pk]), due, late))
    yield from sorted(found, key=lambda one: (not one.late, one.due or date.max))[:MOST]


def _removals(person: Person, at: datetime, today: date, terms: Terms) -> Iterator[Waiting]:
    built = built_systems(person, at).values("pk")
    rows = Removal.objects.filter(state__in=[one.value for one in AHEAD], system__in=built).order_by("planned")
    for removal in rows.select_related("system")[:MOST]:
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


def _to_complete(person: Person, at: datetime, today: date, terms: Terms) -> Iterator[Waiting]:
    """Systems in use of which cameras lack sign, field, mask or the reason of an overlap; a line a system."""
    lacking = Camera.objects.filter(LACKING, system=OuterRef("pk"), state=CameraState.CONNECTED)
    rows = tended_systems(person, at).filter(Exists(lacking), state__in=WATCHED, unit__in=_own_units(person, at))
    found: list[Waiting] = []
    # Each is looked at camera by camera: those whose cameras have a day go first, those from before the regulation after them.
    for system in rows.select_related("site").order_by("state", "name")[: 3 * MOST]:
        owed = owed_by(system, today, terms)
        if owed:
            names = "、".join(one.camera.name for one in owed[:3])
            hint = _("%(count)d 个点位：%(names)s") % {"count": len(owed), "names": names}
            label = _("补齐点位的标志和采集范围：%(system)s") % {"system": system}
            found.append(Waiting(label, hint, f"{system.get_absolute_url()}#owed", owed[0].due, owed[0].late))
    yield from sorted(found, key=lambda one: (not one.late, one.due or date.max))[:MOST]


def _own_units(person: Person, at: datetime) -> Any:
    paths = Post.objects.valid(at).filter(person=person).values_list("unit__path", flat=True)
    units = Unit.objects.none()
    for path in paths:
        units = units | Unit.objects.filter(path__startswith=path)
    return units.values("pk")
