"""What waits for a person in the changes of systems: to decide, to carry out, to mend, to file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.law.duties.terms import Terms
from custodes.people.lawful import words
from custodes.people.models import Person
from custodes.places.changes.clock import finding_of, to_file
from custodes.places.changes.gate import GUARDED
from custodes.places.changes.reach import asked_changes, decided_changes
from custodes.places.lifecycle.waiting import Waiting
from custodes.places.models import ChangeCase, ChangeState
from custodes.places.scope import handled_systems


def waiting_changes(person: Person, at: datetime, today: date, terms: Terms, most: int) -> Iterator[Waiting]:
    """Everything, each kind in its own order."""
    decided = decided_changes(person, at).exclude(asked_by=person)
    for case in _rows(decided.filter(state=ChangeState.REQUESTED), most):
        yield Waiting(_("待审批的变更：%(system)s") % {"system": case.system}, _hint(case), case.get_absolute_url())
    mine = asked_changes(person, at)
    handled = ChangeCase.objects.filter(system__in=handled_systems(person, at).values("pk"))
    for case in _rows((decided | mine | handled).filter(state=ChangeState.FOUND), most):
        label = _("擅自改变，待处理：%(system)s") % {"system": case.system}
        yield Waiting(label, _hint(case), case.get_absolute_url(), late=True)
    for case in _rows(mine.filter(state=ChangeState.APPROVED), most):
        label = _("实施变更并登记：%(system)s") % {"system": case.system}
        late = case.planned is not None and case.planned < today
        yield Waiting(label, _hint(case), case.get_absolute_url(), case.planned, late)
    for case in _rows(mine.filter(to_file()), most):
        finding = finding_of(case, today, terms)
        due = finding.due if finding is not None else None
        label = _("办理变更备案：%(system)s") % {"system": case.system}
        hint = words(finding) if finding is not None else _hint(case)
        yield Waiting(label, hint, case.get_absolute_url(), due, due is not None and due < today)


def _rows(rows: QuerySet[ChangeCase], most: int) -> QuerySet[ChangeCase]:
    # Of a system that is gone nobody decides, makes or files anything any more.
    rows = rows.filter(system__state__in=GUARDED)
    return rows.distinct().select_related("system__site", "system__unit").order_by("asked_at")[:most]


def _hint(case: ChangeCase) -> str:
    return f"{case.system.unit.name} · {case.get_kind_display()}"
