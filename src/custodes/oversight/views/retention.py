"""留存和删除: a month's account for who inspects it, the same as a file, and the next pass before it is made (S32)."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight.mirror import catch_up
from custodes.oversight.retention import LocalMonth, RetentionLine, lines_of, next_passes
from custodes.people.exporting import ExportedList, ExportField
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera, CameraState, System
from custodes.places.narrowing import Narrowing
from custodes.places.scope import visible_cameras, visible_systems
from custodes.upkeep.models import KeptDay
from custodes.upkeep.reasons import reason_words
from custodes.upkeep.templatetags.upkeep import span_words

PER_PAGE = 50
MOST_PRINTED = 2_000


@dataclass(frozen=True)
class RetentionQuery:
    """What a page, a file or a print asks for."""

    viewer: Viewer
    month: LocalMonth
    query: str
    system: System | None
    short: bool
    narrowing: Narrowing
    rows: QuerySet[Camera]

    @classmethod
    def of(cls, request: HttpRequest) -> RetentionQuery:
        """As the address says, within the person's rows."""
        viewer = Viewer.of(request)
        month = LocalMonth.of(request.GET.get("month", ""), timezone.localdate(viewer.at))
        query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
        rows = visible_cameras(viewer.person, viewer.at, Permission.VIEW_COMPLETENESS).exclude(state=CameraState.DRAFT)
        system = _system(viewer, request.GET.get("system", ""))
        if system is not None:
            rows = rows.filter(system=system)
        if query:
            named = Q(name__icontains=query) | Q(system__name__icontains=query) | Q(system__unit__name__icontains=query)
            rows = rows.filter(named)
        short = request.GET.get("only") == "short"
        if short:
            of_month = KeptDay.objects.filter(camera=OuterRef("pk"), day__gte=month.first, day__lt=month.after)
            rows = rows.filter(Exists(of_month.filter(short_days__gt=0)))
        narrowing = Narrowing.of(viewer, request.GET)
        rows = narrowing.at(rows, "system__site__").select_related("system__unit", "system__site__division")
        return cls(viewer, month, query, system, short, narrowing, rows.order_by("system__name", "number", "pk"))

    def lines(self, cameras: Any) -> list[RetentionLine]:
        """These cameras in the month."""
        return lines_of(cameras, self.month, self.viewer.person, self.viewer.at)


def _system(viewer: Viewer, key: str) -> System | None:
    try:
        pk = UUID(key)
    except ValueError:
        return None
    return visible_systems(viewer.person, viewer.at, Permission.VIEW_COMPLETENESS).filter(pk=pk).first()


@require_safe
@needs(Permission.VIEW_COMPLETENESS)
def retention(request: HttpRequest) -> HttpResponse:
    """The month, camera by camera."""
    asked = RetentionQuery.of(request)
    with contextlib.suppress(NotaryUnavailable, NotaryRefused):
        catch_up()
    page = Paginator(asked.rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "narrowing": asked.narrowing,
        "page": page,
        "lines": asked.lines(page.object_list),
        "may_store": asked.viewer.may(Permission.VIEW_STORE),
        "may_ledger": asked.viewer.may(Permission.VIEW_LEDGER),
        "may_holds": asked.viewer.may(Permission.VIEW_HOLDS),
        "print_query": request.GET.urlencode(),
        "crumbs": [(_("完整率"), reverse("upkeep:completeness")), (_("留存和删除"), "")],
    }
    return render(request, "oversight/retention.html", context)


@require_safe
@needs(Permission.VIEW_STORE)
def next_pass(request: HttpRequest) -> HttpResponse:
    """What the next pass of each worker would delete, by camera and day, and what holds keep from it."""
    viewer = Viewer.of(request)
    context = {
        "passes": next_passes(viewer.person, viewer.at),
        "may_holds": viewer.may(Permission.VIEW_HOLDS),
        "crumbs": [(_("留存和删除"), reverse("oversight:retention")), (_("下一次到期删除"), "")],
    }
    return render(request, "oversight/next_pass.html", context)


def cause_words(line: RetentionLine) -> str:
    """Why it was short, in words."""
    return "；".join(f"{reason_words(reason)} {span_words(us)}" for reason, us in line.causes)


def _rows(request: HttpRequest) -> list[RetentionLine]:
    with contextlib.suppress(NotaryUnavailable, NotaryRefused):
        catch_up()
    asked = RetentionQuery.of(request)
    return asked.lines(asked.rows)


EXPORT = ExportedList(
    "retention",
    _("留存和删除"),
    (Permission.VIEW_COMPLETENESS,),
    _rows,
    (
        ExportField(_("系统名称"), lambda row: row.camera.system.name),
        ExportField(_("责任单位"), lambda row: row.camera.system.unit.name),
        ExportField(_("点位编号"), lambda row: row.camera.number),
        ExportField(_("点位名称"), lambda row: row.camera.name),
        ExportField(_("日报日期"), lambda row: row.last.day if row.last else ""),
        ExportField(_("应留存（日）"), lambda row: row.last.days if row.last else ""),
        ExportField(_("应可回放至"), lambda row: row.asked_day or ""),
        ExportField(_("实可回放至"), lambda row: row.oldest_day or ""),
        ExportField(_("最多不足（日）"), lambda row: row.worst.short_days if row.worst else 0),
        ExportField(_("不足的日报（份）"), lambda row: row.days_short),
        ExportField(_("原因"), cause_words),
        ExportField(_("信息保全"), lambda row: "；".join(hold.case_name for hold in row.holds)),
        ExportField(_("到期删除（次）"), lambda row: row.purges),
        ExportField(_("删除的存证序号"), lambda row: "、".join(map(str, row.indices))),
    ),
)
