"""The managing unit's answer on paper (N21), for the unit alone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from custodes.access.individual.reach import handled_requests
from custodes.access.models import IndividualRequest, IndividualState
from custodes.documents.forms.individual import IndividualNotice
from custodes.law.grounds.individual import WAYS
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.web.printing.views import print_document


@require_safe
@needs(Permission.HANDLE_INDIVIDUAL)
def individual_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """个人查阅答复告知书, once there is an answer."""
    viewer = Viewer.of(request)
    rows = handled_requests(viewer.person, viewer.at).exclude(state=IndividualState.ASKED).select_related("unit")
    row = get_object_or_404(rows, pk=pk)
    step = row.steps.select_related("record").order_by("revision").last()
    return print_document(request, notice_of(row), row.get_absolute_url(), step)


def notice_of(row: IndividualRequest) -> IndividualNotice:
    """As it was answered."""
    consents = row.state != IndividualState.REFUSED
    return IndividualNotice(
        number=row.number,
        issued=timezone.localdate(row.decided_at) if row.decided_at else None,
        consents=consents,
        applicant=row.name,
        purpose=row.purpose,
        content=row.content,
        asked=timezone.localdate(row.asked_at),
        span=_span(row) if consents else "",
        cameras=tuple(f"{one.number} {one.name}" for one in row.cameras.order_by("number")) if consents else (),
        refusal=row.refusal,
        ways=() if consents else tuple(way.zh for way in WAYS),
        unit=row.unit.name,
    )


def _span(row: IndividualRequest) -> str:
    if row.span is None:
        return ""
    begin, end = (timezone.localtime(one) for one in row.span)
    return f"{begin:%Y-%m-%d %H:%M:%S} 至 {end:%Y-%m-%d %H:%M:%S}"
