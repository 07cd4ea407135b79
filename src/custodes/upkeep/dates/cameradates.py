"""The units' own days by which cameras of a system in use get their sign, field of view and mask (S8.3, S10(2), S15; decision 0199).

The work list has one line a system (`waits/cameras.py`); here each day of a system is a date, for the calendar, the feed and reminders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby, islice
from operator import attrgetter

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from custodes.law.duties.terms import Terms
from custodes.places.lifecycle.added import Owed, lacking, may_lack, owed_of
from custodes.places.models import Camera, CameraState, System, SystemState
from custodes.upkeep.dates.dated import Dated, What
from custodes.upkeep.dates.plan import lead_days

CHUNK = 500
"""Systems that are looked at in one go."""
NAMED = 3
_LONGEST = 4
"""So many natural days at most lie in a working day of a term, holidays and the weekends beside them included."""
_HOLIDAYS = timedelta(days=30)


def cameras(
    systems: QuerySet[System], today: date, terms: Terms, span: tuple[date, date] | None = None
) -> Iterator[Dated]:
    """Each day of each system by which cameras have to have what they lack; with `span`, of these days alone."""
    rows = lacking(systems, terms).exclude(state=SystemState.LEGACY)  # what was there before has no day
    if span is not None:
        rows = rows.filter(Exists(_connected_for(span, terms)))
    rows = rows.select_related("site__division", "unit")
    for chunk in _chunks(rows.order_by("pk").iterator(chunk_size=CHUNK)):
        owed = owed_of(chunk, today, terms)
        for system in chunk:
            for one in _of(system, owed.get(system.pk, []), terms):
                if span is None or span[0] <= one.day <= span[1]:
                    yield one


def _connected_for(span: tuple[date, date], terms: Terms) -> QuerySet[Camera]:
    """Cameras that were connected so long before these days that their own day may be one of them: wider than the days alone."""
    earliest = span[0] - timedelta(days=terms.assumed.change_working_days * _LONGEST) - _HOLIDAYS
    return Camera.objects.filter(
        may_lack(terms), system=OuterRef("pk"), state=CameraState.CONNECTED,
        connected_at__date__gte=earliest, connected_at__date__lte=span[1],
    )  # fmt: skip


def _of(system: System, owed: Iterable[Owed], terms: Terms) -> Iterator[Dated]:
    dated = sorted((one for one in owed if one.due is not None), key=attrgetter("due"))
    for due, of_day in groupby(dated, key=attrgetter("due")):
        held = list(of_day)
        names = _("、").join(one.camera.name for one in held[:NAMED])
        note = _("%(count)d 个点位：%(names)s") % {"count": len(held), "names": names}
        yield Dated(
            What.CAMERA, str(system.pk), due, due, system.name, note, f"{system.get_absolute_url()}#owed", "S15",
            system.unit.path, system.site.division.path,
            reminders=lead_days(due, terms.assumed.short_reminder_days), system=system.pk,
        )  # fmt: skip


def _chunks(rows: Iterator[System]) -> Iterator[list[System]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
