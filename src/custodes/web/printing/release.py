"""公共传播审批单, for whoever may open the release."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from custodes.access.models import Release
from custodes.access.provenance import provenance_of
from custodes.access.release.filled import device_stretches
from custodes.access.release.reach import ANY, visible_releases
from custodes.access.views.release.job import kinds_in_words
from custodes.documents.forms.release import Protected, ReleaseForm
from custodes.law.grounds.release import PROTECTED
from custodes.people.models import Person
from custodes.people.printed import printed
from custodes.people.viewer import Viewer, needs


@require_safe
@needs(*ANY)
def release_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As it stands now."""
    viewer = Viewer.of(request)
    people = ("proposed_by__unit", "assessed_by__unit", "reviewed_by__unit", "approved_by__unit", "published_by__unit")
    rows = visible_releases(viewer.person, viewer.at).select_related("unit", "camera", "withdrawn_by__unit", *people)
    row = get_object_or_404(rows, pk=pk)
    last = row.steps.select_related("record").order_by("revision").last()
    return printed(request, form_of(row), row.get_absolute_url(), provenance_of(last))


def form_of(row: Release) -> ReleaseForm:
    """What stands there, in Chinese."""
    with override("zh-hans"):
        begin, end = (timezone.localtime(one) for one in row.span)
        return ReleaseForm(
            number=row.number,
            issued=timezone.localdate(row.approved_at) if row.approved_at else None,
            unit=row.unit.name,
            title=row.title,
            camera=f"{row.camera.name}（{row.camera.number}）",
            span=f"{begin:%Y-%m-%d %H:%M:%S} 至 {end:%Y-%m-%d %H:%M:%S}",
            aim=str(row.get_aim_display()),
            purpose=row.purpose,
            basis=f"{row.get_basis_kind_display()}：{row.basis}",
            channel=row.channel,
            necessity=row.necessity,
            risks=row.risks,
            measures=row.measures,
            kept=str(row.keep_until or ""),
            found=_found(row),
            detectors="、".join(name for name, _digest in row.detectors) if row.source else "",
            by_hand="、".join(kinds_in_words(row.by_hand)),
            source=row.source,
            device=_device(row),
            output=row.output,
            leaks=_leaks(row),
            proposed=_who(row.proposed_by, row.proposed_at),
            assessed=_who(row.assessed_by, row.assessed_at),
            reviewed=_who(row.reviewed_by, row.reviewed_at),
            approved=_who(row.approved_by, row.approved_at),
            published=_who(row.published_by, row.published_at),
            where=row.published_where,
            withdrawn=_who(row.withdrawn_by, row.withdrawn_at),
            takedown=row.takedown,
            outcome=str(row.get_state_display()),
        )


def _found(row: Release) -> tuple[Protected, ...]:
    there = {one.key: one for one in row.findings.select_related("read_by")}
    found = []
    for key, (_clause, zh, _en) in PROTECTED.items():
        one = there.get(key)
        if one is None:
            found.append(Protected(zh))
        else:
            law = f"{one.law}（{one.read_by.name}已核对原文）" if one.law and one.read_by else one.law
            found.append(Protected(zh, str(one.get_answer_display()), law))
    return tuple(found)


def _device(row: Release) -> str:
    there = [tuple(map(timezone.localtime, one)) for one in device_stretches(row)]
    return "；".join(f"{begin:%Y-%m-%d %H:%M:%S} 至 {end:%Y-%m-%d %H:%M:%S}" for begin, end in there)


def _leaks(row: Release) -> str:
    if not row.leaks:
        return ""
    return f"{row.leaks['finds']} 处，{row.leaks['pictures']} 张画面" if row.leaks["finds"] else "没有再检出"


def _who(person: Person | None, at: datetime | None) -> str:
    if person is None or at is None:
        return ""
    return f"{person.name}（{person.unit.name}） {timezone.localtime(at):%Y-%m-%d %H:%M}"
