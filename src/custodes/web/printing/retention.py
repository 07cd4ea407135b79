"""录像留存和删除报告: a month's account on paper, of what the page shows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from custodes.documents.forms.systems import KeptLine, RetentionReport
from custodes.oversight.retention import RetentionLine
from custodes.oversight.views.retention import MOST_PRINTED, RetentionQuery, cause_words
from custodes.people.delivery import provenance_of
from custodes.people.permissions import Permission
from custodes.people.printed import printed
from custodes.people.viewer import needs


@require_safe
@needs(Permission.VIEW_COMPLETENESS)
def retention_report(request: HttpRequest) -> HttpResponse:
    """The cameras of the page, all of its pages."""
    asked = RetentionQuery.of(request)
    with override("zh-hans"):  # an official form is in Chinese, whoever prints it
        document = _document(asked)
    back = reverse("oversight:retention")
    return printed(request, document, back, provenance_of(None))


def _document(asked: RetentionQuery) -> RetentionReport:
    count = asked.rows.count()
    lines = asked.lines(asked.rows[:MOST_PRINTED])
    return RetentionReport(
        month=asked.month.text,
        scope=_scope(asked),
        cameras=count,
        short=sum(line.short for line in lines),
        held=sum(bool(line.holds) for line in lines),
        more=max(0, count - MOST_PRINTED),
        lines=tuple(map(_line, lines)),
        printed_by=asked.viewer.person.name,
        issued=timezone.localdate(asked.viewer.at),
    )


def _scope(asked: RetentionQuery) -> str:
    parts = [
        asked.system.name if asked.system is not None else "",
        asked.narrowing.division.name if asked.narrowing.division is not None else "",
        f"名称含“{asked.query}”" if asked.query else "",
        "只列留存不足的点位" if asked.short else "",
    ]
    return "，".join(part for part in parts if part) or f"{asked.viewer.person.unit.name}可见的全部点位"


def _line(line: RetentionLine) -> KeptLine:
    short = ""
    if line.worst is not None:
        short = f"{line.worst.day:%m-%d} 不足 {line.worst.short_days} 日：{cause_words(line)}"
    shown = "、".join(f"#{index}" for index in line.indices)
    return KeptLine(
        camera=f"{line.camera.number} {line.camera.name}",
        system=f"{line.camera.system.name} · {line.camera.system.unit.name}",
        days=line.last.days if line.last is not None else None,
        asked=line.asked_day,
        oldest=line.oldest_day,
        short=short,
        held="；".join(hold.case_name for hold in line.holds),
        purged=f"{line.purges} 次 {shown}" if line.purges else "",
    )
