"""The managing unit's answer on paper (PIPL 45), for the unit alone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from custodes.access.models import OwnImageRequest, OwnImageState
from custodes.access.ownimage.reach import handled_own_images
from custodes.documents.forms.own_image import Lacking, OwnImageReply
from custodes.documents.quoting import in_words
from custodes.law.clauses.registry import find, norm_of
from custodes.law.grounds.own_image import WAYS
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.web.printing.views import print_document

_OUTCOMES = {"look": "提供查阅", "copy": "提供遮蔽后的复制件", "refused": "不予提供"}
_WISHES = {"look": "查阅", "copy": "复制"}


@require_safe
@needs(Permission.HANDLE_INDIVIDUAL)
def own_image_reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """本人影像申请答复书, once there is an answer."""
    viewer = Viewer.of(request)
    rows = handled_own_images(viewer.person, viewer.at).exclude(outcome="").exclude(state=OwnImageState.ASKED)
    row = get_object_or_404(rows.select_related("unit"), pk=pk)
    step = row.steps.select_related("record").order_by("revision").last()
    return print_document(request, reply_of(row), row.get_absolute_url(), step)


def reply_of(row: OwnImageRequest) -> OwnImageReply:
    """As it was answered."""
    return OwnImageReply(
        number=row.number,
        issued=timezone.localdate(row.answered_at) if row.answered_at else None,
        outcome=_OUTCOMES[row.outcome],
        applicant=row.name,
        subject="" if row.claim == "self" else row.subject,
        wish=_WISHES[row.wish],
        place=row.place,
        content=row.content,
        asked=timezone.localdate(row.asked_at),
        span="" if row.refused else _span(row),
        cameras=() if row.refused else tuple(f"{one.number} {one.name}" for one in row.cameras.order_by("number")),
        masked=row.masked_by,
        reviewed=row.reviewed_by,
        reason=row.reason,
        lacking=tuple(Lacking(_where(one["clause"]), one["zh"], one["do_zh"]) for one in row.unmet),
        ways=tuple(way.zh for way in WAYS) if row.reason else (),
        unit=row.unit.name,
    )


def _where(clause: str) -> str:
    found = find(clause)
    return f"{norm_of(found).zh}{in_words(found.id)}"


def _span(row: OwnImageRequest) -> str:
    if row.span is None:
        return ""
    begin, end = (timezone.localtime(one) for one in row.span)
    return f"{begin:%Y-%m-%d %H:%M:%S} 至 {end:%Y-%m-%d %H:%M:%S}"
