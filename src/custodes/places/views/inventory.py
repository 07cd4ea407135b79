"""Many places at once: give a table, look at what is wrong with which row, enter those that are right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.inventory import InventoryForm
from custodes.places.inventory.checking import Known, check
from custodes.places.inventory.columns import SHEET
from custodes.places.inventory.registering import enter_places, take_places
from custodes.places.models import Inventory
from custodes.places.tables.reading import lines_of_file
from custodes.places.tables.template import XLSX, make_template
from custodes.places.tables.unreadable import ON_A_PAGE, Unreadable
from custodes.places.views.classified import keeps_nothing_classified

FAULTY_SHOWN = 20
ROWS_A_PAGE = 50


def _crumbs() -> list[tuple[Any, str]]:
    return [
        (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
        (pgettext_lazy("列表", "场所"), reverse("places:site_list")),
        (_("导入场所"), ""),
    ]


def _inventory(request: HttpRequest, pk: UUID) -> Inventory:
    return get_object_or_404(Inventory.objects.filter(by=Viewer.of(request).person), pk=pk)


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES)
def inventory_add(request: HttpRequest) -> HttpResponse:
    """Take a file in."""
    person, now = Viewer.of(request).person, timezone.now()
    form = InventoryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            lines = list(lines_of_file(form.cleaned_data["file"], SHEET, ON_A_PAGE))
            return redirect(take_places(lines, person, now))
        except Unreadable as error:
            form.add_error("file", error.words)
    open_ones = Inventory.objects.filter(by=person, rows__site__isnull=True).distinct()[:10]
    context = {"form": form, "open_ones": open_ones, "crumbs": _crumbs()}
    return render(request, "places/inventory_add.html", context, status=400 if form.errors else 200)


@require_GET
@needs(Permission.MANAGE_PLACES)
def inventory_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in."""
    answer = HttpResponse(make_template(SHEET), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{SHEET.file}"'
    return answer


@require_GET
@needs(Permission.MANAGE_PLACES)
def inventory(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The preview: rows that are wrong with the column and the reason, rows that are right, rows that are in."""
    row = _inventory(request, pk)
    person, now = Viewer.of(request).person, timezone.now()
    waiting = row.rows.filter(site__isnull=True)
    faulty = list(waiting.filter(ready=False)[:FAULTY_SHOWN])
    known = Known.of(person, now, waiting.values_list("texts", flat=True)) if faulty else Known()
    context = {
        "inventory": row,
        "faulty": waiting.filter(ready=False).count(),
        "ready": waiting.filter(ready=True).count(),
        "entered": row.rows.filter(site__isnull=False).count(),
        "wrong": [(each, check(each.texts, each.faults, known, person, now).faults) for each in faulty],
        "page": Paginator(waiting.filter(ready=True), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "table": Table.of(
            request, Column(_("行")), Column(_("场所")), Column(_("类别")), Column(_("行政区划")), Column(_("地址"))
        ),
        "wrong_table": Table.of(request, Column(_("行")), Column(_("场所")), Column(_("栏目")), Column(_("问题"))),
        "crumbs": _crumbs(),
    }
    return render(request, "places/inventory.html", context)


@require_POST
@needs(Permission.MANAGE_PLACES)
def inventory_enter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter the rows that are right; the others stay in the preview."""
    row = _inventory(request, pk)
    count = enter_places(row, Viewer.of(request).person, timezone.now())
    if count:
        messages.success(request, _("已登记 %(count)s 个场所。") % {"count": count})
    else:
        messages.warning(request, _("没有可以登记的场所。请在文件中改正后重新上传。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_PLACES)
def inventory_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget the preview; what was entered stays."""
    _inventory(request, pk).delete()
    messages.success(request, _("预览已删除，已登记的场所不受影响。"))
    return redirect("places:inventory_add")
