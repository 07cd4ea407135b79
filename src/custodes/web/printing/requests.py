"""An agency request as documents, for whoever may open it: what is printed is what stands there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from custodes.access.agency.deciding import SEEN
from custodes.access.agency.reach import visible_requests
from custodes.access.models import AgencyRequest, AgencyState, AsksAs, AsksFor, Intake
from custodes.access.models.agency import OPEN
from custodes.access.provenance import provenance_of
from custodes.access.views.agency.common import ANY
from custodes.documents.forms.agency import (
    CopyNote,
    ExtractionNote,
    Missing,
    Official,
    OutsiderRefusal,
    RequestForm,
    RequestRefusal,
    Undertaking,
)
from custodes.documents.forms.document import Device, Document
from custodes.documents.quoting import quoted
from custodes.law.grounds.agency import WAYS
from custodes.people.printed import no_record, printed
from custodes.people.viewer import Viewer, needs


@require_safe
@needs(*ANY)
def request_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """登记表."""
    row = _row(request, pk)
    return _print(request, row, form_of(row))


@require_safe
@needs(*ANY)
def request_refusal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """拒绝告知单, once it is refused."""
    row = _row(request, pk)
    if row.state != AgencyState.REFUSED:
        raise Http404
    return _print(request, row, refusal_of(row))


@require_safe
@needs(*ANY)
def undertaking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """保密承诺书, to be signed."""
    row = _row(request, pk)
    with override("zh-hans"):
        document = Undertaking(**common_of(row), return_by=row.return_by)
    return printed(request, document, row.get_absolute_url(), no_record())


@require_safe
@needs(*ANY)
def extraction_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """电子数据提取笔录与清单, as far as it is known; the rest is written by hand."""
    row = _handed(request, pk)
    with override("zh-hans"):
        document = ExtractionNote(**common_of(row), number=row.number, agent=agent_of(row))
    return _print(request, row, document)


@require_safe
@needs(*ANY)
def copy_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """复制件制作说明, as far as it is known."""
    row = _handed(request, pk)
    with override("zh-hans"):
        document = CopyNote(**common_of(row), number=row.number, agent=agent_of(row), return_by=row.return_by)
    return _print(request, row, document)


def form_of(row: AgencyRequest) -> RequestForm:
    """The line of the register as a form."""
    with override("zh-hans"):
        basis = str(row.get_basis_display())
        return RequestForm(
            **common_of(row),
            number=row.number,
            issued=row.registered_on,
            basis=f"{basis}：{row.law}" if row.basis == AsksFor.NAMED_LAW and row.law else basis,
            matter="基础信息" if row.base_data else "视频图像信息",
            approval_number=row.approval_number,
            approvers=tuple(
                Official(one.by.name, unit=f"{one.by.unit.name}，{timezone.localdate(one.at)}")
                for one in row.approvals.filter(void=False).select_related("by__unit")
            ),
            undertaken=row.undertaken_on,
            return_by=row.return_by,
            agent=agent_of(row),
            originals=originals_of(row),
            outcome=str(row.get_state_display()),
        )


def refusal_of(row: AgencyRequest) -> RequestRefusal:
    """What was missing, as it was when it was refused."""
    with override("zh-hans"):
        refused = row.steps.filter(event="refuse").last()
        kind = RequestRefusal if row.requester == AsksAs.ORGAN else OutsiderRefusal
        return kind(
            **common_of(row),
            number=row.number,
            issued=refused.on if refused else None,
            missing=tuple(Missing(where_of(one["clause"]), one["reason_zh"], one["remedy_zh"]) for one in row.missing),
            ways=tuple(f"{one.zh}（{where_of(one.clause)}）" for one in WAYS) if row.requester != AsksAs.ORGAN else (),
            manager=row.refused_by.name if row.refused_by else "",
            manager_unit=row.refused_by.unit.name if row.refused_by else "",
        )


def where_of(clause: str) -> str:
    """The norm and the place in it, as a refusal names it."""
    words = quoted(clause)
    return f"《{words['norm']}》{words['where']}"


def common_of(row: AgencyRequest) -> dict[str, Any]:
    """What every form of a request says."""
    span = row.span
    ends = [f"{timezone.localtime(end):%Y年%m月%d日 %H:%M}" for end in span] if span else []
    return {
        "unit": row.unit_name,
        "holder": row.holder.name,
        "officers": tuple(Official(one.name, one.card) for one in row.officers.all()),
        "letter": row.letter_number,
        "way": str(row.get_way_display()),
        "purpose": row.purpose,
        "content": row.content,
        "span": " 至 ".join(ends),
        # Whoever asks from outside reads the names of what was granted, not where it stands (S33.1).
        "devices": tuple(Device(camera.number, camera.name) for camera in row.cameras.order_by("number")),
    }


def agent_of(row: AgencyRequest) -> str:
    """Who registered it."""
    step = row.steps.filter(event="register").select_related("by").last()
    return step.by.name if step is not None and step.by is not None else ""


def originals_of(row: AgencyRequest) -> str:
    """Who saw the letter and the cards at the registration, and when; or that their scans are kept."""
    step = row.steps.filter(event="register").select_related("by").last()
    if step is None or step.by is None or row.intake != Intake.COUNTER:
        return ""
    return f"{step.by.name}，{step.on}，已核对原件" if step.words.startswith(SEEN) else "扫描件留存"


def _row(request: HttpRequest, pk: UUID) -> AgencyRequest:
    viewer = Viewer.of(request)
    rows = visible_requests(viewer.person, viewer.at).select_related("holder", "refused_by__unit")
    return get_object_or_404(rows, pk=pk)


def _handed(request: HttpRequest, pk: UUID) -> AgencyRequest:
    row = _row(request, pk)
    if row.state not in OPEN or row.base_data:
        raise Http404
    return row


def _print(request: HttpRequest, row: AgencyRequest, document: Document) -> HttpResponse:
    return printed(request, document, row.get_absolute_url(), provenance_of(row.steps.select_related("record").last()))
