"""Listing, showing, adding and changing units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from custodes.people import credentials
from custodes.people.forms.units import UnitForm, UnitSearch
from custodes.people.models import Division, Unit
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.scope import persons_in, units_in
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs

PAGE = 50


def _visible(viewer: Viewer, uuid: Any, permission: Permission) -> Unit:
    units = units_in(viewer.scope(permission)).select_related("division", "parent")
    return get_object_or_404(units, uuid=uuid)


def units_asked(request: HttpRequest) -> QuerySet[Unit]:
    """The units within the scope, narrowed down as the address says."""
    viewer, search = Viewer.of(request), UnitSearch(request.GET)
    units = units_in(viewer.scope(Permission.VIEW_PEOPLE)).select_related("division", "parent")
    if search.is_valid():
        query = search.cleaned_data
        if query["q"]:
            units = units.filter(name__icontains=query["q"])
        if query["kind"]:
            units = units.filter(kind=query["kind"])
        if query["division"]:
            units = units.filter(division__in=Division.objects.within(query["division"]))
    else:
        units = units.none()
    return units


def unit_table(request: HttpRequest) -> Table:
    """The columns of the list of units."""
    return Table.of(
        request,
        Column(_("单位名称"), "name"),
        Column(_("单位类别"), "kind"),
        Column(_("行政区划"), "division__path"),
        Column(_("上级单位"), "parent__name"),
        default="name",
    )


@require_safe
@needs(Permission.VIEW_PEOPLE)
def unit_list(request: HttpRequest) -> HttpResponse:
    """Units within the scope, searched and sorted."""
    viewer = Viewer.of(request)
    search = UnitSearch(request.GET)
    table = unit_table(request)
    page = Paginator(table.order(units_asked(request)), PAGE).get_page(request.GET.get("page"))
    context = {"search": search, "table": table, "page": page, "may_add": viewer.may(Permission.MANAGE_UNITS)}
    return render(request, "people/unit_list.html", context)


@require_safe
@needs(Permission.VIEW_PEOPLE)
def unit_detail(request: HttpRequest, unit: Any) -> HttpResponse:
    """One unit: its place in the trees, sub-units and persons."""
    viewer = Viewer.of(request)
    scope = viewer.scope(Permission.VIEW_PEOPLE)
    shown = _visible(viewer, unit, Permission.VIEW_PEOPLE)
    managed = units_in(viewer.scope(Permission.MANAGE_UNITS)).filter(pk=shown.pk).exists()
    context = {
        "unit": shown,
        "divisions": Division.objects.above(shown.division),
        "children": units_in(scope).filter(parent=shown).select_related("division"),
        "persons": persons_in(scope).filter(unit=shown).select_related("account")[:200],
        "may_edit": viewer.may(Permission.MANAGE_UNITS) and managed,
        "judged": [credentials.judge(row, viewer.at) for row in shown.credentials.select_related("paper")],
        "may_credentials": units_in(viewer.scope(Permission.MANAGE_CREDENTIALS)).filter(pk=shown.pk).exists(),
        "may_read": units_in(viewer.scope(Permission.READ_PAPERS)).filter(pk=shown.pk).exists(),
    }
    return render(request, "people/unit_detail.html", context)


@needs(Permission.MANAGE_UNITS)
def unit_add(request: HttpRequest) -> HttpResponse:
    """Add a unit."""
    viewer = Viewer.of(request)
    form = UnitForm(request.POST or None, scope=viewer.scope(Permission.MANAGE_UNITS))
    if request.method == "POST" and form.is_valid():
        return _save(request, viewer, form, {})
    return render(request, "people/unit_form.html", {"form": form, "unit": None})


@needs(Permission.MANAGE_UNITS)
def unit_edit(request: HttpRequest, unit: Any) -> HttpResponse:
    """Change a unit."""
    viewer = Viewer.of(request)
    changed = _visible(viewer, unit, Permission.MANAGE_UNITS)
    before = snapshot(changed)
    form = UnitForm(request.POST or None, instance=changed, scope=viewer.scope(Permission.MANAGE_UNITS))
    if request.method == "POST" and form.is_valid():
        return _save(request, viewer, form, before)
    return render(request, "people/unit_form.html", {"form": form, "unit": changed})


def _save(request: HttpRequest, viewer: Viewer, form: UnitForm, before: dict[str, Any]) -> HttpResponse:
    with transaction.atomic():
        unit = form.save()
        config_changed(unit, differences(before, snapshot(unit)), by=viewer.person, at=viewer.at)
    messages.success(request, _("已保存。"))
    return redirect("people:unit_detail", unit.uuid)
