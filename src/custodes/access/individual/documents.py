"""The managing unit's answer on paper (N21), for the unit alone."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from custodes.access.models import IndividualRequest, IndividualState
from custodes.documents.forms.individual import IndividualNotice
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.individual import WAYS


def notice_of(row: IndividualRequest, today: date, terms: LegalTerms) -> IndividualNotice:
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
