"""Changes of systems: to decide, to settle, to carry out and enter, to file without a known day (S34(7), N14)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from custodes.people.permissions import Permission
from custodes.places.changes.clock import to_file
from custodes.places.changes.gate import GUARDED
from custodes.places.models import ChangeCase, ChangeState
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

_PARTS = frozenset({Permission.MANAGE_PLACES, Permission.APPROVE_CHANGES, Permission.HANDLE_FILINGS})


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them. What was made and has a last day for its filing is a date, and stands with the dates."""
    found: list[Some[Waits]] = []
    # Of a system that is gone nobody decides, makes or files anything any more.
    rows = ChangeCase.objects.filter(system__state__in=GUARDED).order_by("asked_at", "pk")
    rows = rows.select_related("system__unit")
    rows = rows.only("kind", "state", "planned", "system__name", "system__unit__name")
    if asking.may & _PARTS:
        found.append(_found(asking, rows))
    if Permission.APPROVE_CHANGES in asking.may:
        found.append(_requested(asking, rows))
    if Permission.MANAGE_PLACES in asking.may:
        mine = rows.filter(asking.built())
        found += [_approved(asking, mine), _undated(asking, mine)]
    return found


def _requested(asking: Asking, rows: QuerySet[ChangeCase]) -> Some[Waits]:
    decided = rows.filter(asking.decided(), state=ChangeState.REQUESTED)

    def told(case: ChangeCase) -> Waits:
        return Waits("case", _("待审批的变更：%(system)s") % {"system": case.system}, _hint(case), _page(case))

    return first_of(decided.exclude(asked_by=asking.person), asking.most, told)


def _found(asking: Asking, rows: QuerySet[ChangeCase]) -> Some[Waits]:
    """Made without leave: for who runs the system, who decides, and who supervises it."""
    reached = asking.built() | asking.handled()
    if Permission.APPROVE_CHANGES in asking.may:
        reached |= asking.decided()

    def told(case: ChangeCase) -> Waits:
        name = _("擅自改变，待处理：%(system)s") % {"system": case.system}
        return Waits("case", name, _hint(case), _page(case), late=True)

    return first_of(rows.filter(reached, state=ChangeState.FOUND), asking.most, told)


def _approved(asking: Asking, mine: QuerySet[ChangeCase]) -> Some[Waits]:
    """Allowed, and to be made now: no day was named, or the day has come. What is planned for later is a date."""
    now = Q(planned__isnull=True) | Q(planned__lte=asking.today)

    def told(case: ChangeCase) -> Waits:
        name = _("实施变更并登记：%(system)s") % {"system": case.system}
        late = case.planned is not None and case.planned < asking.today
        return Waits("case", name, _hint(case), _page(case), case.planned, late)

    return first_of(mine.filter(now, state=ChangeState.APPROVED), asking.most, told)


def _undated(asking: Asking, mine: QuerySet[ChangeCase]) -> Some[Waits]:
    """To be filed, of what was made on a day that nobody knows."""

    def told(case: ChangeCase) -> Waits:
        return Waits("case", _("办理变更备案：%(system)s") % {"system": case.system}, _hint(case), _page(case))

    return first_of(mine.filter(to_file(), done_on__isnull=True), asking.most, told)


def _hint(case: ChangeCase) -> str:
    return f"{case.system.unit.name} · {case.get_kind_display()}"


def _page(case: ChangeCase) -> str:
    return case.get_absolute_url()
