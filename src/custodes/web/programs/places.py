"""Places that programs enter and change, by the register's own form."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from custodes.people.models import Division, ProgramScope
from custodes.places.forms.place import PlaceRoleForm, SiteForm
from custodes.places.models import PlaceRole, Site
from custodes.places.models.recorded import ROLE_FIELDS, SITE_FIELDS
from custodes.places.network import refuse_classified
from custodes.places.register import save_recorded
from custodes.places.scope import editable_sites, exact_sites
from custodes.web.programs import kinds
from custodes.web.programs import schemas as out
from custodes.web.programs.keys import ApiCall, call_of
from custodes.web.programs.problems import FieldProblem, plain
from custodes.web.programs.reaching import unit_named
from custodes.web.programs.reads import one_of
from custodes.web.programs.revising import checked, laid_over, row_to_change
from custodes.web.programs.wishes import PlaceIn, PlacePatch, PlaceRoleIn
from custodes.web.programs.writing import Write, WriteOutcome, form_data, unit_of

_WRITE = ProgramScope.PLACES_WRITE


def enter() -> None:
    """Make them answer."""
    Write("POST", "/places", _WRITE, "places", out.PlaceOut).enter(add_place)
    Write("PATCH", "/places/{uuid:id}", _WRITE, "place", out.PlaceOut, (200,), revised=True).enter(change_place)
    Write("POST", "/places/{uuid:id}/roles", _WRITE, "place_roles", out.PlaceRoleOut, clause="S11.2").enter(
        add_place_role
    )


def add_place(request: HttpRequest, wish: PlaceIn) -> WriteOutcome:
    """Enter a place, for a unit of the person's own."""
    call = call_of(request)
    refuse_classified(wish.classified)
    data = form_data(_keys(call, wish.dict()))
    form = SiteForm(data, {}, instance=Site(created_by=call.person), person=call.person, at=call.at)
    return _saved(call, checked(form), 201)


def change_place(request: HttpRequest, id: UUID, wish: PlacePatch) -> WriteOutcome:
    """Change a place that the person may change. What is not sent stays."""
    call = call_of(request)
    refuse_classified(wish.classified)
    rows = editable_sites(call.person, call.at).filter(pk__in=kinds.places(call).values("pk"))
    row = row_to_change(request, rows, id)
    given = _keys(call, wish.dict(exclude_unset=True))
    return _saved(call, laid_over(partial(SiteForm, instance=row, person=call.person, at=call.at), given), 200)


def add_place_role(request: HttpRequest, id: UUID, wish: PlaceRoleIn) -> WriteOutcome:
    """Say which unit is owner, user or manager of a place: who builds (S11) and who may install (N7.3, N9) follows from it. A role is ended at
    the page."""
    call = call_of(request)
    rows = editable_sites(call.person, call.at).filter(pk__in=kinds.places(call).values("pk"))
    row = one_of(call, rows, id)
    unit = unit_named(wish.unit, wish.uscc)
    data = form_data({**wish.dict(exclude={"unit", "uscc"}), "unit": unit.pk})
    role = checked(PlaceRoleForm(data, instance=PlaceRole(site=row))).save(commit=False)
    save_recorded(role, ROLE_FIELDS, call.person, call.at)
    told = {"place": row.pk, "unit": unit.uuid, "role": role.role, "since": role.since, "until": role.until}
    return WriteOutcome(201, told)


def _saved(call: ApiCall, form: SiteForm, status: int) -> WriteOutcome:
    row = form.save(commit=False)
    save_recorded(row, SITE_FIELDS, call.person, call.at)
    call.about, call.rows = str(row.pk), 1
    exact = exact_sites(call.person, call.at).filter(pk=row.pk).exists()
    return WriteOutcome(status, out.place_out(row, exact), row.revision, f"/places/{row.pk}")


def _keys(call: ApiCall, values: dict[str, Any]) -> dict[str, Any]:
    """Division and unit by the register's own keys."""
    if "division" in values:
        division = Division.objects.filter(code=values["division"]).first()
        if division is None:
            what, remedy = _("没有这个行政区划代码"), _("请使用 GB/T 2260 代码。")
            raise plain(422, errors=[FieldProblem("division", "form:invalid_choice", what, remedy)])
        call.check_division(division.path, "division")
        values["division"] = division.pk
    if values.get("unit") is not None:
        values["unit"] = unit_of(call, values["unit"]).pk
    return values
