"""The managing unit's answer on paper (PIPL 45), for the unit alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from custodes.access.models import OwnImageRequest
from custodes.access.ownimage.facts import given as given_copies
from custodes.documents.forms.document import in_words
from custodes.documents.forms.individual import Copy, Lacking, OwnImageReply
from custodes.law.clauses.registry import find, norm_of
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.own_image import WAYS
from custodes.people.models import Person

_OUTCOMES = {"look": "提供查阅", "copy": "提供遮蔽后的复制件", "refused": "不予提供"}
_WISHES = {"look": "查阅", "copy": "复制"}


def reply_of(row: OwnImageRequest, today: date, terms: LegalTerms) -> OwnImageReply:
    """As it was answered."""
    given = list(given_copies(row).select_related("camera", "reviewed_by__unit", "approved_by__unit"))
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
        masked=_people(one.reviewed_by for one in given) or row.masked_by,
        reviewed=_people(one.approved_by for one in given) or row.reviewed_by,
        copies=tuple(Copy(f"{one.camera.number} {one.camera.name}", _span_of(*one.span), one.output) for one in given),
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
    return _span_of(*row.span)


def _span_of(begin: datetime, end: datetime) -> str:
    begin, end = timezone.localtime(begin), timezone.localtime(end)
    return f"{begin:%Y-%m-%d %H:%M:%S} 至 {end:%Y-%m-%d %H:%M:%S}"


def _people(people: Iterable[Person | None]) -> str:
    return "、".join(dict.fromkeys(f"{one.name}（{one.unit.name}）" for one in people if one is not None))
