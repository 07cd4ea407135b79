"""The letter of introduction: its number is unique for one issuing unit at one holder; used elsewhere it is shown, not refused."""

from __future__ import annotations

from django.db.models import QuerySet

from custodes.access.models import AgencyRequest
from custodes.access.models.agency import WITH_LETTER
from custodes.law.grounds.stating import identity, says_something


def key_of(unit_name: str, number: str) -> str:
    """Issuing unit and number as they are compared: width, case, blanks and punctuation tell nothing apart."""
    if not says_something(number):
        return ""
    return f"{identity(unit_name)}|{identity(number)}"[:220]


def used_here(row: AgencyRequest) -> QuerySet[AgencyRequest]:
    """Other requests to the same holder that this letter belongs to; each stands against a second use."""
    return _others(row).filter(holder=row.holder)


def used_elsewhere(row: AgencyRequest) -> QuerySet[AgencyRequest]:
    """Requests to other holders on the same letter: one case may need footage of several."""
    return _others(row).exclude(holder=row.holder)


def _others(row: AgencyRequest) -> QuerySet[AgencyRequest]:
    if not row.letter_key:
        return AgencyRequest.objects.none()
    rows = AgencyRequest.objects.filter(letter_key=row.letter_key, state__in=[one.value for one in WITH_LETTER])
    return rows.exclude(pk=row.pk).select_related("holder")
