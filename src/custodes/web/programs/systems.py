"""Systems that programs plan and change; their life goes by steps that people take."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from custodes.people.models import ProgramScope
from custodes.places.forms.place import SystemForm
from custodes.places.lifecycle.case import enter_system
from custodes.places.models import System
from custodes.places.models.recorded import SYSTEM_FIELDS
from custodes.places.network import refuse_classified
from custodes.places.register import save_recorded
from custodes.places.scope import answered_systems, editable_sites, editable_systems
from custodes.web.programs import kinds
from custodes.web.programs import schemas as out
from custodes.web.programs.keys import call_of
from custodes.web.programs.problems import FieldProblem, plain
from custodes.web.programs.reaching import unknown
from custodes.web.programs.revising import checked, laid_over, row_to_change
from custodes.web.programs.wishes import SystemIn, SystemPatch
from custodes.web.programs.writing import Write, WriteOutcome, form_data, taken_by, unit_of

_WRITE = ProgramScope.SYSTEMS_WRITE


def enter() -> None:
    """Make them answer."""
    Write("POST", "/systems", _WRITE, "systems", out.SystemOut).enter(add_system)
    Write("PATCH", "/systems/{uuid:id}", _WRITE, "system", out.SystemOut, (200,), revised=True).enter(change_system)


def add_system(request: HttpRequest, wish: SystemIn) -> WriteOutcome:
    """Enter a system that is planned, at a place that the person may change."""
    call = call_of(request)
    refuse_classified(wish.classified)
    rows = editable_sites(call.person, call.at).filter(call.within("division"))
    place = rows.select_related("unit").filter(pk=wish.place).first()
    if place is None:
        raise unknown("place", _("没有这个场所，或者不由该程序的负责人登记"), "/places")
    data = form_data({**wish.dict(exclude={"unit", "place"}), "unit": unit_of(call, wish.unit).pk})
    wished = System(site=place, unit=place.unit, created_by=call.person)
    form = checked(SystemForm(data, instance=wished, person=call.person, at=call.at))
    row = enter_system(form.save(commit=False), SYSTEM_FIELDS, taken_by(call))
    call.about, call.rows = str(row.pk), 1
    return WriteOutcome(201, out.system_out(row), row.revision, f"/systems/{row.pk}")


def change_system(request: HttpRequest, id: UUID, wish: SystemPatch) -> WriteOutcome:
    """Change a system that the person may change. What is not sent stays."""
    call = call_of(request)
    refuse_classified(wish.classified)
    rows = editable_systems(call.person, call.at).filter(pk__in=kinds.systems(call).values("pk"))
    row = row_to_change(request, rows.select_related("unit"), id)
    given = wish.dict(exclude_unset=True)
    if given.get("unit") is not None and given["unit"] != row.unit.uuid:
        if not answered_systems(call.person, call.at).filter(pk=row.pk).exists():
            what, remedy = _("不能由运行、管理单位改变责任单位"), _("请由责任单位办理。")
            raise plain(403, errors=[FieldProblem("unit", "S11", what, remedy)])
        given["unit"] = unit_of(call, given["unit"]).pk
    else:
        given.pop("unit", None)
    form = laid_over(partial(SystemForm, instance=row, person=call.person, at=call.at), given)
    row = form.save(commit=False)
    save_recorded(row, SYSTEM_FIELDS, call.person, call.at)
    return WriteOutcome(200, out.system_out(row), row.revision)
