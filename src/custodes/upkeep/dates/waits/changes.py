"""Changes of systems: to decide, to settle, to carry out and enter, to file without a known day (S34(7), N14)."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Case, F, Q, When
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
    """All of them by one question. What was made and has a last day for its filing is a date, and stands with the dates."""
    parts = _parts(asking)
    if not parts:
        return []
    # Of a system that is gone nobody decides, makes or files anything any more.
    rows = ChangeCase.objects.filter(reduce(or_, parts), system__state__in=GUARDED).select_related("system__unit")
    rows = rows.only("kind", "state", "planned", "system__name", "system__unit__name")
    late = Q(state=ChangeState.FOUND) | Q(state=ChangeState.APPROVED, planned__lt=asking.today)
    rows = rows.order_by(Case(When(late, 0), default=1), F("planned").asc(nulls_last=True), "asked_at", "pk")
    return [first_of(rows, asking.most, lambda case: _told(asking, case))]


def _parts(asking: Asking) -> list[Q]:
    """What each part of a person's posts brings; the states tell them apart."""
    parts: list[Q] = []
    if asking.may & _PARTS:
        # Made without leave: for who runs the system, who decides, and who supervises it.
        reached = asking.built() | asking.handled()
        if Permission.APPROVE_CHANGES in asking.may:
            reached |= asking.decided()
        parts.append(Q(reached, state=ChangeState.FOUND))
    if Permission.APPROVE_CHANGES in asking.may:
        parts.append(Q(asking.decided(), ~Q(asked_by=asking.person), state=ChangeState.REQUESTED))
    if Permission.MANAGE_PLACES in asking.may:
        # Allowed, and to be made now: no day was named, or the day has come. What is planned for later is a date.
        now = Q(planned__isnull=True) | Q(planned__lte=asking.today)
        parts.append(asking.built() & ((now & Q(state=ChangeState.APPROVED)) | (to_file() & Q(done_on__isnull=True))))
    return parts


def _told(asking: Asking, case: ChangeCase) -> Waits:
    names = {
        ChangeState.REQUESTED: _("待审批的变更：%(system)s"),
        ChangeState.FOUND: _("擅自改变，待处理：%(system)s"),
        ChangeState.APPROVED: _("实施变更并登记：%(system)s"),
    }
    # What is in none of these states was made, on a day that nobody knows.
    name = names.get(ChangeState(case.state), _("办理变更备案：%(system)s")) % {"system": case.system}
    due = case.planned if case.state == ChangeState.APPROVED else None
    late = case.state == ChangeState.FOUND or (due is not None and due < asking.today)
    return Waits("case", name, _hint(case), case.get_absolute_url(), due, late)


def _hint(case: ChangeCase) -> str:
    return f"{case.system.unit.name} · {case.get_kind_display()}"
