"""The tree of divisions; listing, showing, adding and changing units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from custodes.people import credentials, waiting_changes
from custodes.people.entrusting import EntrustmentRefused
from custodes.people.models import Division, EntrustmentKind, EntrustmentState, Unit
from custodes.people.permissions import Permission
from custodes.people.scope import persons_in, units_in
from custodes.people.table import Table, TableColumn
from custodes.people.unit_forms import UnitForm, UnitSearch
from custodes.people.viewer import Viewer, needs


@require_safe
@needs(Permission.VIEW_PEOPLE)
def division_list(request: HttpRequest) -> HttpResponse:
    """All divisions, in the order of the tree; public knowledge, so without a row scope."""
    divisions = list(Division.objects.annotate(unit_count=Count("units")))
    for division in divisions:
        division.depth = division.path.count("/")
    return render(request, "people/division_list.html", {"divisions": divisions})


PAGE = 50
_WAITS = gettext_lazy("已保存。单位类别、上级单位、行政区划的变更须由审计管理员确认，确认后生效。")


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
        TableColumn(_("单位名称"), "name"),
        TableColumn(_("单位类别"), "kind"),
        TableColumn(_("行政区划"), "division__path"),
        TableColumn(_("上级单位"), "parent__name"),
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
        "waiting": shown.entrustments.filter(kind=EntrustmentKind.UNIT, state=EntrustmentState.WAITING).first(),
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
    return _form(request, viewer, UnitForm(request.POST or None, scope=viewer.scope(Permission.MANAGE_UNITS)), None)


@needs(Permission.MANAGE_UNITS)
def unit_edit(request: HttpRequest, unit: Any) -> HttpResponse:
    """Change a unit; what lets posts see further waits for a second person."""
    viewer = Viewer.of(request)
    changed = _visible(viewer, unit, Permission.MANAGE_UNITS)
    form = UnitForm(request.POST or None, instance=changed, scope=viewer.scope(Permission.MANAGE_UNITS))
    return _form(request, viewer, form, Unit.objects.get(pk=changed.pk))


def _form(request: HttpRequest, viewer: Viewer, form: UnitForm, unit: Unit | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            waits = waiting_changes.save_unit(form.instance, by=viewer.person, at=viewer.at)
        except EntrustmentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _WAITS if waits else _("已保存。"))
            return redirect("people:unit_detail", form.instance.uuid)
    return render(request, "people/unit_form.html", {"form": form, "unit": unit})
