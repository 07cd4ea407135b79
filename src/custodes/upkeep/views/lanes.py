"""Recorded hours for whoever chooses a span: asked by POST, answered for the very rows that may be chosen (decision 0292)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.choosing.subjects import Subject, subject_of
from custodes.access.views.choosing import CHOOSES
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs, only_reads
from custodes.upkeep.lanes import LONGEST, MOST, Lane, lanes_of
from custodes.upkeep.reasons import reason_words

MOST_BYTES = 4_096


@only_reads
@needs(*CHOOSES, Permission.HANDLE_INDIVIDUAL)
@require_POST
@never_cache
def lanes(request: HttpRequest) -> JsonResponse:
    """Times of recording, gaps with their cause, what is held and how long it is kept. No picture, and no look."""
    said = _read(request.body)
    if said is None:
        return _refused(400, _("请求无法读取。请重新打开本页。"))
    viewer = Viewer.of(request)
    subject = subject_of(viewer, said["subject"])
    if subject is None:
        raise Http404
    keys, span = said["cameras"], said["span"]
    if len(keys) > MOST:
        return _refused(422, _("时间轴一次最多显示 %(most)d 个点位。") % {"most": MOST})
    if not span[0] < span[1] <= span[0] + LONGEST:
        return _refused(422, _("时间轴一次最多显示 %(days)d 天。") % {"days": LONGEST.days})
    rows = {row.pk: row for row in subject.offered.filter(pk__in=keys).select_related("system__site").distinct()}
    if len(rows) != len(keys):
        return _refused(403, _("所选点位中有您不能选择的点位（S33.1）。请取消后重试。"))
    found = lanes_of([rows[key] for key in keys], span, viewer.at, viewer.person)
    return JsonResponse(_answer(found, subject, viewer.at))


def _answer(found: list[Lane], subject: Subject, at: datetime) -> dict[str, Any]:
    reasons = {run.reason for lane in found for run in lane.runs if run.reason}
    return {
        "now": _us(at),
        "decided": _us(subject.decided_by),
        "reasons": {name: str(reason_words(name)) for name in reasons},
        "lanes": [
            {
                "id": str(lane.camera.pk),
                "name": lane.camera.name,
                "number": lane.camera.number,
                "days": lane.days,
                "oldest": None if lane.oldest is None else _us(lane.oldest),
                "runs": [[_us(run.begin), _us(run.end), run.kind, run.reason, run.recorded_us] for run in lane.runs],
                "holds": [[_us(begin), _us(end)] for begin, end in lane.holds],
            }
            for lane in found
        ],
    }


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body if len(body) <= MOST_BYTES else b"{}")
        keys = [UUID(one) for one in said["cameras"]]
        span = tuple(_moment(said[name]) for name in ("from", "to"))
        subject = said["subject"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(subject, str) or None in span or not keys:
        return None
    return {"subject": subject[:80], "cameras": list(dict.fromkeys(keys)), "span": span}


def _moment(text: str) -> datetime | None:
    found = parse_datetime(text[:40])
    return found if found is not None and timezone.is_aware(found) else None


def _us(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _refused(status: int, words: str) -> JsonResponse:
    return JsonResponse({"reason": words}, status=status)
