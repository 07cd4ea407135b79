"""An agency request as documents, for whoever may open it: what is printed is what stands there."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import override

from custodes.access.agency.deciding import SEEN
from custodes.access.models import AgencyRequest, AsksAs, AsksFor, Intake
from custodes.documents.forms.agency import (
    CopyNote,
    ExtractionNote,
    Official,
    OutsiderRefusal,
    RequestForm,
    RequestRefusal,
    Undertaking,
    UnmetRow,
)
from custodes.documents.forms.document import DeviceRow, quoted
from custodes.law.grounds.agency import WAYS


def undertaking_of(row: AgencyRequest) -> Undertaking:
    """保密承诺书, to be signed."""
    with override("zh-hans"):
        return Undertaking(**common_of(row), return_by=row.return_by)


def extraction_of(row: AgencyRequest) -> ExtractionNote:
    """电子数据提取笔录与清单, as far as it is known; the rest is written by hand."""
    with override("zh-hans"):
        return ExtractionNote(**common_of(row), number=row.number, agent=agent_of(row))


def copy_of(row: AgencyRequest) -> CopyNote:
    """复制件制作说明, as far as it is known."""
    with override("zh-hans"):
        return CopyNote(**common_of(row), number=row.number, agent=agent_of(row), return_by=row.return_by)


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
            missing=tuple(UnmetRow(where_of(one["clause"]), one["reason_zh"], one["remedy_zh"]) for one in row.missing),
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
        "devices": tuple(DeviceRow(camera.number, camera.name) for camera in row.cameras.order_by("number")),
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
