"""Many cameras at once: give a table, mend what is wrong in the preview, register, probe all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.bulk.columns import SHEET, example_table
from custodes.places.bulk.probing import order_probes
from custodes.places.bulk.reading import WrittenCamera, read_paste, read_upload
from custodes.places.bulk.registering import register_rows, take_lines
from custodes.places.forms.batch import RecorderForm, TableForm
from custodes.places.makers import maker_of, makers, without_template
from custodes.places.models import PREVIEW, Batch, Node, RowState, System
from custodes.places.network import keeps_nothing_classified
from custodes.places.scope import tended_systems
from custodes.places.tables.columns import Unreadable
from custodes.places.tables.template import XLSX, make_template
from custodes.places.views.system import crumbs_of
from custodes.settings import get_settings

SHOWN = 10


def _system(request: HttpRequest, pk: UUID) -> System:
    rows = tended_systems(Viewer.of(request).person, timezone.now()).select_related("site", "unit")
    return get_object_or_404(rows, pk=pk)


def batch_of(request: HttpRequest, pk: UUID) -> Batch:
    """A batch of a system that the person tends, or 404."""
    tended = tended_systems(Viewer.of(request).person, timezone.now())
    rows = Batch.objects.filter(system__in=tended.values("pk")).select_related("system__site", "system__unit", "node")
    return get_object_or_404(rows, pk=pk)


@keeps_nothing_classified
@needs(Permission.MANAGE_CAMERAS)
def bulk_add(request: HttpRequest, system: UUID) -> HttpResponse:
    """Take a table in. A table that can't be read is not shown again: nobody knows which of its columns are passwords."""
    row = _system(request, system)
    example = example_table()
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and example and "example" in request.POST:
        return _begin(request, read_paste(example), row, Node.objects.order_by("name")[:1].get())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lines = read_upload(data["file"].read()) if data["file"] else read_paste(data["table"])
        except Unreadable as error:
            form.add_error("file" if data["file"] else "table", str(error.words))
        else:
            return _begin(request, lines, row, data["node"])
    if form.is_bound:
        kept = request.POST.copy()
        kept["table"] = ""
        form.data = kept
    context = {
        "form": form,
        "system": row,
        "example": bool(example),
        "devices_url": f"{reverse('places:device_list')}?system={row.pk}",
        "batches": _unfinished(row),
        "crumbs": crumbs_of(row, (_("批量接入"), "")),
    }
    return render(request, "places/bulk_add.html", context, status=400 if form.errors else 200)


def _unfinished(system: System) -> QuerySet[Batch]:
    """Batches with rows that are no connected cameras yet: whoever left the page finds the way back."""
    left = Count("rows", filter=~Q(rows__state=RowState.CONNECTED))
    return system.batches.annotate(total=Count("rows"), left=left).filter(left__gt=0).select_related("by")[:SHOWN]


@sensitive_post_parameters()
@needs(Permission.MANAGE_CAMERAS)
def recorder_add(request: HttpRequest, system: UUID) -> HttpResponse:
    """The channels of a recorder, one camera each."""
    row = _system(request, system)
    form = RecorderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _begin(request, _channels(form.cleaned_data), row, form.cleaned_data["node"])
    context = {
        "form": form,
        "system": row,
        "makers": makers(get_settings().training),
        "without": without_template(),
        "crumbs": crumbs_of(row, (_("接入录像机通道"), "")),
    }
    return render(request, "places/recorder_add.html", context, status=400 if form.errors else 200)


def _channels(data: dict[str, Any]) -> list[WrittenCamera]:
    lines = []
    for order, channel in enumerate(data["channels"], start=1):
        address = maker_of(data["maker"]).spell(data["host"], data["port"], channel)
        texts = {
            "name": _numbered(data["name"], channel, len(data["channels"])),
            "place": data["place"].replace("{n}", str(channel)),
            "main_url": address.main,
            "sub_url": address.sub,
            "username": data["username"],
        }
        lines.append(WrittenCamera(order, texts, data["password"]))
    return lines


def _numbered(pattern: str, channel: int, count: int) -> str:
    """A name for each channel: where no place for the number was given, it stands behind the name."""
    if "{n}" in pattern:
        return pattern.replace("{n}", str(channel))
    return pattern if count == 1 else f"{pattern} {channel}"


def _begin(request: HttpRequest, lines: list[WrittenCamera], system: System, node: Any) -> HttpResponse:
    return redirect(take_lines(lines, system, node, Viewer.of(request).person, timezone.now()))


@require_GET
@needs(Permission.MANAGE_CAMERAS)
def bulk_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in, with headings, a worked example and what to write where."""
    answer = HttpResponse(make_template(SHEET), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{SHEET.file}"'
    return answer


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def batch_register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make cameras of the rows that are ready; the others stay in the preview."""
    batch = batch_of(request, pk)
    try:
        count = register_rows(batch, Viewer.of(request).person, timezone.now())
    except IntegrityError:
        messages.error(request, _("有编号刚刚被他人使用，本次没有登记任何点位。请核对后再确认。"))
        return redirect(batch)
    if count:
        messages.success(request, _("已登记 %(count)s 个点位，下一步检测地址。") % {"count": count})
    else:
        messages.warning(request, _("没有可以登记的点位。请先改正下面各行。"))
    return redirect(batch)


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def batch_probe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try all registered cameras of the batch, or those whose last try failed."""
    batch = batch_of(request, pk)
    failed = request.POST.get("only") == "failed"
    connect = request.POST.get("connect") == "1"
    count = order_probes(batch, Viewer.of(request).person, connect, failed, timezone.now())
    if not count:
        messages.info(request, _("没有等待检测的点位。"))
    return redirect(batch)


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def batch_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget the rows that are still in the preview, with their sealed passwords."""
    batch = batch_of(request, pk)
    batch.rows.filter(state__in=PREVIEW).delete()
    messages.success(request, _("未登记的各行已删除。"))
    if batch.rows.exists():
        return redirect(batch)
    system = batch.system
    batch.delete()
    return redirect(system)
